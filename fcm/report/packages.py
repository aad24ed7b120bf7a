"""The scenarios as a reader compares them: single packages, bundles of them, and who leads.

A bundle moves the levers of at least two other packages; it is compared apart, because doing
everything at once is seldom the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fcm.concept import Direction
    from fcm.report.findings import Findings
    from fcm.scenario import Scenario

__all__ = [
    "Standing",
    "best_shares",
    "bundles",
    "judged",
    "moved",
    "singles",
    "standings",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one scenario does to one outcome.

    Parameters
    ----------
    scenario : str
        Its name.
    change : float
        Change against no intervention with the mean weights; NaN if a run did not settle.
    low, high : float
        5 and 95 % quantile of the change over the draws that settled.
    increase, decrease : float
        Share of settled draws in which the outcome rises, and falls, by more than `resolution`.
    settled : bool
        Whether the run with the mean weights settled.
    settled_share : float
        Share of the draws that settled.
    resolution : float
        Changes up to this size are no change: runs stop at the tolerance of the dynamics.
    """

    scenario: str
    change: float
    low: float
    high: float
    increase: float
    decrease: float
    settled: bool
    settled_share: float
    resolution: float

    @property
    def direction(self) -> int:
        """1 where the outcome rises with the mean weights, -1 where it falls, 0 for neither."""
        return int(self.change > self.resolution) - int(self.change < -self.resolution)

    @property
    def crosses(self) -> bool:
        """Whether the interval holds no change, or is not known."""
        return not (self.low > self.resolution or self.high < -self.resolution)


def judged(findings: Findings) -> tuple[str, ...]:
    """Return the concepts by which packages are judged: the outcomes, or all that nobody moves."""
    if findings.map.outcomes:
        return findings.map.outcomes
    held = {name for scenario in findings.comparison.scenarios for name in moved(scenario)}
    return tuple(name for name in findings.map.names if name not in held)


def moved(scenario: Scenario) -> frozenset[str]:
    """Return the concepts that a scenario acts on."""
    return frozenset(
        name
        for act in scenario.acts
        for name in (*act.clamp, *act.push, *(cause for cause, _ in act.links))
    )


def bundles(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Return the names of the scenarios that hold the levers of two or more others.

    Examples
    --------
    >>> from fcm.scenario import Scenario
    >>> bundles([Scenario("a", clamp={"x": 1}), Scenario("b", clamp={"y": 1}),
    ...          Scenario("both", clamp={"x": 1, "y": 1})])
    ('both',)
    """
    levers = {scenario.name: moved(scenario) for scenario in scenarios}
    return tuple(
        name
        for name, mine in levers.items()
        if len({theirs for theirs in levers.values() if theirs and theirs < mine}) >= 2
    )


def singles(findings: Findings) -> tuple[str, ...]:
    """Return the names of the packages that are no bundles, or of all if nothing else is left."""
    scenarios = findings.comparison.scenarios
    together = bundles(scenarios)
    names = tuple(each.name for each in scenarios)
    return tuple(name for name in names if name not in together) or names


def standings(findings: Findings, outcome: str) -> tuple[Standing, ...]:
    """Return what every scenario does to one outcome, in the study's order."""
    comparison, ensemble = findings.comparison, findings.ensemble
    column = comparison.names.index(outcome)
    with_draws = {scenario.name: s for s, scenario in enumerate(ensemble.scenarios)}
    quantiles = ensemble.quantiles(outcome, (0.05, 0.95))
    increase = ensemble.probability_of_increase(outcome)
    draws = ensemble.of(outcome)
    result = []
    for s, scenario in enumerate(comparison.scenarios):
        settled = bool(comparison.settled[s])
        d = with_draws[scenario.name]
        known = draws[ensemble.settled[:, d], d]
        result.append(
            Standing(
                scenario=scenario.name,
                change=float(comparison.delta[s, column]) if settled else float("nan"),
                low=float(quantiles[d, 0]),
                high=float(quantiles[d, 1]),
                increase=float(increase[d]),
                decrease=float((known < -ensemble.resolution).mean()) if len(known) else np.nan,
                settled=settled,
                settled_share=float(ensemble.settled_share[d]),
                resolution=ensemble.resolution,
            )
        )
    return tuple(result)


def best_shares(
    findings: Findings, outcome: str, good: Direction, *, among: Sequence[str]
) -> dict[str, float]:
    """Return the share of draws in which each of some scenarios does most for an outcome.

    Only draws in which all of them settled count; ties within the resolution are split. Empty if
    there is no such draw.
    """
    ensemble = findings.ensemble
    names = [scenario.name for scenario in ensemble.scenarios]
    rows = [names.index(name) for name in among]
    change: NDArray[np.float64] = ensemble.of(outcome)[:, rows]
    change = change[np.isfinite(change).all(axis=1)]
    if not change.size:
        return {}
    gain = -change if good == "down" else change
    best = gain >= gain.max(axis=1, keepdims=True) - ensemble.resolution
    shares = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return {name: float(share) for name, share in zip(among, shares, strict=True)}
