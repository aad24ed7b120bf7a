from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare

from fcm import lod
from fcm.analysis import compare
from fcm.concept import Concept
from fcm.errors import BadTerm, LodError, TooLarge
from fcm.evidence import Claim, Origin, WeightEstimate
from fcm.inference import Dynamics, Kosko, Sigmoid, Tanh, simulate
from fcm.inference.loop.sparse import SparseMap
from fcm.lod.datasets.cube import cubes
from fcm.lod.publishing import publish_run
from fcm.lod.publishing.graph import Publication, slug
from fcm.lod.publishing.publish import language_tag, publish
from fcm.lod.publishing.read_map import read_published
from fcm.lod.publishing.vocabulary import FCM, VOCABULARY, terms
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests.lod.publications import BASE, PROGRAMME, PUBLISHED, city, known, runs

every_kind = pytest.mark.parametrize("kind", PUBLISHED)


def write(folder: Path, text: str, suffix: str = "ttl") -> Path:
    path = folder / f"x.{suffix}"
    path.write_bytes(text.encode())
    return path


def statements(publication: Publication) -> set[str]:
    return {str(each) for each in publication.triples}


@every_kind
@pytest.mark.parametrize("base", [None, BASE])
def test_turtle_and_json_ld_say_exactly_the_statements(kind: str, base: str | None) -> None:
    made = publish(PUBLISHED[kind](), base=base)
    for text, format in (
        (made.to_turtle(), ox.RdfFormat.TURTLE),
        (made.to_json_ld(), ox.RdfFormat.JSON_LD),
    ):
        read = [
            str(ox.Triple(each.subject, each.predicate, each.object))
            for each in ox.parse(text.encode(), format)
        ]
        assert len(read) == len(made)
        assert set(read) == statements(made)


@every_kind
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_another_library_reads_both_forms_as_the_same_graph(kind: str) -> None:
    made = publish(PUBLISHED[kind]())
    turtle = rdflib.Graph().parse(data=made.to_turtle(), format="turtle")
    json_ld = rdflib.Graph().parse(data=made.to_json_ld(), format="json-ld")
    assert len(turtle) == len(made)
    assert rdflib.compare.isomorphic(turtle, json_ld)


@every_kind
def test_equal_values_give_equal_bytes(kind: str) -> None:
    one, two = publish(PUBLISHED[kind]()), publish(PUBLISHED[kind]())
    assert one.to_turtle() == two.to_turtle()
    assert one.to_json_ld() == two.to_json_ld()


def test_the_context_of_json_ld_stands_in_the_file() -> None:
    document = json.loads(publish(city()).to_json_ld())
    assert set(document) == {"@context", "@graph"}
    assert isinstance(document["@context"], dict)
    assert document["@context"]["fcm"] == FCM


def test_equal_content_has_the_same_names_and_other_content_has_others() -> None:
    def name(m: CognitiveMap) -> str:
        return publish(m).triples[0].subject.value

    m = city()
    assert name(m) == name(city())
    assert name(m) != name(m.with_link("car traffic", "NO₂", 0.3))
    subjects = {each.subject.value for each in publish(m).triples}
    assert subjects <= {each.subject.value for each in publish(runs()).triples}


def test_a_base_names_everything_and_must_end_so_that_names_fit() -> None:
    for each in publish(known(), base=BASE).triples:
        assert each.subject.value.startswith(BASE)
    with pytest.raises(BadTerm, match="ends with '#', '/' or ':'"):
        publish(city(), base="https://example.org/zone")
    with pytest.raises(BadTerm, match="not an absolute IRI"):
        publish(city(), base="zone#")


def test_different_names_have_different_iris() -> None:
    names = ["a b", "a-b", "a%20b", "a.b", "a/b", "a_b", "a~b", "é", "É", "a  b", "."]
    assert len({slug(each) for each in names}) == len(names)
    m = CognitiveMap.from_links({(each, "x"): 0.5 for each in names})
    assert len({each.subject for each in publish(m).triples}) == 1 + len(names) + 1 + len(names)


def test_no_thing_is_without_a_name() -> None:
    for make in PUBLISHED.values():
        for each in publish(make()).triples:
            assert isinstance(each.subject, ox.NamedNode)
            assert not isinstance(each.object, ox.BlankNode)


def test_an_iri_that_looks_like_a_short_one_stays_itself(tmp_path: Path) -> None:
    m = CognitiveMap(
        concepts=(Concept(name="a", uri="skos:Concept"), Concept(name="b", uri="map:map")),
        weights=np.zeros((2, 2)),
    )
    made = publish(m)
    for suffix, text in (("ttl", made.to_turtle()), ("jsonld", made.to_json_ld())):
        assert read_published(write(tmp_path, text, suffix)).maps == (m,)


def test_concepts_have_their_labels_in_every_language(tmp_path: Path) -> None:
    source = lod.open(write(tmp_path, publish(city()).to_turtle()))
    found = source.select(
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?label { ?c skos:exactMatch <http://www.wikidata.org/entity/Q207895> ;
                           skos:prefLabel ?label }"""
    )
    assert list(found["label"]) == ["NO₂"]
    traffic = "SELECT ?label { ?c <http://www.w3.org/2004/02/skos/core#prefLabel> ?label "
    found = source.select(traffic + 'FILTER(LANG(?label) = "el") }')
    assert list(found["label"]) == ["Κίνηση"]


@pytest.mark.parametrize("language", ["ES", "pt-br", "", "e s", "not a tag"])
def test_a_language_that_would_not_come_back_is_refused(language: str) -> None:
    concept = Concept(name="a", labels={language: "A"})
    with pytest.raises(BadTerm, match=r"concept 'a'|label 'A'"):
        publish(CognitiveMap(concepts=[concept], weights=[[0]]))


def test_language_tags_are_written_as_usual() -> None:
    assert language_tag("SR-latn-rs-x-a-bb") == "sr-Latn-RS-x-a-bb"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (CognitiveMap.from_links({("\ud800", "b"): 0.5}), "half a character"),
        (CognitiveMap.from_links({("a", "b"): 0.5}, name="\udfff"), "half a character"),
        (
            CognitiveMap(concepts=[Concept(name="a", uri="Q 7")], weights=[[0]]),
            "uri of concept 'a': 'Q 7' is not an absolute IRI",
        ),
        (CognitiveMap.from_links({("a", "b"): 0.5}, limit=float("inf")), "limit=None"),
        (Scenario("x", clamp={"": 1.0}), "the concept of .* expected a concept's name"),
        (Scenario("x", links={("a", ""): 1.0}), "the target of"),
        ((Scenario("x"), Scenario("x")), "scenario 'x' stands twice"),
        ((), "cannot publish tuple"),
        ({"a": 1}, "cannot publish dict"),
        ([Scenario("x"), "y"], "cannot publish list"),
    ],
)
def test_what_cannot_be_published_is_refused(wrong: object, message: str) -> None:
    with pytest.raises(LodError, match=message):
        publish(wrong)  # type: ignore[arg-type]


def test_an_origin_without_a_kind_is_refused() -> None:
    m = CognitiveMap.from_links({("a", "b"): 0.5})
    zero = np.zeros((2, 2))
    estimate = WeightEstimate(
        prior=m,
        mean=m.weights,
        spread=zero,
        data_share=zero,
        status=[["", "prior"], ["", ""]],
        claims=[Claim("a", "b", 0.5, 1.0, Origin(kind="", source="R1"))],
    )
    with pytest.raises(BadTerm, match="source 'R1' has no kind"):
        publish(estimate)


ACTIVATIONS = """
    PREFIX fcm: <urn:fcm:vocabulary:> PREFIX qb: <http://purl.org/linked-data/cube#>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT ?scenario ?concept ?value ?ending {
      ?o fcm:scenario/skos:prefLabel ?scenario ; fcm:concept/skos:prefLabel ?concept ;
         fcm:%s ?value ; fcm:ending ?ending ; qb:dataSet/qb:structure ?structure .
      FILTER (LANG(?concept) = "")
    }"""


def test_results_are_a_cube_of_scenario_and_concept_to_the_last_bit(tmp_path: Path) -> None:
    run = runs()
    table = lod.open(write(tmp_path, publish(run).to_turtle())).select(ACTIVATIONS % "activation")
    found = {(row["scenario"], row["concept"]): row["value"] for row in table.to_records()}
    assert found == {
        (label, name): run.final[s, j]
        for s, label in enumerate(run.labels)
        for j, name in enumerate(run.names)
    }


def test_a_comparison_adds_the_changes_against_no_intervention(tmp_path: Path) -> None:
    compared = compare(city(), [PROGRAMME])
    source = lod.open(write(tmp_path, publish(compared).to_turtle()))
    found = {
        row["concept"]: row["value"]
        for row in source.select(ACTIVATIONS % "change").to_records()
        if row["scenario"] == "programme"
    }
    assert found == dict(zip(compared.names, compared.delta[0].tolist(), strict=True))
    assert len(source.select(ACTIVATIONS % "activation")) == 2 * len(compared.names)


def test_the_cubes_are_found_as_cubes(tmp_path: Path) -> None:
    path = write(tmp_path, publish(compare(city(), [PROGRAMME])).to_turtle())
    changes, results = cubes(lod.open(path, VOCABULARY))
    for found, measure in ((changes, "change"), (results, "activation")):
        assert [each.name for each in found.dimensions] == ["concept", "scenario"]
        assert [each.name for each in found.measures] == [measure]
        assert [each.label for each in found.codes("scenario")][-1] == "programme"


def test_a_change_that_is_not_known_is_no_observation_and_the_ending_says_why(
    tmp_path: Path,
) -> None:
    m = CognitiveMap.from_links({("a", "b"): 1.0, ("b", "a"): -1.0})
    compared = compare(m, [Scenario("x", push={"a": 0.1})], Dynamics(transfer=Tanh(slope=5.0)))
    assert not compared.settled.any()
    source = lod.open(write(tmp_path, publish(compared).to_turtle()))
    assert len(source.select(ACTIVATIONS % "change")) == 0
    endings = set(source.select(ACTIVATIONS % "activation")["ending"])
    assert endings <= {FCM + "LimitCycle", FCM + "Unsettled"}


def test_a_run_says_how_it_was_asked(tmp_path: Path) -> None:
    dynamics = Dynamics(
        rule=Kosko(memory=0.5), transfer=Sigmoid(slope=2.0), lags={("NO₂", "a-b.c/d~e"): 3}
    )
    run = simulate(
        city(), [PROGRAMME], initial={"NO₂": 0.2}, clamp={"car traffic": 0.5}, dynamics=dynamics
    )
    text = publish(run, base=BASE).to_turtle()
    assert 'fcm:rule "Kosko(memory=0.5)"' in text
    assert 'fcm:transfer "Sigmoid(slope=2.0)"' in text
    assert "fcm:lagSteps 3" in text
    assert "fcm:startsFrom " in text
    assert "this:run.1.start.NO%E2%82%82 a fcm:Start" in text
    assert "fcm:does this:run.1.clamp.car-traffic" in text
    assert "prov:used this:map, this:scenario.programme" in text


class _Own(Kosko):
    def __repr__(self) -> str:
        return f"<rule at 0x{id(self):x}>"


def test_an_address_in_memory_is_not_published() -> None:
    made = publish(simulate(city(), dynamics=Dynamics(rule=_Own())))
    assert 'fcm:rule "_Own"' in made.to_turtle()


def test_runs_without_scenarios_become_scenarios_that_do_what_their_clamps_did(
    tmp_path: Path,
) -> None:
    run = simulate(city(), clamp={"car traffic": [0.0, 0.5]})
    path = write(tmp_path, publish(run).to_turtle())
    found = read_published(path)
    assert found.scenarios == (
        Scenario("run 1", clamp={"car traffic": 0.0}),
        Scenario("run 2", clamp={"car traffic": 0.5}),
    )
    assert found.runs == 1
    again = simulate(found.maps[0], found.scenarios)
    assert np.array_equal(again.final, run.final)


def test_too_many_observations_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish_run, "_MOST", 5)
    with pytest.raises(TooLarge, match="2 runs of 3 concepts are 6 observations"):
        publish(runs())


def test_runs_of_a_map_of_another_kind_are_refused() -> None:
    sparse = SparseMap(CognitiveMap.from_links({("a", "b"): 0.5}))
    with pytest.raises(LodError, match="of a SparseMap, which cannot be published"):
        publish(simulate(sparse))


# The vocabulary and the shapes.


def test_every_term_that_is_used_is_defined_and_has_a_label() -> None:
    graph = rdflib.Graph().parse(VOCABULARY, format="turtle")
    labels = (rdflib.RDFS.label, rdflib.SKOS.prefLabel)
    notes = (rdflib.RDFS.comment, rdflib.SKOS.definition)
    for name in terms():
        node = rdflib.URIRef(FCM + name)
        assert any(list(graph.objects(node, each)) for each in labels), name
        assert any(list(graph.objects(node, each)) for each in notes), name
    used = {
        iri.removeprefix(FCM)
        for make in PUBLISHED.values()
        for each in publish(make()).triples
        for iri in (each.predicate.value, getattr(each.object, "value", ""))
        if iri.startswith(FCM)
    }
    assert len(used) > 80
    assert used <= terms()


def test_the_page_of_the_vocabulary_names_every_term() -> None:
    page = Path(__file__).parents[2] / "docs" / "vocabulary.md"
    text = page.read_text(encoding="utf-8")
    assert [each for each in sorted(terms()) if f"`{each}`" not in text] == []


def test_the_components_of_the_cubes_are_defined_as_such() -> None:
    graph = rdflib.Graph().parse(VOCABULARY, format="turtle")
    qb = rdflib.Namespace("http://purl.org/linked-data/cube#")
    for kind, names in (
        (qb.DimensionProperty, {"scenario", "concept"}),
        (qb.MeasureProperty, {"activation", "change"}),
        (qb.AttributeProperty, {"ending", "against"}),
    ):
        found = graph.subjects(rdflib.RDF.type, kind)
        assert {str(each).removeprefix(FCM) for each in found} == names
