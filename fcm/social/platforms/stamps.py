"""Dates and times as text, read as UTC to the second."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["EARLIEST", "YEAR_LAST", "latest", "moment", "moments"]

EARLIEST = datetime(1990, 1, 1)

_PLAIN = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|\+00:00)?$"
YEAR_LAST = r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\b"
_CLOCK = r"(?:(?:T|,? +)(?P<clock>\d{1,2}:\d\d(?::\d\d)?)(?:[.,]\d+)? ?(?P<zone>Z|UTC|GMT)?)?"
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})" + _CLOCK, re.ASCII)
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})([-/.])(?P<m>\d{1,2})\2(?P<y>\d{4})" + _CLOCK, re.ASCII)
# Seconds since 1970, or thousandths, millionths or billionths of them; none before 2001.
_EPOCH = re.compile(r"(\d{10})(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?", re.ASCII)


def moment(stamp: str, *, day_first: bool = False) -> datetime | None:
    """Return a date or time in ISO form as UTC without an offset, or None.

    A time without an offset counts as UTC. Read as well are times written as a duration
    ("0 days 10:50:19"), dates with the year first ("2018/1/31 9:05"), seconds since 1970, and,
    only if `day_first` says so, dates with the year last ("31-1-2018 9:05").

    Examples
    --------
    >>> moment("2018-01-01T00:30:00+02:00"), moment("01/02/2018")
    (datetime.datetime(2017, 12, 31, 22, 30), None)
    >>> moment("01/02/2018 9:05", day_first=True), moment("1517443500")
    (datetime.datetime(2018, 2, 1, 9, 5), datetime.datetime(2018, 2, 1, 0, 5))
    """
    if (epoch := _EPOCH.fullmatch(stamp)) is not None:
        return datetime(1970, 1, 1) + timedelta(seconds=int(epoch[1]))
    written = _YEAR_FIRST.fullmatch(stamp)
    if written is None and day_first:
        written = _DAY_FIRST.fullmatch(stamp)
    if written is not None:
        hour, _, rest = (written["clock"] or "0:00").partition(":")
        stamp = f"{written['y']}-{written['m']:0>2}-{written['d']:0>2}T{hour:0>2}:{rest}"
    try:
        found = datetime.fromisoformat(re.sub(r"\b0 days ", "", stamp))
        if found.tzinfo is not None:
            found = found.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return found.replace(microsecond=0)


def moments(stamps: pl.Series, *, day_first: bool = False) -> pl.Series:
    """Return what `moment` does, for a column of text; null where it is no date."""
    import polars as pl

    at = pl.col("stamp")
    frame = pl.DataFrame({"stamp": stamps}).select(
        at,
        pl.when(at.str.contains(_PLAIN))
        .then(
            (at.str.slice(0, 10) + " " + at.str.slice(11, 8)).str.to_datetime(
                "%Y-%m-%d %H:%M:%S", time_unit="us", strict=False
            )
        )
        .alias("moment"),
    )
    rest = frame.filter(pl.col("moment").is_null() & at.is_not_null())["stamp"].unique()
    if rest.len():
        found = pl.DataFrame(
            {
                "stamp": rest,
                "other": [moment(each, day_first=day_first) for each in rest.to_list()],
            },
            schema_overrides={"other": pl.Datetime("us")},
        )
        frame = frame.join(found, on="stamp", how="left", maintain_order="left").with_columns(
            pl.coalesce("moment", "other").alias("moment")
        )
    return frame["moment"]


def latest(now: date | None) -> datetime:
    """Return the last moment that is not in the future: the end of a day, a time, or tomorrow.

    Examples
    --------
    >>> latest(date(2018, 1, 31))
    datetime.datetime(2018, 2, 1, 0, 0)
    """
    if now is None:
        return datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    if not isinstance(now, datetime):
        return datetime(now.year, now.month, now.day) + timedelta(days=1)
    return now if now.tzinfo is None else now.astimezone(UTC).replace(tzinfo=None)
