"""Scenarios from a table: one row for each thing that is done differently."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fcm.concept import Concept
from fcm.errors import nearest
from fcm.scenario import Scenario
from fcm.table import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_scenario_table"]

_OPERATIONS = ("clamp", "push", "initial")


def read_scenario_table(
    path: str | Path, *, concepts: Iterable[str | Concept] | None = None
) -> tuple[Scenario, ...]:
    """Return the scenarios of a table, in the order in which they first appear.

    Parameters
    ----------
    path : path
        Columns ``scenario``, ``concept``, ``operation`` (clamp, push or initial), ``level`` and
        perhaps ``note``. A row with a scenario but no concept describes the no-intervention run
        and is left out.
    concepts : iterable of str or Concept, optional
        If given, every concept must be among them.

    Raises
    ------
    FileError
        If the table cannot be read, or a row is no intervention; the message gives the line.
    """
    names = None
    if concepts is not None:
        names = [each.name if isinstance(each, Concept) else each for each in concepts]
    levels: dict[str, dict[str, dict[str, float]]] = {}
    notes: dict[str, list[str]] = {}
    described: dict[str, int] = {}
    rows = read_rows(
        path, columns=("scenario", "concept", "operation", "level"), optional=("note",)
    )
    for row in rows:
        scenario, concept, operation = (
            row.text("scenario"),
            row.get("concept"),
            row.get("operation"),
        )
        if not concept:
            if operation or row.get("level"):
                raise row.fault(
                    f"concept is blank, but scenario {scenario!r} has an operation or a level; "
                    "name the concept."
                )
            described[scenario] = row.line
            continue
        if names is not None and concept not in names:
            raise row.fault(
                f"scenario {scenario!r}: {concept!r} is not a concept. {nearest(concept, names)}"
            )
        if operation not in _OPERATIONS:
            raise row.fault(
                f"scenario {scenario!r}: operation is {operation!r}. "
                f"{nearest(operation, _OPERATIONS)}"
            )
        done = levels.setdefault(scenario, {each: {} for each in _OPERATIONS})[operation]
        if concept in done:
            raise row.fault(f"scenario {scenario!r} has a second {operation} of {concept!r}.")
        done[concept] = row.number("level")
        if row.get("note") and row.get("note") not in notes.setdefault(scenario, []):
            notes[scenario].append(row.get("note"))
    for scenario, line in described.items():
        if scenario in levels:
            lost = next(row for row in rows if row.line == line)
            raise lost.fault(f"concept is blank, but scenario {scenario!r} changes something.")
    return tuple(
        Scenario(
            name,
            clamp=each["clamp"],
            push=each["push"],
            initial=each["initial"],
            note="; ".join(notes.get(name, ())),
        )
        for name, each in levels.items()
    )
