"""Engagement: how much a post moved others, damped so that no single post outweighs the rest.

It is a quantity of its own. It weighs neither people nor what they say: a post that is shared a
thousand times is still the voice of one author.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["MOST", "damped"]

# The engagement of a thousand reactions; more than that counts as that.
MOST = math.log1p(1000.0)


def damped(frame: pl.DataFrame) -> pl.Series:
    """Return ``log1p(likes + replies + 2 shares)`` of every post, at most ``log1p(1000)``.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns ``likes``, ``replies`` and ``shares``. A count that is not given adds nothing; the
        result is null where none of the three is.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({"likes": [3, None, 9**9], "shares": [1, None, 0],
    ...                       "replies": [None, None, 1]}, schema_overrides={"likes": pl.Int64})
    >>> damped(frame).round(3).to_list()
    [1.792, None, 6.909]
    """
    import polars as pl

    given = [pl.col(name) for name in ("likes", "replies", "shares")]
    # Clipping comes first, so that no sum of counts runs over.
    likes, replies, shares = (each.fill_null(0).clip(0, 1000) for each in given)
    score = (likes + replies + 2 * shares).clip(0, 1000).log1p()
    known = pl.any_horizontal(each.is_not_null() for each in given)
    return frame.select(engagement=pl.when(known).then(score))["engagement"]
