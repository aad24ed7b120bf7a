"""An effect: what a policy was seen to do to an outcome."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from fcm.errors import EvidenceError
from fcm.evidence.claim import Origin
from fcm.frozen import FrozenDict
from fcm.scenario import Scenario

__all__ = ["Effect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a policy was seen to do to an outcome.

    Parameters
    ----------
    scenario : Scenario
        What was done, in the map's own terms.
    outcome : str
        The concept that changed.
    change : float
        Change against no intervention, in activation units.
    spread : float, above 0
        Standard deviation of `change`.
    origin : Origin
    treated : str
        The unit where the policy began, if the effect is a comparison of units.
    rank, of : int, optional
        Place of the treated unit among all units by size of change, and their number.
    pre_change : float, optional
        The same figure one period of comparison earlier; near 0 where there is no earlier trend.
    p : float, optional
        Placebo p value; it cannot be smaller than 1 / `of`.
    relative : float, optional
        The change as a share of what would have been: -0.16 means 16 % lower.
    interval : tuple of float, optional
        95 % interval of `relative`.
    placebos : mapping of unit to float
        The same figure as `relative`, had each of the other units been the treated one.
    """

    scenario: Scenario
    outcome: str
    change: float
    spread: float
    origin: Origin
    treated: str = ""
    rank: int | None = None
    of: int | None = None
    pre_change: float | None = None
    p: float | None = None
    relative: float | None = None
    interval: tuple[float, float] | None = None
    placebos: Mapping[str, float] = field(default_factory=FrozenDict)

    def __post_init__(self) -> None:
        if not math.isfinite(self.change):
            raise EvidenceError(
                f"effect on {self.outcome!r} has change {self.change}; expected a finite number."
            )
        if not (math.isfinite(self.spread) and self.spread > 0):
            raise EvidenceError(
                f"effect on {self.outcome!r} has spread {self.spread}; expected a number above 0."
            )
        object.__setattr__(self, "placebos", FrozenDict(self.placebos))
