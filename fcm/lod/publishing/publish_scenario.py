"""Scenarios as statements: what is done differently, setting by setting.

A setting names its concept, and points to it as well where the map is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fcm.errors import BadTerm
from fcm.lod.publishing.graph import Graph, slug

if TYPE_CHECKING:
    from fcm.scenario import Scenario

__all__ = [
    "concept_statements",
    "ends",
    "scenario_statements",
    "scenarios_statements",
    "setting_statements",
]


def scenarios_statements(
    graph: Graph, base: str, scenarios: Sequence[Scenario], concepts: Mapping[str, str]
) -> None:
    """Add scenarios in their order.

    Parameters
    ----------
    concepts : mapping of name to IRI
        The map's; empty if no map is known.
    """
    for place, scenario in enumerate(scenarios, start=1):
        node = f"{base}scenario.{slug(scenario.name)}"
        scenario_statements(graph, node, scenario, concepts, place=place)


def scenario_statements(
    graph: Graph,
    node: str,
    scenario: Scenario,
    concepts: Mapping[str, str],
    *,
    place: int | None = None,
) -> None:
    """Add one scenario under its IRI, and its parts under theirs."""
    graph.term(node, "rdf:type", "fcm:Scenario")
    graph.term(node, "rdf:type", "prov:Entity")
    graph.text(node, "skos:prefLabel", scenario.name)
    if place is not None:
        graph.whole(node, "fcm:position", place)
    graph.text(node, "skos:note", scenario.note)
    if scenario.start:
        graph.whole(node, "fcm:fromStep", scenario.start)
    if scenario.stop is not None:
        graph.whole(node, "fcm:untilStep", scenario.stop)
    if scenario.ramp:
        graph.whole(node, "fcm:rampSteps", scenario.ramp)
    settings = [
        (kind, name, value)
        for kind, values in (
            ("Clamp", scenario.clamp),
            ("Push", scenario.push),
            ("Start", scenario.initial),
        )
        for name, value in sorted(values.items())
    ]
    changes = [
        (f"{node}.link.{slug(source)}.{slug(target)}", source, target, weight)
        for (source, target), weight in sorted(scenario.links.items())
    ]
    parts = [(f"{node}.part.{k}", part) for k, part in enumerate(scenario.parts, start=1)]
    for kind, name, _ in settings:
        graph.link(node, "fcm:does", f"{node}.{kind.lower()}.{slug(name)}")
    for change, *_ in changes:
        graph.link(node, "fcm:does", change)
    for each, _ in parts:
        graph.link(node, "fcm:part", each)
    for kind, name, value in settings:
        setting_statements(graph, node, kind, name, value, concepts)
    for change, source, target, weight in changes:
        graph.term(change, "rdf:type", "fcm:LinkChange")
        ends(graph, change, source, target, concepts)
        graph.double(change, "fcm:weight", weight)
    for k, (each, part) in enumerate(parts, start=1):
        scenario_statements(graph, each, part, concepts, place=k)


def setting_statements(
    graph: Graph, node: str, kind: str, name: str, value: float, concepts: Mapping[str, str]
) -> str:
    """Add what is done to one concept: a Clamp, a Push or a Start; return its IRI."""
    setting = f"{node}.{kind.lower()}.{slug(name)}"
    graph.term(setting, "rdf:type", f"fcm:{kind}")
    concept_statements(graph, setting, "concept", name, concepts)
    graph.double(setting, "fcm:value", value)
    return setting


def ends(graph: Graph, node: str, source: str, target: str, concepts: Mapping[str, str]) -> None:
    """Add the cause and the effect of a link."""
    concept_statements(graph, node, "source", source, concepts)
    concept_statements(graph, node, "target", target, concepts)


def concept_statements(
    graph: Graph, node: str, what: str, name: str, concepts: Mapping[str, str]
) -> None:
    """Add the concept that is meant, by name, and by IRI where it is known."""
    if not name:
        raise BadTerm(
            f"the {what} of {node.rpartition(':')[2]!r} is {name!r}; expected a concept's name."
        )
    graph.text(node, f"fcm:{what}Name", name)
    if name in concepts:
        graph.link(node, f"fcm:{what}", concepts[name])
