"""Mentions: where the terms of a lexicon stand in texts.

Whole words, phrases and prefixes, without regard to case and accents. The terms are laid out once
as a tree of words; a batch of texts walks it one word deeper at a time, all places at once, so the
cost hardly depends on how many terms there are. Nothing here knows authors or dates.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.social.terms.tokens import tokenise
from fcm.social.terms.words import words_of

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.terms.lexicon import Lexicon, Term
    from fcm.social.terms.words import Words

__all__ = ["Matcher", "Mentions", "find_mentions"]


# The bit of terms of one word; see `_Tree._starts`.
ALONE = np.uint32(1 << 31)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mentions:
    """Mentions of concepts, one row each, sorted by text, concept and place.

    Parameters
    ----------
    text : ndarray of int64, shape (M,)
        Row of the text.
    concept : ndarray of int64, shape (M,)
        Place in `Lexicon.concepts`.
    polarity : ndarray of int64, shape (M,), values +1 or -1
    start, end : ndarray of int64, shape (M,)
        The words ``start`` to ``end - 1`` of the batch are the mention.
    """

    text: NDArray[np.int64]
    concept: NDArray[np.int64]
    polarity: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.text)


def find_mentions(texts: pl.Series, lexicon: Lexicon, *, language: str | None = None) -> Mentions:
    """Return every mention of a concept in the texts; see `Matcher`.

    Parameters
    ----------
    texts : polars.Series of str
    lexicon : Lexicon
    language : str, optional
        Only terms of this language; all languages unless given.
    """
    return Matcher(lexicon, language).find(words_of(tokenise(texts)))


class Matcher:
    """The terms of a lexicon, laid out to be found in batch after batch.

    Phrases that the lexicon excludes for a concept hide what they overlap, for that concept only.
    Of two mentions of one concept, one inside the other, the longer stands ("no poder dormir", not
    "poder dormir"); of two at the same place the one that spells out more. Mentions of different
    concepts do not know of each other: where they overlap, or are the same words, all count.

    Parameters
    ----------
    lexicon : Lexicon
    language : str, optional
        Only terms of this language; all languages unless given.
    """

    __slots__ = ("_concept", "_concepts", "_hides", "_polarity", "_tree")

    def __init__(self, lexicon: Lexicon, language: str | None = None) -> None:
        concepts = {name: number for number, name in enumerate(lexicon.concepts)}
        terms = [
            *((each, False) for each in sorted(lexicon.terms, key=_rank)),
            *((each, True) for each in lexicon.excluded),
        ]
        terms = [each for each in terms if language is None or each[0].language == language]
        self._tree = _Tree([term.words for term, _ in terms])
        self._concept = np.array([concepts[term.concept] for term, _ in terms], dtype=np.int64)
        self._concepts = len(concepts)
        self._polarity = np.array([term.polarity for term, _ in terms], dtype=np.int64)
        self._hides = np.array([hides for _, hides in terms], dtype=np.bool_)

    def find(self, words: Words) -> Mentions:
        """Return every mention of a concept among the words of a batch of texts."""
        start, end, term = self._tree.walk(words)
        order = np.argsort(start, kind="stable")
        start, end, term = start[order], end[order], term[order]
        kept = ~self._hides[term]
        crowd = _crowded(start, end)
        # One axis for all concepts, each in its own stretch of it.
        shift = self._concept[term[crowd]] * (len(words) + 1)
        kept[crowd] = _standing(
            start[crowd] + shift, end[crowd] + shift, rank=term[crowd], hides=~kept[crowd]
        )
        start, end, term = start[kept], end[kept], term[kept]
        text, concept = words.text[start], self._concept[term]
        order = np.argsort(text * self._concepts + concept, kind="stable")
        return Mentions(
            text=text[order],
            concept=concept[order],
            polarity=self._polarity[term[order]],
            start=start[order],
            end=end[order],
        )


def _rank(term: Term) -> tuple[int, int, tuple[str, ...], int]:
    """Put first what spells out more; the rest only makes it one order."""
    stars = sum(word.endswith("*") for word in term.words)
    return stars, -sum(map(len, term.words)), term.words, -term.polarity


def _crowded(start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which spans, sorted by start, share a place with another."""
    over = np.zeros(len(start) + 1, dtype=np.bool_)
    over[1:-1] = start[1:] < np.maximum.accumulate(end)[:-1]
    return np.flatnonzero(over[:-1] | over[1:])


def _standing(
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    *,
    rank: NDArray[np.int64],
    hides: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Say which spans are neither hidden nor inside another; of equal ones the first by rank."""
    stands = np.zeros(len(start), dtype=np.bool_)
    order = np.flatnonzero(hides)
    order = order[np.argsort(start[order])]
    reach = np.concatenate([[-1], np.maximum.accumulate(end[order])])
    rest = np.flatnonzero(~hides)
    rest = rest[reach[np.searchsorted(start[order], end[rest], side="left")] <= start[rest]]
    rest = rest[np.lexsort((rank[rest], -end[rest], start[rest]))]
    reach = np.concatenate([[-1], np.maximum.accumulate(end[rest])])
    stands[rest[end[rest] > reach[:-1]]] = True
    return stands


class _Tree:
    """Terms as a tree of words: a state for each beginning of a term, state 0 for none.

    A word of a text may be several words of terms at once: itself, and the prefixes it has.
    """

    __slots__ = (
        "_depth",
        "_goal",
        "_high",
        "_inner",
        "_keys",
        "_leaves",
        "_low",
        "_pairs",
        "_single",
        "_symbols",
    )

    def __init__(self, phrases: list[tuple[str, ...]]) -> None:
        import polars as pl

        ordered = sorted({word for phrase in phrases for word in phrase})
        symbol = {word: number for number, word in enumerate(ordered)}
        # A word of a term stands for the words of texts from low to high, both included.
        self._low = pl.Series([w.removesuffix("*") for w in ordered], dtype=pl.String)
        self._high = pl.Series(
            [w[:-1] + chr(sys.maxunicode) if w.endswith("*") else w for w in ordered],
            dtype=pl.String,
        )
        edges: dict[tuple[int, int], int] = {}
        ends = []
        for phrase in phrases:
            state = 0
            for word in phrase:
                state = edges.setdefault((state, symbol[word]), len(edges) + 1)
            ends.append(state)
        keys = {s * len(symbol) + w: goal for (s, w), goal in edges.items()}
        self._keys = np.array([*sorted(keys), np.iinfo(np.int64).max])  # no key is the last
        self._goal = np.array([keys[key] for key in sorted(keys)], dtype=np.int64)
        self._inner = np.bincount([s for s, _ in edges], minlength=len(edges) + 1) > 0
        self._depth = max(map(len, phrases), default=0)
        self._leaves = _Groups.of(np.array(ends, dtype=np.int64), len(edges) + 1)
        single = sorted({symbol[p[0]] for p in phrases if len(p) == 1})
        pairs = sorted({(symbol[p[0]], symbol[p[1]]) for p in phrases if len(p) > 1})
        self._symbols = len(symbol)
        self._single = np.array(single, dtype=np.int64)
        self._pairs = np.array(pairs, dtype=np.int64).reshape(-1, 2).T

    def walk(self, words: Words) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return where every term stands: first word, word behind the last, number of the term."""
        word, symbol = self._meaning(words.vocabulary)
        symbols = _Groups.of(word, len(words.vocabulary), values=symbol)
        start = self._starts(words, word, symbol)
        word, state = self._step(word, np.zeros_like(word), symbol)
        first = _Groups.of(word, len(words.vocabulary), values=state)
        take, state = first.expand(words.code[start])
        start = start[take]
        found = []
        for depth in range(1, self._depth + 1):
            take, term = self._leaves.expand(state)
            found.append((start[take], start[take] + depth, term))
            inside = np.flatnonzero(self._inner[state] & (start + depth < len(words)))
            start, state = start[inside], state[inside]
            same = np.flatnonzero(words.text[start + depth] == words.text[start])
            take, symbol = symbols.expand(words.code[start[same] + depth])
            start, state = self._step(start[same[take]], state[same[take]], symbol)
        empty = np.zeros(0, dtype=np.int64)
        columns = list(zip(*found, strict=True)) or [(empty,)] * 3
        start, end, term = (np.concatenate(column) for column in columns)
        return start, end, term

    def _meaning(self, vocabulary: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which words of the vocabulary stand for which words of terms, as pairs."""
        import polars as pl

        known = pl.Series(vocabulary, dtype=pl.String)
        low = known.search_sorted(self._low, "left").to_numpy().astype(np.int64)
        high = known.search_sorted(self._high, "right").to_numpy().astype(np.int64)
        symbol = np.repeat(np.arange(self._symbols), high - low)
        word = np.arange(len(symbol)) + np.repeat(high - np.cumsum(high - low), high - low)
        return word, symbol

    def _starts(
        self, words: Words, word: NDArray[np.int64], symbol: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the places at which a term may begin, few of them in vain.

        Every pair of words that opens a phrase gets one of 31 bits, the one of its rarer word. Two
        neighbours in a text are looked at only if they share a bit, as first and as second word;
        "the" shares one with few. The last bit lets through terms of one word.
        """
        size = len(words.vocabulary)
        # Which word is rarer matters for speed alone, so a part of the words will do.
        counts = np.bincount(words.code[::8], minlength=size)
        seen = np.bincount(symbol, weights=counts[word], minlength=self._symbols)
        one, two = self._pairs
        bit = np.uint32(1) << (np.where(seen[one] < seen[two], one, two) % 31).astype(np.uint32)
        roles = np.zeros((2, self._symbols), dtype=np.uint32)
        np.bitwise_or.at(roles[0], one, bit)
        np.bitwise_or.at(roles[1], two, bit)
        roles[0][self._single] |= ALONE
        first = np.zeros(size, dtype=np.uint32)
        second = np.full(size, ALONE)
        np.bitwise_or.at(first, word, roles[0][symbol])
        np.bitwise_or.at(second, word, roles[1][symbol])
        begins = first[words.code]
        begins[:-1] &= second[words.code[1:]]
        begins[-1:] &= ALONE
        return np.flatnonzero(begins != 0)

    def _step(
        self, start: NDArray[np.int64], state: NDArray[np.int64], symbol: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the next word leads on, and to which state."""
        key = state * self._symbols + symbol
        place = np.searchsorted(self._keys, key)
        known = np.flatnonzero(self._keys[place] == key)
        return start[known], self._goal[place[known]]


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """Values in groups: those of group g are ``values[begin[g]:begin[g] + count[g]]``."""

    begin: NDArray[np.int64]
    count: NDArray[np.int64]
    values: NDArray[np.int64]

    @classmethod
    def of(
        cls, group: NDArray[np.int64], groups: int, *, values: NDArray[np.int64] | None = None
    ) -> _Groups:
        order = np.argsort(group, kind="stable")
        count = np.bincount(group, minlength=groups)
        return cls(np.cumsum(count) - count, count, order if values is None else values[order])

    def expand(self, group: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return every value of the groups asked for, and which of the asked it belongs to."""
        count = self.count[group]
        which = np.repeat(np.arange(len(group)), count)
        place = np.arange(len(which)) + np.repeat(
            self.begin[group] - np.cumsum(count) + count, count
        )
        return which, self.values[place]
