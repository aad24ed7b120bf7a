"""Copies: texts that are the same but for case, links, names and marks, told by a fingerprint.

A fingerprint is a number made of the words of a text. It is stable between machines and releases,
and no secret: whoever keeps one keys it first (`fcm.social.scoring`). Nothing here knows authors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.terms.tokens import Tokens

__all__ = ["fingerprints"]

T = TypeVar("T", np.uint64, np.int64)

_LINK = r"^\P{L}*(?:https?://|www\.)|^[^\p{L}\p{N}]*@"
_MARKS = r"[\p{P}\p{Cf}\x{FE0F}]+"
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def fingerprints(tokens: Tokens) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return a number for every text, equal for copies, and its number of words.

    Case, marks of punctuation, links and mentions of accounts do not count; a text of nothing
    else has fingerprint 0. That two of a million other texts share a fingerprint has a probability
    of the order 1e-7, unless they are made to.

    Parameters
    ----------
    tokens : Tokens of R texts

    Returns
    -------
    fingerprint : ndarray of uint64, shape (R,)
    words : ndarray of int64, shape (R,)
        Tokens that are left and hold a letter or a digit.

    References
    ----------
    The mixing of bits is that of SplitMix64: Steele, Lea & Flood (2014),
    doi:10.1145/2660193.2660195.

    Examples
    --------
    >>> import polars as pl
    >>> from fcm.social.terms.tokens import tokenise
    >>> texts = ["Save the park! https://x.org", "@you save - the 'park'", "The park: save", ""]
    >>> number, words = fingerprints(tokenise(pl.Series(texts)))
    >>> bool(number[0] == number[1]), bool(number[0] == number[2]), words.tolist()
    (True, False, [3, 3, 3, 0])
    """
    bare = tokens.distinct.str.to_lowercase()
    bare = bare.set(bare.str.contains(_LINK), "").str.replace_all(_MARKS, "")
    number = _hashes(bare)
    number[(bare == "").to_numpy()] = 0
    left = np.cumsum((number != 0)[tokens.code], dtype=np.int32)
    before = np.concatenate([np.zeros(1, dtype=np.int32), left])[tokens.start]
    place = left - np.repeat(before[:-1], np.diff(tokens.start))
    spoken = bare.str.contains(r"[\p{L}\p{N}]").to_numpy().astype(np.int64)
    return (
        _sums(number[tokens.code] * _powers(place)[place], tokens.start),
        _sums(spoken[tokens.code], tokens.start),
    )


def _hashes(words: pl.Series) -> NDArray[np.uint64]:
    """Return a number for every word: its bytes as digits, mixed."""
    length = words.str.len_bytes().to_numpy().astype(np.int64)
    digits = np.frombuffer("".join(words.to_list()).encode(), dtype=np.uint8)
    start = np.concatenate([[0], np.cumsum(length)])
    place = np.arange(len(digits)) - np.repeat(start[:-1], length)
    return _mixed(_sums((digits + np.uint64(1)) * _powers(place)[place], start))


def _powers(exponents: NDArray[np.int64] | NDArray[np.int32]) -> NDArray[np.uint64]:
    """Return the powers of the base that are asked for, from the first on, modulo 2**64."""
    highest = int(exponents.max(initial=0))
    return np.cumprod(np.full(highest + 1, _BASE), dtype=np.uint64)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = (numbers ^ (numbers >> np.uint64(30))) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    last: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return last


def _sums(values: NDArray[T], start: NDArray[np.int64]) -> NDArray[T]:
    """Return the sum of every stretch of values, modulo 2**64; 0 of an empty one."""
    ends = np.concatenate([np.zeros(1, dtype=values.dtype), np.cumsum(values, dtype=values.dtype)])
    sums: NDArray[T] = ends[start[1:]] - ends[start[:-1]]
    return sums
