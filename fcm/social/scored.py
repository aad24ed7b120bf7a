"""Scored posts: what is left of posts when text and identities are discarded.

A `Scored` is opaque. It holds keyed hashes that are valid in one period only, dates, labels and
numbers, which is still personal data: it is counted by `fcm.social.count` and thrown away, or kept
in a `Ledger` for as long as a `Retention` allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NoReturn

from fcm.errors import EvidenceError, PrivacyError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Heard", "Scored", "schema"]


def schema() -> dict[str, Any]:
    """Return the columns of a scored post and their types.

    ``period`` is the ordinal of `fcm.periods`. ``author`` is a hash keyed for the period, ``post``
    one of the source's id keyed for good (null if the source gives none or nothing is retained).
    ``copy`` is one of what the text says (`fcm.social.counts.copies`), keyed for the period: equal
    for equal texts of five words or more, and for equal shorter texts of one author. ``sentiment``
    is in [-1, 1], null where it cannot be told. Both are worked out only for posts that name a
    concept, and null for others. ``engagement`` is that of `fcm.social.counts.engagement`, null
    where the source gives none. The three lists run side by side: places of concepts, number of
    mentions, sum of their polarity; empty for a post that names none.
    """
    import polars as pl

    return {
        "period": pl.Int32(),
        "day": pl.Date(),
        "author": pl.UInt64(),
        "post": pl.UInt64(),
        "copy": pl.UInt64(),
        "area": pl.String(),
        "group": pl.String(),
        "kind": pl.String(),
        "sentiment": pl.Float64(),
        "engagement": pl.Float64(),
        "concepts": pl.List(pl.UInt16()),
        "mentions": pl.List(pl.Int32()),
        "polarity": pl.List(pl.Int32()),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Which posts count and which do not, in numbers of posts.

    Parameters
    ----------
    rows : int
        Rows of the source.
    broken : int
        Rows that could not be read.
    without_text, without_author, repeated : int
        Rows that are no post, have no known author, or repeat an earlier one.
    automatic : int
        Posts of accounts that the platform marks as automatic; they are no people.
    own : int
        Posts of the municipality's own accounts.
    other_language : int
        Posts in a language of which the lexicon has no terms.
    scored : int
        Posts that count.
    silent : int
        Scored posts that name no concept.
    unsure : int
        Scored posts whose kind is not sure enough to say.
    """

    rows: int = 0
    broken: int = 0
    without_text: int = 0
    without_author: int = 0
    repeated: int = 0
    automatic: int = 0
    own: int = 0
    other_language: int = 0
    scored: int = 0
    silent: int = 0
    unsure: int = 0

    def rounded(self, k: int) -> Heard:
        """Return the numbers rounded down to multiples of `k`, as they may be published.

        Numbers that differ by a few posts would show what those few are about.

        Examples
        --------
        >>> Heard(rows=47, scored=9).rounded(10)
        Heard(rows=40, broken=0, without_text=0, without_author=0, repeated=0, automatic=0, own=0,
              other_language=0, scored=0, silent=0, unsure=0)
        """
        return Heard(**{each.name: getattr(self, each.name) // k * k for each in fields(Heard)})

    def __add__(self, other: Heard) -> Heard:
        return Heard(
            **{
                each.name: getattr(self, each.name) + getattr(other, each.name)
                for each in fields(Heard)
            }
        )


class Scored:
    """Scored posts, without a way to look at one.

    `fcm.social.score` makes them, `fcm.social.count` turns them into `Signals`.

    Attributes
    ----------
    concepts : tuple of str
    every : {"1d", "1w", "1mo", "1q"}
    lexicon : str
        Which lexicon was used: number of terms and fingerprint.
    heard : Heard
        Which posts count and which do not.
    """

    __slots__ = ("_frame", "concepts", "every", "heard", "lexicon")

    # _frame has the columns of `schema`, one row for each scored post, in no order that matters.
    def __init__(
        self,
        frame: pl.DataFrame,
        *,
        concepts: tuple[str, ...],
        every: str,
        lexicon: str,
        heard: Heard,
    ) -> None:
        self._frame = frame
        self.concepts = concepts
        self.every = every
        self.lexicon = lexicon
        self.heard = heard

    @classmethod
    def concat(cls, parts: Iterable[Scored]) -> Scored:
        """Return the scored posts of several batches as one.

        Raises
        ------
        EvidenceError
            If there is no batch, or the batches differ in concepts, period or lexicon.
        """
        import polars as pl

        parts = list(parts)
        if not parts:
            raise EvidenceError("there are no scored posts to put together.")
        first = parts[0]
        for part in parts[1:]:
            for name in ("concepts", "every", "lexicon"):
                if getattr(part, name) != getattr(first, name):
                    raise EvidenceError(
                        f"scored posts differ in {name}; score all of them with one lexicon and "
                        "one length of period."
                    )
        return cls(
            pl.concat([part._frame for part in parts]),
            concepts=first.concepts,
            every=first.every,
            lexicon=first.lexicon,
            heard=sum((part.heard for part in parts), replace(Heard())),
        )

    def __len__(self) -> int:
        return self._frame.height

    def __repr__(self) -> str:
        return f"Scored({len(self):,} posts by {self.every}, {len(self.concepts)} concepts)"

    def __iter__(self) -> NoReturn:
        raise PrivacyError(
            "scored posts cannot be looked at one by one; count them with fcm.social.count()."
        )
