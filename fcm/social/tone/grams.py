"""Which words and pairs of neighbouring words a text holds, as numbers that name none of them.

Every folded word becomes one of 2^20 numbers by a hash that is the same on every machine. Many
words share a number, so a number does not say which word it was; but whoever tries words can tell
which numbers they have. Handles and addresses are left out. It knows no labels.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fcm.social.terms.words import words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from fcm.social.terms.tokens import Tokens

__all__ = [
    "BITS",
    "FEWEST_TEXTS",
    "design",
    "frequent",
    "grams",
    "impersonal",
    "incidence",
    "rarity_of",
]

BITS = 20
FEWEST_TEXTS = 3  # in which a word must stand to be kept: of rarer ones a text could be guessed


def grams(
    tokens: Tokens, kept: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (text, bucket) of every word and pair of words, each once, sorted.

    With `kept`, which is sorted, only those of its buckets, as places in it.

    Examples
    --------
    >>> import polars as pl
    >>> from fcm.social.terms.tokens import tokenise
    >>> text, bucket = grams(tokenise(pl.Series(["No, no @council", "no"])))
    >>> text.tolist(), len(set(bucket.tolist()))  # "no", "no no"; "no"
    ([0, 0, 1], 2)
    """
    words = words_of(impersonal(tokens))
    hashes = np.frombuffer(
        b"".join(hashlib.blake2b(w.encode(), digest_size=8).digest() for w in words.vocabulary),
        dtype="<u8",
    ).astype(np.uint64)
    word = hashes[words.code]
    neighbours = words.text[1:] == words.text[:-1]
    pair = word[:-1][neighbours] * np.uint64(0x9E3779B97F4A7C15) + word[1:][neighbours]
    pair = (pair ^ (pair >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    bucket = (np.concatenate([word, pair]) >> np.uint64(64 - BITS)).astype(np.int64)
    text = np.concatenate([words.text, words.text[1:][neighbours]])
    if kept is not None:
        place = np.full(1 << BITS, -1, dtype=np.int32)
        place[kept] = np.arange(len(kept), dtype=np.int32)
        found = place[bucket]
        known = found >= 0
        text, bucket = text[known], found[known].astype(np.int64)
    key = np.sort((text << BITS) | bucket)  # np.unique hashes, which takes four times as long
    key = key[np.diff(key, prepend=-1) > 0]
    return key >> BITS, key & ((1 << BITS) - 1)


def impersonal(tokens: Tokens) -> Tokens:
    """Return the tokens, handles and addresses empty: these say who and where, not how."""
    import polars as pl

    bare = pl.DataFrame({"token": tokens.distinct}).select(
        pl.when(pl.col("token").str.contains(r"@\w|://|^\W*www\."))
        .then(pl.lit(""))
        .otherwise("token")
    )
    return replace(tokens, distinct=bare.to_series())


def incidence(
    text: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, int]
) -> csr_array:
    """Return 1 where a text holds a word or pair, (R, F)."""
    from scipy.sparse import csr_array

    start = np.concatenate([[0], np.cumsum(np.bincount(text, minlength=shape[0]))])
    return csr_array((np.ones(len(column)), column, start), shape=shape)


def frequent(held: csr_array) -> NDArray[np.bool_]:
    """Say which columns stand in at least three texts, (F,)."""
    count = np.asarray(held.sum(axis=0)).ravel()
    return np.asarray(count >= FEWEST_TEXTS)


def rarity_of(held: csr_array) -> NDArray[np.float64]:
    """Return one more than the log of all texts by those that hold a column, (F,)."""
    count = np.asarray(held.sum(axis=0)).ravel()
    return np.asarray(1 + np.log(held.shape[0] / np.maximum(count, 1)), dtype=np.float64)


def design(held: csr_array, rarity: NDArray[np.float64], mood: NDArray[np.float64]) -> csr_array:
    """Return what a model weighs: words by their rarity, each row of length one, and the mood."""
    from scipy.sparse import csr_array, hstack

    value = rarity[held.indices]
    row = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
    length = np.sqrt(np.bincount(row, value * value, minlength=held.shape[0]))
    scaled = csr_array((value / length[row], held.indices, held.indptr), shape=held.shape)
    return csr_array(hstack([scaled, csr_array(mood)]))
