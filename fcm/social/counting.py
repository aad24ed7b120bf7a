"""From posts to signals: one author, one vote in every cell.

Authors are replaced by keys of their period, counted and forgotten; cells that stand for too few
are suppressed before a `Signals` exists.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError
from fcm.social.aggregates import Signals, suppress
from fcm.social.matching import find_mentions
from fcm.social.periods import frequency_of, label, labels

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.lexicon import Lexicon
    from fcm.social.posts import Posts
    from fcm.social.privacy import Privacy

__all__ = ["signals"]


def signals(
    posts: Posts, lexicon: Lexicon, *, privacy: Privacy, every: str = "1mo", credit: str = ""
) -> Signals:
    """Return who is heard: distinct authors by concept and period, small cells suppressed.

    An author counts once in a cell, however often they write. Salience is the share of the
    period's authors who name the concept. Valence is the mean over these authors of the author's
    mean polarity of mention: +1 named the concept, -1 its opposite. It is the direction of talk
    ("dirty" or "clean"), not a sentiment, and no measure of the concept itself. A text that an
    author repeats in a period counts once for their valence.

    Suppressed are: a period with fewer than `k` authors; a cell that fewer than `k` authors name
    (a blank may be zero); and a cell that all but 1 to ``k - 1`` of the period's authors name,
    since the difference would show them. Publish the same posts in one length of period only:
    two tables of the same posts can be held against each other.

    Parameters
    ----------
    posts : Posts
        Those in a language of which the lexicon has no terms are left out, of the authors of the
        period as well; posts without a language are matched with all terms.
    lexicon : Lexicon
    privacy : Privacy
        Purpose and basis go into the footer of every output.
    every : {"1d", "1w", "1mo", "1q"}, default "1mo"
        Length of a period; labels "2015-09-15", "2015-W38", "2015-09", "2015-Q3". Periods
        without posts between the first and the last are kept, suppressed.
    credit : str
        The line of credit of the source, carried along.

    Raises
    ------
    EvidenceError
        If there are no posts in a language of the lexicon, or the period is unknown.
    """
    frequency_of(every)
    votes, periods = _votes(posts, lexicon, privacy=privacy, every=every)
    seen = votes.select("period", "author").unique()["period"].to_numpy()
    authors, valence = _cells(
        votes, _mentions(lexicon, votes), shape=(len(periods), len(lexicon.concepts))
    )
    active, authors, valence = suppress(
        np.bincount(seen, minlength=len(periods)), authors, valence, k=privacy.k
    )
    return Signals(
        concepts=lexicon.concepts,
        periods=periods,
        every=every,
        active=active,
        authors=authors,
        valence=valence,
        k=privacy.k,
        purpose=privacy.purpose,
        basis=privacy.basis,
        credit=credit,
        lexicon=f"{len(lexicon)} terms, {lexicon.fingerprint}",
    )


def _votes(
    posts: Posts, lexicon: Lexicon, *, privacy: Privacy, every: str
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return period, author (keyed), text and language, each combination once; and all periods."""
    import polars as pl

    known = pl.col("language").is_null() | pl.col("language").is_in(lexicon.languages)
    table = posts._frame.filter(known).with_columns(day=pl.col("created").dt.date())
    if not table.height:
        spoken = sorted(posts._frame["language"].drop_nulls().unique().to_list())
        raise EvidenceError(
            f"there is no post in a language of the lexicon ({', '.join(lexicon.languages)}); "
            + (f"the posts are in {', '.join(spoken)}." if spoken else "there are no posts at all.")
        )
    days = {day: label(day, every=every) for day in table["day"].unique().to_list()}
    periods = labels(min(days), max(days), every=every)
    place = {period: t for t, period in enumerate(periods)}
    table = table.with_columns(
        period=pl.col("day").replace_strict({d: place[p] for d, p in days.items()}),
        language=pl.col("language").fill_null(""),
    )
    pairs = table.select("period", "author").unique().sort("period", "author")
    keys = [
        key
        for (period,), group in pairs.group_by("period", maintain_order=True)
        for key in privacy.keyed(
            group["author"].to_list(), domain=f"author {periods[int(period)]}"
        ).tolist()
    ]
    pairs = pairs.with_columns(key=pl.Series(keys, dtype=pl.UInt64))
    votes = table.join(pairs, on=["period", "author"]).select(
        "period",
        "language",
        text=pl.col("text").str.to_lowercase().str.replace_all(r"\s+", " "),
        author="key",
    )
    return votes.unique(), periods


def _mentions(lexicon: Lexicon, votes: pl.DataFrame) -> pl.DataFrame:
    """Return text, language, concept, number of mentions and sum of their polarity."""
    import polars as pl

    tables = []
    for language in sorted(votes["language"].unique().to_list()):
        texts = votes.filter(pl.col("language") == language)["text"].unique().sort()
        found = find_mentions(texts, lexicon, language=language or None)
        tables.append(
            pl.DataFrame(
                {
                    "text": texts.gather(found.text),
                    "concept": found.concept,
                    "polarity": found.polarity,
                }
            )
            .group_by("text", "concept")
            .agg(mentions=pl.len().cast(pl.Int64), polarity=pl.col("polarity").sum())
            .with_columns(language=pl.lit(language))
        )
    return pl.concat(tables)


def _cells(
    votes: pl.DataFrame, mentions: pl.DataFrame, *, shape: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return distinct authors and their mean polarity, (T, C) each, nothing suppressed yet."""
    import polars as pl

    each = (
        votes.join(mentions, on=["text", "language"])
        .group_by("period", "concept", "author")
        .agg(pl.col("mentions").sum(), pl.col("polarity").sum())
        .sort("period", "concept")
    )
    cell = (
        np.ravel_multi_index((each["period"].to_numpy(), each["concept"].to_numpy()), shape)
        if each.height
        else np.zeros(0, dtype=np.int64)
    )
    means = each["polarity"].to_numpy() / each["mentions"].to_numpy()
    authors = np.bincount(cell, minlength=shape[0] * shape[1]).astype(np.float64)
    valence = np.full(authors.shape, np.nan)
    ends = np.cumsum(authors).astype(np.int64)
    for place in np.flatnonzero(authors):
        count = int(authors[place])
        # fsum rounds once, so the order of the authors cannot show.
        valence[place] = math.fsum(means[ends[place] - count : ends[place]]) / count
    return authors.reshape(shape), valence.reshape(shape)
