"""What each scenario changes against doing nothing, on one map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from fcm.errors import NotSettledError, ScenarioError, UnknownConceptError, nearest
from fcm.inference import Dynamics, Outcome, simulate
from fcm.inference.baseline import with_baseline
from fcm.inference.tables import table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

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
        """Return one dict per scenario and concept: baseline, final, change, settled, outcome."""
        return [
            {
                "scenario": scenario.name,
                "concept": name,
                "baseline": float(self.baseline[j]),
                "final": float(self.final[s, j]),
                "change": float(self.delta[s, j]),
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

    Raises
    ------
    ScenarioError
        If there is no scenario, or a name stands twice.
    UnknownConceptError
        If a scenario or `initial` names a concept that is not in the map.
    DynamicsError
        If `initial` has a row per run.

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
    """
    listed = with_baseline(m, scenarios, initial)
    run = simulate(m, listed, initial=initial, dynamics=dynamics)
    return Comparison(
        names=run.names,
        scenarios=listed[1:],
        baseline=run.final[0].copy(),
        baseline_outcome=Outcome(int(run.outcome[0])),
        final=run.final[1:].copy(),
        outcome=run.outcome[1:].copy(),
    )
