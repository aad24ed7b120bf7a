"""A table for readers, and its two forms: plain text of a fixed width, and accessible HTML.

The same rows stand in the terminal and in the note, so that they cannot disagree.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from fcm.errors import FCMError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Table", "as_html", "as_text", "typeset"]

_GAP = 2
_NARROWEST = 12
# A hyphen before a number, unless it joins two numbers or words.
_MINUS = re.compile(r"(?<![\w.])-(?=\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table for readers.

    Parameters
    ----------
    title : str
        What the table shows.
    head : tuple of str
        Names of the columns; the first column names the rows.
    rows : tuple of tuple of str
        As long as `head`, each.
    numeric : frozenset of int
        Columns of numbers, set to the right.
    remarks : tuple of str
        Sentences to read with it.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.head):
                raise FCMError(
                    f"table {self.title!r}: row {row[:1]} has {len(row)} cells; the head has "
                    f"{len(self.head)}."
                )


def as_text(table: Table, *, width: int = 100) -> str:
    """Return the table in plain text, no line longer than `width` characters.

    Long words of a wide column wrap; columns that do not fit side by side follow below, with the
    first column repeated.

    Examples
    --------
    >>> print(as_text(Table(title="Change", head=("scenario", "air"),
    ...                     rows=(("zone", "-0.2"), ("tickets", "-0.01")), numeric=frozenset({1}))))
    Change
    <BLANKLINE>
    scenario    air
    --------  -----
    zone       -0.2
    tickets   -0.01
    """
    parts = [_fill(table.title, width)]
    parts += [_fill(remark, width) for remark in table.remarks]
    text = "\n".join(parts)
    if not table.rows:
        return text
    blocks = [_block(table, columns, width) for columns in _blocks(table, width)]
    return "\n\n".join([text, *blocks])


def _fill(sentence: str, width: int) -> str:
    return textwrap.fill(sentence, width, break_long_words=True, break_on_hyphens=False)


def _widths(table: Table, columns: Sequence[int]) -> list[int]:
    return [max(len(line[c]) for line in (table.head, *table.rows)) for c in columns]


def _floor(table: Table, column: int) -> int:
    """Return how narrow a column may become: numbers stay on one line, words may wrap."""
    natural = _widths(table, [column])[0]
    if column in table.numeric:
        return max(len(row[column]) for row in table.rows)
    return min(natural, _NARROWEST)


def _blocks(table: Table, width: int) -> list[list[int]]:
    """Return which columns stand side by side; the first stands in every block."""
    first = _floor(table, 0)
    blocks: list[list[int]] = [[0]]
    used = first
    for column in range(1, len(table.head)):
        needed = _GAP + _floor(table, column)
        if used + needed > width and len(blocks[-1]) > 1:
            blocks.append([0])
            used = first
        blocks[-1].append(column)
        used += needed
    return blocks


def _block(table: Table, columns: list[int], width: int) -> str:
    sizes = _widths(table, columns)
    floors = [_floor(table, column) for column in columns]
    room = width - _GAP * (len(columns) - 1)
    while sum(sizes) > room:
        slack = [size - floor for size, floor in zip(sizes, floors, strict=True)]
        if max(slack) <= 0:
            # Not even the narrowest columns fit: cut words rather than run over the edge.
            sizes = [max(1, size * room // sum(sizes)) for size in sizes]
            break
        # The widest column that can still give way gives way by one character.
        widest = max(range(len(sizes)), key=lambda i: (slack[i] > 0, sizes[i], -i))
        sizes[widest] -= 1
    lines = _lines(table.head, columns, sizes, table.numeric)
    lines.append((" " * _GAP).join("-" * size for size in sizes))
    for row in table.rows:
        lines += _lines(row, columns, sizes, table.numeric)
    return "\n".join(lines)


def _lines(
    row: Sequence[str], columns: Sequence[int], sizes: Sequence[int], numeric: frozenset[int]
) -> list[str]:
    cells = [
        textwrap.wrap(row[column], size, break_on_hyphens=False) or [""]
        for column, size in zip(columns, sizes, strict=True)
    ]
    lines = []
    for k in range(max(len(cell) for cell in cells)):
        parts = []
        for cell, column, size in zip(cells, columns, sizes, strict=True):
            word = cell[k] if k < len(cell) else ""
            parts.append(word.rjust(size) if column in numeric else word.ljust(size))
        lines.append((" " * _GAP).join(parts).rstrip())
    return lines


def as_html(table: Table, *, cells: dict[tuple[int, int], str] | None = None) -> str:
    """Return the table in HTML, with caption and scopes, every text escaped.

    Parameters
    ----------
    table : Table
    cells : mapping of (row, column) to HTML, optional
        Markup to put in place of a cell's text, already safe.
    """
    cells = cells or {}
    head = "".join(
        f'<th scope="col"{_aligned(c, table)}>{escape(typeset(name))}</th>'
        for c, name in enumerate(table.head)
    )
    body = []
    for r, row in enumerate(table.rows):
        parts = []
        for c, text in enumerate(row):
            inner = cells.get((r, c)) or escape(typeset(text))
            tag, scope = ("th", ' scope="row"') if c == 0 else ("td", "")
            parts.append(f"<{tag}{scope}{_aligned(c, table)}>{inner}</{tag}>")
        body.append(f"<tr>{''.join(parts)}</tr>")
    remarks = "".join(f"<p class='remark'>{escape(typeset(each))}</p>" for each in table.remarks)
    if not table.rows:
        return f"<p><strong>{escape(typeset(table.title))}</strong></p>{remarks}"
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(table.title)}">'
        f"<table><caption>{escape(typeset(table.title))}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>{remarks}"
    )


def _aligned(column: int, table: Table) -> str:
    return ' class="number"' if column in table.numeric else ""


def typeset(text: str) -> str:
    """Return a text with proper minus signs, plus-minus signs, arrows and per cent that holds on.

    Examples
    --------
    >>> typeset("rain -> street: -0.2 +- 0.1, 2015-2019")
    'rain → street: −0.2 ± 0.1, 2015-2019'
    """
    return _MINUS.sub("−", text.replace("+-", "±").replace("->", "→").replace(" %", "\u00a0%"))
