"""What each scenario changes against doing nothing, on one map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from fcm.errors import NotSettledError, ScenarioError, UnknownConceptError, nearest
from fcm.inference import Dynamics, Outcome, simulate
from fcm.inference.loop.baseline import with_baseline
from fcm.inference.tables import table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from fcm.inference import Simulation
    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Comparison:
    """Change of every concept under every scenario, against the no-intervention run.

    A change is relative to a map that is itself a judgement: it is not a forecast.

    Parameters
    ----------
    names : tuple of str, length n
    scenarios : tuple of Scenario, length S
    baseline : ndarray of shape (n,)
        Last state of the no-intervention run.
    baseline_outcome : Outcome
        How the no-intervention run ended.
    final : ndarray of shape (S, n)
        Last state under each scenario.
    outcome : ndarray of int8, shape (S,)
        Codes of `Outcome`.
    run : Simulation
        The runs themselves, the no-intervention run first.
    resolution : float, 0 or more
        Activations up to this size count as 0 in `percent`: the runs stop at the tolerance of the
        dynamics, so they may be 0 in truth.
    settled : ndarray of bool, shape (S,)
        Whether scenario and no-intervention run both came to a fixed point.
    delta : ndarray of shape (S, n)
        ``final - baseline``; NaN where not settled.
    """

    names: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    baseline: NDArray[np.float64]
    baseline_outcome: Outcome
    final: NDArray[np.float64]
    outcome: NDArray[np.int8]
    run: Simulation
    resolution: float = 0.0
    settled: NDArray[np.bool_] = field(init=False)
    delta: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        settled = (self.outcome == Outcome.FIXED_POINT) & (
            self.baseline_outcome == Outcome.FIXED_POINT
        )
        object.__setattr__(self, "settled", settled)
        delta = np.where(settled[:, None], self.final - self.baseline, np.nan)
        object.__setattr__(self, "delta", delta)
        for each in ("baseline", "final", "outcome", "settled", "delta"):
            getattr(self, each).setflags(write=False)

    @property
    def percent(self) -> NDArray[np.float64]:
        """Change in per cent of the no-intervention level, shape (S, n).

        ``100 * delta / |baseline|``, so that a rise is positive below 0 as well. These are per
        cent, not percentage points. NaN where not settled and where the level is 0.
        """
        level = np.abs(self.baseline)
        some = np.broadcast_to(level > self.resolution, self.delta.shape)
        percent = np.full(self.delta.shape, np.nan)
        np.divide(100.0 * self.delta, level, out=percent, where=some)
        return percent

    @property
    def peak(self) -> NDArray[np.float64]:
        """Largest activation over the run under each scenario, start included, shape (S, n)."""
        return self.run.peak[1:]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Time mean of the activation over the run under each scenario, start included, (S, n).

        Runs end at different steps, so this weighs the way to the last state, not the last state.
        """
        return self.run.mean[1:]

    @property
    def baseline_peak(self) -> NDArray[np.float64]:
        """Largest activation over the no-intervention run, shape (n,)."""
        peak: NDArray[np.float64] = self.run.peak[0]
        return peak

    @property
    def baseline_mean(self) -> NDArray[np.float64]:
        """Time mean of the activation over the no-intervention run, shape (n,)."""
        mean: NDArray[np.float64] = self.run.mean[0]
        return mean

    def of(self, concept: str) -> NDArray[np.float64]:
        """Return the change of one concept under every scenario, shape (S,)."""
        if concept not in self.names:
            raise UnknownConceptError(
                f"{concept!r} was not simulated. {nearest(concept, self.names)}"
            )
        return self.delta[:, self.names.index(concept)]

    def rank(self, concept: str) -> list[tuple[str, float]]:
        """Return (scenario, change) from the largest rise to the largest fall.

        Scenarios that did not settle come last, with NaN.
        """
        change = self.of(concept)
        order = np.argsort(-change, kind="stable")
        return [(self.scenarios[s].name, float(change[s])) for s in order.tolist()]

    def best(self, concept: str, direction: Literal["up", "down"]) -> str:
        """Return the name of the settled scenario that moves a concept furthest.

        Raises
        ------
        ScenarioError
            If the direction is neither "up" nor "down".
        NotSettledError
            If no scenario settled.
        """
        if direction not in ("up", "down"):
            raise ScenarioError(f"direction is {direction!r}; expected 'up' or 'down'.")
        change = self.of(concept)
        if not self.settled.any():
            worst = Outcome(max(int(self.outcome.max(initial=0)), int(self.baseline_outcome)))
            raise NotSettledError(
                f"no scenario settled together with the no-intervention run, so none is best for "
                f"{concept!r}. {worst.advice}"
            )
        best = np.nanargmax(change) if direction == "up" else np.nanargmin(change)
        return self.scenarios[int(best)].name

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per scenario and concept.

        With baseline, final, change, percent, peak, mean, settled and outcome.
        """
        percent, peak, mean = self.percent, self.peak, self.mean
        return [
            {
                "scenario": scenario.name,
                "concept": name,
                "baseline": float(self.baseline[j]),
                "final": float(self.final[s, j]),
                "change": float(self.delta[s, j]),
                "percent": float(percent[s, j]),
                "peak": float(peak[s, j]),
                "mean": float(mean[s, j]),
                "settled": bool(self.settled[s]),
                "outcome": Outcome(int(self.outcome[s])).name,
            }
            for s, scenario in enumerate(self.scenarios)
            for j, name in enumerate(self.names)
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return `to_records` as a pandas frame (needs the notebook extra)."""
        import pandas as pd

        return pd.DataFrame(self.to_records())

    def __repr__(self) -> str:
        count, settled = len(self.scenarios), int(self.settled.sum())
        told = "all settled" if settled == count else f"{settled} of {count} settled"
        return (
            f"Comparison({count} scenario{'s' * (count != 1)} of {len(self.names)} concepts "
            f"against no intervention: {told})"
        )

    def _repr_html_(self) -> str:
        rows = [
            [
                name,
                f"{self.baseline[j]:.3g}",
                *[
                    f"{value:+.3g}" if settled else "not settled"
                    for value, settled in zip(self.delta[:, j], self.settled, strict=True)
                ],
            ]
            for j, name in enumerate(self.names)
        ]
        head = ["concept", "no intervention", *[each.name for each in self.scenarios]]
        return table(repr(self), head, rows, note="Change against no intervention, not a forecast.")


def compare(
    m: CognitiveMap,
    scenarios: Scenario | Sequence[Scenario],
    dynamics: Dynamics | None = None,
    *,
    initial: Mapping[str, float] | ArrayLike | None = None,
    from_baseline: bool = False,
) -> Comparison:
    """Return what each scenario changes against the no-intervention run.

    Parameters
    ----------
    m : CognitiveMap
    scenarios : Scenario or sequence of Scenario
    dynamics : Dynamics, optional
        ``Dynamics()`` unless given.
    initial : mapping of name to value, or array_like of shape (n,), optional
        Start values of all runs, as in `simulate`; a scenario's own go over them.
    from_baseline : bool, default False
        Whether all runs start where the no-intervention run from `initial` settles: today's state
        goes on, with and without the intervention. A map with more than one attractor may then
        end elsewhere than from `initial` directly, and a short intervention can show whether it
        tips the map over; with one attractor only `peak`, `mean` and the steps differ.

    Raises
    ------
    ScenarioError
        If there is no scenario, or a name stands twice.
    UnknownConceptError
        If a scenario or `initial` names a concept that is not in the map.
    DynamicsError
        If `initial` has a row per run.
    NotSettledError
        If the runs are to start from the baseline and it does not settle.

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> from fcm.scenario import Scenario
    >>> m = CognitiveMap.from_links({("car traffic", "air pollution"): 0.7})
    >>> found = compare(m, [Scenario("fewer cars", clamp={"car traffic": 0.0})])
    >>> found
    Comparison(1 scenario of 2 concepts against no intervention: all settled)
    >>> [(name, round(change, 3)) for name, change in found.rank("air pollution")]
    [('fewer cars', -0.087)]
    >>> found.percent.round(1)
    array([[-100. ,  -14.8]])
    """
    dynamics = Dynamics() if dynamics is None else dynamics
    listed = with_baseline(m, scenarios, initial)
    if from_baseline:
        initial = _equilibrium(m, listed[0], dynamics, initial)
    run = simulate(m, listed, initial=initial, dynamics=dynamics)
    return Comparison(
        names=run.names,
        scenarios=listed[1:],
        baseline=run.final[0],
        baseline_outcome=Outcome(int(run.outcome[0])),
        final=run.final[1:],
        outcome=run.outcome[1:],
        run=run,
        resolution=dynamics.tol,
    )


def _equilibrium(
    m: CognitiveMap,
    nothing: Scenario,
    dynamics: Dynamics,
    initial: Mapping[str, float] | ArrayLike | None,
) -> NDArray[np.float64]:
    """Return where the map settles if nothing is done."""
    alone = simulate(m, nothing, initial=initial, dynamics=dynamics)
    outcome = Outcome(int(alone.outcome[0]))
    if outcome is not Outcome.FIXED_POINT:
        raise NotSettledError(
            f"the no-intervention run did not settle ({outcome.name.replace('_', ' ').lower()}), "
            f"so scenarios cannot start from it; use from_baseline=False. {outcome.advice}"
        )
    final: NDArray[np.float64] = alone.final[0]
    return final
