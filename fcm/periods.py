"""Labels of periods that sort as text: "2018", "2018-Q4", "2018-12", "2018-W51", "2018-12-31".

A period is a label and its place on its calendar: neighbours differ by 1, and a gap shows.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, TypeAlias

__all__ = ["Frequency", "frequency", "label", "ordinal", "ordinal_of_day"]

Frequency: TypeAlias = Literal["day", "week", "month", "quarter", "year"]

_FORMS: dict[Frequency, re.Pattern[str]] = {
    "day": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII),
    "week": re.compile(r"\d{4}-W(0[1-9]|[1-4]\d|5[0-3])", re.ASCII),
    "month": re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII),
    "quarter": re.compile(r"\d{4}-Q[1-4]", re.ASCII),
    "year": re.compile(r"\d{4}", re.ASCII),
}
_PER_YEAR: dict[Frequency, int] = {"year": 1, "quarter": 4, "month": 12}


def frequency(period: str) -> Frequency | None:
    """Return how long a period is, told from the form of its label; None if it is no period.

    Examples
    --------
    >>> frequency("2018-12"), frequency("2018-13")
    ('month', None)
    """
    return next((name for name, form in _FORMS.items() if form.fullmatch(period)), None)


def ordinal(period: str, of: Frequency) -> int:
    """Return the place of a period on its calendar.

    Raises
    ------
    ValueError
        If the label has the form of a period but is in no calendar: "2018-02-30", "2018-W53".

    Examples
    --------
    >>> ordinal("2019-01", "month") - ordinal("2018-11", "month")
    2
    """
    if of == "day":
        return date.fromisoformat(period).toordinal()
    year, rest = int(period[:4]), period[5:].lstrip("QW")
    if of == "week":
        return date.fromisocalendar(year, int(rest), 1).toordinal() // 7
    return year * _PER_YEAR[of] + (int(rest) - 1 if rest else 0)


def ordinal_of_day(day: date, of: Frequency) -> int:
    """Return the place of the period that holds a day.

    Examples
    --------
    >>> label(ordinal_of_day(date(2018, 12, 31), "week"), "week")
    '2019-W01'
    """
    if of == "day":
        return day.toordinal()
    if of == "week":
        return (day.toordinal() - 1) // 7
    return day.year * _PER_YEAR[of] + (day.month - 1) * _PER_YEAR[of] // 12


def label(number: int, of: Frequency) -> str:
    """Return the label of a place on a calendar, the inverse of `ordinal`.

    Examples
    --------
    >>> label(ordinal("2018-Q4", "quarter") + 1, "quarter")
    '2019-Q1'
    """
    if of == "day":
        return date.fromordinal(number).isoformat()
    if of == "week":
        year, week, _ = date.fromordinal(number * 7 + 1).isocalendar()
        return f"{year:04d}-W{week:02d}"
    year, part = divmod(number, _PER_YEAR[of])
    if of == "year":
        return f"{year:04d}"
    return f"{year:04d}-Q{part + 1}" if of == "quarter" else f"{year:04d}-{part + 1:02d}"
