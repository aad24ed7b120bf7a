"""A SELECT made from patterns: ordered, with every term checked and numbers fetched as written.

Some servers round numbers on their way out: Virtuoso gives six digits of a double, and sixteen of
its text where seventeen may be needed. So a measure is asked as ``STR(?v)``, ``DATATYPE(?v)`` and
what the text leaves out, ``?v - xsd:double(STR(?v))``, and put together here: doubles are equal to
the last bit whatever engine they come from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import BadTerm, NoSuchIndicator, nearest
from fcm.frozen import FrozenDict
from fcm.lod.answers.factors import Factors
from fcm.lod.answers.literals import XSD
from fcm.lod.ordering import Pattern, ordered
from fcm.lod.terms import Value, values, variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.lod.answers.table import Table
    from fcm.lod.source import Source

__all__ = ["Selection", "read_measure"]

_DOUBLE, _FLOAT = XSD + "double", XSD + "float"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to fetch from a source.

    Parameters
    ----------
    columns : sequence of str
        Variables of the answer, without question mark.
    patterns : sequence of Pattern
        What has to hold, in any order.
    measures : sequence of str
        Those of the columns that are numbers.
    optional : sequence of Pattern
        What may hold; each by itself.
    given : mapping of name to sequence of values
        The values that a variable may take, such as the areas that are wanted.

    Raises
    ------
    BadTerm
        If a name is no variable, a value no term, or a column stands in no pattern.

    Examples
    --------
    >>> from fcm.lod import IRI
    >>> selection = Selection(
    ...     columns=["obs", "value"],
    ...     patterns=[Pattern("?obs", IRI("urn:value"), "?value"),
    ...               Pattern("?obs", IRI("urn:area"), "?area")],
    ...     measures=["value"], given={"area": [IRI("urn:a")]})
    >>> print(selection.text)
    SELECT ?obs (STR(?value) AS ?value_form) (DATATYPE(?value) AS ?value_datatype)
      (STR(?value - <http://www.w3.org/2001/XMLSchema#double>(STR(?value))) AS ?value_rest) WHERE {
      VALUES (?area) {
      (<urn:a>)
    }
      ?obs <urn:area> ?area .
      ?obs <urn:value> ?value .
    }
    """

    columns: Sequence[str]
    patterns: Sequence[Pattern]
    measures: Sequence[str] = ()
    optional: Sequence[Pattern] = ()
    given: Mapping[str, Sequence[Value]] = field(default_factory=FrozenDict)

    def __post_init__(self) -> None:
        known = {name for each in (*self.patterns, *self.optional) for name in each.variables}
        for name in (*self.columns, *self.measures, *self.given):
            variable(name)
            if name not in known:
                raise BadTerm(f"?{name} stands in no pattern. {nearest(name, sorted(known))}")
        for name in self.measures:
            if name not in self.columns:
                raise BadTerm(f"the measure ?{name} is none of the columns.")

    @property
    def text(self) -> str:
        """The query."""
        head = " ".join(
            f"(STR(?{name}) AS ?{_form(name)}) (DATATYPE(?{name}) AS ?{_datatype(name)})\n"
            f"  (STR(?{name} - <{_DOUBLE}>(STR(?{name}))) AS ?{_rest(name)})"
            if name in self.measures
            else variable(name)
            for name in self.columns
        )
        lines = [values([name], [[each] for each in rows]) for name, rows in self.given.items()]
        lines += map(str, ordered(self.patterns, known=self.given))
        lines += [f"OPTIONAL {{ {each} }}" for each in self.optional]
        return "\n".join([f"SELECT {head} WHERE {{", *(f"  {each}" for each in lines), "}"])

    def fetch(self, source: Source, **bindings: Value) -> Table:
        """Return the answer of a source, with the measures as numbers.

        Parameters
        ----------
        source : Source
        **bindings : str, IRI, Literal, int, float, bool, date or datetime
            Values of further variables.
        """
        table = source.select(self.text, **bindings)
        for name in self.measures:
            table = read_measure(table, name)
        return table


def read_measure(table: Table, name: str) -> Table:
    """Return a table in which the text and datatype of a measure have become its value.

    Parameters
    ----------
    table : Table
        With columns ``<name>_form``, ``<name>_datatype`` and, if need be, ``<name>_rest``.
    name : str
        The new column, which takes their place.

    Raises
    ------
    NoSuchIndicator
        If the table has no such columns.
    """
    if name in table.columns:
        raise NoSuchIndicator(f"the table has a column {name!r} already.")
    forms, datatypes = table[_form(name)], table[_datatype(name)]
    column = Factors()
    for datatype in sorted({str(each) for each in datatypes if each is not None}):
        _add(column, forms, np.flatnonzero(datatypes == datatype), datatype)
    # What has a text and no datatype is a name, not a value.
    _add(column, forms, np.flatnonzero(_present(forms) & ~_present(datatypes)), None)
    array, wrong = column.finish(len(table))
    if array.dtype.kind == "f":
        array = _mended(array, table, name)
    dropped = (_form(name), _datatype(name), _rest(name))
    arrays = {each: table[each] for each in table.columns if each not in dropped}
    issues = {each: issue for each, issue in table.issues.items() if each not in dropped}
    if wrong is not None:
        issues[name] = wrong
    columns = tuple(
        name if each == _form(name) else each for each in table.columns if each not in dropped[1:]
    )
    return replace(
        table,
        columns=columns,
        arrays=FrozenDict({**arrays, name: array}),
        issues=FrozenDict(issues),
    )


def _mended(array: NDArray[np.float64], table: Table, name: str) -> NDArray[np.float64]:
    """Return the numbers with what their text lacks (double) or has too much of (float)."""
    datatypes = table[_datatype(name)]
    values = array.copy()
    floats = np.flatnonzero((datatypes == _FLOAT) & np.isfinite(array))
    with np.errstate(over="ignore"):
        values[floats] = [float(str(each)) for each in array[floats].astype(np.float32)]
    if _rest(name) in table.columns:
        rests = table[_rest(name)]
        for i in np.flatnonzero((datatypes == _DOUBLE) & np.isfinite(array)).tolist():
            rest = float(rests[i] or 0.0)
            if rest and math.isfinite(rest):  # adding 0 would take the sign of -0
                values[i] += rest
    values.setflags(write=False)
    return values


def _add(column: Factors, forms: Any, rows: Any, datatype: str | None) -> None:
    import polars as pl

    if len(rows):
        column.add(rows, pl.Series(forms[rows].tolist(), dtype=pl.String), datatype)


def _present(column: Any) -> Any:
    return np.array([each is not None for each in column], dtype=bool)


def _rest(name: str) -> str:
    return f"{name}_rest"


def _form(name: str) -> str:
    return f"{name}_form"


def _datatype(name: str) -> str:
    return f"{name}_datatype"
