"""Is there one end for every start? What can be proved, and by which condition.

Every condition here is sufficient for one fixed point that attracts every start, and none is
necessary: a map of which nothing is proved may still have a single end. Clamped concepts are
constants, so they are taken out first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.inference.dynamics import DEFAULT, Dynamics
from fcm.inference.proofs.attractors import Attractors, attractors
from fcm.inference.proofs.bracket import smallest_box
from fcm.inference.proofs.motion import Motion, motion_or_reason
from fcm.inference.proofs.spectrum import proved_radius
from fcm.inference.proofs.steepness import why_not_smooth
from fcm.inference.tables import table
from fcm.inference.transfer import Sigmoid, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario

__all__ = ["Certificate", "Condition", "certify"]

_MARGIN = 1e-9
_CLOSED = 1e-9
_SEARCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition that was tried.

    Parameters
    ----------
    name : str
    value : float
    limit : float
        The value has to stay under it, by a billionth, so that rounding proves nothing.
    held : bool
    """

    name: str
    value: float
    limit: float
    held: bool

    def __repr__(self) -> str:
        sign = "<" if self.held else "is not under"
        return f"Condition({self.name}: {self.value:.3g} {sign} {self.limit:.3g})"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Certificate:
    """Whether one fixed point attracts every start.

    Parameters
    ----------
    unique : bool or None
        True: proved. False: disproved by `attractors`. None: neither; `reason` says why.
    method : str
        The condition that proved it, the plainest one if several did; "search" if it was
        disproved; otherwise "".
    bound, limit : float
        Value of that condition, and what it had to stay under; NaN without one.
    tried : tuple of Condition
        All that apply to this rule and transfer.
    attractors : Attractors or None
        What a search of some starts found, if nothing was proved; it proves no uniqueness.
    reason : str
        Why nothing was proved.
    """

    unique: bool | None
    method: str
    bound: float
    limit: float
    tried: tuple[Condition, ...]
    attractors: Attractors | None
    reason: str

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per condition: condition, value, limit, held."""
        return [
            {"condition": c.name, "value": c.value, "limit": c.limit, "held": c.held}
            for c in self.tried
        ]

    def __repr__(self) -> str:
        if self.unique:
            return (
                "Certificate(proved: one fixed point attracts every start, by "
                f"{self.method}: {self.bound:.3g} < {self.limit:.3g})"
            )
        if self.unique is False:
            return f"Certificate(disproved: not every start has the same end; {self.attractors!r})"
        return f"Certificate(not proved: {self.reason})"

    def _repr_html_(self) -> str:
        rows = [
            [c.name, f"{c.value:.3g}", f"{c.limit:.3g}", "yes" if c.held else "no"]
            for c in self.tried
        ]
        note = "Each condition alone would prove it; none is needed for it."
        return table(repr(self), ["condition", "value", "must be under", "holds"], rows, note=note)


def certify(
    m: CognitiveMap, dynamics: Dynamics | None = None, *, scenario: Scenario | None = None
) -> Certificate:
    """Return whether one fixed point attracts every start of a map, with the proof's condition.

    With K the folded weights of the free concepts, ``K[i, j]`` being the weight of i on j (memory
    included, twice as much under `Rescaled`) times the greatest slope of j's transfer (slope / 4
    for a sigmoid, slope for tanh, 1 for a saturated line), the conditions are, from the plainest:

    ``acyclic``
        No free concept lies on a loop, so no start is remembered. Value: concepts on loops.
    ``Frobenius norm``, ``row sums``, ``column sums``, ``spectral norm``
        A norm of K is below 1: every step brings any two states nearer to each other.
    ``spectral radius of |W|``
        The spectral radius of ``abs(K)`` is below 1: the same, each concept measured by its own
        yardstick. Never larger than the first three norms.
    ``non-negative weights``
        Sigmoid only: no folded weight is negative, and the net inputs of the free concepts are
        never negative, or never positive, so that the step is monotone and concave (convex).
        Value: weights and net inputs in the way.
    ``interval bracket``
        The box of `bracket` closes up to 1e-9. Value: its largest side. Where the transfer has a
        slope, the slopes in the box have to pass the next condition as well.
    ``smaller box``
        The spectral radius of ``abs(K)`` with the greatest slopes within the box of `bracket`.

    If none holds, a fixed set of 67 starts is run; if two attractors or a limit cycle come of it,
    uniqueness is disproved by example.

    Parameters
    ----------
    m : CognitiveMap
    dynamics : Dynamics, optional
        ``Dynamics()`` unless given.
    scenario : Scenario, optional
        Its last regime is judged: what it clamps to the end is constant.

    Raises
    ------
    UnknownConceptError, ScenarioError, DynamicsError
        If scenario or dynamics do not fit the map.

    References
    ----------
    Harmati, I. Á., Hatwágner, M. F., & Kóczy, L. T. (2018). On the existence and uniqueness of
    fixed points of fuzzy cognitive maps. IPMU 2018, CCIS 853, 490-500.
    doi:10.1007/978-3-319-91473-2_42

    Knight, C. J. K., Lloyd, D. J. B., & Penn, A. S. (2014). Linear and sigmoidal fuzzy cognitive
    maps: an analysis of fixed points. Applied Soft Computing 15, 193-202.
    doi:10.1016/j.asoc.2013.10.030

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> m = CognitiveMap.from_links({("fear", "trust"): -1.0, ("trust", "fear"): -1.0})
    >>> certify(m)
    Certificate(proved: one fixed point attracts every start, by Frobenius norm: 0.354 < 1)
    >>> certify(m, Dynamics(transfer=Sigmoid(slope=10.0))).unique
    False
    """
    dynamics = DEFAULT if dynamics is None else dynamics
    motion = motion_or_reason(m, dynamics, scenario)
    if isinstance(motion, str):
        return _open(motion, (), None)
    tried = tuple(_conditions(motion))
    for condition in tried:
        if condition.held:
            return Certificate(
                unique=True,
                method=condition.name,
                bound=condition.value,
                limit=condition.limit,
                tried=tried,
                attractors=None,
                reason="",
            )
    found = attractors(m, dynamics, starts=_SEARCH, rng=0, scenario=scenario)
    if len(found) > 1 or any(period > 1 for period in found.periods):
        return Certificate(
            unique=False,
            method="search",
            bound=math.nan,
            limit=math.nan,
            tried=tried,
            attractors=found,
            reason="",
        )
    names = ", ".join(condition.name for condition in tried)
    seen = f"a search found {found!r}, which proves nothing either way"
    return _open(f"none of the conditions held ({names}); {seen}", tried, found)


def _open(reason: str, tried: tuple[Condition, ...], found: Attractors | None) -> Certificate:
    return Certificate(
        unique=None,
        method="",
        bound=math.nan,
        limit=math.nan,
        tried=tried,
        attractors=found,
        reason=reason.rstrip("."),
    )


def _conditions(motion: Motion) -> Iterator[Condition]:
    free = np.flatnonzero(motion.free)
    matrix = motion.matrix[np.ix_(free, free)]
    yield _condition("acyclic", float(_on_loops(matrix)), 1.0)
    smooth = not why_not_smooth(motion.transfer)
    if smooth:
        scaled = matrix * motion.steepest()[free]
        size = np.abs(scaled)
        norms = {
            "Frobenius norm": float(np.sqrt((size**2).sum())),
            "row sums": float(size.sum(axis=1).max(initial=0.0)),
            "column sums": float(size.sum(axis=0).max(initial=0.0)),
            "spectral norm": float(np.linalg.norm(scaled, 2)) if scaled.size else 0.0,
            "spectral radius of |W|": proved_radius(size),
        }
        for name, value in norms.items():
            yield _condition(name, value, 1.0)
    if all(isinstance(each, Sigmoid) for each in parts(motion.transfer)):
        yield _condition("non-negative weights", float(_in_the_way(motion, free, matrix)), 1.0)
    (low, high), (below, above) = smallest_box(motion)
    side = float((high - low).max(initial=0.0))
    if not smooth:
        # The levels of a transfer with jumps are farther apart than this.
        if getattr(motion.transfer, "exact", False):
            yield _condition("interval bracket", side, _CLOSED)
        return
    local = motion.steepest(below, above)[free]
    shrinking = proved_radius(np.abs(matrix) * local)
    closed = _condition("interval bracket", side, _CLOSED)
    box = _condition("smaller box", shrinking, 1.0)
    if closed.held and not box.held:
        closed = Condition(name=closed.name, value=side, limit=_CLOSED, held=False)
    yield closed
    yield box


def _condition(name: str, value: float, limit: float) -> Condition:
    return Condition(name=name, value=value, limit=limit, held=value < limit * (1 - _MARGIN))


def _on_loops(matrix: NDArray[np.float64]) -> int:
    """Return how many concepts are left when those without causes among them are taken away."""
    links = matrix != 0
    left = np.ones(len(matrix), dtype=bool)
    for _ in range(len(matrix)):
        free = left & ~links[left].any(axis=0)
        if not free.any():
            break
        left &= ~free
    return int(np.count_nonzero(left))


def _in_the_way(motion: Motion, free: NDArray[np.intp], matrix: NDArray[np.float64]) -> int:
    """Count what keeps a sigmoid map from being monotone and concave, or monotone and convex.

    On activations in [0, 1], monotone and non-negative net inputs make the step concave with
    ``F(0) >= 1/2``, so that it has one fixed point, which draws all; the mirror image ``1 - A``
    has non-positive net inputs.
    """
    gain = np.broadcast_to(np.asarray(motion.transfer.gain), len(motion))[free]
    weights = matrix / gain
    constant = (motion.bias + motion.values @ motion.matrix[motion.held])[free] / gain
    size = np.abs(motion.bias) + np.abs(motion.values) @ np.abs(motion.matrix[motion.held])
    rounding = 1e-12 * np.abs(size[free] / gain)
    least = constant - rounding
    most = weights.sum(axis=0) * (1 + 1e-12) + constant + rounding
    negative = int(np.count_nonzero(weights < 0))
    concave = negative + int(np.count_nonzero(least < 0))
    convex = negative + int(np.count_nonzero(most > 0))
    return min(concave, convex)
