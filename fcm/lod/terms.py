"""From Python values to RDF terms: the one place where a value becomes part of a query.

A value is bound to a variable as a term; it is never pasted into the text of a query.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fcm.errors import BadTerm
from fcm.lod.literals import XSD, valid

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["IRI", "Value", "term"]


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


Value: TypeAlias = str | IRI | bool | int | float | dt.date | dt.datetime | np.datetime64


def term(value: Value, *, name: str = "value") -> ox.NamedNode | ox.Literal:
    """Return the RDF term of a Python value.

    Parameters
    ----------
    value : str, IRI, bool, int, float, date, datetime or datetime64
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
    if isinstance(given, str):
        try:
            return ox.Literal(str(given))
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
        written = str(given if datatype != "dateTime" else given.astype("datetime64[us]"))
        return _moment(written, datatype, name)
    if isinstance(given, dt.datetime):
        return _moment(given.isoformat(), "dateTime", name)
    if isinstance(given, dt.date):
        return _moment(given.isoformat(), "date", name)
    raise BadTerm(
        f"?{name} is bound to {given!r} of type {type(given).__name__}; expected str, lod.IRI, "
        "int, float, bool or date."
    )


def _moment(form: str, datatype: str, name: str) -> ox.Literal:
    import pyoxigraph as ox

    if not valid(form, XSD + datatype):
        raise BadTerm(
            f"?{name} is bound to {form!r}, which is no valid xsd:{datatype}; use a time zone of "
            "whole minutes, or none."
        )
    return ox.Literal(form, datatype=ox.NamedNode(XSD + datatype))
