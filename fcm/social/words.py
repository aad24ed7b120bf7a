"""Words of a text, and words folded so that accents and case do not matter.

A word is a run of letters, digits, marks and underscores; a currency sign or a pictograph is a
word of its own; a mark that ends a sentence and is followed by a blank is kept as `BREAK`, so that
no phrase runs over it. Nothing here knows concepts or posts.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BREAK", "fold", "split_term", "split_texts"]

BREAK = "."
_WORD = r"[\p{L}\p{M}\p{N}_]+|[\p{Sc}\p{So}]|[.!?;:…]+\s"


def split_texts(texts: pl.Series) -> pl.Series:
    """Return the words of every text, unfolded.

    Parameters
    ----------
    texts : polars.Series of str

    Returns
    -------
    polars.Series of list of str
        Sentence ends stand as tokens that start with a mark of punctuation.
    """
    return texts.str.extract_all(_WORD)


def split_term(term: str) -> tuple[str, ...]:
    """Return the folded words of a term; ``*`` stays at the end of a word that is a prefix.

    Raises
    ------
    ValueError
        If there is no word, or a ``*`` does not stand at the end of a word.

    Examples
    --------
    >>> split_term("Restricción* al tráfico"), split_term("M-30"), split_term("20€")
    (('restriccion*', 'al', 'trafico'), ('m', '30'), ('20', '€'))
    """
    words: list[str] = []
    previous = ""
    for kind, run in groupby(term, _kind):
        text = "".join(run)
        if kind == "star":
            if previous != "word" or len(text) > 1:
                raise ValueError("a * must stand at the end of a word, for any ending of it")
            words[-1] += "*"
        elif kind == "word" and previous == "star":
            raise ValueError("a * must stand at the end of a word, not inside it")
        elif kind == "word":
            words.append(fold(text))
        elif kind == "sign":
            words += [fold(sign) for sign in text]
        previous = kind
    words = [word for word in words if word]
    if not words:
        raise ValueError("the term holds no word")
    return tuple(words)


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LMN" or character == "_":
        return "word"
    if category in ("Sc", "So"):
        return "sign"
    return "star" if character == "*" else "between"


def fold(word: str) -> str:
    """Return the word without case, accents and compatibility forms; a sentence end is `BREAK`.

    Examples
    --------
    >>> fold("Tráfico"), fold("ΛΌΓΟΣ"), fold("λόγος"), fold("CO₂"), fold("! ")
    ('trafico', 'λογοσ', 'λογοσ', 'co2', '.')
    """
    if word.isascii():
        return BREAK if word[-1:].isspace() else word.lower()
    if word[-1].isspace():
        return BREAK
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return "".join(c for c in bare if not (unicodedata.combining(c) or "\ufe00" <= c <= "\ufe0f"))
