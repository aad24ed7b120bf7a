"""What a deletion did: what went, what was not held, and which published cells moved.

It knows published cells and numbers of rows, and no id.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError
from fcm.social.law.closing import tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.social.counts.aggregates import Signals
    from fcm.social.law.ledger import Ledger

__all__ = ["Deletion", "MovedCell", "moved_results"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedCell:
    """A published number that is another one now.

    Parameters
    ----------
    period, concept : str
        The concept is "" for the total of the period.
    quantity : str
        "active", "authors", "salience", "valence", ...
    before, after : float
        NaN where it is suppressed or the period is not there.
    """

    period: str
    concept: str
    quantity: str
    before: float
    after: float


def moved_results(before: Signals, after: Signals | None) -> tuple[MovedCell, ...]:
    """Return the cells that differ, by period, concept and quantity.

    Both tables in one hand tell what the people between them wrote about, if it is known who
    they are: keep the list for computing again, and publish one of the tables.

    Parameters
    ----------
    before, after : Signals
        Of the same concepts; None stands for no signals at all.

    Raises
    ------
    EvidenceError
        If they differ in concepts or length of period.

    Examples
    --------
    >>> from fcm.social import Signals
    >>> rest = dict(concepts=["noise"], periods=["2018-01"], every="1mo", valence=[[1]], k=10,
    ...             purpose="noise", basis="art. 6(1)(e)")
    >>> old = Signals(active=[41], authors=[[12]], **rest)
    >>> for cell in moved_results(old, Signals(active=[40], authors=[[12]], **rest)):
    ...     print(cell.quantity, cell.before, cell.after)
    active 41.0 40.0
    salience 0.2926829268292683 0.3
    """
    if after is not None and (before.concepts, before.every) != (after.concepts, after.every):
        raise EvidenceError("signals that differ in concepts or periods cannot be compared.")
    old, new = _quantities(before), {} if after is None else _quantities(after)
    was = {period: t for t, period in enumerate(before.periods)}
    now = {period: t for t, period in enumerate(after.periods if after else ())}
    moved = []
    for period in sorted(was | now):
        for name in old | new:
            left = _row(old.get(name), was.get(period))
            right = _row(new.get(name), now.get(period))
            concepts = before.concepts if len(left or right) > 1 or name != "active" else ("",)
            moved += [
                MovedCell(period=period, concept=concept, quantity=name, before=a, after=b)
                for concept, a, b in zip(
                    concepts,
                    left or [math.nan] * len(concepts),
                    right or [math.nan] * len(concepts),
                    strict=True,
                )
                if a != b and not (math.isnan(a) and math.isnan(b))
            ]
    order = {name: place for place, name in enumerate(("", *before.concepts))}
    return tuple(sorted(moved, key=lambda each: (each.period, order[each.concept])))


def _quantities(signals: Signals) -> dict[str, NDArray[np.float64]]:
    """Return active, authors, salience and whatever else is known, (T, 1) or (T, C)."""
    known = {**tables(signals), "salience": signals.salience}
    names = ("active", "authors", "salience", *sorted(known))
    return {name: known[name].reshape(len(signals.periods), -1) for name in dict.fromkeys(names)}


def _row(table: NDArray[np.float64] | None, place: int | None) -> list[float]:
    return [] if table is None or place is None else [float(each) for each in table[place]]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Deletion:
    """What was taken out of a ledger and what that changed.

    What one person's deletion moves is what that person wrote: the difference of `before` and
    `after`, and of the numbers of posts, is theirs alone. Delete on request only, under an
    `AuditLog`, and publish `after` in place of what was published before. That nobody deletes to
    look is for the organisation to see to; the ledger and the key together can always be asked.

    Parameters
    ----------
    ledger : Ledger
        What is left: the same, to the last bit, as if the posts had never been read.
    removed : int
        Scored posts that were taken out.
    unknown : int
        Ids of which the ledger holds no post: never read, left out as automatic, deleted before,
        or in a closed period.
    without_id : int
        Posts left that have no id; only the id of their author finds them. 0 if no ids of posts
        were given.
    closed : int
        Closed periods, in which nothing can be deleted.
    moved : tuple of MovedCell
        Published cells that are other numbers now. It can tell what the deleted people wrote
        about: use it to compute again, do not publish it.
    before, after : Signals or None
        The signals, None if nothing was removed, or nothing is left; never publish both.
    """

    ledger: Ledger
    removed: int
    unknown: int
    without_id: int
    closed: int
    moved: tuple[MovedCell, ...]
    before: Signals | None
    after: Signals | None

    def sentences(self) -> tuple[str, ...]:
        """Return what was done, in numbers."""
        said = [f"{self.removed:,} scored posts were taken out."]
        if self.unknown:
            said.append(f"{self.unknown:,} ids are of no post that is held.")
        if self.without_id:
            said.append(
                f"{self.without_id:,} of the posts that are left have no id; only the id of "
                "their author finds them."
            )
        if self.moved:
            kinds = Counter(each.quantity for each in self.moved)
            parts = ", ".join(f"{count:,} of {name}" for name, count in kinds.items())
            said.append(f"{len(self.moved):,} published numbers moved: {parts}.")
        else:
            said.append("No published number moved.")
        if self.closed:
            said.append(
                f"{self.closed:,} periods are closed and their posts are gone: if the deleted "
                "people wrote then, they stay in sums of at least k people. Counts cannot tell "
                "whether they did."
            )
        return tuple(said)

    def __repr__(self) -> str:
        return (
            f"Deletion({self.removed:,} posts removed, {self.unknown:,} ids unknown, "
            f"{len(self.moved):,} published numbers moved)"
        )
