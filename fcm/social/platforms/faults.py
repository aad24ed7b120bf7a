"""Why a row could not be read, in words that hold nothing of the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcm.frozen import FrozenDict
from fcm.social.posts import PostsReport

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CLASH",
    "DAY_OR_MONTH",
    "FUTURE",
    "LONG",
    "NO_DATE",
    "NO_JSON",
    "NO_MONTH",
    "NO_PLACE",
    "NO_POST",
    "NO_QUOTE",
    "NO_ZONE",
    "OLD",
    "PRIVATE",
    "ROUNDED",
    "UNREADABLE",
    "WIDTH",
    "broken_report",
]

NO_DATE = "no date"
FUTURE = "date in the future"
OLD = "date before 1990"
CLASH = "id of another post"
NO_JSON = "no JSON"
NO_POST = "no post of this source"
PRIVATE = "post that is not public"
WIDTH = "wrong number of fields"
LONG = "row over 16 MB"
NO_QUOTE = "quote that is not closed"
NO_ZONE = "unknown time zone"
UNREADABLE = "unreadable row"
DAY_OR_MONTH = "date that ends in its year; if the day stands first, read with day_first=True"
NO_MONTH = "date that is no day-month-year, as day_first=True says it is"
NO_PLACE = "place that is not in degrees; convert the coordinates to EPSG:4326"
ROUNDED = "id or author rounded to a number such as 1.2E+18; export these columns as text"


def broken_report(faults: Iterable[tuple[str, int]], *, rows: int | None = None) -> PostsReport:
    """Return the report of rows that were dropped.

    Parameters
    ----------
    faults : iterable of (reason, line)
    rows : int, optional
        How many rows they are of; as many as there are faults unless given.

    Examples
    --------
    >>> broken_report([(NO_DATE, 3), (NO_DATE, 9)]).sentences()
    ('2 of 2 rows are broken: no date (lines 3, 9).',)
    """
    count: dict[str, int] = {}
    lines: dict[str, tuple[int, ...]] = {}
    for reason, line in faults:
        count[reason] = count.get(reason, 0) + 1
        if count[reason] <= PostsReport.SHOWN:
            lines[reason] = (*lines.get(reason, ()), line)
    total = sum(count.values())
    return PostsReport(
        rows=total if rows is None else rows, broken=FrozenDict(count), lines=FrozenDict(lines)
    )
