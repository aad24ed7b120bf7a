"""Maps, scenarios and estimates out of published statements, whoever wrote them.

What `fcm.lod.publish` wrote comes back equal. The figures of a run are not read back as a run: they
are cubes, and `fcm.lod.open` reads them as such; the map and the scenarios that were run are here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fcm.concept import Concept, Direction, Role
from fcm.errors import FCMError, FileError
from fcm.evidence import WeightEstimate
from fcm.lod.publishing.facts import Facts
from fcm.lod.publishing.publish import DIRECTIONS, ROLES, language_tag
from fcm.lod.publishing.read_scenario import read_scenarios
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from fcm.lod.publishing.facts import Node

__all__ = ["Published", "read_published"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a published file holds.

    Parameters
    ----------
    maps : tuple of CognitiveMap
        By IRI.
    scenarios : tuple of Scenario
        In their order.
    estimates : tuple of WeightEstimate
        By IRI; the map of each estimate's prior is among `maps` too.
    runs : int
        How many runs the file has the results of.
    """

    maps: tuple[CognitiveMap, ...]
    scenarios: tuple[Scenario, ...]
    estimates: tuple[WeightEstimate, ...]
    runs: int


def read_published(path: str | Path, format: Literal["ttl", "jsonld"] | None = None) -> Published:
    """Return the maps, scenarios and estimates of a published file.

    Parameters
    ----------
    path : path
        Turtle (.ttl) or JSON-LD (.jsonld), UTF-8. Nothing is fetched from the network.
    format : {"ttl", "jsonld"}, optional
        Told from the suffix if not given.

    Raises
    ------
    FileError
        If the file cannot be read, is not well formed, or says something that a map, a scenario
        or an estimate cannot be; the message gives the line or the thing.

    Examples
    --------
    >>> import tempfile
    >>> from fcm.lod.publishing.publish import publish
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "map.ttl"
    ...     _ = path.write_text(publish(m).to_turtle())
    ...     read_published(path).maps == (m,)
    True
    """
    from fcm.lod.publishing.read_evidence import read_estimate

    facts = Facts(Path(path), format)
    maps = {node: _map(facts, node) for node in facts.of_type("fcm:Map")}
    estimates = [read_estimate(facts, node, maps) for node in facts.of_type("fcm:WeightEstimate")]
    return Published(
        maps=tuple(maps.values()),
        scenarios=read_scenarios(facts),
        estimates=tuple(estimates),
        runs=len(facts.of_type("fcm:Run")),
    )


def _map(facts: Facts, node: Node) -> CognitiveMap:
    names: dict[Node, str] = {}
    concepts: list[Concept] = []
    for each in facts.ordered(facts.nodes(node, "fcm:hasConcept")):
        concept = _concept(facts, each)
        if concept.name in names.values():
            raise facts.fault(each, f"is a second concept {concept.name!r}; names are unique.")
        names[each] = concept.name
        concepts.append(concept)
    links: dict[tuple[str, str], float] = {}
    limit = facts.maybe_number(node, "fcm:limit")
    bound = None if limit == float("inf") else 1.0 if limit is None else limit
    if bound is not None and not bound > 0:
        raise facts.fault(node, f"fcm:limit is {bound!r}; expected a number above 0, or INF.")
    for each in facts.nodes(node, "fcm:hasLink"):
        ends = []
        for what in ("fcm:source", "fcm:target"):
            end = facts.node(each, what)
            if end not in names:
                raise facts.fault(
                    each, f"{what} is {facts.short(end)}, which is not a concept of the map."
                )
            ends.append(names[end])
        link, weight = (ends[0], ends[1]), facts.number(each, "fcm:weight")
        if link in links:
            raise facts.fault(each, f"is a second link {link[0]!r} -> {link[1]!r}; keep one.")
        if not abs(weight) <= (float("inf") if bound is None else bound):
            raise facts.fault(
                each,
                f"fcm:weight is {weight!r}; weights of this map must lie in [-{bound:g}, "
                f"{bound:g}]. If they have another scale, divide by its top or set fcm:limit.",
            )
        links[link] = weight
    try:
        return CognitiveMap.from_links(
            links, concepts=concepts, limit=bound, name=facts.text(node, "skos:prefLabel", "")
        )
    except FileError:
        raise
    except FCMError as error:
        raise facts.fault(node, str(error)) from None


def _concept(facts: Facts, node: Node) -> Concept:
    import pyoxigraph as ox

    same = facts.values(node, "skos:exactMatch")
    if len(same) > 1:
        raise facts.fault(node, f"has {len(same)} values of skos:exactMatch; keep one.")
    if same and not isinstance(same[0], ox.NamedNode):
        raise facts.fault(node, f"skos:exactMatch is {same[0].value!r}; expected an IRI.")
    role = facts.choice(node, "fcm:role", ROLES, "context")
    good = facts.choice(node, "fcm:good", DIRECTIONS, "none")
    labels = {language_tag(tag): text for tag, text in sorted(facts.labels(node).items())}
    roles: dict[str, Role] = {"lever": "lever", "outcome": "outcome", "context": "context"}
    directions: dict[str, Direction] = {"up": "up", "down": "down", "none": "none"}
    name = facts.text(node, "skos:prefLabel", "")
    if not name:
        raise facts.fault(
            node,
            "has no skos:prefLabel without a language, which is the name of a concept; labels with "
            "a language are for readers.",
        )
    try:
        return Concept(
            name=name,
            role=roles[role],
            good=directions[good],
            low=facts.text(node, "fcm:low", ""),
            middle=facts.text(node, "fcm:middle", ""),
            high=facts.text(node, "fcm:high", ""),
            labels=labels,
            uri=same[0].value if same else "",
            note=facts.text(node, "skos:note", ""),
        )
    except FileError:
        raise
    except FCMError as error:
        raise facts.fault(node, str(error)) from None
