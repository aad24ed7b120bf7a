"""Links: two mentions in one sentence that a cue ties together, with direction and sign.

A cue holds between the nearest mention before it and the nearest after it, if both stand in its
sentence. "A leads to B" and "B because of A" say that A affects B; so does "because of A ... B" at
the head of a sentence. Nothing here knows authors or dates, and a link is what somebody wrote,
not what is so.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.social.causes.cues import Spans, outermost
from fcm.social.terms.words import BREAK, Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.social.causes.cues import Cues
    from fcm.social.terms.matching import Mentions

__all__ = ["Links", "find_links"]

FARTHEST = 8
"""Most words between a mention and the cue."""
NARROW = 3
"""Reach up to which a backward cue is one of many meanings."""
HEAD = 2
"""Most words before a cue that stands at the head of its sentence."""
BEFORE, BEHIND = 2, 1
"""Most words between a cue and a negator before it, or behind it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """What texts say that affects what, one row for each link.

    Parameters
    ----------
    text : ndarray of int64, shape (L,)
        Row of the text.
    source, target : ndarray of int64, shape (L,)
        Places in `Lexicon.concepts`, never equal.
    sign : ndarray of int64, shape (L,)
        +1 if the text says that more of the source makes more of the target, -1 if less, 0 if it
        says that there is no effect.
    start, end : ndarray of int64, shape (L,)
        The words from the first mention to the last.
    """

    text: NDArray[np.int64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    sign: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.text)


def find_links(words: Words, mentions: Mentions, cues: Cues) -> Links:
    """Return the links between mentions of different concepts.

    Of mentions inside one another the longest counts; words that name two concepts at once make
    no link, since it cannot be told which is meant. Several cues of one direction between two
    mentions make one link whose sign is their product ("contributes to reducing"); cues of both
    directions make none. The sign of a link is that of its cues times the polarity of both
    mentions, times -1 for each mention with "fewer", "lack of" or the like before it. A cue that is
    denied ("does not lead to") or causes none ("causes no") says that there is no effect.

    Parameters
    ----------
    words : Words
    mentions : Mentions
        Mentions among these words.
    cues : Cues
    """
    chosen, seen = _two_concepts(words, mentions)
    sentence = _sentences(chosen)
    phrases = cues.find(chosen)
    cause = phrases["causes"]
    start, end = seen.start, seen.end
    count = len(start)
    if not (count and len(cause)):
        nothing = np.zeros(0, dtype=np.int64)
        return Links(**dict.fromkeys(("text", "source", "target", "sign", "start", "end"), nothing))
    before = np.searchsorted(end, cause.start, side="right") - 1
    after = np.searchsorted(start, cause.end, side="left")
    home = sentence[cause.start]
    has_before = (before >= 0) & (sentence[start[before]] == home)
    right = after < count
    right &= (after == before + 1) & (sentence[start[after % count]] == home)
    right &= start[after % count] - cause.end <= cause.reach
    right &= cause.backward | ~_unclear(cause, phrases, after, seen)
    # A preposition of many meanings ("door") must stand beside both.
    farthest = np.where(cause.backward & (cause.reach <= NARROW), 1, FARTHEST)
    between = right & has_before & (cause.start - end[before] <= farthest)
    denied = _denied(cause, phrases, has_before, before, after, seen)
    denied |= ~cause.backward & np.isin(end[after % count], _closing(phrases["not"], chosen))

    # One link for each gap between two mentions, whatever the number of its cues.
    places = np.flatnonzero(between)
    gaps, gap = np.unique(before[places], return_inverse=True)
    sign = np.ones(len(gaps), dtype=np.int64)
    np.multiply.at(sign, gap, np.where(denied, 0, cause.sign)[places])
    backward = np.bincount(gap, weights=cause.backward[places], minlength=len(gaps))
    cues_in = np.bincount(gap, minlength=len(gaps))
    one_way = (backward == 0) | (backward == cues_in)
    first, is_backward = gaps[one_way], (backward > 0)[one_way]
    origin = np.where(is_backward, first + 1, first)
    effect = np.where(is_backward, first, first + 1)
    sign = sign[one_way]
    used = places[one_way[gap]]

    head = np.flatnonzero(right & cause.head & ~has_before & (after + 1 < count))
    head = head[_at_head(cause, phrases["and"], sentence, before, after, seen, head)]
    origin = np.concatenate([origin, after[head]])
    effect = np.concatenate([effect, after[head] + 1])
    sign = np.concatenate([sign, np.where(denied, 0, cause.sign)[head]])
    used = np.concatenate([used, head])

    lessened, joined = _lessened(phrases, cause, used, seen, sentence)
    value = seen.polarity * lessened
    # "Reduces noise and less traffic" does not say that less traffic is reduced.
    real = ~((sign < 0) & joined[effect] & (effect > origin))
    sign = sign * value[origin] * value[effect]
    concept = seen.concept
    real &= (concept[origin] != concept[effect]) & (concept[origin] >= 0) & (concept[effect] >= 0)
    order = np.flatnonzero(real)
    order = order[np.argsort(start[np.minimum(origin, effect)[order]], kind="stable")]
    origin, effect, sign = origin[order], effect[order], sign[order]
    return Links(
        text=chosen.text[start[origin]],
        source=concept[origin],
        target=concept[effect],
        sign=sign,
        start=seen.place[np.minimum(origin, effect)],
        end=seen.place[np.maximum(origin, effect)] + (end - start)[np.maximum(origin, effect)],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """Outermost mentions by place; concept -1 where it cannot be told which is meant."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    concept: NDArray[np.int64]
    polarity: NDArray[np.int64]
    place: NDArray[np.int64]  # where it starts in the words that were given


def _two_concepts(words: Words, mentions: Mentions) -> tuple[Words, _Seen]:
    """Return the words of texts with two mentions or more, and these mentions among them."""
    kept = outermost(mentions.start, mentions.end)
    order = np.argsort(mentions.start, kind="stable")
    starts, ends = mentions.start[order], mentions.end[order]
    concept = mentions.concept.copy()
    same = (starts[1:] == starts[:-1]) & (ends[1:] == ends[:-1])
    concept[order[1:][same]] = -1
    concept[order[:-1][same]] = -1
    text = words.text[mentions.start[kept]]
    rows, count = np.unique(text, return_counts=True)
    rows = rows[count > 1]
    kept = kept[np.isin(text, rows)]
    first = np.searchsorted(words.text, rows, side="left")
    length = np.searchsorted(words.text, rows, side="right") - first
    shift = np.cumsum(length) - length - first
    inside = np.arange(int(length.sum())) - np.repeat(shift, length)
    moved = shift[np.searchsorted(rows, words.text[mentions.start[kept]])]
    chosen = Words(code=words.code[inside], text=words.text[inside], vocabulary=words.vocabulary)
    return chosen, _Seen(
        start=mentions.start[kept] + moved,
        end=mentions.end[kept] + moved,
        concept=concept[kept],
        polarity=mentions.polarity[kept],
        place=mentions.start[kept],
    )


def _sentences(words: Words) -> NDArray[np.int64]:
    """Return the number of the sentence of every word, ascending; its end belongs to it."""
    ends = _sentence_ends(words)
    sentences: NDArray[np.int64] = np.cumsum(ends) - ends + words.text
    return sentences


def _sentence_ends(words: Words) -> NDArray[np.bool_]:
    place = bisect_left(words.vocabulary, BREAK)
    if words.vocabulary[place : place + 1] != [BREAK]:
        return np.zeros(len(words), dtype=np.bool_)
    ends: NDArray[np.bool_] = words.code == place
    return ends


def _unclear(
    cause: Spans, phrases: dict[str, Spans], after: NDArray[np.int64], seen: _Seen
) -> NDArray[np.bool_]:
    """Say which forward cues may have another subject or object than the mentions beside them.

    After "and" the mention before may be the object of another verb ("makes noise and causes
    dirt"), and behind "that" another clause begins. In Spanish and Greek a relative clause may put
    the cause behind the verb ("el ruido que causan los coches"), and a pronoun before the verb is
    its object ("lo impide").
    """
    that, the, conjunction = phrases["that"], phrases["the"], phrases["and"]
    unclear: NDArray[np.bool_] = np.isin(cause.start, conjunction.end)
    unclear |= np.isin(cause.end, conjunction.start)
    unclear |= np.isin(cause.start, phrases["it"].end)
    denial = _previous(phrases["not"], cause.start)
    unclear |= (cause.start - denial.end <= BEFORE) & np.isin(denial.start, conjunction.end)
    relative = that.end[np.isin(that.start, the.end)]
    unclear |= np.isin(cause.start, relative)
    unclear |= np.isin(cause.start, that.end) & np.isin(cause.end, the.start)
    clause = _following(that, cause.end)
    unclear |= clause.end <= seen.start[after % len(seen.start)]
    return unclear


def _denied(
    cause: Spans,
    phrases: dict[str, Spans],
    has_before: NDArray[np.bool_],
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    seen: _Seen,
) -> NDArray[np.bool_]:
    """Say which cues are negated: their effect is said to be none."""
    left = np.where(has_before, seen.end[before], 0)
    right = seen.start[after % len(seen.start)]
    negator, less = phrases["not"], phrases["less"]
    previous = _previous(negator, cause.start)
    gap = cause.start - previous.end
    # "B is not good because of A" denies B; only a negator at the cue itself denies the cue.
    denied = (previous.start >= left) & (gap >= 0)
    denied &= np.where(cause.backward, gap == 0, gap <= BEFORE)
    for later in (_following(negator, cause.end), _following(_some(less, less.none), cause.end)):
        near = (later.start - cause.end <= BEHIND) & (later.end <= right)
        denied |= ~cause.backward & near
    return denied


def _closing(negator: Spans, words: Words) -> NDArray[np.int64]:
    """Return where negators begin that close their sentence, as in German "verhindert B nicht"."""
    closes = np.append(_sentence_ends(words), True)[negator.end]
    closes |= np.append(words.text, -1)[negator.end] != words.text[negator.start]
    starts: NDArray[np.int64] = negator.start[closes]
    return starts


def _at_head(
    cause: Spans,
    conjunction: Spans,
    sentence: NDArray[np.int64],
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    seen: _Seen,
    head: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Say which backward cues open a sentence of the form "because of A, B"."""
    home = sentence[cause.start[head]]
    opening = np.searchsorted(sentence, home, side="left")
    a, b = after[head], after[head] + 1
    fits = cause.start[head] - opening <= HEAD
    fits &= sentence[seen.start[b]] == home
    gap = seen.start[b] - seen.end[a]
    fits &= (gap > 0) & (gap <= FARTHEST)
    fits &= ~np.isin(seen.end[a], conjunction.start)  # "because of A and B" names two causes
    fits &= ~np.isin(a, before)  # another cue stands between the two
    return fits


def _lessened(
    phrases: dict[str, Spans],
    cause: Spans,
    used: NDArray[np.int64],
    seen: _Seen,
    sentence: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return -1 for mentions with an odd number of "fewer", "without" before them, else +1.

    And say for which of them the first such word follows an "and".
    """
    less = phrases["less"]
    signs = np.ones(len(seen.start), dtype=np.int64)
    joined = np.zeros(len(seen.start), dtype=np.bool_)
    if not len(less):
        return signs, joined
    nearest = np.searchsorted(seen.start, less.end, side="left")
    fits = nearest < len(seen.start)
    nearest = nearest % len(seen.start)
    gap = seen.start[nearest] - less.end
    fits &= (gap >= 0) & (gap <= less.reach)
    fits &= sentence[less.start] == sentence[seen.start[nearest]]
    fits &= (nearest == 0) | (seen.end[nearest - 1] <= less.start)
    # What is a cue already ("reduce", "for lack of") or denies one ("causes no") counts once.
    taken = np.sort(used)
    last = np.searchsorted(cause.start[taken], less.end, side="left") - 1
    on_cue = (last >= 0) & (cause.end[taken[last]] > less.start) if len(taken) else last < -1
    fits &= ~on_cue
    if len(taken):
        behind = less.none & (last >= 0) & ~cause.backward[taken[last]]
        fits &= ~(behind & (less.start - cause.end[taken[last]] <= BEHIND))
    np.multiply.at(signs, nearest[fits], -1)
    joined[nearest[fits & np.isin(less.start, phrases["and"].end)]] = True
    return signs, joined


def _some(spans: Spans, chosen: NDArray[np.bool_]) -> Spans:
    return Spans(
        start=spans.start[chosen],
        end=spans.end[chosen],
        sign=spans.sign[chosen],
        reach=spans.reach[chosen],
        backward=spans.backward[chosen],
        head=spans.head[chosen],
        none=spans.none[chosen],
    )


@dataclass(frozen=True, slots=True)
class _Nearest:
    start: NDArray[np.int64]
    end: NDArray[np.int64]


_NOWHERE = 1 << 60


def _previous(spans: Spans, place: NDArray[np.int64]) -> _Nearest:
    """Return the last span that ends at each place or before it; none is far to the left."""
    at = np.searchsorted(spans.end, place, side="right")
    start, end = (np.concatenate([[-_NOWHERE], each])[at] for each in (spans.start, spans.end))
    return _Nearest(start, end)


def _following(spans: Spans, place: NDArray[np.int64]) -> _Nearest:
    """Return the first span that starts at each place or behind it; none is far to the right."""
    at = np.searchsorted(spans.start, place, side="left")
    start, end = (np.concatenate([each, [_NOWHERE]])[at] for each in (spans.start, spans.end))
    return _Nearest(start, end)
