"""What the shipped sentiment lexicon finds in a text, in a few numbers for a model to weigh.

It lets a model say something of words that its labelled texts never held. It knows no labels.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from fcm.social.terms.words import fold, words_of
from fcm.social.tone.grams import impersonal
from fcm.social.tone.lexicon import SentimentLexicon, languages
from fcm.social.tone.scoring import score
from fcm.social.tone.vocabulary import Bit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.social.terms.tokens import Tokens

__all__ = ["FINDINGS", "lexicon_of", "mood_of"]

FINDINGS = 4


def lexicon_of(language: str) -> str:
    """Return the fingerprint of the shipped sentiment lexicon; "" if there is none.

    Examples
    --------
    >>> lexicon_of("fi")
    ''
    """
    return SentimentLexicon.shipped(language).fingerprint if language in languages() else ""


def mood_of(tokens: Tokens, language: str) -> NDArray[np.float64]:
    """Return what the shipped lexicon finds in each text; zero where none is shipped.

    Returns
    -------
    ndarray of shape (R, 4), values in [-2, 2]
        The sentiment of the text; the lowest value of a word or 0, and the highest or 0, both
        halved; the share of words that have a value. Words of handles and addresses are none.

    Examples
    --------
    >>> import polars as pl
    >>> from fcm.social.terms.tokens import tokenise
    >>> tokens = tokenise(pl.Series(["A good day", "We met on Tuesday"]))
    >>> mood_of(tokens, "en").round(2).tolist()
    [[0.44, 0.0, 0.95, 0.33], [0.0, 0.0, 0.0, 0.0]]
    """
    mood = np.zeros((len(tokens), FINDINGS))
    if language not in languages():
        return mood
    values = _values(language)
    words = words_of(impersonal(tokens))
    value = np.array([values.get(word, 0.0) for word in words.vocabulary])[words.code]
    valued = value != 0
    value, text = value[valued], words.text[valued]
    mood[:, 0] = score(tokens, SentimentLexicon.shipped(language))
    np.minimum.at(mood[:, 1], text, value / 2)
    np.maximum.at(mood[:, 2], text, value / 2)
    count = np.bincount(words.text, minlength=len(tokens))
    mood[:, 3] = np.bincount(text, minlength=len(tokens)) / np.maximum(count, 1)
    return mood


@functools.cache
def _values(language: str) -> dict[str, float]:
    """Return the values of folded words that no rule uses; of words with one fold, the first's."""
    vocabulary = SentimentLexicon.shipped(language).vocabulary
    values: dict[str, float] = {}
    for word, row in vocabulary.entries.iter_rows():
        if vocabulary.bits[row] & Bit.WORD:
            values.setdefault(fold(word), float(vocabulary.values[row]))
    return values
