"""Sums of sentiment: the rules of VADER around every word of sentiment of many texts at once.

All rules look at the three words before and the two behind a word of the lexicon, within its text.
They are array expressions over all such words; only phrases and contrast, which are rare, go one
by one. Nothing here knows words: it sees bits, values and numbers of phrases.

References
----------
Hutto & Gilbert (2014), VADER: a parsimonious rule-based model for sentiment analysis of social
media text, doi:10.1609/icwsm.v8i1.14550.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.social.tone.vocabulary import Bit, Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.social.tone.marks import Marked

__all__ = ["compound"]

CAPITALS, TURN, PRAISE = 0.733, -0.74, 1.25
FADING = (1.0, 0.95, 0.9)
BEFORE, BEHIND = 0.5, 1.5
SCALE = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class _Hits:
    """Words of sentiment, in the order of the texts, and the bits of the words before them."""

    stream: NDArray[np.int32]
    at: NDArray[np.int64]
    text: NDArray[np.int64]
    first: NDArray[np.int64]  # where the text begins
    end: NDArray[np.int64]  # and the next one
    own: NDArray[np.int32]
    before: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]

    @classmethod
    def of(cls, start: NDArray[np.int64], stream: NDArray[np.int32]) -> _Hits:
        at = np.flatnonzero(stream & Bit.WORD)
        counts = np.diff(np.searchsorted(at, start))
        first = np.repeat(start[:-1], counts)
        room = at - first
        before = []
        for distance in (1, 2, 3):
            bits = stream[np.maximum(at - distance, 0)]
            bits[room < distance] = 0
            before.append(bits)
        return cls(
            stream=stream,
            at=at,
            text=np.repeat(np.arange(len(start) - 1), counts),
            first=first,
            end=np.repeat(start[1:], counts),
            own=stream[at],
            before=(before[0], before[1], before[2]),
        )

    def behind(self, chosen: NDArray[np.int64], distance: int) -> NDArray[np.int32]:
        """Return the bits of the word so far behind the chosen ones; 0 outside the text."""
        place = self.at[chosen] + distance
        inside = place < self.end[chosen]
        bits: NDArray[np.int32] = np.where(inside, self.stream[np.where(inside, place, 0)], 0)
        return bits


def compound(marked: Marked, vocabulary: Vocabulary) -> NDArray[np.float64]:
    """Return the sentiment of every text, (R,) in [-1, 1]; 0 where no word has any."""
    stream = marked.bits[marked.code]
    hits = _Hits.of(marked.start, stream)
    valence = marked.values[marked.code[hits.at]]
    _no(valence, hits)
    loud = _partly_in_capitals(marked.start, stream)[hits.text]
    shouted = loud & (hits.own & Bit.UPPER != 0)
    valence[shouted] += np.where(valence[shouted] > 0, CAPITALS, -CAPITALS)
    free = np.ones(len(valence), dtype=np.bool_)
    for distance in (1, 2, 3):
        _raise(valence, hits, distance, loud, marked)
        turned = _turn(valence, hits, distance, free)
        if vocabulary.rules.concord:
            free &= ~turned
    _phrases(valence, hits, vocabulary)
    _least(valence, hits)
    _contrast(valence, hits, marked.start, stream)
    # Added one after the other, text by text, whatever else is in the batch.
    sums = np.bincount(hits.text, weights=valence, minlength=len(marked.start) - 1)
    total = sums + np.sign(sums) * _emphasis(marked, stream)
    scaled: NDArray[np.float64] = np.round(total / np.sqrt(total * total + SCALE), 4) + 0.0
    return scaled


def _partly_in_capitals(start: NDArray[np.int64], stream: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say which texts have words in capitals and others that are not, (R,)."""
    count = np.diff(np.searchsorted(np.flatnonzero(stream & Bit.UPPER), start))
    partly: NDArray[np.bool_] = (count > 0) & (count < np.diff(start))
    return partly


def _no(valence: NDArray[np.float64], hits: _Hits) -> None:
    """Let "no" turn the words behind it instead of counting itself."""
    one, two, three = hits.before
    turned = (one | two) & Bit.NO | np.where(one & Bit.OR, three & Bit.NO, 0)
    plain = np.flatnonzero(turned)
    original = valence[plain]
    itself = np.flatnonzero(hits.own & Bit.NO)
    valence[itself[hits.behind(itself, 1) & Bit.WORD != 0]] = 0.0
    valence[plain] = original * TURN


def _raise(
    valence: NDArray[np.float64],
    hits: _Hits,
    distance: int,
    loud: NDArray[np.bool_],
    marked: Marked,
) -> None:
    """Add what a word of degree at this distance does, with or against the sentiment."""
    bits = hits.before[distance - 1]
    chosen = np.flatnonzero(bits & Bit.BOOSTER)
    change = marked.values[marked.code[hits.at[chosen] - distance]]
    value = valence[chosen]
    change = np.where(value < 0, -change, change)
    shouted = loud[chosen] & (bits[chosen] & Bit.UPPER != 0)
    change[shouted] += np.where(value[shouted] > 0, CAPITALS, -CAPITALS)
    valence[chosen] = value + change * FADING[distance - 1]


def _turn(
    valence: NDArray[np.float64], hits: _Hits, distance: int, free: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Turn what a negator stands before, but for "never so" and "without doubt"; say which."""
    one, two, _ = hits.before
    bits = hits.before[distance - 1]
    free = free & (bits & Bit.WORD == 0)
    negated: NDArray[np.bool_] = free & (bits & Bit.NEGATOR != 0)
    if distance == 1:
        valence[negated] *= TURN
        return negated
    closer = one if distance == 2 else one | two
    doubtless = (bits & Bit.WITHOUT != 0) & (closer & Bit.DOUBT != 0)
    if distance == 2:
        praised = (bits & Bit.NEVER != 0) & (one & Bit.SO != 0)
    else:
        inside = hits.at - hits.first >= 3
        praised = (bits & Bit.NEVER != 0) & (two & Bit.SO != 0) | inside & (one & Bit.SO != 0)
    praised &= free
    valence[praised] *= PRAISE
    negated &= ~praised & ~doubtless
    valence[negated] *= TURN
    return negated


def _phrases(valence: NDArray[np.float64], hits: _Hits, vocabulary: Vocabulary) -> None:
    """Apply phrases of two and three words around a word of sentiment."""
    size = 1 + max(
        (max(phrase) for phrase in (*vocabulary.lowering, *vocabulary.idioms)), default=0
    )
    if size == 1:
        return
    pair = np.zeros((size, size), dtype=np.bool_)
    for phrase in (*vocabulary.lowering, *vocabulary.idioms):
        pair[phrase[:-1], phrase[1:]] = True
    own, one, two, three = (bits >> Bit.ROLE for bits in (hits.own, *hits.before))
    met = pair[one, own] | pair[two, one] | pair[three, two]
    begins = np.flatnonzero(own)
    met[begins] |= pair[own[begins], hits.behind(begins, 1) >> Bit.ROLE]
    chosen = np.flatnonzero(met)
    next_one, next_two = (hits.behind(chosen, step) >> Bit.ROLE for step in (1, 2))
    held = (hits.at - hits.first >= 3) & (hits.before[2] & Bit.WORD == 0)
    window = np.stack(
        [three[chosen], two[chosen], one[chosen], own[chosen], next_one, next_two], axis=1
    )
    for hit, (c, b, a, w, n, m) in zip(chosen.tolist(), window.tolist(), strict=True):
        value = valence[hit]
        if held[hit]:
            for phrase in ((a, w), (b, a, w), (b, a), (c, b, a), (c, b)):
                if phrase in vocabulary.idioms:
                    value = vocabulary.idioms[phrase]
                    break
            value = vocabulary.idioms.get((w, n), value)
            value = vocabulary.idioms.get((w, n, m), value)
            for pair_before in ((c, b), (b, a)):
                value += vocabulary.lowering.get(pair_before, 0.0)
        valence[hit] = 0.0 if (w, n) in vocabulary.lowering else value


def _least(valence: NDArray[np.float64], hits: _Hits) -> None:
    """Let "least" turn the word behind it, but not "at least" and "very least"."""
    one, two, _ = hits.before
    least = (one & (Bit.LEAST | Bit.WORD) == Bit.LEAST) & (two & Bit.UNLESS == 0)
    valence[least] *= TURN


def _contrast(
    valence: NDArray[np.float64],
    hits: _Hits,
    start: NDArray[np.int64],
    stream: NDArray[np.int32],
) -> None:
    """Halve what stands before the first word of contrast, and raise what stands behind it."""
    words = np.flatnonzero(stream & Bit.CONTRAST)
    place = np.searchsorted(words, start)
    texts = np.flatnonzero(np.diff(place))
    low, high = (np.searchsorted(hits.text, texts, side=side) for side in ("left", "right"))
    turns = words[place[texts]]
    for first, last, turn in zip(low.tolist(), high.tolist(), turns.tolist(), strict=True):
        values = valence[first:last].tolist()
        behind = (hits.at[first:last] > turn).tolist()
        # As VADER does it: each value is looked for by its size, and the first that is equal is
        # changed, so that of two equal ones the first may be changed twice.
        for number in range(len(values)):
            if values[number]:
                found = values.index(values[number])
                values[found] *= BEHIND if behind[found] else BEFORE
        valence[first:last] = values


def _emphasis(marked: Marked, stream: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return what exclamation and question marks add, (R,)."""
    at = np.flatnonzero(stream & Bit.POINTS)
    texts = len(marked.start) - 1
    text = np.repeat(np.arange(texts), np.diff(np.searchsorted(at, marked.start)))
    exclaimed, asked = (
        np.bincount(text, weights=marked.points[marked.code[at], column], minlength=texts)
        for column in (0, 1)
    )
    asking = np.where(asked > 3, 0.96, np.where(asked > 1, 0.18 * asked, 0.0))
    emphasis: NDArray[np.float64] = 0.292 * np.minimum(exclaimed, 4) + asking
    return emphasis
