"""What period labels say: which calendar they follow and where on it each one lies.

It knows days, ISO weeks, months, quarters and years. Labels of another form keep their order and
nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from fcm.errors import LearningError
from fcm.periods import Frequency, frequency, ordinal

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Calendar", "Periods", "read_periods"]

Calendar: TypeAlias = Frequency | Literal["none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Periods on their calendar.

    Parameters
    ----------
    calendar : {"day", "week", "month", "quarter", "year", "none"}
    ordinal : ndarray of int64, shape (T,)
        Number of the day, week, month, ... counted from a fixed one: neighbours differ by 1, and
        a gap shows. Without a calendar, the position.
    """

    calendar: Calendar
    ordinal: NDArray[np.int64]

    def take(self, rows: NDArray[np.intp]) -> Periods:
        """Return these periods only."""
        return Periods(calendar=self.calendar, ordinal=self.ordinal[rows])


def read_periods(labels: Sequence[str]) -> Periods:
    """Return the calendar of period labels and each one's place on it.

    Raises
    ------
    LearningError
        If labels of several calendars are mixed, or a label names no date.

    Examples
    --------
    >>> read_periods(["2018-12", "2019-01", "2019-03"]).ordinal - 12 * 2018
    array([11, 12, 14])
    """
    found = [(frequency(label) or "none", label) for label in labels]
    calendar: Calendar = found[0][0] if found else "none"
    for other, label in found:
        if other != calendar:
            raise LearningError(
                f"the panel mixes periods such as {labels[0]!r} and {label!r}; expected one "
                "frequency. Bring both sides to the coarser one first."
            )
    if calendar == "none":
        for label in labels:
            if re.match(r"\d{4}-", label):
                raise LearningError(
                    f"the period {label!r} is in no calendar; expected a form such as '2018', "
                    "'2018-Q4', '2018-12', '2018-W51' or '2018-12-31'."
                )
        return Periods(calendar=calendar, ordinal=np.arange(len(labels), dtype=np.int64))
    numbers = []
    for label in labels:
        try:
            numbers.append(ordinal(label, calendar))
        except ValueError as error:
            raise LearningError(f"the period {label!r} is no {calendar}: {error}.") from None
    return Periods(calendar=calendar, ordinal=np.array(numbers, dtype=np.int64))
