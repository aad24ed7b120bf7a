"""How posts are cut into calendar periods: by day, week, month or quarter, without gaps."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fcm import periods
from fcm.errors import EvidenceError
from fcm.periods import Frequency

if TYPE_CHECKING:
    import polars as pl

__all__ = ["frequency_of", "label", "labels", "ordinals"]

_EVERY: dict[str, Frequency] = {"1d": "day", "1w": "week", "1mo": "month", "1q": "quarter"}
_LONGEST = 20_000


def frequency_of(every: str) -> Frequency:
    """Return the frequency of a setting such as "1mo".

    Raises
    ------
    EvidenceError
        If it is none of "1d", "1w", "1mo", "1q".
    """
    if every not in _EVERY:
        known = ", ".join(repr(each) for each in _EVERY)
        raise EvidenceError(f"every={every!r} is no length of a period; expected one of {known}.")
    return _EVERY[every]


def label(day: date, *, every: str) -> str:
    """Return the label of the period that holds a day.

    Examples
    --------
    >>> [label(date(2015, 9, 15), every=each) for each in ("1d", "1w", "1mo", "1q")]
    ['2015-09-15', '2015-W38', '2015-09', '2015-Q3']
    """
    of = frequency_of(every)
    return periods.label(periods.ordinal_of_day(day, of), of)


def labels(first: date, last: date, *, every: str) -> tuple[str, ...]:
    """Return the labels of all periods from one day to another, those without posts too.

    Parameters
    ----------
    first, last : date
        Both within.
    every : {"1d", "1w", "1mo", "1q"}

    Raises
    ------
    EvidenceError
        If there are more than 20,000 periods: a date is then most likely wrong.

    Examples
    --------
    >>> labels(date(2015, 11, 30), date(2016, 2, 1), every="1mo")
    ('2015-11', '2015-12', '2016-01', '2016-02')
    """
    of = frequency_of(every)
    low, high = (periods.ordinal_of_day(day, of) for day in (first, last))
    if high - low >= _LONGEST:
        raise EvidenceError(
            f"the posts run from {first} to {last}, more than {_LONGEST:,} periods of {every!r}; "
            "look for a wrong date or take longer periods."
        )
    return tuple(periods.label(number, of) for number in range(low, high + 1))


def ordinals(days: pl.Series, *, every: str) -> pl.Series:
    """Return the places on the calendar of the periods that hold the days.

    Parameters
    ----------
    days : polars.Series of Date
    every : {"1d", "1w", "1mo", "1q"}

    Returns
    -------
    polars.Series of Int32
        As `fcm.periods.ordinal_of_day`.

    Examples
    --------
    >>> import polars as pl
    >>> ordinals(pl.Series([date(2015, 9, 15), date(2015, 12, 31)]), every="1q").to_list()
    [8062, 8063]
    """
    import polars as pl

    of = frequency_of(every)
    # A polars date counts from 1970, an ordinal from the year 1.
    number = days.cast(pl.Int32) + date(1970, 1, 1).toordinal()
    if of == "day":
        return number
    if of == "week":
        return (number - 1) // 7
    month = days.dt.year() * 12 + days.dt.month().cast(pl.Int32) - 1
    return month if of == "month" else month // 3
