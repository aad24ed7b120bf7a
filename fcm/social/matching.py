"""Mentions: where the terms of a lexicon stand in texts.

Whole words, phrases and prefixes, without regard to case and accents. Texts become one array of
word numbers; every term is then looked up where its first word stands. Nothing here knows authors
or dates.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fcm.social.words import fold, split_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.lexicon import Lexicon, Term

__all__ = ["Mentions", "find_mentions"]

CHUNK = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Mentions of concepts, one row each, sorted by text, concept and place.

    Parameters
    ----------
    text : ndarray of int64, shape (M,)
        Row of the text.
    concept : ndarray of int64, shape (M,)
        Place in `Lexicon.concepts`.
    polarity : ndarray of int64, shape (M,), values +1 or -1
    """

    text: NDArray[np.int64]
    concept: NDArray[np.int64]
    polarity: NDArray[np.int64]


def find_mentions(texts: pl.Series, lexicon: Lexicon, *, language: str | None = None) -> Mentions:
    """Return every mention of a concept in the texts.

    Phrases that the lexicon excludes for a concept hide what they overlap, for that concept only.
    Of two mentions of one concept, one inside the other, the longer stands ("no poder dormir", not
    "poder dormir"); of two at the same place the one that spells out more.

    Parameters
    ----------
    texts : polars.Series of str
    lexicon : Lexicon
    language : str, optional
        Only terms of this language; all languages unless given.
    """
    table = _Table(lexicon, language)
    parts = [
        _find(texts.slice(start, CHUNK), table, start) for start in range(0, len(texts), CHUNK)
    ]
    rows = np.concatenate([*parts, np.zeros((0, 3), dtype=np.int64)])
    return Mentions(text=rows[:, 0], concept=rows[:, 1], polarity=rows[:, 2])


class _Table:
    """Terms of one language as numbers, and the folded form of the words seen so far."""

    def __init__(self, lexicon: Lexicon, language: str | None) -> None:
        concepts = {name: number for number, name in enumerate(lexicon.concepts)}

        def chosen(terms: Sequence[Term]) -> list[Term]:
            return [each for each in terms if language is None or each.language == language]

        # What spells out more stands first; the rest of the order only makes it one order.
        terms = sorted(
            chosen(lexicon.terms),
            key=lambda t: (
                sum(w.endswith("*") for w in t.words),
                -sum(map(len, t.words)),
                t.words,
                -t.polarity,
            ),
        )
        self.terms = [(t.words, concepts[t.concept], t.polarity) for t in terms]
        self.excluded = [(t.words, concepts[t.concept], 0) for t in chosen(lexicon.excluded)]
        self.folded: dict[str, str] = {}

    def fold(self, word: str) -> str:
        folded = self.folded.get(word)
        if folded is None:
            folded = self.folded[word] = fold(word)
        return folded


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The folded words of a chunk, each with its number."""

    number: dict[str, int]
    ordered: list[str] = field(repr=False)

    def numbers(self, word: str) -> NDArray[np.int64]:
        """Return the numbers of the words that a word of a term stands for."""
        if not word.endswith("*"):
            found = self.number.get(word)
            return np.array([] if found is None else [found], dtype=np.int64)
        stem = word[:-1]
        first = bisect_left(self.ordered, stem)
        last = bisect_left(self.ordered, stem + "\U0010ffff")
        return np.array([self.number[each] for each in self.ordered[first:last]], dtype=np.int64)


def _find(texts: pl.Series, table: _Table, offset: int) -> NDArray[np.int64]:
    """Return (text, concept, polarity) of every mention in a chunk of texts."""
    words, text, vocabulary = _encode(texts, table)
    terms = _Occurrences.of(table.terms, words, text, vocabulary)
    hidden = _Occurrences.of(table.excluded, words, text, vocabulary)
    terms = terms.take(~terms.overlapping(hidden, len(words)))
    terms = terms.take(terms.outermost(len(words) + 1))
    rows = np.stack([text[terms.start] + offset, terms.concept, terms.polarity], axis=1)
    return rows[np.lexsort((terms.start, rows[:, 1], rows[:, 0]))]


def _encode(
    texts: pl.Series, table: _Table
) -> tuple[NDArray[np.int64], NDArray[np.int64], _Vocabulary]:
    """Return the number of every word, the row of its text, and the vocabulary."""
    import polars as pl

    split = split_texts(texts)
    lengths = split.list.len().fill_null(0).to_numpy()
    stream = split.explode().drop_nulls()
    raw = stream.unique().sort()
    folded = [table.fold(word) for word in raw.to_list()]
    vocabulary = sorted(set(folded))
    number = {word: place for place, word in enumerate(vocabulary)}
    code = np.array([number[word] for word in folded], dtype=np.int64)
    words = code[stream.cast(pl.Enum(raw)).to_physical().to_numpy()]
    text = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    if "" in number:  # a mark without a letter, such as a variation selector
        kept = words != number[""]
        words, text = words[kept], text[kept]
    return words, text, _Vocabulary(number, vocabulary)


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """Where terms stand: first word, word behind the last, concept, polarity, rank of the term."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    concept: NDArray[np.int64]
    polarity: NDArray[np.int64]
    rank: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        terms: Sequence[tuple[tuple[str, ...], int, int]],
        words: NDArray[np.int64],
        text: NDArray[np.int64],
        vocabulary: _Vocabulary,
    ) -> _Occurrences:
        meant = {w: vocabulary.numbers(w) for phrase, _, _ in terms for w in phrase}
        anchor = np.zeros(len(vocabulary.number) + 1, dtype=np.bool_)
        for phrase, _, _ in terms:
            anchor[meant[phrase[0]]] = True
        places = np.flatnonzero(anchor[words])
        places = places[np.argsort(words[places], kind="stable")]
        sorted_words = words[places]
        found = []
        for rank, (phrase, concept, polarity) in enumerate(terms):
            low = np.searchsorted(sorted_words, meant[phrase[0]], side="left")
            high = np.searchsorted(sorted_words, meant[phrase[0]], side="right")
            spans = [places[a:b] for a, b in zip(low, high, strict=True)]
            at = np.concatenate(spans) if spans else places[:0]
            at = at[at + len(phrase) <= len(words)]
            at = at[text[at + len(phrase) - 1] == text[at]] if len(at) else at
            for step, word in enumerate(phrase[1:], start=1):
                at = at[np.isin(words[at + step], meant[word])]
            count = len(at)
            row = np.empty((5, count), dtype=np.int64)
            row[0], row[1] = at, at + len(phrase)
            row[2], row[3], row[4] = concept, polarity, rank
            found.append(row)
        rows = np.concatenate([np.zeros((5, 0), dtype=np.int64), *found], axis=1)
        return cls(rows[0], rows[1], rows[2], rows[3], rows[4])

    def take(self, chosen: NDArray[np.bool_]) -> _Occurrences:
        return _Occurrences(
            self.start[chosen],
            self.end[chosen],
            self.concept[chosen],
            self.polarity[chosen],
            self.rank[chosen],
        )

    def overlapping(self, other: _Occurrences, length: int) -> NDArray[np.bool_]:
        """Say which share a word with an occurrence of the same concept in `other`."""
        shared = np.zeros(len(self.start), dtype=np.bool_)
        for concept in np.unique(other.concept):
            theirs = other.concept == concept
            edges = np.zeros(length + 1, dtype=np.int64)
            np.add.at(edges, other.start[theirs], 1)
            np.add.at(edges, other.end[theirs], -1)
            covered = np.concatenate([[0], np.cumsum(np.cumsum(edges)[:-1] > 0)])
            mine = np.flatnonzero(self.concept == concept)
            shared[mine] = covered[self.end[mine]] > covered[self.start[mine]]
        return shared

    def outermost(self, length: int) -> NDArray[np.bool_]:
        """Say which do not lie inside another occurrence of the same concept."""
        outer = np.zeros(len(self.start), dtype=np.bool_)
        if not len(outer):
            return outer
        # One axis for all concepts, each in its own stretch of it.
        start, end = self.start + self.concept * length, self.end + self.concept * length
        order = np.lexsort((self.rank, -end, start))
        reach = np.maximum.accumulate(end[order])
        outer[order] = np.concatenate([[True], end[order][1:] > reach[:-1]])
        return outer
