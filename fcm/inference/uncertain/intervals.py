"""Outer bounds of what a map can come to when its weights or start values are intervals.

Nothing is drawn: the bounds hold for every map whose weights lie between the given ones and every
start between the given ones. They are wide where the weights are, since interval arithmetic lets a
weight be another one at every step and in every term; where that is too wide to be of use, `sample`
says what is likely, but bounds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import DynamicsError, EvidenceError, UnknownConceptError, nearest
from fcm.inference.dynamics import DEFAULT, Dynamics
from fcm.inference.loop.schedule import check_scenarios, schedule, start_states
from fcm.inference.rules import Kosko, ModifiedKosko, Rescaled
from fcm.inference.tables import table
from fcm.inference.uncertain.box import BoxLaw, closed_box, shrunk
from fcm.inference.uncertain.fuzzy_weights import IntervalWeights, TriangularWeights
from fcm.map import CognitiveMap

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from fcm.inference.kernel import Regime
    from fcm.scenario import Scenario

__all__ = ["Intervals", "propagate"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Intervals:
    """Bounds of every concept in the long run, for every scenario.

    Parameters
    ----------
    names : tuple of str, length n
    scenarios : tuple of Scenario, length S
        Empty if there was one run without intervention.
    low, high : ndarray of shape (S, n)
        From some step on, every state of every run lies between them, whether it settles or not.
        They bound the limit, not a state at which a run with a coarse tolerance was stopped.
    settled : ndarray of bool, shape (S,)
        Whether the bounds came to rest. If not, they hold, but more steps would narrow them.
    from_start : ndarray of bool, shape (S,)
        Whether the bounds follow from the start values. If not, they hold for any start.
    low_path, high_path : ndarray of shape (S, T + 1, n), or None
        Bounds of the state after every step. The last ones bound all later states as well; where
        they were reached earlier, they are repeated.
    """

    names: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    settled: NDArray[np.bool_]
    from_start: NDArray[np.bool_]
    low_path: NDArray[np.float64] | None = None
    high_path: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        for each in ("low", "high", "settled", "from_start", "low_path", "high_path"):
            array = getattr(self, each)
            if array is not None:
                array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.low)

    def __getitem__(self, concept: str) -> NDArray[np.float64]:
        """Return the bounds of one concept, shape (S, 2)."""
        if concept not in self.names:
            raise UnknownConceptError(
                f"{concept!r} was not simulated. {nearest(concept, self.names)}"
            )
        j = self.names.index(concept)
        return np.stack([self.low[:, j], self.high[:, j]], axis=1)

    @property
    def width(self) -> NDArray[np.float64]:
        """Upper minus lower bound, shape (S, n)."""
        return self.high - self.low

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the scenarios, or "run 1"."""
        return tuple(scenario.name for scenario in self.scenarios) or ("run 1",)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per scenario and concept: low, high, settled, from_start."""
        return [
            {
                "scenario": label,
                "concept": name,
                "low": float(self.low[s, j]),
                "high": float(self.high[s, j]),
                "settled": bool(self.settled[s]),
                "from_start": bool(self.from_start[s]),
            }
            for s, label in enumerate(self.labels)
            for j, name in enumerate(self.names)
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return `to_records` as a pandas frame (needs the notebook extra)."""
        import pandas as pd

        return pd.DataFrame(self.to_records())

    def __repr__(self) -> str:
        runs, n = self.low.shape
        widest = f", widest {self.width.max():.3g}" if self.width.size else ""
        loose = int((~self.settled).sum())
        told = f", {loose} not at rest" if loose else ""
        return (
            f"Intervals({runs} run{'s' * (runs != 1)} of {n} concept{'s' * (n != 1)}{widest}{told})"
        )

    def _repr_html_(self) -> str:
        rows = [
            [name, *[f"[{low:.3g}, {high:.3g}]" for low, high in self[name]]] for name in self.names
        ]
        return table(
            repr(self),
            ["concept", *self.labels],
            rows,
            note="Bounds of the activation in the long run, over all weights and starts given.",
        )


def propagate(
    weights: IntervalWeights | TriangularWeights | CognitiveMap,
    scenarios: Scenario | Sequence[Scenario] | None = None,
    *,
    dynamics: Dynamics | None = None,
    initial: Mapping[str, float | tuple[float, float]] | ArrayLike | None = None,
    record: bool = False,
) -> Intervals:
    """Return outer bounds of where each concept ends, over all weights and starts in a box.

    A box of states goes through the map by interval arithmetic: each concept's net input is summed
    from the products of the whole interval of every cause with the whole interval of its weight,
    own memory and self-loop taken together, and a monotone transfer maps its ends. As soon as a box
    is found that no step leaves, it bounds all later states, and further steps only narrow it.

    Rounding goes outward. Before the transfer each end moves by 4 (n + 8) rounding units of the sum
    of the absolute terms, behind it by 16 times the machine epsilon of its value, so that the
    bounds hold for exact arithmetic as well as for the floating-point runs of `simulate`.

    Parameters
    ----------
    weights : IntervalWeights, TriangularWeights or CognitiveMap
        Of triangular numbers all that is possible is taken; ``known.cut(level)`` takes less. The
        weights of a map are certain, so that only the start is an interval.
    scenarios : Scenario or sequence of Scenario, optional
        One run each; without them one run without intervention.
    dynamics : Dynamics, optional
        With the rule `Kosko`, `ModifiedKosko` or `Rescaled` and a transfer that never falls. With
        `hold_inputs` a concept counts as having a cause if a weight to it can be other than 0.
    initial : mapping of name to value or (low, high), or array_like of shape (n,), optional
        Start values; 1 for every concept that is not given. A scenario's own go over them.
    record : bool, default False
        Whether to keep the bounds of every step.

    Raises
    ------
    EvidenceError
        If `weights` is none of the three.
    DynamicsError
        If no bounds are known for the rule or transfer, or a start value is no number or interval.
    ScenarioError, UnknownConceptError
        If a scenario or `initial` does not fit the map.

    References
    ----------
    Moore, R. E., Kearfott, R. B., & Cloud, M. J. (2009). Introduction to interval analysis. SIAM.
    doi:10.1137/1.9780898717716

    Examples
    --------
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
    >>> known = IntervalWeights.from_links(m, {("rain", "wet street"): (0.5, 1.0)})
    >>> found = propagate(known)
    >>> found["wet street"].round(3)
    array([[0.562, 0.622]])
    """
    dynamics = DEFAULT if dynamics is None else dynamics
    known = _bounds_of(weights)
    m = known.prior
    dynamics = dynamics.bind(m.names)
    checked = check_scenarios(m, scenarios)
    low, high = _ends(initial)
    start = np.hstack([start_states(m, checked, end, None)[0] for end in (low, high)])
    found = [
        (column, *_traced(laws, box, dynamics, record=record))
        for column, laws, box in _laws(known, checked, dynamics, start)
    ]
    found.sort(key=lambda each: each[0])
    boxes = np.array([box for _, box, _, _, _ in found])
    longest = max(len(path) for *_, path in found)
    paths = np.array([[*path, *path[-1:] * (longest - len(path))] for *_, path in found])
    return Intervals(
        names=m.names,
        scenarios=checked,
        low=boxes[:, 0].copy(),
        high=boxes[:, 1].copy(),
        settled=np.array([rests for _, _, rests, _, _ in found]),
        from_start=np.array([mine for _, _, _, mine, _ in found]),
        low_path=paths[:, :, 0].copy() if record else None,
        high_path=paths[:, :, 1].copy() if record else None,
    )


def _bounds_of(weights: object) -> IntervalWeights:
    if isinstance(weights, IntervalWeights):
        return weights
    if isinstance(weights, TriangularWeights):
        return weights.cut(0.0)
    if isinstance(weights, CognitiveMap):
        return IntervalWeights(weights, weights.weights, weights.weights)
    raise EvidenceError(
        f"bounds are propagated from IntervalWeights, TriangularWeights or a map; got "
        f"{type(weights).__name__}. A WeightEstimate has no bounds: choose them, for example mean "
        "- 2 spread and mean + 2 spread, as IntervalWeights(map, low, high)."
    )


def _ends(initial: Any) -> tuple[Any, Any]:
    """Return start values for the lower and for the upper ends."""
    if not isinstance(initial, Mapping):
        if initial is not None and np.ndim(initial) > 1:
            raise DynamicsError(
                f"initial has shape {np.shape(initial)}; give one start vector (n,), or a mapping "
                "of names to values or (low, high)."
            )
        return initial, initial
    low, high = {}, {}
    for name, given in initial.items():
        ends = list(given) if isinstance(given, Sequence | np.ndarray) else [given, given]
        if len(ends) != 2 or isinstance(given, str):
            raise DynamicsError(
                f"the start value of {name!r} is {given!r}; expected a number or (low, high)."
            )
        low[name], high[name] = ends
        try:
            crossed = bool(ends[0] > ends[1])
        except TypeError:
            crossed = False
        if crossed:
            raise DynamicsError(
                f"the start value of {name!r} lies between {ends[0]:g} and {ends[1]:g}; expected "
                "the lower bound first."
            )
    return low, high


def _laws(
    known: IntervalWeights,
    scenarios: tuple[Scenario, ...],
    dynamics: Dynamics,
    start: NDArray[np.float64],
) -> Iterator[tuple[int, list[BoxLaw], NDArray[np.float64]]]:
    """Yield for each run its column, its laws in time, and its start box (2, n).

    The lower ends of all starts stand in the first half of the columns, the upper ends in the
    second, and each scenario stands twice to match; both fall into the same group. The bounds of
    the weights stand as two members.
    """
    rule, n = dynamics.rule, len(known.prior)
    if any(lag > 1 for lag in dynamics.lags.values()):
        raise DynamicsError("no bounds are known for links that act with a lag; use sample().")
    if not isinstance(rule, Kosko | ModifiedKosko | Rescaled):
        raise DynamicsError(
            f"no bounds are known for the rule {rule!r}; use Kosko, ModifiedKosko or Rescaled, or "
            "sample()."
        )
    memory = 1.0 if isinstance(rule, ModifiedKosko) else rule.memory
    plain = replace(dynamics, rule=Kosko(memory=memory))
    stacked = np.stack([known.low, known.high])
    groups = schedule(known.prior, stacked, 1.0, plain, (*scenarios, *scenarios), start, {})
    for group in groups:
        half = len(group.columns) // 2
        for k in range(half):
            box = np.array([group.start[:, k], group.start[:, half + k]])
            laws = [_law(regime, dynamics, (k, half + k), n, 2 * half) for regime in group.regimes]
            yield int(group.columns[k]), laws, box


def _law(regime: Regime, dynamics: Dynamics, ends: tuple[int, int], n: int, columns: int) -> BoxLaw:
    push = np.zeros(n)
    if regime.bias is not None:
        push += np.broadcast_to(regime.bias, (n, 2, columns))[:, 0, ends[0]]
    holds, shares = np.full((2, n), np.nan), np.ones(n)
    for hold in regime.holds:
        acts = hold.where is None or np.broadcast_to(hold.where, (1, columns))[0, ends[0]]
        if acts:
            holds[:, hold.row] = np.broadcast_to(hold.values, (1, columns))[0, list(ends)]
            shares[hold.row] = 1.0 if hold.share is None else hold.share
    return BoxLaw(
        first=regime.first,
        low=regime.matrix[0],
        high=regime.matrix[1],
        push=push,
        holds=holds,
        shares=shares,
        transfer=dynamics.transfer,
        centred=isinstance(dynamics.rule, Rescaled),
    )


def _traced(
    laws: Sequence[BoxLaw], box: NDArray[np.float64], dynamics: Dynamics, *, record: bool
) -> tuple[NDArray[np.float64], bool, bool, list[NDArray[np.float64]]]:
    """Return the final box, whether it rests and whether it is the start's own, and the path."""
    law, upcoming = laws[0], list(laws[1:])
    path = [box]
    for step in range(1, dynamics.max_steps + 1):
        if upcoming and step >= upcoming[0].first:
            law = upcoming.pop(0)
        before, box = box, law(box)
        kept = None
        if not upcoming and step > law.first:
            kept = closed_box(law, before, box, tol=dynamics.tol)
        if kept is not None:
            path.append(kept)
            final, rests = shrunk(law, kept, most=dynamics.max_steps)
            return final, rests, not np.array_equal(kept, law(law.span())), path
        if record:
            path.append(box)
    later = np.array([box, *[each.span() for each in (law, *upcoming)]])
    path.append(np.array([later[:, 0].min(axis=0), later[:, 1].max(axis=0)]))
    final, rests = shrunk(laws[-1], laws[-1].span(), most=dynamics.max_steps)
    return final, rests, False, path
