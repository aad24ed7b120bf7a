"""From days to months, from months to years: a series of a lower frequency, and how it is made.

Nothing is aggregated unasked. A sum over eleven months is no sum of a year: unless less coverage is
allowed, a period with a gap stays missing.
"""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import replace
from datetime import date
from typing import Literal

import numpy as np

from fcm import periods as calendar
from fcm.errors import EvidenceError
from fcm.lod.series.series import Series
from fcm.periods import Frequency

__all__ = ["coarser"]

_HOW = ("mean", "sum", "first", "last")
_NESTED: dict[Frequency, tuple[Frequency, ...]] = {
    "day": ("week", "month", "quarter", "year"),
    "month": ("quarter", "year"),
    "quarter": ("year",),
    "week": (),
    "year": (),
}


def coarser(
    series: Series,
    *,
    to: Frequency,
    how: Literal["mean", "sum", "first", "last"],
    coverage: float = 1.0,
) -> Series:
    """Return a series by month, quarter or year out of one of a higher frequency.

    Parameters
    ----------
    series : Series
        Not normalised.
    to : {"week", "month", "quarter", "year"}
        Weeks fit into no month and stay weeks.
    how : {"mean", "sum", "first", "last"}
        Mean and sum are over the known values; first and last are the first and last known one.
    coverage : float in (0, 1], default 1
        Which share of a period must be known for a mean or a sum; else it is missing.

    Raises
    ------
    EvidenceError
        If the frequencies do not nest, or an option is unknown.

    Examples
    --------
    >>> uses = Series(name="uses", periods=("2018-01", "2018-02", "2018-03"), values=[1, 2, 3])
    >>> coarser(uses, to="quarter", how="sum").values, coarser(uses, to="year", how="sum").values
    (array([6.]), array([nan]))
    """
    if how not in _HOW:
        raise EvidenceError(f"how is {how!r}; expected one of {', '.join(map(repr, _HOW))}.")
    if not 0 < coverage <= 1:
        raise EvidenceError(f"coverage is {coverage}; expected a share in (0, 1].")
    if series.scale is not None or series.bounds is not None:
        raise EvidenceError(f"series {series.name!r} is normalised; aggregate the original.")
    of = calendar.frequency(series.periods[0]) if series.periods else None
    if of is None or to not in _NESTED[of]:
        raise EvidenceError(
            f"series {series.name!r} by {of or 'no period'} cannot be brought to {to!r}; expected "
            f"one of {', '.join(map(repr, _NESTED[of] if of else ())) or 'nothing'}."
        )
    groups: dict[int, list[int]] = {}
    for i, each in enumerate(series.periods):
        groups.setdefault(calendar.ordinal_of_day(_first_day(each, of), to), []).append(i)
    values, confidence = [], []
    for number, rows in groups.items():
        known = [i for i in rows if math.isfinite(series.values[i])]
        x, c = series.values[known], series.confidence[known]
        enough = how in ("first", "last") or len(known) >= coverage * _length(number, of, to)
        if not known or not enough:
            values.append(math.nan)
            confidence.append(0.0)
        elif how in ("first", "last"):
            values.append(float(x[0 if how == "first" else -1]))
            confidence.append(float(c[0 if how == "first" else -1]))
        else:
            total = math.fsum(x.tolist())
            values.append(total / len(known) if how == "mean" else total)
            confidence.append(float(np.mean(c)))
    note = f"{how} by {to}" + (f", coverage {coverage:g}" if how in ("mean", "sum") else "")
    return replace(
        series,
        periods=tuple(calendar.label(each, to) for each in groups),
        values=np.array(values),
        confidence=np.array(confidence),
        origin=replace(series.origin, note="; ".join(x for x in (series.origin.note, note) if x)),
    )


def _first_day(period: str, of: Frequency) -> date:
    if of == "day":
        return date.fromisoformat(period)
    year = int(period[:4])
    month = int(period[5:]) if of == "month" else 3 * int(period[6:]) - 2
    return date(year, month, 1)


def _length(number: int, of: Frequency, to: Frequency) -> int:
    """Return how many periods of one frequency a period of another has."""
    if of != "day":
        return {("month", "quarter"): 3, ("month", "year"): 12, ("quarter", "year"): 4}[of, to]
    if to == "week":
        return 7
    year, part = divmod(number, {"year": 1, "quarter": 4, "month": 12}[to])
    months = {"year": range(1, 13), "quarter": range(3 * part + 1, 3 * part + 4)}
    return sum(monthrange(year, each)[1] for each in months.get(to, (part + 1,)))
