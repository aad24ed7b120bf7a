"""Words of texts as numbers, folded so that accents and case do not matter.

A word is a run of letters, digits, marks and underscores; a currency sign or a pictograph is a
word of its own; a mark that ends a sentence, at the end of a token, is kept as `BREAK`, so that no
phrase runs over it. Words are made once for each distinct token and then looked up. Nothing here
knows concepts or posts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.terms.tokens import Tokens

__all__ = ["BREAK", "Words", "fold", "split_term", "words_of"]

BREAK = "."
_WORD = r"[\p{L}\p{M}\p{N}_]+|[\p{Sc}\p{So}]|[.!?;:…]+$"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Words:
    """The words of a batch of texts, one after another.

    Parameters
    ----------
    code : ndarray of int32, shape (W,), values in [0, V)
        Place in `vocabulary` of every word, text after text.
    text : ndarray of int64, shape (W,)
        Row of the text of every word.
    vocabulary : list of str, length V
        Each folded word once, sorted; `BREAK` among them.
    """

    code: NDArray[np.int32]
    text: NDArray[np.int64]
    vocabulary: list[str]

    def __len__(self) -> int:
        return len(self.code)

    def __repr__(self) -> str:
        return f"Words({len(self.code):,} words, {len(self.vocabulary):,} distinct)"


def words_of(tokens: Tokens) -> Words:
    """Return the folded words of tokens.

    Examples
    --------
    >>> import polars as pl
    >>> from fcm.social.terms.tokens import tokenise
    >>> words = words_of(tokenise(pl.Series(["¡Más Árboles!", "", "carril-bici"])))
    >>> [words.vocabulary[each] for each in words.code]
    ['mas', 'arboles', '.', 'carril', 'bici']
    >>> words.text.tolist()
    [0, 0, 0, 2, 2]
    """
    import polars as pl

    split = tokens.distinct.str.extract_all(_WORD)
    token = np.repeat(np.arange(len(split)), split.list.len().to_numpy())
    raw = split.explode().drop_nulls()
    folded = _folded(raw)
    kept = folded != ""  # a mark without a letter, such as a variation selector
    if not kept.all():
        folded, token = folded.filter(kept), token[kept.to_numpy()]
    vocabulary = folded.unique().sort()
    word = folded.cast(pl.Enum(vocabulary)).to_physical().to_numpy().astype(np.int32)
    count = np.bincount(token, minlength=len(split))
    code, ends = _unrolled(word, count, tokens.code)
    per_text = np.diff(np.concatenate([[0], ends])[tokens.start])
    return Words(
        code=code,
        text=np.repeat(np.arange(len(tokens), dtype=np.int64), per_text),
        vocabulary=vocabulary.to_list(),
    )


def _folded(raw: pl.Series) -> pl.Series:
    """Return the words folded, sentence ends as `BREAK`."""
    folded = raw.str.to_lowercase()
    rare = np.flatnonzero((raw.str.len_bytes() != raw.str.len_chars()).to_numpy())
    if len(rare):
        joined = "\n".join(raw.gather(rare).to_list())
        table = {ord(character): fold(character) for character in set(joined)}
        folded = folded.scatter(rare, joined.translate(table).split("\n"))
    ends = np.flatnonzero(raw.str.contains(r"^[.!?;:…]").to_numpy())
    return folded.scatter(ends, BREAK) if len(ends) else folded


def _unrolled(
    word: NDArray[np.int32], count: NDArray[np.int64], code: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the words of every token in turn, and where those of each token end."""
    begin = np.cumsum(count) - count
    each = count[code]
    ends = np.cumsum(each)
    total = int(ends[-1]) if len(ends) else 0
    place = np.arange(total) + np.repeat(begin[code] - ends + each, each)
    return word[place], ends


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
    """Return the word without case, accents and compatibility forms.

    Every character is folded for itself: the fold of a word is the folds of its characters, one
    after another.

    Examples
    --------
    >>> fold("Tráfico"), fold("ΛΌΓΟΣ"), fold("λόγος"), fold("CO₂")
    ('trafico', 'λογοσ', 'λογοσ', 'co2')
    """
    if word.isascii():
        return word.lower()
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return "".join(c for c in bare if not (unicodedata.combining(c) or "\ufe00" <= c <= "\ufe0f"))
