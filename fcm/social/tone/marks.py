"""What a token is to the rules of sentiment, found out once for each distinct token.

Tokens are taken out of their punctuation, put in small letters and looked up; a token that holds
pictographs becomes the words that describe them. Nothing here knows what the rules are.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from fcm.social.tone.lexicon import SentimentLexicon
from fcm.social.tone.vocabulary import Bit, folded, pictographs

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.terms.tokens import Tokens

__all__ = ["Marked", "mark"]

_EDGES = string.punctuation + "¡¿«»‹›„“”‚‘’…–—·•"
_CAPITALS = r"^[^\p{Lowercase}\p{Lt}]*\p{Uppercase}[^\p{Lowercase}\p{Lt}]*$"
_JOINERS = re.compile("[\ufe0e\ufe0f\u200d]")
# Blanks to Python that `fcm.social.terms.tokens` leaves in tokens.
_BLANKS = "\x1c\x1d\x1e\x1f"
# Words that a missing blank glues together: a mark between two letters.
_GLUED = r"\p{L}[,.;:!?…/]+\p{L}"
_SEAM = re.compile(r"(?<=[^\W\d_])([,.;:!?…/]+)(?=[^\W\d_])")
_LINK = r"(?i)^(?:https?:|www\.|@|.*@)"


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """The tokens of texts as the rules see them.

    Parameters
    ----------
    code : ndarray of int32, shape (N,), values in [0, D)
    start : ndarray of int64, shape (R + 1,)
        As in `fcm.social.terms.tokens.Tokens`.
    bits : ndarray of int32, shape (D,)
        What a distinct token is.
    values : ndarray of float64, shape (D,)
        Its sentiment, or its change of degree.
    points : ndarray of int64, shape (D, 2)
        How many "!" and "?" it holds.
    """

    code: NDArray[np.int32]
    start: NDArray[np.int64]
    bits: NDArray[np.int32]
    values: NDArray[np.float64]
    points: NDArray[np.int64]


def mark(tokens: Tokens, lexicon: SentimentLexicon) -> Marked:
    """Return the tokens with what each distinct one is."""
    plain = lexicon.vocabulary.rules.plain
    pattern = _pictograph() if plain else f"{_pictograph()}|{_GLUED}"
    compound = np.flatnonzero(tokens.distinct.str.contains(pattern).to_numpy())
    if not len(compound):
        return Marked(tokens.code, tokens.start, *_look_up(tokens.distinct, lexicon))
    return _take_apart(tokens, compound, lexicon)


def _take_apart(tokens: Tokens, compound: NDArray[np.int64], lexicon: SentimentLexicon) -> Marked:
    """Return the tokens with each compound one as the run of its parts."""
    import polars as pl

    plain, size = lexicon.vocabulary.rules.plain, len(tokens.distinct)
    rows: dict[tuple[str, bool], int] = {}
    parts: list[int] = []
    ends = []
    for token in tokens.distinct.gather(compound).to_list():
        found = _parts(token, plain=plain)
        parts += [rows.setdefault(part, size + len(rows)) for part in found]
        ends.append(len(parts))
    words = pl.Series([word for word, _ in rows], dtype=pl.String)
    bits, values, points = _look_up(pl.concat([tokens.distinct, words]), lexicon)
    if not plain:
        known = SentimentLexicon.shipped("en").values
        for (word, described), row in rows.items():
            if described:
                values[row] = known.get(word.lower(), 0.0)
                bits[row] = Bit.WORD if values[row] else 0
    width = np.diff([0, *ends])
    first = np.full(size, -1, dtype=np.int32)
    first[compound] = np.arange(len(compound))
    at = np.flatnonzero(first[tokens.code] >= 0)
    which = first[tokens.code[at]]
    # Where the run of each compound token begins, and its parts one after another.
    times = width[which]
    gone = np.concatenate([[0], np.cumsum(times - 1)])
    step = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    run = np.repeat(at + gone[:-1], times) + step
    code = np.empty(len(tokens.code) + gone[-1], dtype=np.int32)
    whole = np.ones(len(code), dtype=np.bool_)
    whole[run] = False
    code[whole] = np.delete(tokens.code, at)
    code[run] = np.array(parts, dtype=np.int32)[np.repeat((ends - width)[which], times) + step]
    start = tokens.start + gone[np.searchsorted(at, tokens.start)]
    return Marked(code, start, bits, values, points)


def _look_up(
    written: pl.Series, lexicon: SentimentLexicon
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
    """Return bits, values and points of distinct tokens."""
    import polars as pl

    vocabulary = lexicon.vocabulary
    rules = vocabulary.rules
    frame = pl.DataFrame({"written": written}).with_columns(
        bare=pl.col("written").str.strip_chars(string.punctuation if rules.plain else _EDGES)
    )
    short = pl.col("bare").str.len_chars() <= 2
    frame = frame.with_columns(
        word=pl.when(short).then(pl.col("written")).otherwise(pl.col("bare")),
        short=short,
        points=pl.col("written").str.contains(r"[!?]"),
    ).with_columns(capitals=pl.col("word").str.contains(_CAPITALS))
    words = folded(frame["word"], rules)
    entry = vocabulary.find(words)
    if not rules.plain:
        # What is no emoticon after all is a short word in its punctuation.
        again = np.flatnonzero((entry == 0) & frame["short"].to_numpy())
        entry[again] = vocabulary.find(folded(frame["bare"].gather(again), rules))
        entry[frame["written"].str.contains(_LINK).to_numpy()] = 0
    bits = vocabulary.bits[entry]
    bits[frame["capitals"].to_numpy()] |= Bit.UPPER
    if rules.plain:
        contracted = words.str.contains("n't", literal=True).to_numpy()
        bits[contracted] |= Bit.NEGATOR
    points = np.zeros((len(written), 2), dtype=np.int64)
    pointed = np.flatnonzero(frame["points"].to_numpy())
    bits[pointed] |= Bit.POINTS
    for column, sign in enumerate("!?"):
        counts = written.gather(pointed).str.count_matches(sign, literal=True)
        points[pointed, column] = counts.to_numpy()
    return bits, vocabulary.values[entry], points


@cache
def _pictograph() -> str:
    """Return the pattern of what makes a token compound in every language."""
    return "[" + "".join(pictographs()) + _BLANKS + "]"


@cache
def _sign() -> re.Pattern[str]:
    return re.compile("([" + "".join(map(re.escape, pictographs())) + "])")


def _parts(token: str, *, plain: bool) -> Iterator[tuple[str, bool]]:
    """Yield the words of a compound token, and whether they describe a pictograph in English."""
    pieces = _sign().split(token)
    if len(pieces) > 1:
        pieces = [_JOINERS.sub("", piece) for piece in pieces]
    if not plain and not re.match(_LINK, token):
        pieces = [_SEAM.sub(r"\1 ", piece) for piece in pieces]
    described: list[str] = []
    for number, piece in enumerate(pieces):
        if number % 2:
            yield from ((word, not plain) for word in described)
            described = pictographs()[piece].split()
        elif plain and described and not any(sign.isalnum() for sign in piece):
            # Marks behind a pictograph end its description, as they end a word.
            described[-1] += piece.strip(_BLANKS)
        else:
            yield from ((word, not plain) for word in described)
            described = []
            yield from ((word, False) for word in piece.split())
    yield from ((word, not plain) for word in described)
