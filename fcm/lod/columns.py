"""From RDF terms to one typed column of a table, with a count of what could not be read."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.lod.literals import Kind, kind, moment, valid
from fcm.lod.report import IllTyped

if TYPE_CHECKING:
    import pyoxigraph as ox
    from numpy.typing import NDArray

__all__ = ["column"]

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

    kinds: set[Kind] = set()
    bad: list[bool] = []
    wrong: dict[str, list[str]] = {}
    for term in terms:
        is_bad = False
        if isinstance(term, ox.Literal):
            datatype = term.datatype.value
            kinds.add(kind(datatype))
            if not valid(term.value, datatype):
                is_bad = True
                wrong.setdefault(datatype, []).append(term.value)
        elif term is not None:
            kinds.add("text")
        bad.append(is_bad)
    array = _typed(terms, bad, kinds)
    array.setflags(write=False)
    if not wrong:
        return array, None
    datatype = max(sorted(wrong), key=lambda each: len(wrong[each]))
    examples = tuple(dict.fromkeys(form for forms in wrong.values() for form in forms))[:3]
    return array, IllTyped(
        datatype=datatype, count=sum(map(len, wrong.values())), examples=examples
    )


def _typed(terms: Sequence[Any], bad: Sequence[bool], kinds: set[Kind]) -> NDArray[Any]:
    one: Kind = next(iter(kinds)) if len(kinds) == 1 else "text"
    forms = (
        [
            None if term is None or is_bad else str(term.value)
            for term, is_bad in zip(terms, bad, strict=True)
        ]
        if one != "text"
        else []
    )
    if one == "number":
        return np.array([np.nan if each is None else float(each) for each in forms], dtype=float)
    if one == "year":
        years = [None if each is None else int(moment(each, "year")) for each in forms]
        if None in years:
            return np.array([np.nan if each is None else each for each in years], dtype=float)
        return np.array(years, dtype=np.int64)
    if one in _UNITS:
        return np.array(
            ["NaT" if each is None else _written(each, one) for each in forms],
            dtype=f"datetime64[{_UNITS[one]}]",
        )
    if one == "boolean" and None not in forms:
        return np.array([each in ("true", "1") for each in forms], dtype=bool)
    objects = np.empty(len(terms), dtype=object)
    objects[:] = [_text(each) for each in terms]
    return objects


def _written(form: str, of: Kind) -> str:
    """Return a moment as numpy reads it: 24:00 is 00:00 of the next day, at most microseconds."""
    date, clock, time = moment(form, of).partition("T")
    if time.startswith("24"):
        return str(np.datetime64(date, "D") + np.timedelta64(1, "D"))
    return f"{date}{clock}{time[:15]}"


def _text(term: Any) -> str | None:
    import pyoxigraph as ox

    if term is None:
        return None
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
