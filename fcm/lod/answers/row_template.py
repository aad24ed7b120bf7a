"""The text of one row of SPARQL results in JSON, as a template for the rows written like it.

A string of JSON holds no bare quote, and a template lets values have no backslash either. A row
that matches therefore differs from the row of the template in its values alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from fcm.lod.answers.literals import XSD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

__all__ = ["Template", "cell_term"]

_LANGUAGE_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_STRING = re.compile(r'"([^"]*)"')
_VALUE = r'([^"\\\x00-\x1f]*)'


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What all rows of one kind have in common.

    A row is given without the ``{"`` at its beginning and the ``}}`` at its end.

    Parameters
    ----------
    names : tuple of str
        The variables that are bound.
    datatypes : tuple of str or None
        Of their literals.
    blank : tuple of bool
        Whether they are blank nodes.
    pattern : re.Pattern
        One group for each value.
    length : int
        Characters of a row apart from its values.
    """

    names: tuple[str, ...]
    datatypes: tuple[str | None, ...]
    blank: tuple[bool, ...]
    pattern: re.Pattern[str]
    length: int

    @classmethod
    def of(cls, row: str) -> Template | None:
        """Return the template of a row; None if it has escapes or is no row.

        Examples
        --------
        >>> template = Template.of('n":{"type":"uri","value":"urn:a"')
        >>> template.pattern.fullmatch('n":{"type":"uri","value":"urn:b"').groups()
        ('urn:b',)
        """
        text = f'{{"{row}}}}}'
        try:
            cells = json.loads(text)
        except ValueError:
            return None
        strings = list(_STRING.finditer(text))
        wanted = [each for name, cell in cells.items() for each in (name, *_flat(cell))]
        if "\\" in text or [each[1] for each in strings] != wanted:
            return None
        datatypes, blank, spans, at = [], [], [], 0
        for cell in cells.values():
            term = cell_term(cell)
            if term is None:
                return None
            datatypes.append(term[1])
            blank.append(cell["type"] == "bnode")
            place = list(cell).index("value")
            spans.append(strings[at + 2 * place + 2].span(1))
            at += 1 + 2 * len(cell)
        gaps = [text[one[1] : two[0]] for one, two in pairwise(spans)]
        fixed = [text[2 : spans[0][0]], *gaps, text[spans[-1][1] : -2]]
        return cls(
            names=tuple(cells),
            datatypes=tuple(datatypes),
            blank=tuple(blank),
            pattern=re.compile(_VALUE.join(map(re.escape, fixed))),
            length=sum(map(len, fixed)),
        )

    def read_all(self, rows: str, between: str) -> Sequence[pl.Series] | None:
        """Return the values of rows that all fit, by variable; None if one does not.

        Parameters
        ----------
        rows : str
            The text of the rows.
        between : str
            What stands between two of them.
        """
        found = self.pattern.findall(rows)
        if not found:
            return None
        columns = self.columns(found if len(self.names) > 1 else [(each,) for each in found])
        # The rows that were found have to fill the text, or something stands between them.
        values = sum(int(each.str.len_chars().sum()) for each in columns)
        fixed = len(found) * self.length + (len(found) - 1) * len(between)
        return columns if values + fixed == len(rows) else None

    def columns(self, rows: Sequence[tuple[str, ...]]) -> Sequence[pl.Series]:
        """Return rows of values as columns."""
        import polars as pl

        return [pl.Series(each, dtype=pl.String) for each in zip(*rows, strict=True)]

    def terms(self, columns: Sequence[pl.Series]) -> Iterator[tuple[str, pl.Series, str | None]]:
        """Yield the name, the text and the datatype of each variable."""
        known = zip(self.names, columns, self.datatypes, self.blank, strict=True)
        for name, values, datatype, blank in known:
            yield name, "_:" + values if blank else values, datatype


def _flat(cell: Any) -> Iterator[Any]:
    if isinstance(cell, dict):
        for pair in cell.items():
            yield from pair


def cell_term(cell: Any) -> tuple[str, str | None] | None:
    """Return the text and datatype of a cell as JSON writes it; None if it is no term.

    Examples
    --------
    >>> cell_term({"type": "uri", "value": "urn:a"})
    ('urn:a', None)
    >>> cell_term({"type": "bnode", "value": "b0"})
    ('_:b0', None)
    """
    if not isinstance(cell, dict):
        return None
    form, of = cell.get("value"), cell.get("type")
    if not isinstance(form, str):
        return None
    if of == "uri":
        return form, None
    if of == "bnode":
        return f"_:{form}", None
    if of not in ("literal", "typed-literal"):  # the second is that of a draft, and of Virtuoso
        return None
    if "xml:lang" in cell:
        return form, _LANGUAGE_STRING
    datatype = cell.get("datatype", XSD + "string")
    return (form, datatype) if isinstance(datatype, str) else None
