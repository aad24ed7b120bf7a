"""From posts to scored posts: text and identities go in, numbers and keyed hashes come out.

What a post says is turned into mentions of concepts, a sentiment and perhaps a kind; whom it comes
from into a hash that is valid in one period only. The texts of a batch are let go before the next
batch is read. Nothing here counts people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from fcm import periods
from fcm.errors import EvidenceError
from fcm.social.counts.copies import fingerprints
from fcm.social.counts.engagement import damped
from fcm.social.law.categories import check_topics
from fcm.social.periods import frequency_of, ordinals
from fcm.social.posts import Posts, batches
from fcm.social.scored import Heard, Scored, schema
from fcm.social.terms.matching import Matcher, Mentions
from fcm.social.terms.tokens import Tokens, tokenise
from fcm.social.terms.words import words_of
from fcm.social.tone import LexiconScorer, Scorer

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.law.audit import AuditLog
    from fcm.social.privacy import Privacy
    from fcm.social.terms.lexicon import Lexicon

__all__ = ["Kinds", "score"]

# Texts of fewer words are the same by chance ("good idea"), not because they were handed round.
SHORTEST_COPY = 5
TAG = re.compile(r"[a-z]{2,3}")
LISTS = ("concepts", "mentions", "polarity")
SAID = ("copy", "sentiment", *LISTS)


class Kinds(Protocol):
    """Whatever gives texts a kind, such as "question"; None or "unsure" where it cannot tell."""

    def classify(
        self, tokens: Tokens, texts: pl.Series, language: str | None
    ) -> Sequence[str | None]:
        """Return the kind of every text; `tokens` are those of `texts`."""
        ...


def score(
    posts: Posts | Iterable[Posts],
    lexicon: Lexicon,
    *,
    privacy: Privacy,
    every: str = "1mo",
    scorer: Scorer | None = None,
    kinds: Kinds | None = None,
    audit: AuditLog | None = None,
) -> Scored:
    """Return the posts as keyed hashes, labels and numbers; nothing of a text is left.

    Left out, and counted in ``scored.heard``, are posts of accounts that the platform marks as
    automatic, of the municipality's own accounts, and in a language of which the lexicon has no
    terms. Posts without a language are matched with the terms of all languages.

    Parameters
    ----------
    posts : Posts, or iterable of Posts
        A stream of batches is read batch by batch; the result does not depend on their borders.
    lexicon : Lexicon
    privacy : Privacy
    every : {"1d", "1w", "1mo", "1q"}, default "1mo"
        Length of a period. Authors cannot be followed from one to the next.
    scorer : Scorer, optional
        Gives the posts that name a concept their sentiment; the shipped lexicons unless given.
    kinds : Kinds, optional
        Gives every post its kind; no kinds unless given.
    audit : AuditLog, optional
        Takes an entry of numbers: who scored how many posts, when and for what purpose.

    Raises
    ------
    EvidenceError
        If there is no post in a language of the lexicon, or the period is unknown.
    PrivacyError
        If the lexicon names special categories of personal data and `privacy` refers to no impact
        assessment.
    """
    frequency_of(every)
    check_topics(lexicon, privacy)
    desk = _Desk(lexicon, privacy=privacy, every=every, scorer=scorer, kinds=kinds)
    scored = [desk.batch(batch) for batch in batches(posts)]
    if not any(len(part) for part in scored):
        # Other labels of a language are not quoted: the column may hold anything.
        spoken = sorted(each for each in desk.spoken if TAG.fullmatch(each))
        raise EvidenceError(
            f"there is no post in a language of the lexicon ({', '.join(lexicon.languages)}); "
            + (
                f"the posts are in {', '.join(spoken) or 'languages without a known tag'}."
                if desk.spoken
                else "there are no posts at all."
            )
        )
    whole = Scored.concat(scored)
    if audit is not None:
        heard = whole.heard
        audit.record(
            "score",
            rows_in=heard.rows,
            rows_out=heard.scored,
            broken=heard.broken,
            automatic=heard.automatic,
            own=heard.own,
            silent=heard.silent,
            unsure=None if kinds is None else heard.unsure,
            every=every,
            terms=len(lexicon),
        )
    return whole


class _Desk:
    """What stays the same from batch to batch."""

    def __init__(
        self,
        lexicon: Lexicon,
        *,
        privacy: Privacy,
        every: str,
        scorer: Scorer | None,
        kinds: Kinds | None,
    ) -> None:
        self.lexicon = lexicon
        self.privacy = privacy
        self.every = every
        self.scorer = LexiconScorer() if scorer is None else scorer
        self.kinds = kinds
        self.spoken: set[str] = set()
        self.matchers: dict[str, Matcher] = {}
        self.known = set(lexicon.languages) | {""}

    def batch(self, posts: Posts) -> Scored:
        """Return the scored posts of one batch."""
        import polars as pl

        frame = posts._frame
        automatic = frame["automatic"].fill_null(value=False)
        own = frame["own"].fill_null(value=False) & ~automatic
        language = frame["language"].fill_null("")
        people = ~(automatic | own)
        spoken = set(language.filter(people).unique().to_list())
        self.spoken |= spoken - {""}
        counts = people & language.is_in(sorted(self.known))
        table = frame.filter(counts).with_columns(language.filter(counts).alias("language"))
        named, kind = self._said(table, sorted(spoken & self.known))
        base = self._identities(table).with_columns(kind)
        named = named.with_columns(self._copies(named, base["period"], table["author"]))
        rows = named["row"]
        silent = np.ones(table.height, dtype=np.bool_)
        silent[rows.to_numpy()] = False
        columns = schema()
        said = base[rows].hstack(named.select(SAID))
        unsaid = base.filter(pl.Series(silent)).with_columns(
            pl.lit([] if name in LISTS else None, dtype=columns[name]).alias(name) for name in SAID
        )
        names = list(columns)
        unsure = (kind == "unsure").sum() if self.kinds is not None else 0
        report = posts.report
        return Scored(
            pl.concat([said.select(names), unsaid.select(names)]),
            concepts=self.lexicon.concepts,
            every=self.every,
            lexicon=(
                f"{len(self.lexicon)} terms, {self.lexicon.fingerprint}; "
                f"sentiment: {self.scorer.name}"
            ),
            heard=Heard(
                rows=report.rows,
                broken=report.broken_rows,
                without_text=report.without_text,
                without_author=report.without_author,
                repeated=report.repeated,
                automatic=int(automatic.sum()),
                own=int(own.sum()),
                other_language=int((people & ~counts).sum()),
                scored=table.height,
                silent=table.height - len(rows),
                unsure=int(unsure),
            ),
        )

    def _said(self, table: pl.DataFrame, languages: list[str]) -> tuple[pl.DataFrame, pl.Series]:
        """Return what the posts that name a concept say, with their rows, and the kind of all."""
        import polars as pl

        kind = pl.Series("kind", [None] * table.height, dtype=pl.String)
        parts = []
        for language in languages:
            chosen = np.flatnonzero((table["language"] == language).to_numpy())
            texts = table["text"] if len(chosen) == table.height else table["text"].gather(chosen)
            tokens = tokenise(texts)
            if language not in self.matchers:
                self.matchers[language] = Matcher(self.lexicon, language or None)
            found = _lists(self.matchers[language].find(words_of(tokens)))
            rows = found["row"].to_numpy()
            spoken = _picked(tokens, rows)
            mood = self._mood(spoken, texts.gather(rows), language)
            fingerprint, words = fingerprints(spoken)
            parts.append(
                found.with_columns(
                    pl.Series("row", chosen[rows]),
                    pl.Series("sentiment", mood, dtype=pl.Float64).fill_nan(None),
                    pl.Series("fingerprint", fingerprint, dtype=pl.UInt64),
                    pl.Series("words", words, dtype=pl.Int64),
                )
            )
            if self.kinds is not None:
                kinds = self.kinds.classify(tokens, texts, language or None)
                kind = kind.scatter(
                    chosen, pl.Series(list(kinds), dtype=pl.String).fill_null("unsure")
                )
        nobody = _lists(None).with_columns(
            pl.lit(None, dtype=pl.Float64).alias("sentiment"),
            pl.lit(None, dtype=pl.UInt64).alias("fingerprint"),
            pl.lit(None, dtype=pl.Int64).alias("words"),
        )
        return pl.concat([nobody, *parts]), kind

    def _mood(self, tokens: Tokens, texts: pl.Series, language: str) -> NDArray[np.float64]:
        """Return the sentiment of texts, NaN where the language is not known."""
        if not len(texts):
            return np.full(len(texts), np.nan)
        mood = self.scorer.score(tokens, texts, language)
        if mood.shape != (len(texts),) or (np.abs(mood) > 1).any():
            raise EvidenceError(
                f"the scorer {self.scorer.name!r} does not give every text one value in [-1, 1] "
                "or NaN."
            )
        return mood

    def _identities(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return period, day, keyed author and post, the labels of the source and engagement."""
        import polars as pl

        day = table["created"].dt.date()
        frame = table.select("author", "area", "group").with_columns(
            day.alias("day"),
            ordinals(day, every=self.every).alias("period"),
            damped(table),
            pl.Series("post", [None] * table.height, dtype=schema()["post"]),
        )
        if self.privacy.retention is not None:
            ids = table["id"]
            given = ids.drop_nulls()
            keys = pl.Series(self.privacy.keyed(given.to_list(), domain="post"), dtype=pl.UInt64)
            post = frame["post"].scatter(np.flatnonzero(ids.is_not_null().to_numpy()), keys)
            frame = frame.with_columns(post.alias("post"))
        return frame.with_columns(self._keyed(frame, "author"))

    def _keyed(self, frame: pl.DataFrame, name: str) -> pl.Series:
        """Return the hashes of a column, each keyed for the period of its row."""
        import polars as pl

        of = frequency_of(self.every)
        pairs = frame.select("period", name).unique().sort("period")
        keys = [
            self.privacy.keyed(
                group[name].to_list(), domain=f"{name} {periods.label(int(group['period'][0]), of)}"
            )
            for group in pairs.partition_by("period", maintain_order=True)
        ]
        pairs = pairs.with_columns(
            pl.Series("key", np.concatenate([np.zeros(0, dtype=np.uint64), *keys]))
        )
        joined = frame.select("period", name).join(
            pairs, on=["period", name], how="left", maintain_order="left"
        )
        return joined["key"].alias(name)

    def _copies(self, named: pl.DataFrame, period: pl.Series, author: pl.Series) -> pl.Series:
        """Return the keyed hashes of the texts of posts that name a concept.

        A text of few words is hashed with its author, so that it is a copy of their own only.
        """
        import polars as pl

        text = named["fingerprint"].cast(pl.String)
        own = named["words"] < SHORTEST_COPY
        whose = text.zip_with(~own, author.gather(named["row"]) + "\n" + text)
        frame = pl.DataFrame({"period": period.gather(named["row"]), "copy": whose})
        return self._keyed(frame, "copy")


def _lists(found: Mentions | None) -> pl.DataFrame:
    """Return the row of every text that names a concept, and its three lists."""
    import polars as pl

    columns = {name: schema()[name] for name in LISTS}
    if found is None or not len(found.text):
        return pl.DataFrame(schema={"row": pl.Int64()} | columns)
    text, concept = found.text, found.concept
    first = np.flatnonzero(
        np.concatenate([[True], (text[1:] != text[:-1]) | (concept[1:] != concept[:-1])])
    )
    flat = pl.DataFrame(
        {
            "row": text[first],
            "concepts": concept[first],
            "mentions": np.diff(np.append(first, len(text))),
            "polarity": np.add.reduceat(found.polarity, first),
        },
        schema={"row": pl.Int64()} | {name: kind.inner for name, kind in columns.items()},
    )
    return flat.group_by("row", maintain_order=True).agg(pl.all())


def _picked(tokens: Tokens, rows: NDArray[np.int64]) -> Tokens:
    """Return the tokens of some of the texts, and of the distinct ones those that occur."""
    start, length = tokens.start[rows], np.diff(tokens.start)[rows]
    ends = np.cumsum(length)
    total = int(ends[-1]) if len(ends) else 0
    code = tokens.code[np.arange(total) + np.repeat(start - ends + length, length)]
    used = np.zeros(len(tokens.distinct), dtype=np.bool_)
    used[code] = True
    return Tokens(
        distinct=tokens.distinct.gather(np.flatnonzero(used)),
        code=(np.cumsum(used, dtype=np.int32) - 1)[code],
        start=np.concatenate([[0], ends]).astype(np.int64),
    )
