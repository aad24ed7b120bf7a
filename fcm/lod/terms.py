"""From Python values to RDF terms: the one place where a value becomes part of a query.

A value is bound to a variable as a term. It is written here, checked part by part, for files and
endpoints alike; nowhere else is a value put into the text of a query.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fcm.errors import BadTerm
from fcm.lod.answers.literals import XSD, valid

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["IRI", "Literal", "Value", "term", "values", "variable", "written"]

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\\x7f]*")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MAX_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class IRI:
    """A name on the web: absolute, without blanks.

    Parameters
    ----------
    value : str
        Such as "http://www.wikidata.org/entity/Q2807".

    Raises
    ------
    BadTerm
        If the text is not an absolute IRI.

    Examples
    --------
    >>> str(IRI("urn:fcm:madrid:station-28079035"))
    'urn:fcm:madrid:station-28079035'
    """

    value: str

    def __post_init__(self) -> None:
        import pyoxigraph as ox

        try:
            ox.NamedNode(self.value)
        except (TypeError, ValueError) as error:
            raise BadTerm(
                f"{self.value!r} is not an absolute IRI ({str(error) or 'not text'}); expected "
                "something like 'http://example.org/area/7', with blanks written as %20."
            ) from None

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """Text with a language or a datatype, where a plain Python value does not say it.

    Parameters
    ----------
    value : str
        The text, in the lexical space of its datatype.
    language : str, optional
        Such as "en" or "es-419".
    datatype : str, optional
        An absolute IRI.

    Raises
    ------
    BadTerm
        If the language or the datatype is none, both are given, or the text is no value of it.

    Examples
    --------
    >>> print(written(Literal(value="tráfico", language="es")))
    "tráfico"@es
    """

    value: str
    language: str = ""
    datatype: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.value, str):
            raise BadTerm(f"a literal holds {self.value!r}; expected text.")
        if self.language and self.datatype:
            raise BadTerm("a literal has a language or a datatype, not both.")
        if self.language and not (
            isinstance(self.language, str) and _LANGUAGE.fullmatch(self.language)
        ):
            raise BadTerm(
                f"{self.language!r} is no language tag; expected one like 'en' or 'es-419'."
            )
        if self.datatype:
            IRI(self.datatype)
            if not valid(self.value, self.datatype):
                raise BadTerm(f"{self.value!r} is no value of the datatype <{self.datatype}>.")


Value: TypeAlias = str | IRI | Literal | bool | int | float | dt.date | dt.datetime | np.datetime64


def term(value: Value, *, name: str = "value") -> ox.NamedNode | ox.Literal:
    """Return the RDF term of a Python value.

    Parameters
    ----------
    value : str, IRI, Literal, bool, int, float, date, datetime or datetime64
        Text becomes a plain string, whatever it holds; an IRI must be given as `IRI`.
    name : str
        The variable, for messages.

    Raises
    ------
    BadTerm
        If there is no such term: None, NaN, a list, text with a lone surrogate.

    Examples
    --------
    >>> print(term("a } #"), term(7), term(IRI("urn:a")))
    "a } #" "7"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:a>
    """
    import pyoxigraph as ox

    given: Any = value  # callers are not always typed
    if isinstance(given, IRI):
        return ox.NamedNode(given.value)
    # The terms of rdflib are texts too: taken for texts, its IRIs would match nothing.
    foreign = isinstance(given, str) and type(given).__module__.startswith("rdflib.")
    if isinstance(given, str | Literal) and not foreign:
        try:
            return _text(given)
        except ValueError:
            raise BadTerm(
                f"?{name} is bound to {given!r}, which is not valid Unicode text; RDF cannot "
                "hold a lone surrogate."
            ) from None
    if isinstance(given, bool | np.bool_):
        return ox.Literal(bool(given))
    if isinstance(given, numbers.Integral):
        try:
            digits = str(int(given))
        except ValueError:
            raise BadTerm(f"?{name} is bound to an integer of thousands of digits.") from None
        return ox.Literal(digits, datatype=ox.NamedNode(XSD + "integer"))
    if isinstance(given, float | np.floating):
        number = float(given)
        if math.isnan(number):
            raise BadTerm(f"?{name} is bound to NaN, which equals nothing; leave it out.")
        return ox.Literal(number)
    if isinstance(given, np.datetime64) and not np.isnat(given):
        unit = np.datetime_data(given.dtype)[0]
        datatype = {"Y": "gYear", "M": "gYearMonth", "D": "date"}.get(unit, "dateTime")
        form = str(given if datatype != "dateTime" else given.astype("datetime64[us]"))
        return _moment(form, datatype, name)
    if isinstance(given, dt.datetime):
        return _moment(given.isoformat(), "dateTime", name)
    if isinstance(given, dt.date):
        return _moment(given.isoformat(), "date", name)
    raise BadTerm(
        f"?{name} is bound to {given!r} of type {type(given).__name__}; expected str, lod.IRI, "
        "int, float, bool or date."
    )


def written(value: Value, *, name: str = "value") -> str:
    r"""Return the term of a value as text of a query.

    Every part is checked here, whatever it came through before: the characters of the IRI or of the
    datatype, the language tag, the escapes of the text.

    Parameters
    ----------
    value : str, IRI, Literal, bool, int, float, date, datetime or datetime64
    name : str
        The variable, for messages.

    Raises
    ------
    BadTerm
        If there is no such term.

    Examples
    --------
    >>> print(written('say "no" } #'), written(40.5), written(IRI("urn:a")))
    "say \"no\" } #" "40.5"^^<http://www.w3.org/2001/XMLSchema#double> <urn:a>
    """
    import pyoxigraph as ox

    each = term(value, name=name)
    if isinstance(each, ox.NamedNode):
        return _bracketed(each.value)
    text = "".join(_ESCAPES.get(c) or (c if c >= " " else f"\\u{ord(c):04X}") for c in each.value)
    if each.language is not None:
        if not _LANGUAGE.fullmatch(each.language):
            raise BadTerm(f"{each.language!r} is no language tag; expected one like 'en'.")
        return f'"{text}"@{each.language}'
    datatype = each.datatype.value
    return f'"{text}"' if datatype == XSD + "string" else f'"{text}"^^{_bracketed(datatype)}'


def variable(name: str) -> str:
    """Return a variable as text of a query.

    Raises
    ------
    BadTerm
        If the name holds anything but ASCII letters, digits and the underscore.

    Examples
    --------
    >>> variable("area")
    '?area'
    """
    if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
        raise BadTerm(
            f"{name!r} is no name of a variable; expected ASCII letters, digits and _, such as "
            "'area'."
        )
    return f"?{name}"


def values(names: Sequence[str], rows: Iterable[Sequence[Value | None]]) -> str:
    """Return a VALUES block: the rows that some variables may take together.

    Parameters
    ----------
    names : sequence of str
        The variables.
    rows : iterable of sequences
        One value for each variable; None leaves it open (UNDEF).

    Raises
    ------
    BadTerm
        If a name is no variable or stands twice, a value is no term, a row has another length, or
        there are more than 1,000 rows (ask in parts: long queries are refused or cut by servers).

    Examples
    --------
    >>> print(values(["area", "year"], [(IRI("urn:a"), 2018), (IRI("urn:b"), None)]))
    VALUES (?area ?year) {
      (<urn:a> "2018"^^<http://www.w3.org/2001/XMLSchema#integer>)
      (<urn:b> UNDEF)
    }
    """
    listed = tuple(names)
    head = " ".join(variable(each) for each in listed)
    if not listed or len(set(listed)) != len(listed):
        raise BadTerm(f"a VALUES block has the variables {listed}; expected some, each once.")
    lines: list[str] = []
    for row in rows:
        if len(row) != len(listed):
            raise BadTerm(
                f"a row of a VALUES block has {len(row)} values for {len(listed)} variables."
            )
        if len(lines) >= _MAX_ROWS:
            raise BadTerm(f"a VALUES block has more than {_MAX_ROWS:,} rows; ask in parts.")
        cells = (
            "UNDEF" if each is None else written(each, name=name)
            for name, each in zip(listed, row, strict=True)
        )
        lines.append(f"  ({' '.join(cells)})\n")
    return f"VALUES ({head}) {{\n{''.join(lines)}}}"


def _bracketed(iri: str) -> str:
    if not _IRI.fullmatch(iri):
        raise BadTerm(f"{iri!r} is not an absolute IRI; write blanks and brackets as %20, %3C, ...")
    return f"<{iri}>"


def _text(given: str | Literal) -> ox.Literal:
    import pyoxigraph as ox

    if isinstance(given, str):
        return ox.Literal(str(given))
    if given.language:
        return ox.Literal(given.value, language=given.language)
    if given.datatype:
        return ox.Literal(given.value, datatype=ox.NamedNode(given.datatype))
    return ox.Literal(given.value)


def _moment(form: str, datatype: str, name: str) -> ox.Literal:
    import pyoxigraph as ox

    if not valid(form, XSD + datatype):
        raise BadTerm(
            f"?{name} is bound to {form!r}, which is no valid xsd:{datatype}; use a time zone of "
            "whole minutes, or none."
        )
    return ox.Literal(form, datatype=ox.NamedNode(XSD + datatype))
