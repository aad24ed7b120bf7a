"""Maps as tables: a weight matrix with names, or a list of links.

A table keeps names, order and weights. It has no place for roles, labels, notes, the map's name or
its limit; JSON keeps those.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fcm.errors import FileError, nearest
from fcm.map import CognitiveMap
from fcm.table import Cells, parse_number, read_cells

__all__ = ["read_table", "table_text"]

_LINK = ("source", "target", "weight")


def read_table(
    path: str | Path, *, delimiter: str | None = None, limit: float | None = 1.0
) -> CognitiveMap:
    """Return the map of a table.

    A table whose header has ``source``, ``target`` and ``weight`` is a list of links; further
    columns are left unread. Any other table is a matrix: the header and the first column hold the
    names of the concepts, each row the effects of one concept, and an empty cell is no link.

    Raises
    ------
    FileError
        If it is neither, or a weight is not a number in [-limit, limit]; the message gives the
        line.
    """
    table = read_cells(path, delimiter=delimiter)
    return _links(table, limit) if _is_links(table) else _matrix(table, limit)


def table_text(m: CognitiveMap, *, delimiter: str = ",") -> str:
    """Return the map as a matrix with a header row and a first column of names.

    Raises
    ------
    FileError
        If the map has no concepts.
    """
    if not len(m):
        raise FileError("a map without concepts cannot be written as a table; use JSON.")
    names = [_cell(name, delimiter) for name in m.names]
    lines = [["", *names]]
    for name, row in zip(names, m.weights.tolist(), strict=True):
        lines.append([name, *(repr(weight) if weight else "0" for weight in row)])
    return "".join(delimiter.join(line) + "\n" for line in lines)


def _cell(text: str, delimiter: str) -> str:
    # The csv module of Python 3.11 leaves a carriage return without its quotes.
    if any(each in text for each in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def _is_links(table: Cells) -> bool:
    header = [each.casefold() for each in table.header]
    first = tuple(cells[0] for _, cells in table.rows)
    return set(_LINK) <= set(header) and bool(header[0]) and first != table.header[1:]


def _links(table: Cells, limit: float | None) -> CognitiveMap:
    header = [each.casefold() for each in table.header]
    place = [header.index(each) for each in _LINK]
    if not table.rows:
        raise _fault(table, table.line, "there are no links below the header.")
    links: dict[tuple[str, str], float] = {}
    lines: dict[tuple[str, str], int] = {}
    for line, cells in table.rows:
        source, target, text = (cells[each] for each in place)
        for what, name in zip(_LINK, (source, target), strict=False):
            if not name:
                raise _fault(table, line, f"{what} is blank; a link needs both ends.")
        if not text:
            raise _fault(
                table,
                line,
                f"weight {source!r} -> {target!r} is blank; write a number, or take the row out.",
            )
        if (source, target) in lines:
            raise _fault(
                table,
                line,
                f"link {source!r} -> {target!r} stands twice, first in line "
                f"{lines[source, target]}.",
            )
        lines[source, target] = line
        links[source, target] = _weight(table, line, source, target, text, limit)
    return CognitiveMap.from_links(links, limit=limit)


def _matrix(table: Cells, limit: float | None) -> CognitiveMap:
    names = table.header[1:]
    _check_header(table, names)
    weights = np.zeros((len(names), len(names)))
    rows: dict[str, int] = {}
    for line, (source, *cells) in table.rows:
        if source not in names:
            raise _fault(
                table,
                line,
                f"row {source!r} is not in the header; a matrix has the same names in its header "
                f"and its first column. {nearest(source, names)}",
            )
        if source in rows:
            raise _fault(table, line, f"row {source!r} stands twice, first in line {rows[source]}.")
        rows[source] = line
        i = names.index(source)
        for j, text in enumerate(cells):
            if text:
                weights[i, j] = _weight(table, line, source, names[j], text, limit)
    for name in names:
        if name not in rows:
            raise _fault(
                table,
                table.line,
                f"concept {name!r} stands in the header but has no row of its own; write one, with "
                "empty cells if it has no effects.",
            )
    return CognitiveMap.from_matrix(weights, names, limit=limit)


def _check_header(table: Cells, names: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for name in names:
        if not name or name in seen:
            what = f"concept {name!r} stands twice in the header" if name else "a name is blank"
            raise _fault(table, table.line, f"{what}; a matrix needs each name once.")
        seen.add(name)
    lowered = {each.casefold() for each in table.header}
    if len(lowered & set(_LINK)) == 2 and len(table.header) <= 4:
        missing = next(each for each in _LINK if each not in lowered)
        raise _fault(
            table,
            table.line,
            f"column {missing!r} is missing. {nearest(missing, table.header)} "
            "A list of links needs source, target, weight.",
        )
    if not names:
        raise _fault(
            table,
            table.line,
            "the header has one cell; expected source, target, weight, or a blank cell and the "
            "names of the concepts.",
        )


def _weight(
    table: Cells, line: int, source: str, target: str, text: str, limit: float | None
) -> float:
    weight = parse_number(text, decimal_comma=table.decimal_comma)
    link = f"weight {source!r} -> {target!r} is {text!r}"
    if weight is None:
        raise _fault(table, line, f"{link}; expected a finite number such as 0.5.")
    if limit is not None and abs(weight) > limit:
        raise _fault(
            table,
            line,
            f"{link}; weights must lie in [-{limit:g}, {limit:g}]. If the table uses a wider "
            f"scale, divide by its top, or read it with limit={abs(weight):g}.",
        )
    return weight


def _fault(table: Cells, line: int, message: str) -> FileError:
    return FileError(message, path=table.path, line=line)
