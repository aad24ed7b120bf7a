"""rdflib graphs as sources, and rdflib as the engine; what it answers is in test_contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib import URIRef
from rdflib.namespace import XSD

from fcm import lod
from fcm.errors import LodError, TooLarge

ENGINES: Any = pytest.mark.parametrize("engine", ["pyoxigraph", "rdflib"])
A, P = URIRef("urn:a"), URIRef("urn:p")


def graph(*values: Any) -> rdflib.Graph:
    made = rdflib.Graph()
    for i, value in enumerate(values):
        made.add((URIRef(f"urn:{i}"), P, value))
    return made


@ENGINES
def test_a_graph_of_rdflib_is_a_source(engine: Any) -> None:
    source = lod.open(
        graph(rdflib.Literal("40.50", datatype=XSD.decimal, normalize=False), A, rdflib.BNode()),
        engine=engine,
    )
    assert source.report.triples == 3
    assert source.report.files == ("rdflib graph",)
    assert source.select("SELECT ?v { <urn:1> <urn:p> ?v }")["v"].tolist() == ["urn:a"]
    assert source.select("SELECT ?v { ?s <urn:p> ?v FILTER(isNumeric(?v)) }")["v"].tolist() == [
        40.5
    ]


@ENGINES
def test_a_graph_is_copied(engine: Any) -> None:
    made = graph(A)
    source = lod.open(made, engine=engine)
    made.add((A, P, A))
    assert len(source.select("SELECT ?s { ?s ?p ?o }")) == 1


@ENGINES
def test_named_graphs_are_kept_and_their_triples_stand_in_the_default_graph(engine: Any) -> None:
    made = rdflib.Dataset()
    made.default_graph.add((A, P, A))
    made.graph(URIRef("urn:g")).add((A, P, rdflib.Literal("x", lang="en")))
    source = lod.open(made, engine=engine)
    assert len(source.select("SELECT ?o { ?s ?p ?o }")) == 2
    named = source.select("SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }")
    assert named.to_records() == [{"g": "urn:g", "o": "x"}]


@ENGINES
def test_a_file_with_named_graphs_is_read_alike(tmp_path: Path, engine: Any) -> None:
    path = tmp_path / "two.trig"
    path.write_text("<urn:a> <urn:p> 1 . <urn:g> { <urn:a> <urn:p> 2 }")
    source = lod.open(path, engine=engine)
    assert sorted(source.select("SELECT ?o { ?s ?p ?o }")["o"]) == [1.0, 2.0]
    assert source.select("SELECT ?o { GRAPH <urn:g> { ?s ?p ?o } }")["o"].tolist() == [2.0]


def test_ill_typed_literals_of_a_graph_are_counted() -> None:
    wrong = rdflib.Literal("2018-02-30", datatype=XSD.date, normalize=False)
    (found,) = lod.open(graph(wrong)).report.ill_typed
    assert (found.count, found.examples) == (1, ("2018-02-30",))


def test_the_name_of_a_graph_is_the_name_of_the_source() -> None:
    made = rdflib.Graph(identifier=URIRef("urn:mine"))
    made.add((A, P, A))
    source = lod.open(made)
    assert source.select("SELECT ?s { ?s ?p ?o }").origin.source == "urn:mine"


def test_what_is_no_graph_to_open_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LodError, match="the graph is empty"):
        lod.open(rdflib.Graph())
    with pytest.raises(LodError, match="one graph"):
        lod.open(graph(A), graph(A))
    with pytest.raises(LodError, match="one graph"):
        lod.open(graph(A), tmp_path / "a.ttl")
    with pytest.raises(LodError, match="cannot open int"):
        lod.open(7)  # type: ignore[call-overload]
    with pytest.raises(LodError, match="lenient=True is for files"):
        lod.open(graph(A), lenient=True)
    with pytest.raises(LodError, match="engine is 'jena'"):
        lod.open(graph(A), engine="jena")  # type: ignore[call-overload]


@pytest.mark.filterwarnings("ignore")
def test_a_graph_that_is_no_rdf_is_refused() -> None:
    with pytest.raises(LodError, match="which is no RDF"):
        lod.open(graph(URIRef("http://x/a b")))
    with pytest.raises(LodError, match="which is no RDF"):
        lod.open(graph(rdflib.Variable("x")))


def test_an_answer_of_rdflib_with_too_many_rows_is_refused() -> None:
    made = graph(A, A, A)
    query = "SELECT ?s { ?s ?p ?o }"
    assert len(lod.open(made, engine="rdflib", max_rows=3).select(query)) == 3
    with pytest.raises(TooLarge, match="more than 2 rows"):
        lod.open(made, engine="rdflib", max_rows=2).select(query)


def test_a_fault_of_rdflib_is_an_error_of_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    source = lod.open(graph(A), engine="rdflib")

    def fail(*_: object, **__: object) -> None:
        message = "broken"
        raise RecursionError(message)

    monkeypatch.setattr(rdflib.Graph, "query", fail)
    with pytest.raises(LodError, match=r"rdflib cannot run the query \(RecursionError: broken\)"):
        source.select("SELECT ?s { ?s ?p ?o }")


def test_the_source_is_shown_in_one_line() -> None:
    assert repr(lod.open(graph(A), engine="rdflib")) == "EmbeddedRdflib(rdflib graph: 1 triples)"
