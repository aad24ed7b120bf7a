"""How contested a pair of concepts is in citizens' arguments.

Annotated arguments say which concepts people bring together and how often one statement attacks
another. That is rhetoric: it is read beside the weights and never becomes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fcm.concept import Concept
from fcm.errors import EvidenceError, nearest
from fcm.table import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Contestedness", "read_arguments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestedness:
    """Counts of argument relations from statements on one concept to statements on another.

    Rhetorical, never a weight: a supporting argument is no evidence that the source raises the
    target, and an attack none that it lowers it.

    Parameters
    ----------
    source, target : str
        Concepts of the two statements that a relation joins, in the order of the annotation.
    relations : int, 1 or more
        Annotated relations in all.
    support, attack : int, 0 or more
        How many support, how many attack; together at most `relations`.
    cause_or_consequence : int, 0 or more
        How many speak of a cause or a consequence.

    Raises
    ------
    EvidenceError
        If the counts contradict each other.

    Examples
    --------
    >>> Contestedness(source="cycling", target="car traffic", relations=4, support=3,
    ...               attack=1).attack_share
    0.25
    """

    source: str
    target: str
    relations: int
    support: int
    attack: int
    cause_or_consequence: int = 0

    def __post_init__(self) -> None:
        pair = f"arguments {self.source!r} -> {self.target!r}"
        if self.relations < 1 or min(self.support, self.attack, self.cause_or_consequence) < 0:
            raise EvidenceError(
                f"{pair} have {self.relations} relations, {self.support} support, {self.attack} "
                "attack; expected counts, with at least one relation."
            )
        if max(self.support + self.attack, self.cause_or_consequence) > self.relations:
            raise EvidenceError(
                f"{pair} have {self.support} support and {self.attack} attack, "
                f"{self.cause_or_consequence} of cause or consequence, but only {self.relations} "
                "relations in all."
            )

    @property
    def attack_share(self) -> float:
        """Share of the relations that attack, in [0, 1]; on few relations it says little."""
        return self.attack / self.relations


def read_arguments(
    path: str | Path, *, concepts: Iterable[str | Concept] | None = None
) -> tuple[Contestedness, ...]:
    """Return how contested each pair of concepts is in annotated arguments.

    Parameters
    ----------
    path : path
        Columns ``source_concept``, ``target_concept``, ``relations``, ``support``, ``attack`` and
        perhaps ``cause_or_consequence``.
    concepts : iterable of str or Concept, optional
        If given, both ends must be among them.

    Returns
    -------
    tuple of Contestedness
        In the order of the rows. Rhetorical, never a weight.

    Raises
    ------
    FileError
        If the table cannot be read, lacks a column, holds a count that cannot be, an unknown
        concept, or a pair twice. The message gives the line.
    """
    names = None
    if concepts is not None:
        names = [each.name if isinstance(each, Concept) else each for each in concepts]
    found: list[Contestedness] = []
    lines: dict[tuple[str, str], int] = {}
    rows = read_rows(
        path,
        columns=("source_concept", "target_concept", "relations", "support", "attack"),
        optional=("cause_or_consequence",),
    )
    for row in rows:
        pair = (row.text("source_concept"), row.text("target_concept"))
        for name in pair:
            if names is not None and name not in names:
                raise row.fault(f"{name!r} is not a concept. {nearest(name, names)}")
        if pair in lines:
            raise row.fault(
                f"{pair[0]!r} -> {pair[1]!r} stands twice, first in line {lines[pair]}."
            )
        lines[pair] = row.line
        spoken = row.count("cause_or_consequence") if row.get("cause_or_consequence") else 0
        try:
            found.append(
                Contestedness(
                    source=pair[0],
                    target=pair[1],
                    relations=row.count("relations"),
                    support=row.count("support"),
                    attack=row.count("attack"),
                    cause_or_consequence=spoken,
                )
            )
        except EvidenceError as error:
            raise row.fault(str(error)) from None
    return tuple(found)
