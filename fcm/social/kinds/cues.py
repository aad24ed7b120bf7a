"""Cues: words and phrases that tell for a kind of post, with the weight each has.

They stand in ``data/cues.csv`` and were written by hand for this library, in five languages. A
weight of 1 is a hint, 2 is clear, 3 is hardly anything else; a phrase of weight 0 hides what it
overlaps among the cues of its sort ("thanks in advance" is no praise). Five sorts are kinds of
posts; the others only count together: a thing of the street with a defect, a question word with a
question mark, an office with a mood. Cues are found without accents, so a word that an umlaut makes
another ("schön", "schon") stands in phrases only. Nothing here knows posts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fcm.frozen import FrozenDict
from fcm.social.terms.lexicon import Lexicon, Term
from fcm.social.terms.matching import Matcher
from fcm.social.terms.words import split_term
from fcm.table import read_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.social.terms.words import Words

__all__ = ["SORTS", "Cues", "cues"]

SORTS = (
    "report",
    "question",
    "suggestion",
    "complaint",
    "praise",
    "object",
    "defect",
    "asking",
    "address",
)
_FILE = Path(__file__).parent / "data" / "cues.csv"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cues:
    """The cues of one language, ready to be found.

    Parameters
    ----------
    matcher : Matcher
        Of a lexicon whose concepts are a sort of cue with a weight each.
    sort : ndarray of int64, shape (C,), places in `SORTS`
    weight : ndarray of shape (C,), positive
    """

    matcher: Matcher
    sort: NDArray[np.int64]
    weight: NDArray[np.float64]

    def weigh(self, words: Words, texts: int) -> NDArray[np.float64]:
        """Return the sum of weights of every sort in every text, (R, len(SORTS))."""
        found = self.matcher.find(words)
        cell = found.text * len(SORTS) + self.sort[found.concept]
        # Weights are multiples of a half, so the sums are exact in any order.
        sums = np.bincount(cell, self.weight[found.concept], minlength=texts * len(SORTS))
        # Of nothing at all numpy counts in whole numbers, weights or not.
        return sums.astype(np.float64).reshape(texts, len(SORTS))


@cache
def cues() -> FrozenDict[str, Cues]:
    """Return the cues of every language that has some."""
    terms: dict[str, dict[Term, tuple[int, float]]] = {}
    hiding: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for row in read_rows(_FILE, columns=("language", "kind", "phrase", "weight")):
        sort, weight, language = row.text("kind"), row.number("weight"), row.text("language")
        words = split_term(row.text("phrase"))
        if not weight:
            hiding.setdefault(language, []).append((SORTS.index(sort), words))
            continue
        term = Term(concept=f"{sort} {weight}", language=language, words=words)
        terms.setdefault(language, {})[term] = (SORTS.index(sort), weight)
    found = {}
    for language, table in sorted(terms.items()):
        of = {term.concept: meaning for term, meaning in table.items()}
        hidden = (
            Term(concept=concept, language=language, words=words)
            for sort, words in hiding.get(language, ())
            for concept, meaning in of.items()
            if meaning[0] == sort
        )
        lexicon = Lexicon(terms=tuple(table), excluded=tuple(hidden))
        found[language] = Cues(
            matcher=Matcher(lexicon, language),
            sort=np.array([of[name][0] for name in lexicon.concepts], dtype=np.int64),
            weight=np.array([of[name][1] for name in lexicon.concepts]),
        )
    return FrozenDict(found)
