"""The municipality's own accounts as a panel: how much they post, how they answer, whom they reach.

Own posts are those that the source or the reader marks as such (``own=`` of `read_posts`). What is
published is about the organisation: no account, no post and no citizen stands in it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError
from fcm.evidence import Origin, Panel
from fcm.periods import ordinal_of_day
from fcm.social.counts.engagement import damped
from fcm.social.periods import frequency_of, labels

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.posts import Posts
    from fcm.social.privacy import Privacy

__all__ = ["own_accounts"]

POSTS = "municipal posts"
HOURS = "municipal response time"
ANSWERED = "municipal share answered"
ENGAGEMENT = "municipal engagement"
VIEWS = "municipal views"
# With this many citizens behind it a figure is as good as what is usual for it.
USUAL = 20


def own_accounts(
    posts: Posts, *, privacy: Privacy, every: str = "1w", name: str = "own accounts"
) -> Panel:
    """Return how much the municipality posts, how it answers and whom it reaches, by period.

    Five concepts, each in its own unit; bring them to [0, 1] before learning from them:

    - ``"municipal posts"``: posts of the own accounts in the period. 0 where there are none but at
      least ``k`` citizens post; NaN where fewer do, since the source may have a gap.
    - ``"municipal response time"``: hours from a citizen's post to the first own reply to it,
      rounded to a tenth. Each citizen's median, and of these the median: one citizen, one voice.
      Posts and replies at midnight sharp, which is how a date without a time of day is read, are
      left out.
    - ``"municipal share answered"``: of a citizen's posts that reply to an own post, the share
      that got an own reply; the mean over citizens.
    - ``"municipal engagement"``: mean over own posts of ``log1p(likes + replies + 2 shares)``, at
      most ``log1p(1000)``.
    - ``"municipal views"``: mean over own posts of ``log1p(views)``, which may be visits or
      downloads if the column ``views`` counts those. Both are NaN where the source gives none.

    Response time and share answered belong to the period of the citizen's post, so those of the
    last periods may still change when later replies come in. They are NaN where they would stand
    for fewer than ``k`` citizens, where 1 to ``k - 1`` citizens were answered, ever or always, and
    where the difference between the citizens behind two published numbers would be that small.
    Replies count only if the post they reply to is among these posts: read a thread whole.

    Other names: ``dataclasses.replace(panel, names=(...), origins={})``.

    Parameters
    ----------
    posts : Posts
        Those of citizens and of own accounts; automatic accounts are neither.
    privacy : Privacy
    every : {"1d", "1w", "1mo", "1q"}, default "1w"
    name : str, default "own accounts"
        What the accounts are called in the panel's origins, such as the name of the department.

    Returns
    -------
    Panel
        Confidence is ``n / (n + 20)``: of the number of posts, n is that number, but at least
        ``k`` where as many citizens post; of the answers, the citizens behind the figure; of
        engagement and views, the posts of which they are known.

    Raises
    ------
    EvidenceError
        If there is no post of an own account, or the period is unknown.
    """
    frequency_of(every)
    frame = posts._frame.filter(~_true("automatic") | _true("own"))
    if not frame.filter(_true("own")).height:
        raise EvidenceError(
            f"none of the {len(posts):,} posts is of an own account of the municipality. Name its "
            "accounts when reading: read_posts(..., own=('account',))."
        )
    days = frame.select(day=frame["created"].dt.date())["day"]
    periods = labels(days.min(), days.max(), every=every)  # type: ignore[arg-type]
    frame = frame.with_columns(period=_places(days, every))
    citizens = _citizens(frame)
    own = np.bincount(
        frame.filter(_true("own"))["period"].to_numpy(), minlength=len(periods)
    ).astype(np.float64)
    # Where enough citizens post, the source is not silent, and no own post is a true 0.
    heard = np.bincount(citizens["period"].to_numpy(), minlength=len(periods)) >= privacy.k
    hours, share, timed, addressed = _answers(citizens, len(periods), privacy.k)
    moved, of_moved, seen, of_seen = _reached(frame.filter(_true("own")), len(periods))
    values = np.stack([np.where((own > 0) | heard, own, np.nan), hours, share, moved, seen], axis=1)
    behind = np.stack(
        [np.where(heard, np.maximum(own, privacy.k), own), timed, addressed, of_moved, of_seen],
        axis=1,
    )
    return Panel(
        periods=periods,
        names=(POSTS, HOURS, ANSWERED, ENGAGEMENT, VIEWS),
        values=values,
        confidence=np.where(np.isnan(values), 0.0, behind / (behind + USUAL)),
        origins={
            concept: Origin(
                kind="posts",
                source=name,
                date=f"{periods[0]}..{periods[-1]}",
                note=f"{what}; purpose: {privacy.purpose}; basis: {privacy.basis}",
            )
            for concept, what in (
                (POSTS, f"posts of own accounts, by {every}"),
                (HOURS, f"hours, median over at least {privacy.k} citizens"),
                (ANSWERED, f"share, mean over at least {privacy.k} citizens"),
                (ENGAGEMENT, "log1p of reactions, mean over own posts"),
                (VIEWS, "log1p of views, mean over own posts"),
            )
        },
    )


def _reached(
    own: pl.DataFrame, periods: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return mean engagement and mean damped views by period, each with the posts behind it."""
    place = own["period"].to_numpy()
    found = []
    for series in (damped(own), own["views"].clip(0).log1p()):
        given = series.is_not_null().to_numpy()
        count = np.bincount(place[given], minlength=periods).astype(np.float64)
        mean = np.full(periods, np.nan)
        for period in np.flatnonzero(count):
            mean[period] = math.fsum(series.to_numpy()[given & (place == period)]) / count[period]
        found += [mean, count]
    return found[0], found[1], found[2], found[3]


def _true(column: str) -> pl.Expr:
    import polars as pl

    return pl.col(column).fill_null(value=False)


def _places(days: pl.Series, every: str) -> pl.Series:
    """Return the place of every day's period, counted from the first."""
    import polars as pl

    of = frequency_of(every)
    distinct = days.unique().sort()
    numbers = [ordinal_of_day(day, of) for day in distinct.to_list()]
    return days.replace_strict(
        distinct, pl.Series([each - numbers[0] for each in numbers]), return_dtype=pl.Int64
    )


def _citizens(frame: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each citizen and period: what they asked and what came back.

    ``addressed`` is the number of posts that reply to an own post, ``share`` how many of them were
    answered, ``hours`` the median time to an answer of any post; null without one.
    """
    import polars as pl

    own = frame.filter(_true("own"))
    to_own = own.select(reply_to="id").drop_nulls().unique().with_columns(to_own=True)
    asked = frame.filter(~_true("own")).with_row_index("row")
    replies = own.select(id="reply_to", replied="created").drop_nulls()

    def untimed(column: str) -> pl.Expr:
        return pl.col(column).dt.time() == pl.time(0)

    by_day = untimed("created") | untimed("replied")
    answers = (
        asked.select("row", "id", "created")
        .join(replies, on="id")
        .filter(
            (pl.col("replied") >= pl.col("created"))
            | (by_day & (pl.col("replied").dt.date() >= pl.col("created").dt.date()))
        )
        .with_columns(
            wait=pl.when(~by_day).then((pl.col("replied") - pl.col("created")).dt.total_seconds())
        )
        .group_by("row")
        .agg(hours=pl.col("wait").min() / 3600)
        .with_columns(answered=True)
    )
    return (
        asked.join(answers, on="row", how="left")
        .join(to_own, on="reply_to", how="left")
        .group_by("period", "author")
        .agg(
            hours=pl.col("hours").median(),
            addressed=_true("to_own").sum().cast(pl.Int64),
            answered=(_true("to_own") & _true("answered")).sum().cast(pl.Int64),
        )
        .sort("period", "author")
    )


def _answers(
    citizens: pl.DataFrame, periods: int, k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return median hours and mean share by period, and the citizens behind each, k-safe."""
    import polars as pl

    asked, answered = pl.col("addressed") > 0, pl.col("answered") > 0
    unanswered = pl.col("addressed") > pl.col("answered")
    timed = pl.col("hours").is_not_null()

    def safe(*sets: pl.Expr) -> pl.Expr:
        return pl.all_horizontal((each.sum() == 0) | (each.sum() >= k) for each in sets)

    shows_share = (asked.sum() >= k) & safe(
        ~asked, answered, unanswered, asked & ~answered, asked & ~unanswered
    )
    # Two published groups of citizens can be held against each other, so all that lies in one of
    # them only must be nobody or enough people as well.
    apart = safe(timed & ~asked, asked & ~timed, timed & ~answered, answered & ~timed)
    table = citizens.group_by("period").agg(
        hours=pl.when((timed.sum() >= k) & safe(~timed) & (apart | ~shows_share)).then(
            pl.col("hours").median().round(1)
        ),
        shares=pl.when(shows_share).then(
            (pl.col("answered") / pl.col("addressed")).filter(asked).implode()
        ),
        timed=timed.sum().cast(pl.Float64),
        addressed=asked.sum().cast(pl.Float64),
    )
    place = table["period"].to_numpy()

    def by_period(column: str) -> NDArray[np.float64]:
        array = np.full(periods, np.nan)
        array[place] = table[column].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return array

    share = np.full(periods, np.nan)
    for period, each in zip(place, table["shares"].to_list(), strict=True):
        if each is not None:
            share[period] = math.fsum(each) / len(each)  # fsum: the order of posts cannot show
    return by_period("hours"), share, by_period("timed"), by_period("addressed")
