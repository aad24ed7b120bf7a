"""Which scored posts are of which ids, and what the numbers are without them.

Ids are hashed as they were when the posts were scored, compared and forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import PrivacyError
from fcm.periods import label
from fcm.social.periods import frequency_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.privacy import Privacy
    from fcm.social.scored import Heard

__all__ = ["less", "rows_of"]


def rows_of(
    frame: pl.DataFrame,
    posts: Collection[str],
    authors: Collection[str],
    *,
    privacy: Privacy,
    every: str,
) -> tuple[pl.Series, int]:
    """Return which rows are of these posts or authors, and how many of the ids are held.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns of `fcm.social.scored.schema`.
    posts, authors : collection of str
        As the source gives them.
    privacy : Privacy
        With the key by which the posts were scored.
    every : {"1d", "1w", "1mo", "1q"}
        An author has another hash in every period.

    Raises
    ------
    PrivacyError
        If ids are no list of texts; the message quotes none.
    """
    import polars as pl

    for name, given in (("posts", posts), ("authors", authors)):
        if isinstance(given, str | bytes) or not all(isinstance(each, str) for each in given):
            raise PrivacyError(f"{name} to delete must be a list of ids, each a text.")
    keys = pl.Series(privacy.keyed(sorted(set(posts)), domain="post"), dtype=pl.UInt64)
    gone = frame["post"].is_in(keys.implode()).fill_null(value=False)
    found = int(keys.is_in(frame["post"].drop_nulls().implode()).sum())
    people = sorted(set(authors))
    held: NDArray[np.bool_] = np.zeros(len(people), dtype=np.bool_)
    of = frequency_of(every)
    for period in sorted(frame["period"].unique().to_list()) if people else ():
        here = frame["period"] == period
        keys = pl.Series(
            privacy.keyed(people, domain=f"author {label(int(period), of)}"), dtype=pl.UInt64
        )
        gone = gone | (here & frame["author"].is_in(keys.implode()))
        held |= keys.is_in(frame["author"].filter(here).implode()).to_numpy()
    return gone, found + int(held.sum())


def less(heard: Heard, taken: pl.DataFrame, *, rows: bool) -> Heard:
    """Return the numbers without these scored posts, and without their rows of the source."""
    count = taken.height
    silent = int((taken["concepts"].list.len() == 0).sum())
    unsure = int((taken["kind"] == "unsure").fill_null(value=False).sum())
    return replace(
        heard,
        rows=heard.rows - count * rows,
        scored=heard.scored - count,
        silent=heard.silent - silent,
        unsure=heard.unsure - unsure,
    )
