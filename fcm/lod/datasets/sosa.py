"""Observations of sensors (SOSA, and its predecessor SSN) as a cube.

Values stand on the observation (``sosa:hasSimpleResult``), on its result (``sosa:hasResult``), or,
in some publishers' files, on a node per observation behind ``sosa:observedProperty``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fcm.errors import NoSuchIndicator
from fcm.lod.datasets.sample import Look, Role, look, role_of
from fcm.lod.datasets.structure import (
    MEMBERS,
    UNITS,
    Component,
    Structure,
    labels,
    local_name,
    with_meanings,
    with_names,
)
from fcm.lod.terms import IRI, written

if TYPE_CHECKING:
    from fcm.lod.source import Source

__all__ = ["CLASSES", "SOSA", "classes", "structure"]

SOSA = "http://www.w3.org/ns/sosa/"
CLASSES = (SOSA + "Observation", "http://purl.oclc.org/NET/ssnx/ssn#Observation")
_SIMPLE = SOSA + "hasSimpleResult"
_HOPS = (SOSA + "hasResult", SOSA + "observedProperty")
_NUMBERS = (
    "http://qudt.org/1-1/schema/qudt#numericValue",
    "http://qudt.org/schema/qudt/numericValue",
)
_DIMENSIONS = ("hasFeatureOfInterest", "madeBySensor", "observedProperty", "usedProcedure")
_TIMES = (SOSA + "phenomenonTime", SOSA + "resultTime")
_NO_DIMENSIONS = (SOSA + "hasResult", SOSA + "isFeatureOfInterestOf", SOSA + "isResultOf")


def classes(source: Source) -> tuple[str, ...]:
    """Return the classes of sensor observations that a source has."""
    return tuple(
        each
        for each in CLASSES
        if len(source.select("SELECT ?o WHERE { ?o a ?class } LIMIT 1", **{"class": IRI(each)}))
    )


def structure(source: Source, dataset: IRI) -> Structure:
    """Return the structure of the sensor observations of a class.

    Raises
    ------
    NoSuchIndicator
        If there are none, or none of them has a number.
    """
    seen = look(source, MEMBERS["sosa"], "o", ds=dataset)
    if not seen:
        raise NoSuchIndicator(f"the source has no observations of the class <{dataset}>.")
    among = len({each for one in seen.values() for each in one.holders})
    hop, behind = _hop(source, dataset, seen)
    times = [each for each in _TIMES if each in seen]
    when = next((each for each in times if seen[each].perhaps), "")
    components = [
        Component(iri=iri, role="attribute" if iri in times and iri != when else role)
        for iri, one in seen.items()
        if iri != hop and iri not in _NO_DIMENSIONS and (role := _role(iri, one, among)) is not None
    ]
    nodes = len({each for one in behind.values() for each in one.holders})
    for iri, one in behind.items():
        role = "measure" if iri in _NUMBERS else _role(iri, one, nodes)
        if iri in UNITS or local_name(iri).lower() in ("unit", "hasunit"):
            role = "attribute"
        if role is not None:
            components.append(Component(iri=iri, role=role, holder="n"))
    if not any(each.role == "measure" for each in components):
        raise NoSuchIndicator(
            f"observations of the class <{dataset}> have no numbers in {local_name(_SIMPLE)!r} "
            "or behind a result."
        )
    named = with_names(components, labels(source, [each.iri for each in components]))
    return with_meanings(
        Structure(kind="sosa", components=named, hop=hop, inferred=True, sampled=among), seen
    )


def _hop(source: Source, dataset: IRI, seen: Mapping[str, Look]) -> tuple[str, Mapping[str, Look]]:
    if _SIMPLE in seen:
        return "", {}
    for hop in _HOPS:
        if hop in seen:
            pattern = f"?o {written(IRI(hop))} ?n . {MEMBERS['sosa']}"
            behind = look(source, pattern, "n", ds=dataset)
            if any(one.numbers for one in behind.values()):
                return hop, behind
    return "", {}


def _role(iri: str, seen: Look, among: int) -> Role | None:
    if iri == _SIMPLE:
        return "measure"
    if iri.startswith(SOSA) and local_name(iri) in _DIMENSIONS:
        return "dimension"
    return role_of(iri, seen, among=among)
