"""The words of a lexicon and of the rules of its language in one table, ready for look-up.

Words of the rules win: a negator or a word of degree has no sentiment of its own. Nothing here
knows texts.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from fcm.frozen import frozen_array
from fcm.social.tone.rules import RAISE, Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl
    from numpy.typing import NDArray

__all__ = ["Bit", "Vocabulary", "emoticons", "folded", "pictographs"]


class Bit:
    """What a token is, as bits of one number; from `ROLE` on stands its number in phrases."""

    WORD, BOOSTER, NEGATOR, CONTRAST = 1, 2, 4, 8
    # Of the token as written: in capitals; holds "!" or "?".
    UPPER, POINTS = 16, 32
    # Words that single rules name, see `Rules`.
    NO, OR, NEVER, SO, WITHOUT, DOUBT, LEAST, UNLESS = (1 << n for n in range(6, 14))
    ROLE = 16


_EMOTICON = re.compile(r"(?!.*[^\W\d_]{3}).*[:;=<>^|\\]")


def folded(words: pl.Series, rules: Rules) -> pl.Series:
    """Return words in small letters, and without accents where these do not matter."""
    words = words.str.to_lowercase()
    if not rules.folded:
        return words
    marked = words.str.contains(r"[^\x00-\x7f]")
    bare = words.filter(marked).str.normalize("NFD").str.replace_all(r"\p{Mn}", "")
    return words.scatter(marked.arg_true(), bare.str.replace_all("ς", "σ", literal=True))


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The table of a lexicon with its rules.

    Parameters
    ----------
    entries : polars.DataFrame
        Columns ``word`` and ``entry``, the row in the arrays; row 0 stands for all other words.
    bits : ndarray of int32, shape (E,)
        See `Bit`.
    values : ndarray of float64, shape (E,)
        The sentiment of a word, the change of degree of a booster.
    lowering, idioms : mapping of roles to float
        Phrases as the numbers of their words.
    rules : Rules
    """

    entries: pl.DataFrame
    bits: NDArray[np.int32]
    values: NDArray[np.float64]
    lowering: Mapping[tuple[int, ...], float]
    idioms: Mapping[tuple[int, ...], float]
    rules: Rules

    @classmethod
    def of(cls, values: Mapping[str, float], marks: Mapping[str, str], rules: Rules) -> Vocabulary:
        """Return the table of words, of marks that the lexicon sets and of rules."""
        import polars as pl

        words = _fold(values, rules)
        numbers = dict(zip(words, values.values(), strict=True))
        if len(numbers) < len(words):
            numbers = _means(words, values.values())
        for word in _fold(rules.silent, rules):
            numbers.pop(word, None)
        bits = dict.fromkeys(numbers, Bit.WORD)
        marked = {mark: [w for w, m in marks.items() if m == mark] for mark in marks.values()}
        for bit, chosen, change in (
            (Bit.BOOSTER, [*marked.get("raising", ()), *rules.raising], RAISE),
            (Bit.BOOSTER, [*marked.get("lowering", ()), *rules.lowering], -RAISE),
            (Bit.NEGATOR, [*marked.get("negator", ()), *rules.negators], 0.0),
            (Bit.CONTRAST, rules.contrast, 0.0),
        ):
            for word in _fold(chosen, rules):
                bits[word] = bits.get(word, 0) & ~Bit.WORD | bit
                numbers[word] = change
        for bit, chosen in (
            (Bit.NO, rules.no),
            (Bit.OR, rules.alternatives),
            (Bit.NEVER, rules.never),
            (Bit.SO, rules.so),
            (Bit.WITHOUT, rules.without),
            (Bit.DOUBT, rules.doubt),
            (Bit.LEAST, rules.least),
            (Bit.UNLESS, rules.unless),
        ):
            for word in _fold(chosen, rules):
                bits[word] = bits.get(word, 0) | bit
        phrases = (*rules.lowering_phrases, *rules.idioms)
        named = _fold([word for phrase in phrases for word in phrase], rules)
        roles = {word: number for number, word in enumerate(dict.fromkeys(named), start=1)}
        for word, number in roles.items():
            bits[word] = bits.get(word, 0) | number << Bit.ROLE

        def numbered(phrase: tuple[str, ...]) -> tuple[int, ...]:
            return tuple(roles[word] for word in _fold(phrase, rules))

        rows = np.array([0, *bits.values()], dtype=np.int32)
        rows.setflags(write=False)
        return cls(
            entries=pl.DataFrame(
                {"word": list(bits), "entry": range(1, len(bits) + 1)},
                schema={"word": pl.String, "entry": pl.UInt32},
            ),
            bits=rows,
            values=frozen_array([0.0, *(numbers.get(word, 0.0) for word in bits)]),
            lowering={numbered(phrase): -RAISE for phrase in rules.lowering_phrases},
            idioms={numbered(phrase): value for phrase, value in rules.idioms.items()},
            rules=rules,
        )

    def find(self, words: pl.Series) -> NDArray[np.int64]:
        """Return the entry of every word that was folded already; 0 if there is none."""
        import polars as pl

        found = pl.DataFrame({"word": words}).join(
            self.entries, on="word", how="left", maintain_order="left"
        )
        return found["entry"].fill_null(0).to_numpy().astype(np.int64)


def _means(words: Iterable[str], values: Iterable[float]) -> dict[str, float]:
    """Return the mean value of words that are one when folded."""
    each: dict[str, list[float]] = {}
    for word, value in zip(words, values, strict=True):
        each.setdefault(word, []).append(value)
    return {word: math.fsum(found) / len(found) for word, found in each.items()}


def _fold(words: Iterable[str], rules: Rules) -> list[str]:
    import polars as pl

    return folded(pl.Series(list(words), dtype=pl.String), rules).to_list()


def emoticons(words: Iterable[str]) -> list[str]:
    """Return the words that are faces made of punctuation.

    Examples
    --------
    >>> emoticons([":)", "xd", "good", ":-d", "<3", "aug-00"])
    [':)', ':-d', '<3']
    """
    return [word for word in words if _EMOTICON.match(word)]


@cache
def pictographs() -> Mapping[str, str]:
    """Return pictographs of one character and the English words that describe them."""
    text = (files("fcm.social.tone") / "data" / "emoji.tsv").read_text(encoding="utf-8")
    return {sign: words for sign, words in (line.split("\t") for line in text.splitlines())}
