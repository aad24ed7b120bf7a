"""The cube.link vocabulary, in which the Swiss administration publishes its cubes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcm.errors import NoSuchIndicator
from fcm.frozen import FrozenDict
from fcm.lod.datasets.sample import Role, look, role_of
from fcm.lod.datasets.structure import (
    MEMBERS,
    UNITS,
    Component,
    Structure,
    labels,
    with_meanings,
    with_names,
)
from fcm.lod.terms import IRI

if TYPE_CHECKING:
    from fcm.lod.source import Source

__all__ = ["CUBE", "QUESTION", "structure"]

CUBE = "https://cube.link/"
_SH = "http://www.w3.org/ns/shacl#"
QUESTION = f"SELECT ?x WHERE {{ ?ds <{CUBE}observationSet> ?x }} LIMIT 1"
_MEANS_NOTHING = (f"{CUBE}observedBy", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def structure(source: Source, dataset: IRI) -> Structure:
    """Return the structure of a cube, from the shapes of its observation constraint.

    Raises
    ------
    NoSuchIndicator
        If the cube has no observations.
    """
    seen = look(source, MEMBERS["cube.link"], "o", ds=dataset)
    if not seen:
        raise NoSuchIndicator(f"<{dataset}> has no observations in this source.")
    among = len({each for one in seen.values() for each in one.holders})
    roles, units = _shapes(source, dataset)
    components = []
    for iri in dict.fromkeys([*roles, *seen]):
        if iri in _MEANS_NOTHING:
            continue
        role = roles.get(iri)
        if role is None and iri in seen:
            role = role_of(iri, seen[iri], among=among) if not roles else "attribute"
        if role is not None and iri in seen:
            components.append(Component(iri=iri, role=role))
    named = with_names(components, labels(source, [each.iri for each in components]))
    return with_meanings(
        Structure(
            kind="cube.link",
            components=named,
            units_of=FrozenDict(units),
            inferred=not roles,
            sampled=among,
        ),
        seen,
    )


def _shapes(source: Source, dataset: IRI) -> tuple[dict[str, Role], dict[str, str]]:
    """Return role and unit of the properties that the constraint names."""
    table = source.select(
        f"SELECT ?path ?type ?unit WHERE {{ ?ds <{CUBE}observationConstraint> ?shape . "
        f"?shape <{_SH}property> ?property . ?property <{_SH}path> ?path . "
        f"OPTIONAL {{ ?property a ?type . FILTER(STRSTARTS(STR(?type), '{CUBE}')) }} "
        f"OPTIONAL {{ ?property <{UNITS[2]}>|<{UNITS[3]}> ?unit }} }}",
        ds=dataset,
    )
    roles: dict[str, Role] = {}
    units: dict[str, str] = {}
    for path, of, unit in zip(table["path"], table["type"], table["unit"], strict=True):
        name = (of or "").removeprefix(CUBE)
        if name in ("KeyDimension", "MeasureDimension"):
            roles[path] = "dimension" if name == "KeyDimension" else "measure"
        if unit:
            units[path] = unit
    return roles, units
