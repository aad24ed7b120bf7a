"""Weight estimates out of published statements: every weight, and the evidence behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import FCMError, FileError
from fcm.evidence import Calibration, Claim, Effect, Origin, WeightEstimate
from fcm.lod.answers.literals import XSD, valid
from fcm.lod.publishing.publish_evidence import STATUSES
from fcm.lod.publishing.read_scenario import concept_name, pair, read_scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.lod.publishing.facts import Facts, Node
    from fcm.map import CognitiveMap

__all__ = ["read_estimate"]


def read_estimate(facts: Facts, node: Node, maps: Mapping[Node, CognitiveMap]) -> WeightEstimate:
    """Return an estimate of the weights of one of the maps of its file."""
    m = facts.node(node, "fcm:prior")
    if m not in maps:
        raise facts.fault(node, f"fcm:prior is {facts.short(m)}, which is no fcm:Map of the file.")
    prior = maps[m]
    n = len(prior)
    mean, spread, share = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n))
    status = np.full((n, n), "", dtype="U12")
    notes: dict[tuple[str, str], tuple[str, ...]] = {}
    seen: set[tuple[str, str]] = set()
    for each in facts.nodes(node, "fcm:hasWeight"):
        ends = pair(facts, each)
        if ends in seen:
            raise facts.fault(each, f"is a second weight {ends[0]!r} -> {ends[1]!r}; keep one.")
        seen.add(ends)
        for end in ends:
            if end not in prior:
                raise facts.fault(each, f"{end!r} is not a concept of the estimate's map.")
        at = prior.index(ends[0]), prior.index(ends[1])
        mean[at], spread[at] = facts.number(each, "fcm:mean"), facts.number(each, "fcm:spread")
        share[at] = facts.quality(each, "fcm:DataShare")
        status[at] = facts.choice(each, "fcm:status", STATUSES, "")
        told = facts.ordered(facts.nodes(each, "fcm:hasNote"), "fcm:text")
        if told:
            notes[ends] = tuple(facts.text(note, "fcm:text", "") for note in told)
    slope = facts.maybe_number(node, "fcm:slopeMean")
    try:
        return WeightEstimate(
            prior=prior,
            mean=mean,
            spread=spread,
            data_share=share,
            status=status,
            slope=None if slope is None else (slope, facts.number(node, "fcm:slopeSpread")),
            covariance=_matrix(facts, node),
            claims=tuple(_claim(facts, each) for each in _listed(facts, node, "fcm:hasClaim")),
            notes=notes,
            calibrations=tuple(
                _calibration(facts, each) for each in _listed(facts, node, "fcm:hasCalibration")
            ),
        )
    except FileError:
        raise
    except FCMError as error:
        raise facts.fault(node, str(error)) from None


def _listed(facts: Facts, node: Node, predicate: str) -> list[Node]:
    return facts.ordered(facts.nodes(node, predicate))


def _matrix(facts: Facts, node: Node) -> NDArray[np.float64] | None:
    found = facts.values(node, "fcm:covariance")
    if not found:
        return None
    rows = [row.split(" ") for row in str(found[0].value).split(";")]
    wrong = next((x for row in rows for x in row if not valid(x, XSD + "double")), None)
    if len(found) > 1 or wrong is not None or {len(row) for row in rows} != {len(rows)}:
        seen = f"holds {wrong!r}" if wrong is not None else "is not one square matrix"
        raise facts.fault(
            node,
            f"fcm:covariance {seen}; expected rows of numbers, each as long as there are rows, "
            "with ';' between rows and a blank between numbers.",
        )
    matrix = np.array([[float(x) for x in row] for row in rows])
    if not np.isfinite(matrix).all():
        raise facts.fault(node, "fcm:covariance holds a number that is not finite.")
    return matrix


def _claim(facts: Facts, node: Node) -> Claim:
    source, target = pair(facts, node)
    value, confidence = facts.number(node, "fcm:value"), facts.quality(node, "fcm:Confidence")
    origin = _origin(facts, facts.node(node, "prov:hadPrimarySource"))
    try:
        return Claim(source, target, value, confidence, origin)
    except FCMError as error:
        raise facts.fault(node, str(error)) from None


def _calibration(facts: Facts, node: Node) -> Calibration:
    before, after = (
        (facts.number(node, f"fcm:{when}Mean"), facts.number(node, f"fcm:{when}Spread"))
        for when in ("before", "after")
    )
    return Calibration(
        effect=_effect(facts, facts.node(node, "fcm:effect")),
        before=before,
        after=after,
        data_share=facts.quality(node, "fcm:DataShare"),
    )


def _effect(facts: Facts, node: Node) -> Effect:
    low, high = (facts.maybe_number(node, f"fcm:interval{end}") for end in ("Low", "High"))
    if (low is None) != (high is None):
        raise facts.fault(node, "has one end of its interval; expected both, or none.")
    placebos: dict[str, float] = {}
    for each in facts.nodes(node, "fcm:hasPlacebo"):
        unit = facts.text(each, "fcm:unit", "")
        if unit in placebos:
            raise facts.fault(each, f"is a second placebo of {unit!r}; keep one.")
        placebos[unit] = facts.number(each, "fcm:relativeChange")
    try:
        return Effect(
            scenario=read_scenario(facts, facts.node(node, "fcm:policy")),
            outcome=concept_name(facts, node),
            change=facts.number(node, "fcm:change"),
            spread=facts.number(node, "fcm:spread"),
            origin=_origin(facts, facts.node(node, "prov:hadPrimarySource")),
            treated=facts.text(node, "fcm:treated", ""),
            rank=facts.whole(node, "fcm:rank"),
            of=facts.whole(node, "fcm:among"),
            pre_change=facts.maybe_number(node, "fcm:changeBefore"),
            p=facts.maybe_number(node, "fcm:pValue"),
            relative=facts.maybe_number(node, "fcm:relativeChange"),
            interval=None if low is None or high is None else (low, high),
            placebos=placebos,
        )
    except FileError:
        raise
    except FCMError as error:
        raise facts.fault(node, str(error)) from None


def _origin(facts: Facts, node: Node) -> Origin:
    return Origin(
        kind=facts.text(node, "fcm:kind"),
        source=facts.text(node, "fcm:origin", ""),
        date=facts.text(node, "dct:date", ""),
        licence=facts.text(node, "dct:rights", ""),
        note=facts.text(node, "skos:note", ""),
    )
