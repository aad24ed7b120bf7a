"""From RDF terms to one typed column of a table, with a count of what could not be read."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.lod.answers.literals import Kind, kind, moment, valid
from fcm.lod.answers.report import IllTyped

if TYPE_CHECKING:
    import pyoxigraph as ox
    from numpy.typing import NDArray

__all__ = ["column", "typed"]

_UNITS: dict[Kind, str] = {"month": "M", "date": "D", "time": "us"}


def column(
    terms: Sequence[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None],
) -> tuple[NDArray[Any], IllTyped | None]:
    """Return a read-only array of what the terms say, and what was no value of its datatype.

    Parameters
    ----------
    terms : sequence
        One column of an answer; None where the variable is unbound.

    Returns
    -------
    array : ndarray of shape (rows,)
        float64 where all terms are numbers; int64 for years (float64 if some are missing);
        datetime64 for months, dates and times; bool for booleans that are all there; else objects:
        text, or None where unbound. A column of several kinds is text as written.
    wrong : IllTyped or None
        Ill-typed literals. In columns of numbers and dates they are NaN and NaT.
    """
    import pyoxigraph as ox

    forms = [None if each is None else _text(each) for each in terms]
    datatypes = [each.datatype.value if isinstance(each, ox.Literal) else None for each in terms]
    return typed(forms, datatypes)


def typed(
    forms: Sequence[str | None],
    datatypes: Sequence[str | None],
    codes: NDArray[np.integer] | None = None,
) -> tuple[NDArray[Any], IllTyped | None]:
    """Return what `column` returns, for terms that are given as their text.

    Parameters
    ----------
    forms : sequence of str or None, length F
        IRIs, blank nodes (``_:b0``) and lexical forms as written; None is unbound.
    datatypes : sequence of str or None, length F
        The datatype of a literal; None for everything else.
    codes : ndarray of int, shape (rows,), optional
        Which form each row has, where a form may stand in many rows. Every form must be used.
        Without it row ``i`` has form ``i``.
    """
    kinds: set[Kind] = set()
    bad = [False] * len(forms)
    for i, (form, datatype) in enumerate(zip(forms, datatypes, strict=True)):
        if form is None:
            continue
        one = "text" if datatype is None else kind(datatype)
        kinds.add(one)
        if one != "text" and datatype is not None and not valid(form, datatype):
            bad[i] = True
    array = _array(forms, bad, kinds)
    if codes is not None:
        array = array[codes]
    array.setflags(write=False)
    return array, _wrong(forms, datatypes, bad, codes)


def _wrong(
    forms: Sequence[str | None],
    datatypes: Sequence[str | None],
    bad: Sequence[bool],
    codes: NDArray[np.integer] | None,
) -> IllTyped | None:
    if not any(bad):
        return None
    rows = [1] * len(forms) if codes is None else np.bincount(codes, minlength=len(forms)).tolist()
    counts: dict[str, int] = {}
    examples: set[str] = set()
    for form, datatype, is_bad, count in zip(forms, datatypes, bad, rows, strict=True):
        if is_bad and form is not None and datatype is not None:
            counts[datatype] = counts.get(datatype, 0) + count
            examples.add(form)
    return IllTyped(
        datatype=max(sorted(counts), key=lambda each: counts[each]),
        count=sum(counts.values()),
        examples=tuple(sorted(examples))[:3],
    )


def _array(given: Sequence[str | None], bad: Sequence[bool], kinds: set[Kind]) -> NDArray[Any]:
    one: Kind = next(iter(kinds)) if len(kinds) == 1 else "text"
    if one == "text" or (one == "boolean" and (None in given or any(bad))):
        objects = np.empty(len(given), dtype=object)
        objects[:] = given
        return objects
    forms = [None if is_bad else form for form, is_bad in zip(given, bad, strict=True)]
    if one == "number":
        return np.array([np.nan if each is None else float(each) for each in forms], dtype=float)
    if one == "year":
        years = [None if each is None else int(moment(each, "year")) for each in forms]
        if None in years:
            return np.array([np.nan if each is None else each for each in years], dtype=float)
        return np.array(years, dtype=np.int64)
    if one == "boolean":
        return np.array([each in ("true", "1") for each in forms], dtype=bool)
    return np.array(
        ["NaT" if each is None else _written(each, one) for each in forms],
        dtype=f"datetime64[{_UNITS[one]}]",
    )


def _written(form: str, of: Kind) -> str:
    """Return a moment as numpy reads it: 24:00 is 00:00 of the next day, at most microseconds."""
    date, clock, time = moment(form, of).partition("T")
    if time.startswith("24"):
        return str(np.datetime64(date, "D") + np.timedelta64(1, "D"))
    return f"{date}{clock}{time[:15]}"


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    import pyoxigraph as ox

    return str(term.value) if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def python(value: Any) -> Any:
    """Return a plain Python value of a cell; None where it is missing."""
    if isinstance(value, np.datetime64):
        if np.isnat(value):
            return None
        unit = np.datetime_data(value.dtype)[0]
        plain = value.item() if unit in ("D", "us") else None
        return plain if isinstance(plain, dt.date) else str(value)
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
