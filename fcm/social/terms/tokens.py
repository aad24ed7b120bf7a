"""Texts as numbers: every blank-separated token, and each distinct token once.

Whatever depends on a token alone (its sentiment, its words, its case) is worked out once for each
distinct token of a batch and looked up for all. Nothing here knows words, concepts or moods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

__all__ = ["Tokens", "tokenise"]

# Blanks that are not a single space between two tokens.
_UNEVEN = r"[^\S ]|  |^ | $"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tokens:
    """The tokens of a batch of texts, one after another.

    Parameters
    ----------
    distinct : polars.Series of str, length D
        Each token once, as written.
    code : ndarray of int32, shape (N,), values in [0, D)
        Row of `distinct` for every token, text after text.
    start : ndarray of int64, shape (R + 1,)
        Text ``r`` holds the tokens ``start[r]`` to ``start[r + 1]``.
    """

    distinct: pl.Series
    code: NDArray[np.int32]
    start: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start) - 1

    def __repr__(self) -> str:
        return f"Tokens({len(self.code):,} tokens of {len(self):,} texts)"

    @property
    def text(self) -> NDArray[np.int64]:
        """Row of the text of every token, (N,)."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.start))


def tokenise(texts: pl.Series) -> Tokens:
    """Return the tokens of texts; a text of blanks has none.

    Parameters
    ----------
    texts : polars.Series of str, length R
        Nulls count as empty.

    Examples
    --------
    >>> import polars as pl
    >>> tokens = tokenise(pl.Series(["No, no!", "", "no, No,"]))
    >>> tokens.start.tolist(), tokens.distinct.gather(tokens.code).to_list()
    ([0, 2, 2, 4], ['No,', 'no!', 'no,', 'No,'])
    """
    import polars as pl

    texts = texts.fill_null("").clone()
    uneven = texts.str.contains(_UNEVEN).arg_true()
    if len(uneven):
        evened = texts.gather(uneven).str.replace_all(r"\s+", " ").str.strip_chars(" ")
        texts = texts.scatter(uneven, evened)
    empty = (texts == "").to_numpy()
    split = texts.str.split(" ")
    lengths = np.where(empty, 0, split.list.len().to_numpy())
    stream = split.explode()
    if empty.any():
        stream = stream.filter(stream != "")
    coded = stream.cast(pl.Categorical(pl.Categories.random()))
    once = coded.unique()
    return Tokens(
        distinct=once.cast(pl.String).gather(once.to_physical().arg_sort()),
        code=coded.to_physical().to_numpy().astype(np.int32),
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
    )
