"""From what people say to a prior: the mean of the claims on each link, and how far they differ.

It refuses to read silence: a respondent who says nothing about a link is missing there, not a 0.
An explicit 0 counts like any other answer.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError, UnknownConceptError, nearest
from fcm.evidence import WeightEstimate

if TYPE_CHECKING:
    from fcm.evidence import Claim
    from fcm.map import CognitiveMap

__all__ = ["LEAST_SPREAD", "LONE_SPREAD", "weigh"]

LEAST_SPREAD = 0.15
"""Respondents who agree to the letter may still be wrong together: about half the distance between
neighbouring terms of a nine-point scale."""

LONE_SPREAD = 0.25
"""One voice, or none, says nothing about how far others would differ: one term of that scale."""

_NOBODY = "nobody was asked about this link; the map's own weight stands"


def weigh(
    claims: Iterable[Claim], m: CognitiveMap, trust: Mapping[str, float] | None = None
) -> WeightEstimate:
    """Return the prior that the claims make: per link a mean, a spread and who contradicts whom.

    The mean is weighted by confidence times trust. Several claims of one respondent on one link
    are first made one, so that repeating oneself adds no weight; claims without a respondent each
    stand for themselves.

    Parameters
    ----------
    claims : iterable of Claim
        The respondent is ``claim.origin.source``.
    m : CognitiveMap
        The concepts. Its links that nobody was asked about keep their weight, with a note.
    trust : mapping of respondent to float, 0 or more, optional
        Weight of a respondent; 1 for those who are not named, 0 to leave one out.

    Returns
    -------
    WeightEstimate
        `spread` is the standard deviation between respondents (one degree of freedom taken off),
        never below `LEAST_SPREAD`, and `LONE_SPREAD` for a single respondent. `status` is
        "conflict" where claims of opposite sign meet, with a note that names them, else "prior".
        `data_share` is 0 throughout.

    Raises
    ------
    UnknownConceptError
        If a claim names a concept that is not in the map.
    EvidenceError
        If trust is negative, not finite, or names nobody who made a claim.
    MapError
        If a mean lies beyond the map's limit.

    Examples
    --------
    >>> from fcm import Claim, CognitiveMap, Origin
    >>> m = CognitiveMap.from_links({}, concepts=["rain", "wet street"])
    >>> said = [Claim("rain", "wet street", w, 1.0, Origin(kind="survey", source=who))
    ...         for who, w in (("A", 0.75), ("B", 0.5))]
    >>> print(weigh(said, m).explain("rain", "wet street"))
    rain -> wet street: +0.625 +- 0.18 (prior; 0 % data, 100 % experts)
      survey: A: +0.75
      survey: B: +0.5
    """
    said = tuple(claims)
    for claim in said:
        for end in (claim.source, claim.target):
            if end not in m:
                raise UnknownConceptError(
                    f"the claim {claim.source!r} -> {claim.target!r} ({claim.origin}) names "
                    f"{end!r}, which is not in the map. {nearest(end, m.names)}"
                )
    trusted = _checked_trust(trust or {}, said)
    mean = m.weights.copy()
    spread = np.where(m.weights != 0, LONE_SPREAD, 0.0)
    status = np.where(m.weights != 0, "prior", "").astype("U12")
    notes: dict[tuple[str, str], tuple[str, ...]] = dict.fromkeys(m.links(), (_NOBODY,))
    for (source, target), voices in _voices(said, trusted).items():
        i, j = m.index(source), m.index(target)
        heard = [voice for voice in voices if voice[2] > 0]
        if not heard:
            notes[source, target] = ("its claims have no weight: confidence or trust is 0",)
            continue
        values = [value for _, value, _ in heard]
        total = math.fsum(weight for *_, weight in heard)
        mean[i, j] = math.fsum(value * weight for _, value, weight in heard) / total
        spread[i, j] = _spread(values)
        conflict = min(values) < 0 < max(values)
        status[i, j] = "conflict" if conflict else "prior"
        notes.pop((source, target), None)
        if conflict:
            who = "; ".join(f"{name} says {value:+.3g}" for name, value, _ in heard)
            notes[source, target] = (f"respondents contradict each other on the sign: {who}",)
    return WeightEstimate(
        prior=m.with_weights(mean),
        mean=mean,
        spread=spread,
        data_share=np.zeros(mean.shape),
        status=status,
        claims=said,
        notes=notes,
    )


def _checked_trust(trust: Mapping[str, float], claims: tuple[Claim, ...]) -> dict[str, float]:
    known = {claim.origin.source: None for claim in claims}
    for name, value in trust.items():
        if name not in known:
            raise EvidenceError(
                f"trust is given for {name!r}, who made no claim. {nearest(name, known)}"
            )
        if not (math.isfinite(value) and value >= 0):
            raise EvidenceError(f"trust in {name!r} is {value}; expected a number, 0 or more.")
    return {name: float(value) for name, value in trust.items()}


def _voices(
    claims: tuple[Claim, ...], trust: Mapping[str, float]
) -> dict[tuple[str, str], list[tuple[str, float, float]]]:
    """Return (respondent, value, weight) per link, one per respondent, in an order of their own."""
    by_link: dict[tuple[str, str], dict[str, list[Claim]]] = defaultdict(dict)
    for number, claim in enumerate(claims):
        key = claim.origin.source or f"\0{number}"
        by_link[claim.source, claim.target].setdefault(key, []).append(claim)
    voices: dict[tuple[str, str], list[tuple[str, float, float]]] = {}
    for link, respondents in by_link.items():
        rows = []
        for group in respondents.values():
            sure = math.fsum(claim.confidence for claim in group)
            value = math.fsum(claim.value * claim.confidence for claim in group) / (sure or 1.0)
            name = group[0].origin.source
            weight = trust.get(name, 1.0) * sure / len(group)
            rows.append((repr(name) if name else str(group[0].origin), value, weight))
        voices[link] = sorted(rows)
    return voices


def _spread(values: list[float]) -> float:
    if len(values) < 2:
        return LONE_SPREAD
    return max(LEAST_SPREAD, statistics.stdev(values))
