"""Concepts from a table: one row each, with role, wanted direction and what the values mean."""

from __future__ import annotations

from pathlib import Path

from fcm.concept import Concept
from fcm.errors import MapError, nearest
from fcm.table import read_rows

__all__ = ["read_concepts"]

_ROLES = ("lever", "outcome", "context")
_DIRECTIONS = ("up", "down", "none")


def read_concepts(path: str | Path) -> tuple[Concept, ...]:
    """Return the concepts of a table, in the order of its rows.

    Parameters
    ----------
    path : path
        Columns ``concept`` and perhaps ``role``, ``good``, ``low``, ``middle``, ``high``,
        ``uri``, ``note`` and one ``label_<language>`` for each language. An empty role is
        "context", an empty good is "none".

    Raises
    ------
    FileError
        If the table cannot be read, lacks the column, holds a name twice, or a role or direction
        that does not exist. The message gives the line.
    """
    concepts: list[Concept] = []
    lines: dict[str, int] = {}
    optional = ("role", "good", "low", "middle", "high", "uri", "note")
    for row in read_rows(path, columns=("concept",), optional=optional):
        name = row.text("concept")
        if name in lines:
            raise row.fault(f"concept {name!r} stands twice, first in line {lines[name]}.")
        lines[name] = row.line
        role, good = row.get("role") or "context", row.get("good") or "none"
        for column, value, known in (("role", role, _ROLES), ("good", good, _DIRECTIONS)):
            if value not in known:
                raise row.fault(f"{column} of {name!r} is {value!r}. {nearest(value, known)}")
        labels = {
            column.removeprefix("label_"): text
            for column, text in row.cells.items()
            if column.startswith("label_") and text
        }
        try:
            concept = Concept(
                name=name,
                role=role,  # type: ignore[arg-type]
                good=good,  # type: ignore[arg-type]
                low=row.get("low"),
                middle=row.get("middle"),
                high=row.get("high"),
                labels=labels,
                uri=row.get("uri"),
                note=row.get("note"),
            )
        except MapError as error:
            raise row.fault(str(error)) from None
        concepts.append(concept)
    return tuple(concepts)
