"""Signals put together along time: closed periods first, then those that are still open.

Published cells go in and come out; nothing here knows a post.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import EvidenceError
from fcm.periods import label, ordinal
from fcm.social.counts.aggregates import suppress
from fcm.social.periods import frequency_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.periods import Frequency
    from fcm.social.counts.aggregates import Signals

__all__ = ["Purge", "first_day", "join_periods", "stricter", "tables", "utc_day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """What one purge closed.

    Parameters
    ----------
    on : date
        The day for which it was made.
    first, last : str
        Labels of the first and last period that were closed.
    rows : int
        Scored posts that were dropped.
    """

    on: date
    first: str
    last: str
    rows: int


def first_day(number: int, of: Frequency) -> date:
    """Return the first day of a period, by its place on the calendar.

    Examples
    --------
    >>> from fcm.periods import ordinal
    >>> str(first_day(ordinal("2018-Q4", "quarter"), "quarter"))
    '2018-10-01'
    >>> str(first_day(ordinal("2019-W01", "week"), "week"))
    '2018-12-31'
    """
    if of == "day":
        return date.fromordinal(number)
    if of == "week":
        return date.fromordinal(number * 7 + 1)
    per_year = {"year": 1, "quarter": 4, "month": 12}[of]
    year, part = divmod(number, per_year)
    return date(year, part * (12 // per_year) + 1, 1)


def tables(signals: Signals) -> dict[str, NDArray[np.float64]]:
    """Return the arrays of signals by name, those that are known."""
    named = ((each.name, getattr(signals, each.name)) for each in fields(signals))
    return {name: value for name, value in named if isinstance(value, np.ndarray)}


def stricter(signals: Signals, *, k: int) -> Signals:
    """Return the signals under another threshold; what is suppressed stays so.

    Of how many authors a mood or an engagement is known is not published, so under a larger k
    these means are suppressed wholly.
    """
    total, authors, valence = suppress(signals.active, signals.authors, signals.valence, k=k)
    changes: dict[str, Any] = {"active": total, "authors": authors, "valence": valence, "k": k}
    hidden = np.isnan(authors) | (k > signals.k)
    for name, each in tables(signals).items():
        if name not in changes:
            gone = np.isnan(authors) if name == "effective" else hidden
            changes[name] = np.where(gone, np.nan, each)
    heard = None if signals.heard is None else signals.heard.rounded(k)
    return replace(signals, heard=heard, **changes)


def join_periods(earlier: Signals, later: Signals) -> Signals:
    """Return both in one table; periods between them stand there, suppressed.

    Raises
    ------
    EvidenceError
        If they differ in concepts or length of period, or `later` does not come after.
    """
    of = frequency_of(later.every)
    if earlier.concepts != later.concepts or earlier.every != later.every:
        raise EvidenceError("signals that differ in concepts or periods cannot be joined.")
    last, first = ordinal(earlier.periods[-1], of), ordinal(later.periods[0], of)
    if first <= last:
        raise EvidenceError(
            f"the later signals begin in {later.periods[0]}, within the earlier ones."
        )
    gap = tuple(label(number, of) for number in range(last + 1, first))
    shape = (len(gap), len(later.concepts))
    before, after = tables(earlier), tables(later)
    joined: dict[str, Any] = {}
    for name in sorted(before | after):
        blanks = (after.get(name, before.get(name))).ndim  # type: ignore[union-attr]
        joined[name] = np.concatenate(
            [
                _part(before.get(name), (len(earlier.periods), shape[1])[:blanks]),
                np.full(shape[:blanks], np.nan),
                _part(after.get(name), (len(later.periods), shape[1])[:blanks]),
            ]
        )
    return replace(later, periods=(*earlier.periods, *gap, *later.periods), **joined)


def _part(values: NDArray[np.float64] | None, shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.full(shape, np.nan) if values is None else values


def utc_day(now: datetime | date) -> date:
    """Return the day in UTC; a time without offset counts as UTC."""
    if not isinstance(now, datetime):
        return now
    return (now if now.tzinfo is None else now.astimezone(UTC)).date()
