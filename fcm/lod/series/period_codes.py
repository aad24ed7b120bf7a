"""The ways in which publishers write a period, and the one label each of them means.

Literals of XML Schema, SDMX time codes, the URIs of reference.data.gov.uk and the codes of
Statistics Netherlands become "2018", "2018-Q4", "2018-12", "2018-W51" or "2018-12-31". It never
guesses: a period that is no calendar year, quarter, month, week or day (a half-year, a budget year,
three months from February) has no label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fcm import periods
from fcm.lod.answers.literals import XSD, moment, valid

__all__ = ["label_of", "labels_of"]

_DAY = r"\d{4}-\d\d-\d\d"
_UK = re.compile(
    r"https?://reference\.data\.gov\.uk/id/(?:gregorian-)?"
    r"(?:(year)/(\d{4})|(quarter)/(\d{4})-Q([1-4])|(month)/(\d{4}-\d\d)|(week)/(\d{4}-W\d\d)"
    rf"|(day)/({_DAY})|(interval)/({_DAY})T00:00:00(?:Z|[+-]\d\d:\d\d)?/P(\d{{1,2}})([YMWD]))",
    re.ASCII,
)
_SDMX = re.compile(
    r"(\d{4})-?(?:(A)1?|Q([1-4])|M(0?[1-9]|1[0-2])|W(0?[1-9]|[1-4]\d|5[0-3])|D(\d{3}))", re.ASCII
)
_CBS = re.compile(r"(\d{4})(?:(JJ)00|KW0([1-4])|MM(0[1-9]|1[0-2])|W1(\d\d))", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_STAMP = re.compile(rf"({_DAY})T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_LONG = 120


def label_of(written: str, datatype: str = "") -> str | None:
    """Return the label of a period as a publisher writes it; None if it is none we can trust.

    A time gives its day, by the wall clock of the source.

    Parameters
    ----------
    written : str
        An IRI, a code or the lexical form of a literal.
    datatype : str
        IRI of the literal's datatype, which its form must then obey.

    Examples
    --------
    >>> label_of("http://reference.data.gov.uk/id/quarter/2015-Q3")
    '2015-Q3'
    >>> label_of("http://reference.data.gov.uk/id/gregorian-interval/2014-04-01T00:00:00/P3M")
    '2014-Q2'
    >>> label_of("2018KW01"), label_of("2016-W1"), label_of("2018-S1")
    ('2018-Q1', '2016-W01', None)
    """
    text = written.strip()
    if len(text) > _LONG:
        return None
    typed = _typed(text, datatype)
    label = typed if typed is not None else _coded(text)
    if label is None:
        return None
    of = periods.frequency(label)
    if of is None:
        return None
    try:
        periods.ordinal(label, of)
    except ValueError:
        return None
    return label


def labels_of(written: Iterable[str | None]) -> list[str | None]:
    """Return the labels of a column; each distinct form is read once.

    Examples
    --------
    >>> labels_of(["2018MM01", None, "soon"])
    ['2018-01', None, None]
    """
    known: dict[str | None, str | None] = {None: None}
    found = []
    for each in written:
        if each not in known:
            known[each] = label_of(each) if each is not None else None
        found.append(known[each])
    return found


def _typed(text: str, datatype: str) -> str | None:
    """Return a literal's label; "" where its form is wrong; None where the datatype is no help."""
    name = datatype.removeprefix(XSD)
    if name in ("gYear", "gYearMonth", "date", "dateTime", "dateTimeStamp"):
        if not valid(text, datatype):
            return ""
        if name == "gYear":
            return moment(text, "year")
        if name == "gYearMonth":
            return moment(text, "month")
        return moment(text, "date") if name == "date" else moment(text, "time")[:10]
    # Years and months with a time zone, as a source without datatypes hands them over.
    for each, of in (("gYear", "year"), ("gYearMonth", "month"), ("date", "date")):
        if text[-1:] == "Z" and valid(text, XSD + each):
            return moment(text, of)  # type: ignore[arg-type]
    return None


def _coded(text: str) -> str | None:
    if periods.frequency(text) is not None:
        return text
    if found := _UK.fullmatch(text):
        return _of_uri(found)
    if found := _SDMX.fullmatch(text):
        year, annual, quarter, month, week, day = found.groups()
        if day is not None:
            return _day_of_year(int(year), int(day))
        return _joined(year, annual, quarter, month, week)
    if found := _CBS.fullmatch(text):
        return _joined(*found.groups())
    if found := _COMPACT.fullmatch(text):
        return "-".join(found.groups())
    if found := _STAMP.fullmatch(text):
        return found.group(1)
    return None


def _joined(
    year: str, annual: str | None, quarter: str | None, month: str | None, week: str | None
) -> str:
    if annual:
        return year
    if quarter:
        return f"{year}-Q{quarter}"
    return f"{year}-{int(month):02d}" if month else f"{year}-W{int(week or 0):02d}"


def _day_of_year(year: int, day: int) -> str | None:
    if year < 1:
        return None
    first = periods.ordinal(f"{year:04d}-01-01", "day")
    label = periods.label(first + day - 1, "day") if 1 <= day <= 366 and year < 9999 else ""
    return label if label[:4] == f"{year:04d}" else None


def _of_uri(found: re.Match[str]) -> str | None:
    kind = next(each for each in found.groups() if each is not None)
    if kind == "year":
        return found.group(2)
    if kind == "quarter":
        return f"{found.group(4)}-Q{found.group(5)}"
    if kind != "interval":
        return found.group({"month": 7, "week": 9, "day": 11}[kind])
    day, count, unit = found.group(13), int(found.group(14)), found.group(15)
    year, month, first = day[:4], int(day[5:7]), day[8:] == "01"
    if unit == "D" and count == 1:
        return day
    if (unit, count) in (("W", 1), ("D", 7)):
        return _week_from(day)
    if not first:
        return None
    months = count * 12 if unit == "Y" else count if unit == "M" else 0
    if months == 1:
        return day[:7]
    if months == 3 and month % 3 == 1:
        return f"{year}-Q{(month + 2) // 3}"
    return year if months == 12 and month == 1 else None


def _week_from(day: str) -> str | None:
    """Return the week that begins on a day; None unless that is a Monday."""
    try:
        number = periods.ordinal(day, "day")
    except ValueError:
        return None
    return periods.label((number - 1) // 7, "week") if number % 7 == 1 else None
