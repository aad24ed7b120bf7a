"""Calendar periods: the labels of days, weeks, months and quarters, without gaps."""

from __future__ import annotations

import re
from datetime import date, timedelta

from fcm.errors import EvidenceError

__all__ = ["EVERY", "check_every", "is_label", "label", "labels"]

EVERY = {
    "1d": r"\d{4}-\d{2}-\d{2}",
    "1w": r"\d{4}-W\d{2}",
    "1mo": r"\d{4}-\d{2}",
    "1q": r"\d{4}-Q[1-4]",
}
LONGEST = 20_000


def check_every(every: str) -> str:
    """Return `every` if it is one of the lengths that exist.

    Raises
    ------
    EvidenceError
        Otherwise.
    """
    if every not in EVERY:
        known = ", ".join(repr(each) for each in EVERY)
        raise EvidenceError(f"every={every!r} is no length of a period; expected one of {known}.")
    return every


def label(day: date, *, every: str) -> str:
    """Return the label of the period that holds a day.

    Examples
    --------
    >>> [label(date(2015, 9, 15), every=each) for each in ("1d", "1w", "1mo", "1q")]
    ['2015-09-15', '2015-W38', '2015-09', '2015-Q3']
    """
    if every == "1d":
        return day.isoformat()
    if every == "1w":
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    if every == "1q":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}-{day.month:02d}"


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
    days = (last - first).days
    shortest = {"1d": 1, "1w": 7, "1mo": 28, "1q": 90}[check_every(every)]
    if days // shortest > LONGEST:
        raise EvidenceError(
            f"the posts run from {first} to {last}, more than {LONGEST:,} periods of {every!r}; "
            "look for a wrong date or take longer periods."
        )
    step = min(shortest, 28)
    seen = dict.fromkeys(
        label(first + timedelta(days=offset), every=every) for offset in range(0, days + 1, step)
    )
    seen[label(last, every=every)] = None
    return tuple(seen)


def is_label(text: str, *, every: str) -> bool:
    """Say whether a text looks like the label of such a period.

    Examples
    --------
    >>> is_label("2015-W38", every="1w"), is_label("2015-38", every="1w")
    (True, False)
    """
    return re.fullmatch(EVERY[every], text) is not None
