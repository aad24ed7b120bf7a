"""A weight estimate as statements: every weight with its spread, and the evidence behind it.

Provenance is said in PROV-O (a weight is derived from claims, an estimate from effects that were
used), shares of data and confidence in DQV. Claims carry their origin as it was given: where that
names a person, publish the estimate without its claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import BadTerm
from fcm.lod.publishing.graph import Graph, slug
from fcm.lod.publishing.publish_scenario import concept_statements, ends, scenario_statements

if TYPE_CHECKING:
    from fcm.evidence import Calibration, Claim, Effect, Origin, WeightEstimate

__all__ = ["STATUSES", "estimate_statements"]

STATUSES = {
    "prior": "fcm:Prior",
    "data": "fcm:Data",
    "unidentified": "fcm:Unidentified",
    "conflict": "fcm:Conflict",
}


def estimate_statements(
    graph: Graph, base: str, estimate: WeightEstimate, m: str, concepts: Mapping[str, str]
) -> None:
    """Add an estimate of the weights of a map.

    Parameters
    ----------
    m : str
        IRI of the map of the experts' means.
    concepts : mapping of name to IRI
        The map's.
    """
    node, names = f"{base}estimate", estimate.names
    graph.term(node, "rdf:type", "fcm:WeightEstimate")
    graph.term(node, "rdf:type", "prov:Entity")
    graph.link(node, "fcm:prior", m)
    graph.link(node, "prov:wasDerivedFrom", m)
    if estimate.slope is not None:
        graph.double(node, "fcm:slopeMean", estimate.slope[0])
        graph.double(node, "fcm:slopeSpread", estimate.slope[1])
    if estimate.covariance is not None:
        rows = np.asarray(estimate.covariance).tolist()
        form = ";".join(" ".join(map(repr, row)) for row in rows)
        graph.typed(node, "fcm:covariance", form, "fcm:matrix")
    told = estimate.linked | np.any(
        [each != 0 for each in (estimate.mean, estimate.spread, estimate.data_share)], axis=0
    )
    for source, target in estimate.notes:
        told[estimate.prior.index(source), estimate.prior.index(target)] = True
    said: dict[tuple[str, str], list[str]] = {}
    for k, claim in enumerate(estimate.claims, start=1):
        said.setdefault((claim.source, claim.target), []).append(f"{base}claim.{k}")
        graph.link(node, "fcm:hasClaim", f"{base}claim.{k}")
    for k in range(1, len(estimate.calibrations) + 1):
        graph.link(node, "fcm:hasCalibration", f"{base}calibration.{k}")
        graph.link(node, "prov:wasDerivedFrom", f"{base}calibration.{k}.effect")
    pairs = [(int(i), int(j)) for i, j in zip(*np.nonzero(told), strict=True)]
    ids = {(i, j): f"{base}weight.{slug(names[i])}.{slug(names[j])}" for i, j in pairs}
    for each in ids.values():
        graph.link(node, "fcm:hasWeight", each)
    for (i, j), weight in ids.items():
        pair = names[i], names[j]
        graph.term(weight, "rdf:type", "fcm:Weight")
        graph.term(weight, "rdf:type", "prov:Entity")
        graph.link(weight, "fcm:source", concepts[pair[0]])
        graph.link(weight, "fcm:target", concepts[pair[1]])
        graph.double(weight, "fcm:mean", estimate.mean[i, j])
        graph.double(weight, "fcm:spread", estimate.spread[i, j])
        if estimate.status[i, j]:
            graph.term(weight, "fcm:status", STATUSES[str(estimate.status[i, j])])
        for each in said.get(pair, ()):
            graph.link(weight, "prov:wasDerivedFrom", each)
        notes = estimate.notes.get(pair, ())
        for k in range(1, len(notes) + 1):
            graph.link(weight, "fcm:hasNote", f"{weight}.note.{k}")
        _quality(graph, weight, "fcm:DataShare", estimate.data_share[i, j])
        for k, text in enumerate(notes, start=1):
            graph.term(f"{weight}.note.{k}", "rdf:type", "fcm:Note")
            graph.whole(f"{weight}.note.{k}", "fcm:position", k)
            graph.text(f"{weight}.note.{k}", "fcm:text", text)
    origins: dict[Origin, str] = {}
    for k, claim in enumerate(estimate.claims, start=1):
        _claim(graph, base, k, claim, concepts, origins)
    for k, calibration in enumerate(estimate.calibrations, start=1):
        _calibration(graph, base, k, calibration, concepts, origins)
    for origin, iri in origins.items():
        _origin(graph, iri, origin)


def _claim(
    graph: Graph,
    base: str,
    place: int,
    claim: Claim,
    concepts: Mapping[str, str],
    origins: dict[Origin, str],
) -> None:
    node = f"{base}claim.{place}"
    graph.term(node, "rdf:type", "fcm:Claim")
    graph.term(node, "rdf:type", "prov:Entity")
    graph.whole(node, "fcm:position", place)
    ends(graph, node, claim.source, claim.target, concepts)
    graph.double(node, "fcm:value", claim.value)
    graph.link(node, "prov:hadPrimarySource", _named(base, origins, claim.origin))
    _quality(graph, node, "fcm:Confidence", claim.confidence)


def _calibration(
    graph: Graph,
    base: str,
    place: int,
    calibration: Calibration,
    concepts: Mapping[str, str],
    origins: dict[Origin, str],
) -> None:
    node = f"{base}calibration.{place}"
    graph.term(node, "rdf:type", "fcm:Calibration")
    graph.term(node, "rdf:type", "prov:Entity")
    graph.whole(node, "fcm:position", place)
    graph.link(node, "fcm:effect", f"{node}.effect")
    graph.link(node, "prov:wasDerivedFrom", f"{node}.effect")
    for when, (mean, spread) in (("before", calibration.before), ("after", calibration.after)):
        graph.double(node, f"fcm:{when}Mean", mean)
        graph.double(node, f"fcm:{when}Spread", spread)
    _quality(graph, node, "fcm:DataShare", calibration.data_share)
    _effect(graph, f"{node}.effect", base, calibration.effect, concepts, origins)


def _effect(
    graph: Graph,
    node: str,
    base: str,
    effect: Effect,
    concepts: Mapping[str, str],
    origins: dict[Origin, str],
) -> None:
    graph.term(node, "rdf:type", "fcm:PolicyEffect")
    graph.term(node, "rdf:type", "prov:Entity")
    graph.link(node, "fcm:policy", f"{node}.scenario")
    concept_statements(graph, node, "concept", effect.outcome, concepts)
    graph.double(node, "fcm:change", effect.change)
    graph.double(node, "fcm:spread", effect.spread)
    graph.text(node, "fcm:treated", effect.treated)
    for what, count in (("rank", effect.rank), ("among", effect.of)):
        if count is not None:
            graph.whole(node, f"fcm:{what}", count)
    low, high = effect.interval or (None, None)
    for what, figure in (
        ("changeBefore", effect.pre_change),
        ("pValue", effect.p),
        ("relativeChange", effect.relative),
        ("intervalLow", low),
        ("intervalHigh", high),
    ):
        if figure is not None:
            graph.double(node, f"fcm:{what}", figure)
    graph.link(node, "prov:hadPrimarySource", _named(base, origins, effect.origin))
    placebos = sorted(effect.placebos.items())
    for unit, _ in placebos:
        graph.link(node, "fcm:hasPlacebo", f"{node}.placebo.{slug(unit)}")
    for unit, figure in placebos:
        placebo = f"{node}.placebo.{slug(unit)}"
        graph.term(placebo, "rdf:type", "fcm:Placebo")
        graph.text(placebo, "fcm:unit", unit)
        graph.double(placebo, "fcm:relativeChange", figure)
    scenario_statements(graph, f"{node}.scenario", effect.scenario, concepts)


def _quality(graph: Graph, node: str, metric: str, value: float) -> None:
    measured = f"{node}.{'confidence' if metric == 'fcm:Confidence' else 'share'}"
    graph.link(node, "dqv:hasQualityMeasurement", measured)
    graph.term(measured, "rdf:type", "dqv:QualityMeasurement")
    graph.term(measured, "dqv:isMeasurementOf", metric)
    graph.link(measured, "dqv:computedOn", node)
    graph.double(measured, "dqv:value", value)


def _named(base: str, origins: dict[Origin, str], origin: Origin) -> str:
    return origins.setdefault(origin, f"{base}origin.{len(origins) + 1}")


def _origin(graph: Graph, node: str, origin: Origin) -> None:
    if not origin.kind:
        raise BadTerm(
            f"an origin with source {origin.source!r} has no kind; expected 'survey', 'posts', "
            "'linked data' or the like."
        )
    graph.term(node, "rdf:type", "fcm:Origin")
    graph.term(node, "rdf:type", "prov:Entity")
    graph.text(node, "fcm:kind", origin.kind)
    graph.text(node, "fcm:origin", origin.source)
    graph.text(node, "dct:date", origin.date)
    graph.text(node, "dct:rights", origin.licence)
    graph.text(node, "skos:note", origin.note)
