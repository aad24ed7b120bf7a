"""Scenarios out of published statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcm.errors import FCMError, FileError
from fcm.lod.publishing.vocabulary import term_iri
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from fcm.lod.publishing.facts import Facts, Node

__all__ = ["concept_name", "pair", "read_scenario", "read_scenarios"]

_DEEPEST = 20
_SETTINGS = {"fcm:Clamp": "clamp", "fcm:Push": "push", "fcm:Start": "initial"}


def read_scenarios(facts: Facts) -> tuple[Scenario, ...]:
    """Return the scenarios of a file that stand for themselves, in order."""
    inner: set[Node] = set()
    for each in facts.of_type("fcm:Scenario"):
        inner.update(facts.values(each, "fcm:part"))
    for each in facts.of_type("fcm:PolicyEffect"):
        inner.update(facts.values(each, "fcm:policy"))
    nodes = [each for each in facts.of_type("fcm:Scenario") if each not in inner]
    scenarios: dict[str, Scenario] = {}
    for node in facts.ordered(nodes):
        scenario = read_scenario(facts, node)
        if scenario.name in scenarios:
            raise facts.fault(node, f"is a second scenario {scenario.name!r}; names are unique.")
        scenarios[scenario.name] = scenario
    return tuple(scenarios.values())


def read_scenario(
    facts: Facts, node: Node, *, depth: int = 0, seen: set[Node] | None = None
) -> Scenario:
    """Return one scenario with its parts; each part stands in it once."""
    seen = set() if seen is None else seen
    if node in seen:
        raise facts.fault(node, "is a part of itself, or twice a part of one scenario.")
    if depth > _DEEPEST:
        raise facts.fault(node, f"is a part of a part ..., {depth} times; have fewer levels.")
    seen.add(node)
    values: dict[str, dict[str, float]] = {"clamp": {}, "push": {}, "initial": {}}
    links: dict[tuple[str, str], float] = {}
    for each in facts.nodes(node, "fcm:does"):
        kinds = [verb for name, verb in _SETTINGS.items() if facts.is_a(each, name)]
        if facts.is_a(each, "fcm:LinkChange"):
            kinds.append("links")
        if len(kinds) != 1:
            raise facts.fault(
                each,
                f"is of {len(kinds)} kinds of setting; expected one of fcm:Clamp, fcm:Push, "
                "fcm:Start and fcm:LinkChange.",
            )
        if kinds[0] == "links":
            ends = pair(facts, each)
            if ends in links:
                raise facts.fault(each, f"changes {ends[0]!r} -> {ends[1]!r} a second time.")
            links[ends] = facts.number(each, "fcm:weight")
            continue
        name = concept_name(facts, each)
        if name in values[kinds[0]]:
            raise facts.fault(each, f"is a second {kinds[0]} of {name!r}.")
        values[kinds[0]][name] = facts.number(each, "fcm:value")
    parts = facts.ordered(facts.nodes(node, "fcm:part"))
    try:
        return Scenario(
            facts.text(node, "skos:prefLabel"),
            clamp=values["clamp"],
            push=values["push"],
            links=links,
            initial=values["initial"],
            start=facts.whole(node, "fcm:fromStep") or 0,
            stop=facts.whole(node, "fcm:untilStep"),
            ramp=facts.whole(node, "fcm:rampSteps") or 0,
            parts=tuple(read_scenario(facts, each, depth=depth + 1, seen=seen) for each in parts),
            note=facts.text(node, "skos:note", ""),
        )
    except FileError:
        raise
    except FCMError as error:
        raise facts.fault(node, str(error)) from None


def concept_name(facts: Facts, node: Node, what: str = "concept") -> str:
    """Return the name of the concept that a thing means, by name, by IRI, or by both."""
    named = facts.text(node, f"fcm:{what}Name", "")
    pointed = [
        facts.text(each, "skos:prefLabel")
        for each in facts.values(node, f"fcm:{what}")
        if facts.values(each, "rdf:type")
    ]
    names = sorted({*pointed, *([named] if named else [])})
    if len(names) != 1:
        seen = " and ".join(map(repr, names)) or "nothing"
        raise facts.fault(
            node,
            f"fcm:{what}Name and fcm:{what} <{term_iri(f'fcm:{what}')}> name {seen}; expected one "
            "concept.",
        )
    return names[0]


def pair(facts: Facts, node: Node) -> tuple[str, str]:
    """Return the (cause, effect) names of a link."""
    return concept_name(facts, node, "source"), concept_name(facts, node, "target")
