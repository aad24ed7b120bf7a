"""From scored posts to signals: one author, one vote in every cell.

People are counted, their votes weighed (`fcm.social.counts.voices`), and cells that stand for too
few are suppressed before a `Signals` exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError
from fcm.social.counts.aggregates import Signals, suppress
from fcm.social.counts.consistency import USES
from fcm.social.counts.suppression import between
from fcm.social.counts.voices import Tally, people_of, tally
from fcm.social.periods import labels
from fcm.social.scoring import score

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from fcm.social.law.audit import AuditLog
    from fcm.social.posts import Posts
    from fcm.social.privacy import Privacy
    from fcm.social.scored import Scored
    from fcm.social.terms.lexicon import Lexicon
    from fcm.social.tone import Scorer

__all__ = ["count", "periods_of", "shielded", "signals", "signals_of"]

# Decimals of a published mean. From all digits of a mean over a known number of people single
# values can be solved: exp(n * engagement) is a whole number whose divisors are reactions to posts.
DECIMALS = 3


def signals(
    posts: Posts | Iterable[Posts],
    lexicon: Lexicon,
    *,
    privacy: Privacy,
    every: str = "1mo",
    credit: str = "",
    scorer: Scorer | None = None,
    audit: AuditLog | None = None,
) -> Signals:
    """Return who is heard: distinct authors by concept and period, small cells suppressed.

    It is `count` of `score`. An author counts once in a cell, however often they write. Salience
    is the share of the period's authors who name the concept. Valence is the mean over these
    authors of the author's mean polarity of mention: +1 named the concept, -1 its opposite. It is
    the direction of talk ("dirty" or "clean"), not a sentiment, and no measure of the concept
    itself. Sentiment is the mean over the same authors of the mean mood of these posts, whatever
    the mood is about. Engagement is the mean of ``log1p(likes + replies + 2 shares)``, at most
    ``log1p(1000)``. In these three means, not in the number of authors, copied texts and
    machine-like accounts weigh less: `fcm.social.counts.voices` has the rules.

    Suppressed are: a period with fewer than `k` authors; a cell that fewer than `k` authors name
    (a blank may be zero); a cell that all but 1 to ``k - 1`` of the period's authors name, since
    the difference would show them; a concept that every post of the period names together with a
    wider one, where 1 to ``k - 1`` authors name the wider one alone; a mean that is known of fewer
    than `k` authors; and a mean in which one author has more than a fifth of the weight. Means are
    rounded to three decimals and the number of voices to a whole one, so that no single post or
    author can be solved from their digits. A mean still tells of all: a valence of 1 says that
    everyone in the cell named the concept and nobody its opposite, and one near 1 that few did.

    Publish the same posts once: with one lexicon, one length of period, one state of the source.
    Two tables of nearly the same posts can be held against each other.

    Parameters
    ----------
    posts : Posts, or iterable of Posts
        A stream of batches is read batch by batch; the result does not depend on their borders.
        Posts in a language of which the lexicon has no terms are left out, of the authors of the
        period as well; posts without a language are matched with all terms.
    lexicon : Lexicon
    privacy : Privacy
        Purpose and basis go into the footer of every output.
    every : {"1d", "1w", "1mo", "1q"}, default "1mo"
        Length of a period; labels "2015-09-15", "2015-W38", "2015-09", "2015-Q3". Periods
        without posts between the first and the last are kept, suppressed.
    credit : str
        The line of credit of the source, carried along.
    scorer : Scorer, optional
        Gives posts their sentiment; the shipped lexicons unless given.
    audit : AuditLog, optional
        Takes one entry for scoring and one for counting.

    Raises
    ------
    PrivacyError
        If the lexicon names a topic that the law protects most and privacy has no `dpia`.
    EvidenceError
        If there are no posts in a language of the lexicon, or the period is unknown.
    """
    scored = score(posts, lexicon, privacy=privacy, every=every, scorer=scorer, audit=audit)
    return count(scored, privacy=privacy, credit=credit, audit=audit)


def count(
    scored: Scored, *, privacy: Privacy, credit: str = "", audit: AuditLog | None = None
) -> Signals:
    """Return the signals of scored posts; see `signals` for what is counted and suppressed.

    Parameters
    ----------
    scored : Scored
    privacy : Privacy
    credit : str
        The line of credit of the source, carried along.
    audit : AuditLog, optional

    Raises
    ------
    EvidenceError
        If there are no scored posts, or they run over more than 20,000 periods.
    """
    periods = periods_of(scored)
    frame = scored._frame
    shape = (1, len(periods), len(scored.concepts))
    cells = shielded(tally(frame, people_of(frame), shape=shape, k=privacy.k), privacy.k)
    counted = signals_of(cells, 0, scored, periods, privacy=privacy, credit=credit)
    if audit is not None:
        audit.record(
            "count",
            rows_in=len(scored),
            k=privacy.k,
            cells=counted.suppressed.size,
            suppressed=int(counted.suppressed.sum()),
            every=scored.every,
            first=periods[0],
            last=periods[-1],
        )
    return counted


def shielded(cells: Tally, k: int) -> Tally:
    """Return the tally without concepts whose difference from a wider one stands for too few."""
    hidden = np.zeros(cells.effective.shape, dtype=np.bool_)
    for rest in cells.beyond:
        hidden |= between(rest, k)
    return cells.without(hidden)


def periods_of(scored: Scored) -> tuple[str, ...]:
    """Return the labels of all periods from the first scored post to the last."""
    if not len(scored):
        raise EvidenceError("there are no scored posts to count.")
    days = scored._frame["day"]
    return labels(days.min(), days.max(), every=scored.every)  # type: ignore[arg-type]


def signals_of(
    cells: Tally,
    stratum: int,
    scored: Scored,
    periods: tuple[str, ...],
    *,
    privacy: Privacy,
    credit: str,
) -> Signals:
    """Return the signals of one stratum of a tally, small cells suppressed."""
    names = ("valence", "sentiment", "engagement")
    active, authors, effective, *means = suppress(
        cells.active[stratum],
        cells.behind["valence"][stratum],
        cells.effective[stratum],
        *(cells.means[name][stratum] for name in names),
        k=privacy.k,
    )
    return Signals(
        concepts=scored.concepts,
        periods=periods,
        every=scored.every,
        active=active,
        authors=authors,
        effective=np.maximum(np.round(effective), 1.0),
        **{name: _blunt(each, name) for name, each in zip(names, means, strict=True)},
        k=privacy.k,
        purpose=privacy.purpose,
        basis=privacy.basis,
        credit=credit,
        lexicon=scored.lexicon,
        heard=scored.heard.rounded(privacy.k),
    )


def _blunt(values: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Return means as they may be published, without the digits that single values leave."""
    low, high, _ = USES[name]
    blunt: NDArray[np.float64] = np.clip(np.round(values, DECIMALS), low, high) + 0.0
    return blunt
