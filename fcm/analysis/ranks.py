"""Whether the scenarios keep their order when the transfer gets steeper or flatter.

The slope of the transfer is nobody's judgement and saturates effects, so levels depend on it. What
can be said is whether the ranking does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fcm.analysis.compare import compare
from fcm.errors import DynamicsError, UnknownConceptError, nearest
from fcm.frozen import frozen_array
from fcm.inference import Dynamics, Sigmoid, Tanh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario

__all__ = ["RankStability", "rank_stability"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RankStability:
    """Change of every concept under every scenario, for each slope of the transfer.

    Parameters
    ----------
    slopes : ndarray of shape (K,)
    scenarios : tuple of str, length S
    names : tuple of str, length n
    delta : ndarray of shape (K, S, n)
        Change against the no-intervention run at that slope; NaN where a run did not settle.
    """

    slopes: NDArray[np.float64]
    scenarios: tuple[str, ...]
    names: tuple[str, ...]
    delta: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "slopes", frozen_array(self.slopes))
        object.__setattr__(self, "delta", frozen_array(self.delta))

    def of(self, concept: str) -> NDArray[np.float64]:
        """Return the change of one concept, shape (K, S)."""
        if concept not in self.names:
            raise UnknownConceptError(
                f"{concept!r} was not simulated. {nearest(concept, self.names)}"
            )
        return self.delta[:, :, self.names.index(concept)]

    def order(self, concept: str) -> tuple[tuple[str, ...], ...]:
        """Return the settled scenarios from largest to smallest change, one tuple per slope."""
        return tuple(
            tuple(self.scenarios[s] for s in np.argsort(-row, kind="stable") if row[s] == row[s])
            for row in self.of(concept)
        )

    def stable(self, concept: str) -> bool:
        """Say whether every slope settles every scenario and gives the same order."""
        orders = self.order(concept)
        return len(set(orders)) == 1 and len(orders[0]) == len(self.scenarios)

    def __repr__(self) -> str:
        return (
            f"RankStability({len(self.scenarios)} scenarios over slopes "
            f"{', '.join(f'{slope:g}' for slope in self.slopes)})"
        )


def rank_stability(
    m: CognitiveMap,
    scenarios: Sequence[Scenario],
    *,
    slopes: Sequence[float],
    dynamics: Dynamics | None = None,
    initial: Mapping[str, float] | ArrayLike | None = None,
) -> RankStability:
    """Return what each scenario does at each slope of the transfer.

    Parameters
    ----------
    m : CognitiveMap
    scenarios : sequence of Scenario
    slopes : sequence of float, each above 0
    dynamics : Dynamics, optional
        Its transfer must have a slope (sigmoid or tanh).

    Raises
    ------
    DynamicsError
        If the transfer has no slope, or no slope is given.
    """
    dynamics = Dynamics() if dynamics is None else dynamics
    if not isinstance(dynamics.transfer, Sigmoid | Tanh):
        raise DynamicsError(
            f"{dynamics.transfer!r} has no slope; rank_stability needs Sigmoid or Tanh."
        )
    if not slopes:
        raise DynamicsError("no slopes to compare; pass for example slopes=[0.5, 1, 2].")
    rows = []
    for slope in slopes:
        steeper = replace(dynamics, transfer=replace(dynamics.transfer, slope=float(slope)))
        comparison = compare(m, scenarios, steeper, initial=initial)
        rows.append(np.where(comparison.settled[:, None], comparison.delta, np.nan))
    return RankStability(
        slopes=np.array(slopes, dtype=float),
        scenarios=tuple(scenario.name for scenario in scenarios),
        names=m.names,
        delta=np.array(rows),
    )
