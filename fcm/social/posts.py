"""Posts in memory, opaque: the only place where text and authors exist, and no way out of it.

A `Posts` shows counts and its span. It cannot be iterated, indexed or pickled. Rooms outside
`fcm.social` get aggregates from `fcm.social.signals`, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from fcm.errors import EvidenceError, PrivacyError
from fcm.frozen import FrozenDict

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

__all__ = ["Posts", "PostsReport", "batches", "schema"]


def schema() -> dict[str, Any]:
    """Return the columns of a post and their types, the same for every source.

    ``created`` is UTC; a time without offset counts as UTC. ``language`` is a primary tag ("nl").
    Engagement is None where the source does not give it. ``area`` and ``group`` are labels that the
    source states: a neighbourhood, a channel, a kind of stakeholder. ``automatic`` says that the
    platform marks the account as a bot, ``own`` that it is an account of the municipality.
    """
    import polars as pl

    return {
        "id": pl.String(),
        "author": pl.String(),
        "text": pl.String(),
        "created": pl.Datetime("us"),
        "language": pl.String(),
        "likes": pl.Int64(),
        "shares": pl.Int64(),
        "replies": pl.Int64(),
        "views": pl.Int64(),
        "reply_to": pl.String(),
        "area": pl.String(),
        "group": pl.String(),
        "automatic": pl.Boolean(),
        "own": pl.Boolean(),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsReport:
    """What was read and what was wrong with it, in counts.

    Reports add up: ``a + b`` is the report of both.

    Parameters
    ----------
    rows : int
        Rows or records of the file, shares not among them; in a questionnaire, answers asked
        for.
    without_text : int
        Rows without text; they are not counted as posts.
    without_author : int
        Rows with text but without author; whom they come from is not known, so they are not
        counted.
    repeated : int
        Rows that repeat an earlier row with the same id, word for word; left out.
    copies : int
        Posts whose text, without regard to case and blanks, an earlier one of the batch has as
        well. They stay: authors are counted, not posts.
    orphans : int
        Replies to a post that is not in the file, or not yet in a stream.
    broken : mapping of str to int
        Rows that could not be read, by reason.
    lines : mapping of str to tuple of int
        The lines of the first of them, by reason; in a folder, lines of the file they stand in.
    shared : int
        Records that only pass on somebody's post; they are no posts.
    cut : int
        Texts of more than 100,000 characters; they were cut there.
    miscounts : int
        Posts with a count of likes, shares, replies or views that is negative or no number; it
        is taken as not given.
    floored : int
        Posts with a score below zero (Reddit); it is taken as 0 likes.
    unnamed : int
        Reports without author; each counts as an author of its own.
    outside : int
        Pins that lie in none of the areas; they have no area.
    home_like : int
        Pins where one author set three or more at the same spot, which may be their home; they
        have no area.
    """

    SHOWN: ClassVar[int] = 5

    rows: int
    without_text: int = 0
    without_author: int = 0
    repeated: int = 0
    copies: int = 0
    orphans: int = 0
    broken: Mapping[str, int] = field(default_factory=FrozenDict)
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=FrozenDict)
    shared: int = 0
    cut: int = 0
    miscounts: int = 0
    floored: int = 0
    unnamed: int = 0
    outside: int = 0
    home_like: int = 0

    @property
    def broken_rows(self) -> int:
        """Rows that could not be read, for whatever reason."""
        return sum(self.broken.values())

    def __add__(self, other: PostsReport) -> PostsReport:
        sums = {
            each.name: getattr(self, each.name) + getattr(other, each.name)
            for each in fields(PostsReport)
            if each.name not in ("broken", "lines")
        }
        reasons = list(dict.fromkeys([*self.broken, *other.broken]))
        return PostsReport(
            broken=FrozenDict({r: self.broken.get(r, 0) + other.broken.get(r, 0) for r in reasons}),
            lines=FrozenDict(
                {
                    r: (*self.lines.get(r, ()), *other.lines.get(r, ()))[: self.SHOWN]
                    for r in reasons
                }
            ),
            **sums,
        )

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence for each defect that was found.

        Examples
        --------
        >>> PostsReport(rows=5633, without_text=62, copies=308).sentences()
        ('62 of 5,633 rows have no text; they are not counted.',
         '308 posts are surplus copies of a text; distinct authors are counted, not posts.')
        """
        said = (
            (self.without_text, f"of {self.rows:,} rows have no text; they are not counted."),
            (self.without_author, f"of {self.rows:,} rows have no author; they are not counted."),
            (self.repeated, "rows repeat an earlier one with the same id; they are left out."),
            (
                self.copies,
                "posts are surplus copies of a text; distinct authors are counted, not posts.",
            ),
            (self.orphans, "replies are to a post that is not in the file."),
            (self.shared, "records only pass on a post; they are shares, not posts."),
            (self.cut, "texts were cut at 100,000 characters."),
            (
                self.miscounts,
                "posts have a count that is negative or no number; it is taken as not given.",
            ),
            (self.floored, "posts have a score below zero; it is taken as 0 likes."),
            (
                self.unnamed,
                "reports have no author; each counts as an author of its own, so that who reports "
                "often counts often.",
            ),
            (self.outside, "pins lie in none of the areas; they have no area."),
            (
                self.home_like,
                "pins stand where their author set three or more, perhaps a home; they have no "
                "area.",
            ),
        )
        return tuple(f"{count:,} {words}" for count, words in said if count) + tuple(
            f"{count:,} of {self.rows:,} rows are broken: {reason}{self._where(reason)}."
            for reason, count in sorted(self.broken.items())
        )

    def _where(self, reason: str) -> str:
        lines = self.lines.get(reason, ())
        if not lines:
            return ""
        more = ", ..." if self.broken[reason] > len(lines) else ""
        word = "line" if len(lines) == 1 and not more else "lines"
        return f" ({word} {', '.join(f'{line:,}' for line in lines)}{more})"


class Posts:
    """Posts that were read, without a way to look at one.

    `fcm.social.read_posts` makes them; `fcm.social.signals` counts them.

    Attributes
    ----------
    report : PostsReport
        What was read and what was wrong with it.
    """

    __slots__ = ("_frame", "report")

    # _frame has the columns of `schema`; every post has an author, a text and a time.
    def __init__(self, frame: pl.DataFrame, report: PostsReport) -> None:
        self._frame = frame
        self.report = report

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day, or None if there is no post."""
        first, last = self._frame["created"].min(), self._frame["created"].max()
        if not isinstance(first, datetime) or not isinstance(last, datetime):
            return None
        return first.date(), last.date()

    def __len__(self) -> int:
        return self._frame.height

    def __repr__(self) -> str:
        if self.span is None:
            return f"Posts(0 posts of {self.report.rows:,} rows)"
        return f"Posts({len(self):,} posts, {self.span[0]} to {self.span[1]})"

    def __reduce__(self) -> NoReturn:
        raise PrivacyError(
            "posts hold text and authors and are neither pickled nor copied; count them with "
            "fcm.social.signals() and keep the result."
        )

    def __iter__(self) -> NoReturn:
        raise PrivacyError(
            "posts cannot be looked at one by one; count them with fcm.social.signals()."
        )


def batches(posts: Posts | Iterable[Posts]) -> Iterator[Posts]:
    """Yield the batches of a stream, or the posts themselves if that is what is given.

    Raises
    ------
    EvidenceError
        If a batch is something else.
    """
    alone = isinstance(posts, Posts) or not isinstance(posts, Iterable)
    for batch in [posts] if alone else posts:
        if not isinstance(batch, Posts):
            raise EvidenceError(
                f"a batch is of type {type(batch).__name__}; expected Posts, as "
                "fcm.social.read_posts() gives them."
            )
        yield batch
