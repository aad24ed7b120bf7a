"""Nested concepts: where whoever names one concept names another as well.

If every post of a period that names "night noise" names "noise" too, as when one has all terms of
the other, the difference of the two cells is a number of people like any other. It must stand for
nobody or for enough. Nothing here knows which concepts were meant to be nested; it looks at posts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

__all__ = ["beyond"]


def beyond(frame: pl.DataFrame, named: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Return how many people name a wider concept and not the narrower one.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns ``period`` and ``concepts`` of `fcm.social.scored.schema`.
    named : ndarray of int64, shape (S, T, C)
        Distinct authors who name the concept, by stratum and period; the first period is the
        earliest of `frame`.

    Returns
    -------
    tuple of ndarray of int64, shape (S, T, C)
        Of the narrower concept; one array for each wider concept that one has, 0 where there is
        none.
    """
    import polars as pl

    posts = frame.select(
        pl.col("period") - pl.col("period").min(), pl.col("concepts").alias("narrow")
    ).with_row_index("post")
    each = posts.filter(pl.col("narrow").list.len() > 0).explode("narrow")
    whole = each.group_by("period", "narrow").agg(posts=pl.len())
    several = each.filter(pl.col("post").is_duplicated())
    nested = (
        several.join(several.select("post", wide="narrow"), on="post")
        .filter(pl.col("narrow") != pl.col("wide"))
        .group_by("period", "narrow", "wide")
        .agg(both=pl.len())
        .join(whole, on=["period", "narrow"])
        .filter(pl.col("both") == pl.col("posts"))
        .sort("period", "narrow", "wide")
        .with_columns(rank=pl.int_range(pl.len()).over("period", "narrow"))
    )
    period, narrow, wide, rank = (
        nested[name].cast(pl.Int64).to_numpy() for name in ("period", "narrow", "wide", "rank")
    )
    found = np.zeros((int(rank.max()) + 1 if len(rank) else 0, *named.shape), dtype=np.int64)
    found[rank, :, period, narrow] = (named[:, period, wide] - named[:, period, narrow]).T
    return tuple(found)
