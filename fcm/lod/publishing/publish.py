"""Maps, scenarios, estimates and runs as Linked Open Data: what each becomes in statements.

The statements use the vocabulary of `fcm.lod.vocabulary` beside SKOS, PROV-O, DQV and the RDF Data
Cube. Nothing here writes files; `fcm.save` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from fcm.errors import BadTerm, FCMError, LodError
from fcm.evidence import WeightEstimate
from fcm.inference import Simulation
from fcm.lod.publishing.graph import Graph, Publication, slug
from fcm.lod.publishing.publish_evidence import estimate_statements
from fcm.lod.publishing.publish_run import Compared, run_statements, unnamed_scenarios
from fcm.lod.publishing.publish_scenario import scenarios_statements
from fcm.lod.publishing.vocabulary import PREFIXES
from fcm.lod.terms import IRI
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DIRECTIONS", "ROLES", "Publishable", "language_tag", "publish"]

Publishable: TypeAlias = (
    CognitiveMap | WeightEstimate | Scenario | Sequence[Scenario] | Simulation | Compared
)

ROLES = {"lever": "fcm:LeverRole", "outcome": "fcm:OutcomeRole", "context": "fcm:ContextRole"}
DIRECTIONS = {"up": "fcm:Up", "down": "fcm:Down"}


def publish(obj: Publishable, *, base: str | None = None) -> Publication:
    """Return a map, scenarios, an estimate or runs as Linked Open Data.

    Parameters
    ----------
    obj : CognitiveMap, WeightEstimate, Scenario, sequence of Scenario, Simulation or Comparison
        An estimate comes with its claims and what they say of their origins; where those name
        people, take the claims out first. Runs come with their map, scenarios and dynamics.
    base : str, optional
        Begin of the IRIs of all things published, such as ``"https://example.org/zone-2025#"``;
        use a new one for each publication. Without it the content gives the names:
        ``urn:fcm:map:<digest>:``, so that equal maps have equal names and other maps others.

    Returns
    -------
    Publication
        Equal values give equal text.

    Raises
    ------
    BadTerm
        If a text, a language tag or an IRI cannot be written in RDF.
    TooLarge
        If the runs are more than 250,000 observations.
    LodError
        If `obj` is nothing that can be published.

    Examples
    --------
    >>> from fcm import CognitiveMap
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8}, name="street")
    >>> print(publish(m, base="https://example.org/street#").to_turtle())
    @prefix fcm: <urn:fcm:vocabulary:> .
    @prefix prov: <http://www.w3.org/ns/prov#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix this: <https://example.org/street#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    <BLANKLINE>
    this:map a fcm:Map, skos:ConceptScheme, prov:Entity ;
      skos:prefLabel "street" ;
      fcm:limit "1.0"^^xsd:double ;
      fcm:hasConcept this:concept.rain, this:concept.wet-street ;
      fcm:hasLink this:link.rain.wet-street .
    <BLANKLINE>
    this:concept.rain a fcm:Concept, skos:Concept ;
      skos:inScheme this:map ;
      skos:prefLabel "rain" ;
      fcm:position 1 ;
      fcm:role fcm:ContextRole .
    <BLANKLINE>
    this:concept.wet-street a fcm:Concept, skos:Concept ;
      skos:inScheme this:map ;
      skos:prefLabel "wet street" ;
      fcm:position 2 ;
      fcm:role fcm:ContextRole .
    <BLANKLINE>
    this:link.rain.wet-street a fcm:Link ;
      fcm:source this:concept.rain ;
      fcm:target this:concept.wet-street ;
      fcm:weight "0.8"^^xsd:double .
    <BLANKLINE>
    """
    _check_base(base)
    press = _Press(base)
    run = obj if isinstance(obj, Simulation) else getattr(obj, "run", None)
    if isinstance(obj, CognitiveMap):
        press.map(obj)
    elif isinstance(obj, WeightEstimate):
        press.estimate(obj)
    elif isinstance(run, Simulation):
        delta = None if obj is run else getattr(obj, "delta", None)
        press.run(run, delta)
    else:
        scenarios = (obj,) if isinstance(obj, Scenario) else obj
        listed = tuple(scenarios) if isinstance(scenarios, list | tuple) else ()
        if not listed or not all(isinstance(each, Scenario) for each in listed):
            raise LodError(
                f"cannot publish {type(obj).__name__}; expected a CognitiveMap, a WeightEstimate, "
                "scenarios, a Simulation or a Comparison."
            )
        press.scenarios(listed, {})
    return press.publication()


def language_tag(tag: str) -> str:
    """Return a language tag as it is usually written: RDF keeps no difference of case.

    Examples
    --------
    >>> language_tag("pt-br"), language_tag("zh-hant-tw"), language_tag("ES")
    ('pt-BR', 'zh-Hant-TW', 'es')
    """
    first, *rest = tag.lower().split("-")
    private = False
    written = [first]
    for part in rest:
        if len(part) == 1:
            private = True
        elif not private and part.isalpha():
            part = {2: part.upper(), 4: part.capitalize()}.get(len(part), part)
        written.append(part)
    return "-".join(written)


class _Press:
    """Puts together what one publication says, part after part."""

    def __init__(self, base: str | None) -> None:
        self._base, self._graph = base, Graph()
        self._bases: dict[str, str] = {} if base is None else {"this": base}

    def _part(self, kind: str, build: Callable[[Graph, str], None]) -> str:
        base = self._graph.named(kind, self._base, build)
        if self._base is None:
            self._bases[kind] = base
        return base

    def map(self, m: CognitiveMap) -> tuple[str, dict[str, str]]:
        """Add a map; return its IRI and those of its concepts."""
        base = self._part("map", lambda graph, base: _map(graph, base, m))
        return f"{base}map", _concept_iris(base, m)

    def estimate(self, estimate: WeightEstimate) -> None:
        """Add the map of the experts' means, and the estimate of its weights."""
        iri, concepts = self.map(estimate.prior)
        self._part(
            "estimate",
            lambda graph, base: estimate_statements(graph, base, estimate, iri, concepts),
        )

    def scenarios(self, scenarios: tuple[Scenario, ...], concepts: Mapping[str, str]) -> list[str]:
        """Add scenarios; return their IRIs."""
        names = [each.name for each in scenarios]
        for name in names:
            if names.count(name) > 1:
                raise LodError(f"scenario {name!r} stands twice; names are unique.")
        base = self._part(
            "scenarios",
            lambda graph, base: scenarios_statements(graph, base, scenarios, concepts),
        )
        return [f"{base}scenario.{slug(name)}" for name in names]

    def run(self, run: Simulation, delta: NDArray[np.float64] | None) -> None:
        """Add a run with its map and scenarios."""
        m = run.question.map
        if not isinstance(m, CognitiveMap):
            raise LodError(
                f"the runs are of a {type(m).__name__}, which cannot be published; run a "
                "CognitiveMap."
            )
        iri, concepts = self.map(m)
        scenarios = self.scenarios(unnamed_scenarios(run), concepts)
        self._part(
            "run",
            lambda graph, base: run_statements(
                graph, base, run, iri, concepts, scenarios, delta=delta
            ),
        )

    def publication(self) -> Publication:
        """Return what was added."""
        import pyoxigraph as ox

        triples = self._graph.triples()
        # An IRI whose scheme is the name of a prefix would be taken for a short one in JSON-LD.
        schemes = {
            each.object.value.partition(":")[0]
            for each in triples
            if isinstance(each.object, ox.NamedNode)
        }
        prefixes = {
            prefix: namespace
            for prefix, namespace in {**PREFIXES, **self._bases}.items()
            if prefix not in schemes
        }
        return Publication(triples=triples, prefixes=prefixes)


def _concept_iris(base: str, m: CognitiveMap) -> dict[str, str]:
    return {name: f"{base}concept.{slug(name)}" for name in m.names}


def _map(graph: Graph, base: str, m: CognitiveMap) -> None:
    node, concepts = f"{base}map", _concept_iris(base, m)
    for kind in ("fcm:Map", "skos:ConceptScheme", "prov:Entity"):
        graph.term(node, "rdf:type", kind)
    graph.text(node, "skos:prefLabel", m.name)
    if m.limit == float("inf"):
        raise BadTerm("the map's limit is infinite; write limit=None for a map without a bound.")
    graph.double(node, "fcm:limit", float("inf") if m.limit is None else m.limit)
    links = {
        pair: (f"{base}link.{slug(pair[0])}.{slug(pair[1])}", weight)
        for pair, weight in m.links().items()
    }
    for iri in concepts.values():
        graph.link(node, "fcm:hasConcept", iri)
    for iri, _ in links.values():
        graph.link(node, "fcm:hasLink", iri)
    for place, concept in enumerate(m.concepts, start=1):
        iri = concepts[concept.name]
        graph.term(iri, "rdf:type", "fcm:Concept")
        graph.term(iri, "rdf:type", "skos:Concept")
        graph.link(iri, "skos:inScheme", node)
        graph.text(iri, "skos:prefLabel", concept.name)
        for language, label in sorted(concept.labels.items()):
            if not language or language != language_tag(language):
                raise BadTerm(
                    f"concept {concept.name!r} has a label in {language!r}; write the language as "
                    f"{language_tag(language) or 'es'!r}, since RDF keeps no difference of case."
                )
            graph.text(iri, "skos:prefLabel", label, language)
        graph.whole(iri, "fcm:position", place)
        graph.term(iri, "fcm:role", ROLES[concept.role])
        if concept.good in DIRECTIONS:
            graph.term(iri, "fcm:good", DIRECTIONS[concept.good])
        for what in ("low", "middle", "high"):
            graph.text(iri, f"fcm:{what}", getattr(concept, what))
        if concept.uri:
            try:
                graph.link(iri, "skos:exactMatch", concept.uri)
            except FCMError as error:
                raise BadTerm(f"uri of concept {concept.name!r}: {error}") from None
        graph.text(iri, "skos:note", concept.note)
    for (source, target), (iri, weight) in links.items():
        graph.term(iri, "rdf:type", "fcm:Link")
        graph.link(iri, "fcm:source", concepts[source])
        graph.link(iri, "fcm:target", concepts[target])
        graph.double(iri, "fcm:weight", weight)


def _check_base(base: str | None) -> None:
    if base is None:
        return
    IRI(base)
    if not re.search(r"[#/:]$", base):
        raise BadTerm(
            f"base is {base!r}; expected an IRI that ends with '#', '/' or ':', since the names of "
            "things are put behind it."
        )
