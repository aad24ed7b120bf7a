"""How a run answers to a small nudge: the Jacobian, local stability, the Lyapunov exponent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.dynamics import DEFAULT, Dynamics
from fcm.inference.proofs.motion import motion_of, one_state
from fcm.inference.proofs.spectrum import radius
from fcm.inference.proofs.steepness import why_not_smooth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from fcm.inference.proofs.motion import Motion
    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario

__all__ = ["LocalStability", "jacobian", "local_stability", "lyapunov"]

_UNDECIDED = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStability:
    """Whether a fixed point or cycle takes small nudges back.

    Parameters
    ----------
    radius : float, 0 or more
        Spectral radius of the Jacobian over one period: the factor by which a nudge shrinks or
        grows in the long run, per period.
    """

    radius: float

    @property
    def stable(self) -> bool | None:
        """True below 1, False above it, None within a billionth of 1: the Jacobian is silent."""
        return None if abs(self.radius - 1.0) <= _UNDECIDED else self.radius < 1.0

    def __repr__(self) -> str:
        word = {True: "stable", False: "unstable", None: "undecided"}[self.stable]
        return f"LocalStability({word}: a nudge is multiplied by {self.radius:.3g})"


def jacobian(
    m: CognitiveMap,
    state: Mapping[str, float] | ArrayLike,
    *,
    dynamics: Dynamics | None = None,
    scenario: Scenario | None = None,
) -> NDArray[np.float64]:
    """Return how much the next state answers to a nudge of the present one.

    Parameters
    ----------
    m : CognitiveMap
    state : mapping of name to value, or array_like of shape (n,)
        Concepts that a mapping leaves out are 1.
    dynamics : Dynamics, optional
        ``Dynamics()`` unless given.
    scenario : Scenario, optional
        Its last regime counts.

    Returns
    -------
    ndarray of shape (n, n)
        ``[i, j]``: d next activation of j / d activation of i. 0 for a held j. At a bound of
        `Saturated` the slope inwards is taken.

    Raises
    ------
    DynamicsError
        If the transfer has no slope, the rule is more than an affine sum before its transfer, or
        the state does not fit the map.

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> m = CognitiveMap.from_links({("rain", "traffic"): 0.8})
    >>> jacobian(m, [0.0, 0.5])
    array([[0. , 0.2],
           [0. , 0. ]])
    """
    motion = _smooth(m, dynamics, scenario)
    return motion.jacobian(one_state(m, state)) + 0.0


def local_stability(
    m: CognitiveMap,
    state: Mapping[str, float] | ArrayLike,
    *,
    dynamics: Dynamics | None = None,
    scenario: Scenario | None = None,
) -> LocalStability:
    """Return whether a fixed point, or a limit cycle, takes small nudges back.

    Parameters
    ----------
    m : CognitiveMap
    state : mapping of name to value, or array_like of shape (n,) or (period, n)
        A fixed point, or the states of a cycle in the order of the steps.
    dynamics : Dynamics, optional
        ``Dynamics()`` unless given. The state has to return to within its `tol`.
    scenario : Scenario, optional
        Its last regime counts.

    Raises
    ------
    DynamicsError
        As for `jacobian`; and if the state does not return.

    Examples
    --------
    >>> from fcm.inference.transfer import Tanh
    >>> from fcm.map import CognitiveMap
    >>> m = CognitiveMap.from_links({("trust", "trust"): 1.0})
    >>> local_stability(m, [0.0], dynamics=Dynamics(transfer=Tanh(slope=2.0)))
    LocalStability(unstable: a nudge is multiplied by 2)
    """
    dynamics = DEFAULT if dynamics is None else dynamics
    motion = _smooth(m, dynamics, scenario)
    if not hasattr(state, "keys") and np.ndim(state) == 2 and len(np.asarray(state)):
        cycle = [one_state(m, each) for each in np.asarray(state)]
    else:
        cycle = [one_state(m, state)]
    product = np.eye(len(m))
    for now, then in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        off = float(np.abs(motion.step(now) - then).max(initial=0.0))
        if off > dynamics.tol:
            what = "a fixed point" if len(cycle) == 1 else "a limit cycle"
            raise DynamicsError(
                f"the state is not {what}: a step leads {off:.3g} away from it, and the tolerance "
                f"is {dynamics.tol:g}. Pass the last state of a settled run, or a cycle from "
                "attractors()."
            )
        product = product @ motion.jacobian(now)
    return LocalStability(radius=radius(product))


def lyapunov(
    m: CognitiveMap,
    dynamics: Dynamics | None = None,
    *,
    start: Mapping[str, float] | ArrayLike | None = None,
    scenario: Scenario | None = None,
    steps: int = 2000,
    warmup: int = 500,
    rng: int | np.random.Generator | None = None,
) -> float:
    """Return an estimate of the largest Lyapunov exponent of a run.

    A nudge in a random direction is carried along with the run, and its logarithmic growth per
    step is averaged. Clearly below 0: nearby runs come together, as at a stable fixed point or
    cycle. About 0: they keep their distance. Clearly above 0: they part, the run is chaotic, and
    neither its last state nor any average over few steps is an answer.

    Parameters
    ----------
    m : CognitiveMap
    dynamics : Dynamics, optional
        ``Dynamics()`` unless given.
    start : mapping of name to value, or array_like of shape (n,), optional
        1 for every concept that is not given.
    scenario : Scenario, optional
        Its last regime holds from the start on.
    steps : int, 1 or more, default 2000
        Steps that are averaged; the estimate is uncertain by about one over them, more in chaos.
    warmup : int, 0 or more, default 500
        Steps before, in which the run finds its attractor and the nudge its direction.
    rng : int or numpy.random.Generator, optional
        For the direction of the nudge.

    Returns
    -------
    float
        Per step, natural logarithm; ``-inf`` if nudges vanish altogether, as in a map without
        loops.

    Raises
    ------
    DynamicsError
        If the transfer has no slope, the rule is more than an affine sum before its transfer, the
        start does not fit the map, or a number of steps is out of range.

    References
    ----------
    Benettin, G., Galgani, L., Giorgilli, A., & Strelcyn, J.-M. (1980). Lyapunov characteristic
    exponents for smooth dynamical systems and for Hamiltonian systems; a method for computing all
    of them. Part 1: Theory. Meccanica 15, 9-20. doi:10.1007/BF02128236

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> m = CognitiveMap.from_links({("trust", "trust"): 1.0})
    >>> round(lyapunov(m, rng=0), 3)  # log of the slope at the fixed point
    -1.493
    """
    for what, value, least in (("steps", steps, 1), ("warmup", warmup, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise DynamicsError(f"{what} is {value!r}; expected a whole number, {least} or more.")
    motion = _smooth(m, dynamics, scenario, start)
    x = one_state(m, {} if start is None else start)
    if start is None and scenario is not None:
        x = one_state(m, scenario.initial)
    x[motion.held] = motion.values
    nudge = np.random.default_rng(rng).standard_normal(len(m))
    nudge[motion.held] = 0.0
    growth = 0.0
    for step in range(warmup + steps):
        z = motion.net(x)
        x = motion.squashed(z)
        nudge = (nudge @ motion.matrix) * motion.slopes(z, x)
        x[motion.held] = motion.values
        length = math.sqrt(float(nudge @ nudge))
        if length == 0.0:
            return -math.inf
        nudge /= length
        if step >= warmup:
            growth += math.log(length)
    return growth / steps


def _smooth(
    m: CognitiveMap,
    dynamics: Dynamics | None,
    scenario: Scenario | None,
    start: Mapping[str, float] | ArrayLike | None = None,
) -> Motion:
    dynamics = DEFAULT if dynamics is None else dynamics
    reason = why_not_smooth(dynamics.transfer)
    if reason:
        raise DynamicsError(reason)
    return motion_of(m, dynamics, scenario, start)
