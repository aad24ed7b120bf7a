"""What redaction does to labels, cells and a decision, as a result that can be read.

Only differences of k-safe figures, and shares of all posts, are held here; no text and no author.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from fcm.errors import EvidenceError, nearest
from fcm.frozen import FrozenDict

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["QUANTITIES", "CellChange", "LevelEffect", "RedactionEffect", "ranking"]

QUANTITIES = ("salience", "valence", "sentiment")
"""What is compared cell by cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """How one quantity differs between two tables of cells.

    Parameters
    ----------
    cells : int
        Cells that both tables show.
    mean, largest : float, 0 or more
        Mean and largest absolute difference over these cells; NaN if there is none.
    gained, lost : int
        Cells that only the redacted, or only the raw table shows.
    """

    cells: int
    mean: float
    largest: float
    gained: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelEffect:
    """What one level of redaction does.

    Parameters
    ----------
    level : str
    touched : float in [0, 1]
        Share of posts whose text it changes; their number is rounded down to a multiple of `k`.
    flips : float in [0, 1]
        Share of posts whose sentiment label (positive, neutral, negative) changes, of those in a
        language with a sentiment lexicon, rounded likewise; NaN if there is none.
    cells : mapping of quantity to CellChange
    scores : mapping of scenario to float
        What the caller's decision gives; empty without one.
    tau : float in [-1, 1]
        Kendall's tau-b of these scores with those of the raw posts; NaN without a decision or
        where all scores are equal.
    same_choice : bool or None
        Whether the best scenario is the same as on the raw posts; None without a decision.
    """

    level: str
    touched: float
    flips: float
    cells: Mapping[str, CellChange]
    scores: Mapping[str, float] = field(default_factory=FrozenDict)
    tau: float = math.nan
    same_choice: bool | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", FrozenDict(self.cells))
        object.__setattr__(self, "scores", FrozenDict(self.scores))

    @property
    def ranking(self) -> tuple[str, ...]:
        """Scenarios from the best to the worst; equal ones by name."""
        return ranking(self.scores)

    def sentence(self) -> str:
        """Return the effect in plain words."""
        flips = "" if math.isnan(self.flips) else f", {100 * self.flips:.2g} % of labels flip"
        said = [
            f"{name} moves by {change.mean:.2g} on average and {change.largest:.2g} at most"
            for name, change in self.cells.items()
            if change.cells
        ]
        lost, gained = (
            sum(getattr(change, each) for change in self.cells.values())
            for each in ("lost", "gained")
        )
        choice = {
            None: "",
            True: f" The best scenario stays {self.ranking[0]!r}." if self.scores else "",
            False: f" The best scenario becomes {self.ranking[0]!r}." if self.scores else "",
        }[self.same_choice]
        return (
            f"{self.level}: {100 * self.touched:.2g} % of posts are touched{flips}; "
            + "".join(f"{each}; " for each in said)
            + f"{lost} figures fall under the threshold and {gained} rise above it.{choice}"
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RedactionEffect:
    """What each level of redaction does to labels, cells and a decision, against raw posts.

    Parameters
    ----------
    posts : int
        Posts that were scored at every level.
    levels : tuple of LevelEffect
    scores : mapping of scenario to float
        What the caller's decision gives on the raw posts; empty without one.
    k : int
    purpose, basis, credit, lexicon : str
        As in `Signals`.
    """

    posts: int
    levels: tuple[LevelEffect, ...]
    scores: Mapping[str, float]
    k: int
    purpose: str
    basis: str
    credit: str = ""
    lexicon: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", tuple(self.levels))
        object.__setattr__(self, "scores", FrozenDict(self.scores))

    @property
    def ranking(self) -> tuple[str, ...]:
        """Scenarios on the raw posts, from the best to the worst; equal ones by name."""
        return ranking(self.scores)

    def __getitem__(self, level: str) -> LevelEffect:
        """Return the effect of one level.

        Raises
        ------
        EvidenceError
            If there is no such level.
        """
        levels = {each.level: each for each in self.levels}
        if level not in levels:
            raise EvidenceError(f"{level!r} is no level of redaction. {nearest(level, levels)}")
        return levels[level]

    @property
    def provenance(self) -> Mapping[str, str]:
        """What every output must carry: k, purpose, basis, credit, lexicon."""
        names = ("k", "purpose", "basis", "credit", "lexicon")
        return FrozenDict({name: str(getattr(self, name)) for name in names})

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence for each level."""
        return tuple(each.sentence() for each in self.levels)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per level and quantity; what is not known is None."""
        return [
            {
                "level": each.level,
                "touched": each.touched,
                "flips": _known(each.flips),
                "quantity": quantity,
                "cells": change.cells,
                "mean_change": _known(change.mean),
                "largest_change": _known(change.largest),
                "gained": change.gained,
                "lost": change.lost,
                "tau": _known(each.tau),
                "same_choice": each.same_choice,
            }
            for each in self.levels
            for quantity, change in each.cells.items()
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return `to_records` as a pandas frame (needs the notebook extra)."""
        import pandas as pd

        frame = pd.DataFrame(self.to_records())
        frame.attrs.update(self.provenance)
        return frame

    def __repr__(self) -> str:
        moved = sum(each.same_choice is False for each in self.levels)
        told = f", another choice at {moved}" if self.scores else ""
        return f"RedactionEffect({self.posts:,} posts, {len(self.levels)} levels{told})"

    def _repr_html_(self) -> str:
        head = ["level", "posts touched", "labels flipped"]
        head += [f"{name}: mean, largest change" for name in QUANTITIES]
        head += ["figures lost, gained", "order", "choice"]
        rows = []
        for each in self.levels:
            changes = [
                f"{each.cells[name].mean:.2g}, {each.cells[name].largest:.2g}"
                if name in each.cells and each.cells[name].cells
                else "-"
                for name in QUANTITIES
            ]
            lost = sum(change.lost for change in each.cells.values())
            gained = sum(change.gained for change in each.cells.values())
            rows.append(
                [
                    each.level,
                    f"{100 * each.touched:.2g} %",
                    "-" if math.isnan(each.flips) else f"{100 * each.flips:.2g} %",
                    *changes,
                    f"{lost}, {gained}",
                    "-" if math.isnan(each.tau) else f"tau {each.tau:.2g}",
                    {None: "-", True: "same", False: "moves"}[each.same_choice],
                ]
            )
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        note = f"{self!r}. Purpose: {self.purpose}. Basis: {self.basis}. {self.credit}"
        return (
            "<table><thead><tr>"
            + "".join(f"<th>{escape(name)}</th>" for name in head)
            + f"</tr></thead><tbody>{body}</tbody></table><p>{escape(note)}</p>"
        )


def ranking(scores: Mapping[str, float]) -> tuple[str, ...]:
    """Return names from the best score to the worst; equal ones by name.

    Examples
    --------
    >>> ranking({"a": 1.0, "c": 2.0, "b": 2.0})
    ('b', 'c', 'a')
    """
    return tuple(sorted(scores, key=lambda name: (-scores[name], name)))


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
