"""The run that every scenario is measured against: the same map, nothing done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import DynamicsError, ScenarioError
from fcm.inference.loop.schedule import check_scenarios
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fcm.map import CognitiveMap

__all__ = ["with_baseline"]


def with_baseline(
    m: CognitiveMap,
    scenarios: Scenario | Sequence[Scenario],
    initial: Mapping[str, float] | ArrayLike | None,
) -> tuple[Scenario, ...]:
    """Return a scenario in which nothing is done, followed by the given ones, all checked.

    Raises
    ------
    ScenarioError
        If there is no scenario, or one does not fit the map.
    DynamicsError
        If the start values differ by run: then there is no single run to compare with.
    """
    checked = check_scenarios(m, scenarios)
    if not checked:
        raise ScenarioError(
            "no scenario to compare with the no-intervention run; give at least one, or use "
            "simulate() for the run alone."
        )
    if initial is not None and not isinstance(initial, Mapping) and np.ndim(initial) > 1:
        raise DynamicsError(
            f"initial has shape {np.shape(initial)}; scenarios are compared with one "
            "no-intervention run, so give one start vector (n,) and put differences into "
            "Scenario(initial=...)."
        )
    taken = {scenario.name for scenario in checked}
    free = ("no intervention", *(f"no intervention {k}" for k in range(len(taken))))
    return Scenario(next(name for name in free if name not in taken)), *checked
