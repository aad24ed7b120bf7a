"""The same posts raw and redacted, held against each other.

Whoever redacts before scoring should know what it costs; whoever scores and lets go of the text
need not redact. One level is in memory at a time, and texts stay inside.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError, PrivacyError
from fcm.social.counts.aggregates import Signals
from fcm.social.counts.counting import signals
from fcm.social.posts import Posts
from fcm.social.redaction.effect import (
    QUANTITIES,
    CellChange,
    LevelEffect,
    RedactionEffect,
    ranking,
)
from fcm.social.redaction.masking import LEVELS, redact
from fcm.social.terms.tokens import tokenise
from fcm.social.tone import LexiconScorer

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.privacy import Privacy
    from fcm.social.terms.lexicon import Lexicon

__all__ = ["kendall", "redaction_effect"]

NEUTRAL = 0.05
"""Sentiment up to this size is called neutral."""
Decide = Callable[[Signals], Mapping[str, float]]


def redaction_effect(
    posts: Posts,
    lexicon: Lexicon,
    *,
    privacy: Privacy,
    every: str = "1mo",
    decide: Decide | None = None,
    credit: str = "",
) -> RedactionEffect:
    """Return what redacting before scoring changes: labels, cells and, if asked, a decision.

    The design is paired: the same posts, raw and at each of the `LEVELS`, with the shipped
    sentiment lexicons. Whether anonymising text moves sentiment enough to matter for policy is the
    question of Lampoltshammer, Thurnay and Eibl (2019), asked here of one's own posts and map.

    Parameters
    ----------
    posts : Posts
    lexicon : Lexicon
    privacy : Privacy
    every : {"1d", "1w", "1mo", "1q"}, default "1mo"
    decide : callable, optional
        From `Signals` to a score for each scenario, more is better: learning, simulating and
        comparing as the decision at hand does it.
    credit : str
        The line of credit of the source, carried along.

    Raises
    ------
    EvidenceError
        If there is no post in a language of the lexicon, or `decide` gives other scenarios at
        another level, none at all, or a score that is no finite number.
    PrivacyError
        If the posts come from fewer than `k` people.

    References
    ----------
    Lampoltshammer, Thurnay & Eibl (2019), in: Data Science - Analytics and Applications, iDSC2019,
    pp. 41-48.
    """
    import polars as pl

    frame = posts._frame.filter(
        pl.col("language").is_null() | pl.col("language").is_in(lexicon.languages),
        ~pl.col("automatic").fill_null(False),
        ~pl.col("own").fill_null(False),
    )
    if frame.height and frame["author"].n_unique() < privacy.k:
        raise PrivacyError(
            f"the posts come from fewer than {privacy.k} people; an effect on so few would show "
            "what one of them wrote."
        )

    def counted(table: pl.DataFrame) -> Signals:
        return signals(
            Posts(table, posts.report),
            lexicon,
            privacy=privacy,
            every=every,
            credit=credit,
            scorer=LexiconScorer(),
        )

    raw, labels = counted(frame), _labels(frame)
    scores = _scores(decide, raw, None)
    levels = []
    for level, redaction in LEVELS.items():
        table = frame.with_columns(redact(frame["text"], redaction))
        told = counted(table)
        again = _scores(decide, told, scores)
        levels.append(
            LevelEffect(
                level=level,
                touched=_share((table["text"] != frame["text"]).to_numpy(), privacy.k),
                flips=_flips(labels, _labels(table), privacy.k),
                cells={
                    name: _change(getattr(raw, name), getattr(told, name)) for name in QUANTITIES
                },
                scores=again,
                tau=kendall(scores, again),
                same_choice=ranking(scores)[0] == ranking(again)[0] if scores else None,
            )
        )
    return RedactionEffect(
        posts=frame.height,
        levels=tuple(levels),
        scores=scores,
        k=raw.k,
        purpose=raw.purpose,
        basis=raw.basis,
        credit=raw.credit,
        lexicon=raw.lexicon,
    )


def kendall(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return Kendall's tau-b of two scores of the same names; NaN where one of them is flat.

    Examples
    --------
    >>> kendall({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 3, "c": 2})
    0.3333333333333333
    """
    x, y = (np.array([scores[name] for name in first]) for scores in (first, second))
    dx, dy = (np.sign(each[:, None] - each[None, :]) for each in (x, y))
    ties = float(np.abs(dx).sum()) * float(np.abs(dy).sum())
    return float((dx * dy).sum()) / math.sqrt(ties) if ties else math.nan


def _labels(frame: pl.DataFrame) -> NDArray[np.float64]:
    """Return -1, 0 or 1 for every post, NaN where no lexicon knows its language."""
    labels = np.full(frame.height, np.nan)
    for language in frame["language"].drop_nulls().unique().to_list():
        rows = (frame["language"] == language).fill_null(False).arg_true()
        texts = frame["text"].gather(rows)
        mood = LexiconScorer().score(tokenise(texts), texts, language)
        labels[rows.to_numpy()] = np.where(np.abs(mood) > NEUTRAL, np.sign(mood), 0 * mood)
    return labels


def _flips(before: NDArray[np.float64], after: NDArray[np.float64], k: int) -> float:
    known = ~np.isnan(before)
    return _share((before != after)[known], k)


def _share(chosen: NDArray[np.bool_], k: int) -> float:
    """Return the share of posts, their number rounded down to a multiple of `k`."""
    return int(chosen.sum()) // k * k / len(chosen) if len(chosen) else math.nan


def _change(before: NDArray[np.float64], after: NDArray[np.float64]) -> CellChange:
    difference = np.abs(after - before)
    both = ~np.isnan(difference)
    count = int(both.sum())
    return CellChange(
        cells=count,
        mean=math.fsum(difference[both]) / count if count else math.nan,
        largest=float(difference[both].max()) if count else math.nan,
        gained=int((np.isnan(before) & ~np.isnan(after)).sum()),
        lost=int((~np.isnan(before) & np.isnan(after)).sum()),
    )


def _scores(
    decide: Decide | None, told: Signals, known: Mapping[str, float] | None
) -> dict[str, float]:
    """Return the scores of the caller's decision, checked."""
    if decide is None:
        return {}
    scores = {str(name): float(value) for name, value in decide(told).items()}
    if not scores:
        raise EvidenceError("decide() gives no scenario; expected a score for each of them.")
    for name, value in scores.items():
        if not math.isfinite(value):
            raise EvidenceError(
                f"decide() gives {name!r} the score {value}; expected a finite number."
            )
    if known is not None and set(scores) != set(known):
        raise EvidenceError(
            f"decide() gives scores for {sorted(scores)} on redacted posts and for "
            f"{sorted(known)} on raw ones; expected the same scenarios."
        )
    return scores
