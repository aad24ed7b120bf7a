"""Columns of dates as labels of periods, all of one frequency and without gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm import periods
from fcm.errors import EvidenceError
from fcm.lod.series.period_codes import labels_of
from fcm.periods import Frequency

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["frequency", "labels", "span"]

_LONGEST = 200_000


def labels(array: NDArray[Any], *, column: str) -> list[str]:
    """Return one label for each row of a column of periods.

    Parameters
    ----------
    array : ndarray of shape (rows,)
        Years, datetime64 or text as `fcm.lod.period_codes` reads it. Times give their day.
    column : str
        Its name, for messages.

    Raises
    ------
    EvidenceError
        If a row has no valid period.

    Examples
    --------
    >>> labels(np.array(["2018-11", "2018-12"], dtype="datetime64[M]"), column="month")
    ['2018-11', '2018-12']
    """
    if array.dtype.kind == "M":
        missing = np.isnat(array)
        unit = np.datetime_data(array.dtype)[0]
        array = array.astype("datetime64[D]") if unit not in ("Y", "M", "D") else array
        found = [str(each) for each in array]
    elif array.dtype.kind in "if":
        missing = np.isnan(array.astype(float))
        whole = np.where(missing, 0, array)
        if (whole != np.floor(whole)).any():
            raise EvidenceError(
                f"column {column!r} holds numbers with fractions; expected years, months or dates."
            )
        found = [f"{int(each):04d}" for each in whole]
    else:
        missing = np.array([each is None for each in array], dtype=bool)
        written = [str(each) for each in array]
        found = [label or text for label, text in zip(labels_of(written), written, strict=True)]
    if missing.any():
        raise EvidenceError(
            f"{int(missing.sum()):,} of {len(array):,} rows have no valid period in column "
            f"{column!r}; leave them out in the query with a FILTER, or read their text with "
            "STR() and mend it there."
        )
    return found


def frequency(found: Iterable[str], *, what: str) -> Frequency | None:
    """Return the frequency of labels; None if there are none.

    Raises
    ------
    EvidenceError
        If a label is no period, or the frequencies differ.

    Examples
    --------
    >>> frequency(["2018-12", "2018-11"], what="no2")
    'month'
    """
    seen: dict[Frequency, str] = {}
    for label in found:
        each = periods.frequency(label)
        if each is None:
            raise EvidenceError(
                f"{what} has the period {label!r}; expected '2018', '2018-Q4', '2018-12', "
                "'2018-W51' or '2018-12-31'."
            )
        seen.setdefault(each, label)
    if len(seen) > 1:
        shown = " and ".join(f"{label!r} ({name})" for name, label in seen.items())
        raise EvidenceError(
            f"{what} mixes periods of different length: {shown}; bring all to one in the query."
        )
    return next(iter(seen), None)


def span(found: Sequence[str], *, what: str) -> tuple[str, ...]:
    """Return all periods from the first to the last label, also those that are missing.

    Raises
    ------
    EvidenceError
        If a label is no period, the frequencies differ, or the span is longer than 200,000 periods.

    Examples
    --------
    >>> span(["2018-11", "2019-02"], what="no2")
    ('2018-11', '2018-12', '2019-01', '2019-02')
    """
    each = frequency(found, what=what)
    if each is None:
        return ()
    ordinals = [_ordinal(label, each, what) for label in (min(found), max(found))]
    if ordinals[1] - ordinals[0] >= _LONGEST:
        raise EvidenceError(
            f"{what} runs from {min(found)} to {max(found)}, more than {_LONGEST:,} periods; a "
            "date is probably wrong."
        )
    return tuple(periods.label(number, each) for number in range(ordinals[0], ordinals[1] + 1))


def _ordinal(label: str, of: Frequency, what: str) -> int:
    try:
        return periods.ordinal(label, of)
    except ValueError:
        raise EvidenceError(f"{what} has the period {label!r}, which is in no calendar.") from None
