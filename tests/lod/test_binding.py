from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fcm import lod
from fcm.errors import BadTerm, QueryRejected
from fcm.lod.answers.report import Report
from fcm.lod.binding import bound
from fcm.lod.guard import Query
from fcm.lod.store import Embedded
from fcm.lod.terms import IRI, Literal
from fcm.lod.wire.asking import Asked
from fcm.lod.wire.remote import Remote, connect
from tests.lod.fault_server import FaultServer, asking

DATA = """
@prefix : <urn:x:> .
:a :no2 40.5 ; :place "Retiro" ; :year 2018 ; :in :city .
:b :no2 45.0 ; :place "Plaza del Carmen"@es ; :year 2018 ; :in :city .
:c :no2 30.5 ; :place "Retiro" ; :year 2019 ; :in :suburb .
"""
CARMEN = Literal(value="Plaza del Carmen", language="es")
P = "PREFIX : <urn:x:> "


def store() -> ox.Store:
    made = ox.Store()
    made.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    return made


@pytest.fixture(scope="module")
def near() -> Embedded:
    return Embedded(store=store(), report=Report(files=("x",), triples=12), max_rows=1000)


@pytest.fixture(scope="module")
def far() -> Iterator[Remote]:
    server = FaultServer().will(asking(store()))
    yield connect(server.url, allow_private=True, deadline=5.0, min_interval=0.0)
    server.close()


SAME = [
    ("SELECT ?v { ?o :place ?w ; :no2 ?v } ORDER BY ?v", {"w": "Retiro"}),
    ("SELECT ?w ?v { ?o :place ?w ; :no2 ?v } ORDER BY ?v", {"w": "Retiro"}),
    ("SELECT ?v ?w { ?o :place $w ; :no2 ?v } ORDER BY ?v", {"w": "Retiro"}),
    ("SELECT * { ?o :place ?w ; :no2 ?v } ORDER BY ?v", {"w": "Retiro"}),
    ("SELECT DISTINCT ?w { ?o :place ?w }", {"w": "Retiro"}),
    ("SELECT ?w { { SELECT ?w { ?o :place ?w } } }", {"w": "Retiro"}),
    ("SELECT ?v ?w { { SELECT ?v ?w { ?o :no2 ?v FILTER(?v > ?w) } } } ORDER BY ?v", {"w": 40}),
    ("SELECT ?v { SELECT ?v ?w { ?o :no2 ?v FILTER(?v > ?w) } } ORDER BY ?v", {"w": 40}),
    ("SELECT ?v { ?o :no2 ?v FILTER(?v > ?w) } ORDER BY ?v", {"w": 40}),
    ("SELECT ?v { { ?o :no2 ?v FILTER(?v>?w) } UNION { ?o :no ?v FILTER(?v<?w) } }", {"w": 40.6}),
    ("SELECT ?v { ?o :no2 ?v MINUS { ?o :no2 ?n FILTER(?n <= ?w) } }", {"w": 41}),
    ("SELECT ?v { ?o :no2 ?v FILTER NOT EXISTS { ?o :no2 ?n FILTER(?n <= ?w) } }", {"w": 41}),
    ("SELECT ?v { ?o :no2 ?v OPTIONAL { ?o :no2 ?n FILTER(?n>?w) } FILTER(BOUND(?n)) }", {"w": 41}),
    ("SELECT ?v ?m { ?o :no2 ?v BIND(?v - ?w AS ?m) FILTER(?m > 5) }", {"w": 39}),
    ("SELECT (?v - ?w AS ?m) { ?o :no2 ?v } ORDER BY ?m", {"w": 39}),
    ("SELECT ?w (AVG(?v) AS ?m) { ?o :place ?w ; :no2 ?v } GROUP BY ?w", {"w": "Retiro"}),
    ("SELECT ?v { ?o :no2 ?v ; :in ?w } ORDER BY ?w ?v", {"w": IRI("urn:x:city")}),
    ("SELECT ?v { ?w :no2 ?v FILTER(BOUND(?w)) }", {"w": IRI("urn:x:a")}),
    ("SELECT ?v { ?w ?p ?v } ORDER BY STR(?v)", {"w": IRI("urn:x:a"), "p": IRI("urn:x:no2")}),
    ("SELECT ?v { ?o :place ?w ; :no2 ?v }", {"w": CARMEN}),
    ("SELECT ?v { ?o :year ?w ; :no2 ?v } ORDER BY ?v", {"w": 2018}),
]  # fmt: skip


@pytest.mark.parametrize(("query", "bindings"), SAME)
def test_a_binding_says_the_same_near_and_far(
    near: Embedded, far: Remote, query: str, bindings: dict[str, lod.source.Value]
) -> None:
    here, there = (each.select(P + query, **bindings) for each in (near, far))
    assert here.columns == there.columns
    assert here.to_records() == there.to_records()
    assert len(there) > 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT ?v { ?o :no2 ?v FILTER(?v = ?w) }", [40.5]),
        ("SELECT ?v { ?o :no2 ?v FILTER(?v IN (?w, 45.0)) } ORDER BY ?v", [40.5, 45.0]),
        ("SELECT ?v { ?o :no2 ?v } ORDER BY (?v = ?w) ?v", [30.5, 45.0, 40.5]),
    ],
)
def test_a_bound_double_equals_a_decimal_in_a_comparison(
    far: Remote, query: str, found: list[float]
) -> None:
    assert far.select(P + query, w=40.5)["v"].tolist() == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT ?o { ?o :place ?other }", "no variable"),
        ("SELECT ?o { ?o :place '?w' } # ?w", "no variable"),
        ("SELECT ?o { { SELECT ?o { ?o :place ?w } } }", "nested SELECT"),
        ("SELECT ?o { ?o :no2 ?v BIND(?v AS ?w) }", "computes it"),
        ("SELECT ?o { ?o :place ?w VALUES ?w { 1 } }", "gives its VALUES"),
        ("SELECT ?o { ?o :place ?w VALUES (?o ?w) { (:a 1) } }", "gives its VALUES"),
        ("SELECT ?o { ?w :no2 ?o }", "only an IRI may stand"),
        ("SELECT ?o { ?o ?w 'x' }", "only an IRI may stand"),
        ("SELECT ?o { ?o ?w 5 }", "only an IRI may stand"),
        ("SELECT ?o { ?w a :Station . ?o :no2 ?v }", "only an IRI may stand"),
        ("SELECT ?o { ?w ^:no2 ?o }", "only an IRI may stand"),
        ("SELECT ?o { GRAPH ?w { ?o ?p ?v } }", "only an IRI may stand"),
        ("SELECT ?o { ?o :no2 ?v FILTER(?v<5&&?w>3) }", "put blanks around the < sign"),
    ],
)
def test_a_binding_that_cannot_be_written_is_refused(query: str, words: str) -> None:
    with pytest.raises(BadTerm, match=words):
        bound(Query(P + query), {"w": "Retiro"})


def test_a_binding_of_a_column_that_the_query_computes_is_refused_by_the_endpoint(
    far: Remote,
) -> None:
    with pytest.raises((BadTerm, QueryRejected)):
        far.select(P + "SELECT (?v AS ?w) { ?o :no2 ?v }", w=1)


@pytest.mark.parametrize("name", ["1a", "a b", "a} #", "é", "", "a" * 200])
def test_a_name_that_is_no_variable_is_refused(name: str) -> None:
    with pytest.raises(BadTerm, match="no name of a variable"):
        bound(Query("SELECT ?x { ?x ?y ?z }"), {name: 1})


@pytest.mark.parametrize(
    "value",
    [None, ["a"], b"a", float("nan"), "lone \ud800", object(), ox.BlankNode("a"), ox.Variable("a"),
     np.datetime64("NaT")],
)  # fmt: skip
def test_what_is_no_term_is_not_written(value: object) -> None:
    with pytest.raises(BadTerm, match=r"\?x is bound to"):
        bound(Query("SELECT ?x { ?x ?y ?z }"), {"x": value})  # type: ignore[dict-item]


NASTY = [
    'a" . ?a ?b ?c } #', "a' } #", "\n} UNION { ?o :place ?other", "\\u0022 } #", "\\", '\\"', "?w",
    "x> ?p ?o } SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } #", '"""', "\r\n\t\x00\x08\x7f\u2028",
    "{}", "%s {0}",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_no_text_changes_the_query(far: Remote, text: str) -> None:
    table = far.select("SELECT ?t { VALUES ?x { 1 } BIND(STR(?t) AS ?u) }", t=text)
    assert list(table["t"]) == [text]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        st.integers(-(10**20), 10**20),
        st.floats(allow_nan=False),
        st.booleans(),
        st.dates(min_value=dt.date(1, 1, 1)),
    )
)
def test_a_term_comes_back_as_it_was_bound(far: Remote, value: object) -> None:
    given_term = lod.terms.term(value)  # type: ignore[arg-type]
    query = Query("SELECT ?t { VALUES ?x { 1 } }")
    assert query.variables == ("t", "x")
    text = bound(query, {"t": value})  # type: ignore[dict-item]
    solutions = ox.Store().query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [each[0] for each in solutions] == [given_term]
    Query(text)  # and the guard reads it as it did before


def test_an_ask_takes_bindings() -> None:
    asked = Asked(P + "ASK { ?o :place ?w }")
    assert store().query(asked.bound({"w": "Retiro"}))
    assert not store().query(asked.bound({"w": "Retir"}))
    assert asked.bound({}) == asked.text


def test_a_query_without_bindings_is_sent_as_written() -> None:
    text = " SELECT  ?x{?x ?y ?z} # end"
    assert bound(Query(text), {}) == text
