"""Run an ensemble: many weight matrices of one map, each under the same scenarios."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import DynamicsError, MapError
from fcm.inference.dynamics import DEFAULT, Dynamics
from fcm.inference.kernel import run
from fcm.inference.loop.schedule import check_scenarios, schedule, start_states
from fcm.inference.transfer import Sigmoid, Tanh
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fcm.map import CognitiveMap

__all__ = ["MemberRuns", "simulate_members"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MemberRuns:
    """What came of every scenario on every member.

    Parameters
    ----------
    final : ndarray of shape (R, S, n)
        Last states; equilibria only where `outcome` is FIXED_POINT.
    outcome : ndarray of int8, shape (R, S)
        Codes of `Outcome`.
    steps : ndarray of int64, shape (R, S)
        Updates made.
    """

    final: NDArray[np.float64]
    outcome: NDArray[np.int8]
    steps: NDArray[np.int64]

    def __post_init__(self) -> None:
        for array in (self.final, self.outcome, self.steps):
            array.setflags(write=False)

    def __repr__(self) -> str:
        members, scenarios, n = self.final.shape
        settled = int((self.outcome == 0).sum())
        return (
            f"MemberRuns({members} members x {scenarios} scenario{'s' * (scenarios != 1)} of "
            f"{n} concepts, {settled} of {self.outcome.size} settled)"
        )


def simulate_members(
    m: CognitiveMap,
    weights: ArrayLike,
    scenarios: Scenario | Sequence[Scenario] | None,
    *,
    slopes: ArrayLike | None = None,
    dynamics: Dynamics | None = None,
    initial: Mapping[str, float] | ArrayLike | None = None,
    tell: Callable[[int], object] | None = None,
) -> MemberRuns:
    """Run every scenario on every member's weights.

    Parameters
    ----------
    m : CognitiveMap
        For the concepts; its weights are not used.
    weights : array_like of shape (R, n, n)
        Taken as they are: the map's limit is the caller's to keep.
    scenarios : Scenario or sequence of Scenario, optional
        None or none at all means one run without intervention.
    slopes : array_like of shape (R,), optional
        Slope of the transfer per member, in place of the one in `dynamics`.
    dynamics : Dynamics, optional
    initial : mapping of name to value, or array_like of shape (n,) or (S, n), optional
        Start values, as in `simulate`.
    tell : callable, optional
        Called with the number of runs done since the last call.

    Raises
    ------
    MapError
        If the weights are not finite or not (R, n, n).
    DynamicsError
        If slopes are given and the transfer has none, or they are not R numbers above 0.

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> from fcm.scenario import Scenario
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
    >>> simulate_members(m, [m.weights, 0 * m.weights], [Scenario("dry", clamp={"rain": 0})])
    MemberRuns(2 members x 1 scenario of 2 concepts, 2 of 2 settled)
    """
    dynamics = DEFAULT if dynamics is None else dynamics
    checked = check_scenarios(m, scenarios)
    drawn = np.asarray(weights, dtype=np.float64)
    n = len(m)
    if drawn.ndim != 3 or drawn.shape[1:] != (n, n):
        raise MapError(f"member weights have shape {drawn.shape}; expected (R, {n}, {n}).")
    if not np.isfinite(drawn).all():
        raise MapError("member weights hold NaN or infinity; every weight must be finite.")
    transfer = dynamics.transfer
    gain: NDArray[np.float64] | None = None
    if slopes is not None:
        if not isinstance(transfer, Sigmoid | Tanh):
            raise DynamicsError(f"{transfer!r} has no slope; slopes need Sigmoid or Tanh.")
        if not isinstance(transfer.slope, float):
            raise DynamicsError(
                f"{transfer!r} has a slope per concept, which slopes per member would replace; "
                "give the transfer one slope."
            )
        own = np.asarray(slopes, dtype=np.float64)
        if own.shape != drawn.shape[:1] or not (np.isfinite(own) & (own > 0)).all():
            raise DynamicsError(
                f"slopes must be {len(drawn)} finite numbers above 0, one per member; got shape "
                f"{own.shape}."
            )
        gain = own[:, None] * (transfer.gain / transfer.slope)
    start, clamps = start_states(m, checked, initial, None)
    shape = (len(drawn), start.shape[1])
    final = np.empty((*shape, n))
    outcome, steps = np.empty(shape, dtype=np.int8), np.empty(shape, dtype=np.int64)
    for group in schedule(m, drawn, gain, dynamics, checked, start, clamps):
        states = np.broadcast_to(
            group.start[:, None], (len(group.start), len(drawn), len(group.columns))
        )
        runs = run(
            states,
            group.regimes,
            group.advance,
            tol=dynamics.tol,
            max_steps=dynamics.max_steps,
            visible=n,
            tell=tell,
        )
        final[:, group.columns] = runs.final
        outcome[:, group.columns] = runs.outcome
        steps[:, group.columns] = runs.steps
    return MemberRuns(final=final, outcome=outcome, steps=steps)
