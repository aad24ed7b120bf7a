"""Cues: phrases by which people say that one thing brings about another.

The phrases stand in ``data/cues.csv``, five languages, written for this library. Nothing here
knows concepts, posts or people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from fcm.social.terms.lexicon import Lexicon, Term
from fcm.social.terms.matching import Matcher
from fcm.social.terms.words import split_term
from fcm.table import read_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.social.terms.words import Words

__all__ = ["Cues", "Spans", "cue_languages", "outermost"]

Form: TypeAlias = Literal[
    "forward", "backward", "because", "less", "none", "not", "and", "that", "the", "it", "except"
]
_PATH = Path(__file__).with_name("data") / "cues.csv"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spans:
    """Stretches of words, by place, none inside another.

    Parameters
    ----------
    start, end : ndarray of int64, shape (N,)
        The words ``start`` to ``end - 1`` of a batch.
    sign : ndarray of int64, shape (N,), values +1 or -1
    reach : ndarray of int64, shape (N,)
        Most words between the phrase and the mention that follows it.
    backward : ndarray of bool, shape (N,)
        True where the cause follows the phrase ("because of").
    head : ndarray of bool, shape (N,)
        True where the phrase may open a sentence ("because of A, B").
    none : ndarray of bool, shape (N,)
        True for a determiner of absence ("no", "geen").
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    sign: NDArray[np.int64]
    reach: NDArray[np.int64]
    backward: NDArray[np.bool_]
    head: NDArray[np.bool_]
    none: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start)


class Cues:
    """The cues of one language, or of all, laid out to be found in batch after batch.

    Parameters
    ----------
    language : str or None
        All languages if None, for texts of an unknown one.
    """

    __slots__ = ("_form", "_matcher", "_reach", "_sign")

    def __init__(self, language: str | None) -> None:
        lexicon, keys = _table()
        self._matcher = Matcher(lexicon, language)
        self._form = np.array([form for form, _, _ in keys])
        self._sign = np.array([sign for _, sign, _ in keys], dtype=np.int64)
        self._reach = np.array([reach for _, _, reach in keys], dtype=np.int64)

    def find(self, words: Words) -> dict[str, Spans]:
        """Return the "causes" among words, and the small words that bear on them, by kind."""
        found = self._matcher.find(words)
        form = self._form[found.concept]
        groups: dict[str, tuple[Form, ...]] = {
            "causes": ("forward", "backward", "because"),
            "less": ("less", "none"),
            "not": ("not",),
            "and": ("and",),
            "that": ("that",),
            "the": ("the",),
            "it": ("it",),
        }
        spans = {}
        for name, forms in groups.items():
            rows = np.flatnonzero(np.isin(form, forms))
            rows = rows[outermost(found.start[rows], found.end[rows])]
            spans[name] = Spans(
                start=found.start[rows],
                end=found.end[rows],
                sign=self._sign[found.concept[rows]],
                reach=self._reach[found.concept[rows]],
                backward=np.isin(form[rows], ("backward", "because")),
                head=form[rows] == "backward",
                none=form[rows] == "none",
            )
        return spans


def cue_languages() -> tuple[str, ...]:
    """Return the languages of which there are cues, sorted.

    Examples
    --------
    >>> cue_languages()
    ('de', 'el', 'en', 'es', 'nl')
    """
    return _table()[0].languages


def outermost(start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of the spans that lie inside no other, sorted; of equal ones the first.

    Examples
    --------
    >>> outermost(np.array([4, 0, 1, 4]), np.array([5, 3, 2, 5])).tolist()
    [1, 0]
    """
    order: NDArray[np.int64] = np.lexsort((-end, start))
    if not len(order):
        return order
    reach = np.maximum.accumulate(end[order])
    outer: NDArray[np.int64] = order[np.concatenate([[True], end[order][1:] > reach[:-1]])]
    return outer


@lru_cache(maxsize=1)
def _table() -> tuple[Lexicon, tuple[tuple[str, int, int], ...]]:
    """Return the cues as a lexicon whose concepts are forms, and form, sign and reach of each."""
    terms: list[Term] = []
    excepted: list[tuple[str, tuple[str, ...]]] = []
    keys: dict[tuple[str, int, int], str] = {}
    for row in read_rows(_PATH, columns=("language", "phrase", "form", "sign", "reach")):
        form, language = row.text("form"), row.text("language")
        sign = {"1": 1, "-1": -1, "0": 0}.get(row.text("sign"))
        if form not in get_args(Form) or sign is None:
            raise row.fault("expected a known form, and a sign of 1, -1 or 0.")
        words = split_term(row.text("phrase"))
        if form == "except":
            excepted.append((language, words))
            continue
        key = (form, sign, row.count("reach"))
        name = keys.setdefault(key, f"{form} {sign:+d} {key[2]}")
        terms.append(Term(concept=name, language=language, words=words))
    lexicon = Lexicon(
        terms=tuple(terms),
        excluded=tuple(
            Term(concept=name, language=language, words=words)
            for name in keys.values()
            for language, words in excepted
        ),
    )
    return lexicon, tuple(sorted(keys, key=lambda key: lexicon.concepts.index(keys[key])))
