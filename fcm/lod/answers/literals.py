"""What the XML Schema datatypes of literals mean: which forms are valid, and what value they have.

RDF lets any text stand as a literal of any datatype; a form outside the datatype's lexical space
makes an ill-typed literal. Nothing here knows stores, files or queries.
"""

from __future__ import annotations

import calendar
import re
from typing import Literal, TypeAlias

__all__ = ["XSD", "Kind", "kind", "moment", "short", "valid"]

XSD = "http://www.w3.org/2001/XMLSchema#"

Kind: TypeAlias = Literal["number", "boolean", "year", "month", "date", "time", "text"]

_BITS = {"long": 64, "int": 32, "short": 16, "byte": 8}
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
}
for _name, _size in _BITS.items():
    _RANGES[_name] = (-(2 ** (_size - 1)), 2 ** (_size - 1) - 1)
    _RANGES[f"unsigned{_name.capitalize()}"] = (0, 2**_size - 1)

_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_YEAR = r"(-?(?:[1-9]\d{3,}|0\d{3}))"
_CLOCK = r"((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_DECIMAL = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_PATTERNS = {
    "decimal": re.compile(_DECIMAL, re.ASCII),
    "double": re.compile(rf"{_DECIMAL}(?:[eE][+-]?\d+)?|[+-]?INF|NaN", re.ASCII),
    "boolean": re.compile(r"true|false|1|0"),
    "gYear": re.compile(rf"{_YEAR}{_ZONE}", re.ASCII),
    "gYearMonth": re.compile(rf"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}", re.ASCII),
    "date": re.compile(rf"{_YEAR}-(0[1-9]|1[0-2])-(\d\d){_ZONE}", re.ASCII),
    "dateTime": re.compile(rf"{_YEAR}-(0[1-9]|1[0-2])-(\d\d)T{_CLOCK}{_ZONE}", re.ASCII),
}
_PATTERNS["float"] = _PATTERNS["double"]
_PATTERNS["dateTimeStamp"] = _PATTERNS["dateTime"]

_NUMBERS: dict[str, Kind] = {
    XSD + name: "number" for name in ("decimal", "double", "float", *_RANGES)
}
_KINDS: dict[str, Kind] = {
    **_NUMBERS,
    XSD + "boolean": "boolean",
    XSD + "gYear": "year",
    XSD + "gYearMonth": "month",
    XSD + "date": "date",
    XSD + "dateTime": "time",
    XSD + "dateTimeStamp": "time",
}


def kind(datatype: str) -> Kind:
    """Return what a literal of this datatype is to a table.

    Examples
    --------
    >>> kind(XSD + "int"), kind(XSD + "gYearMonth"), kind("http://example.org/volts")
    ('number', 'month', 'text')
    """
    return _KINDS.get(datatype, "text")


def short(datatype: str) -> str:
    """Return the usual abbreviation of a datatype: "xsd:date"."""
    return f"xsd:{datatype.removeprefix(XSD)}" if datatype.startswith(XSD) else datatype


def valid(form: str, datatype: str) -> bool:
    """Return whether a form is in the lexical space of its datatype.

    Datatypes that are not known here have no wrong forms.

    Examples
    --------
    >>> valid("2018-01-01", XSD + "date"), valid("2018-02-30", XSD + "date"), valid("", XSD + "int")
    (True, False, False)
    """
    if not datatype.startswith(XSD):
        return True
    name = datatype.removeprefix(XSD)
    if name in _RANGES:
        if not _INTEGER.fullmatch(form):
            return False
        low, high = _RANGES[name]
        if low is None and high is None:
            return True
        digits = form.lstrip("+-0")
        if len(digits) > 20 and low is not None and high is not None:
            return False
        sign = -1 if form.startswith("-") else 1
        value = sign * int(digits[:30] or "0")
        return (low is None or value >= low) and (high is None or value <= high)
    pattern = _PATTERNS.get(name)
    if pattern is None:
        return True
    found = pattern.fullmatch(form)
    if found is None:
        return False
    if name in ("date", "dateTime", "dateTimeStamp"):
        year, month, day = (int(each) for each in found.groups()[:3])
        # The calendar repeats every 400 years; the module knows years 1 to 9999 only.
        return 1 <= day <= calendar.monthrange(year % 400 + 2000, month)[1]
    return True


def moment(form: str, of: Kind) -> str:
    """Return a valid year, month, date or time as written, without its time zone.

    The wall clock of the source is kept: a mean of January that is stamped
    ``2017-01-01T00:00:00+01:00`` stays in January.

    Examples
    --------
    >>> moment("2017-01-01T00:00:00.000+01:00", "time")
    '2017-01-01T00:00:00.000'
    >>> moment("2017-01Z", "month")
    '2017-01'
    """
    name = {"year": "gYear", "month": "gYearMonth", "date": "date", "time": "dateTime"}[of]
    found = _PATTERNS[name].fullmatch(form)
    if found is None:
        message = f"{form!r} is not a valid xsd:{name}"
        raise ValueError(message)
    date = "-".join(found.groups()[:3])
    return f"{date}T{found.group(4)}" if of == "time" else date
