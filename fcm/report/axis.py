"""A horizontal axis: where a value stands, and the ticks under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fcm.report.svg import line, text, ticks
from fcm.report.table import typeset

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Axis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A horizontal axis.

    Parameters
    ----------
    low, high : float
        Range of values; `high` above `low`.
    left, right : float
        Where the range begins and ends in the picture.

    Examples
    --------
    >>> Axis(low=-1, high=1, left=100, right=200).x(0)
    150.0
    """

    low: float
    high: float
    left: float
    right: float

    def x(self, value: float) -> float:
        """Return where a value stands; values beyond the range stand at its end."""
        value = min(max(value, self.low), self.high)
        return self.left + (self.right - self.left) * (value - self.low) / (self.high - self.low)

    def drawn(
        self, top: float, bottom: float, *, form: Callable[[float], str], zero: bool = True
    ) -> str:
        """Return grid lines with their figures below, and a stronger line at zero."""
        parts = []
        for tick in ticks(self.low, self.high):
            x = self.x(tick)
            parts.append(line(x, top, x, bottom, style="zero" if zero and tick == 0 else "rule"))
            words = typeset(form(tick))
            parts.append(text(x, bottom + 15, words, anchor="middle", style="small quiet"))
        return "".join(parts)
