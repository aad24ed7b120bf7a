from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm import lod
from fcm.errors import BadTerm, LodError, QueryRejected, TooLarge

TEXT = """
@prefix : <urn:x:> .
:a :no2 40.5 ; :place "Retiro" ; :year 2018 .
:b :no2 45.0 ; :place "Plaza del Carmen" ; :year 2018 .
:c :no2 30.5 ; :place "Retiro" ; :year 2019 .
"""
P = "PREFIX : <urn:x:> "


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "air.ttl"
    path.write_text(TEXT)
    return path


@pytest.fixture(scope="module")
def source(path: Path) -> lod.Source:
    return lod.open(path)


def test_a_bound_variable_that_the_query_does_not_select_is_bound_all_the_same(
    source: lod.Source,
) -> None:
    table = source.select(
        P + "SELECT ?v { ?o :place ?where ; :no2 ?v } ORDER BY ?v", where="Retiro"
    )
    assert table.columns == ("v",)
    assert table["v"].tolist() == [30.5, 40.5]


def test_a_bound_variable_that_the_query_selects_stays_a_column(source: lod.Source) -> None:
    table = source.select(P + "SELECT ?where ?v { ?o :place ?where ; :no2 ?v }", where="Retiro")
    assert table.columns == ("where", "v")
    assert list(table["where"]) == ["Retiro"] * 2


@pytest.mark.parametrize(
    "body",
    [
        "?o :no2 ?v FILTER(?v > ?low)",
        "{ ?o :no2 ?v FILTER(?v > ?low) } UNION { ?o :none ?v FILTER(?v < ?low) }",
        "?o :no2 ?v MINUS { ?o :no2 ?w FILTER(?w <= ?low) }",
        "?o :no2 ?v FILTER NOT EXISTS { ?o :no2 ?w FILTER(?w <= ?low) }",
        "{ SELECT ?v ?low { ?o :no2 ?v FILTER(?v > ?low) } }",
        "?o :no2 ?v OPTIONAL { ?o :no2 ?w FILTER(?w > ?low) } FILTER(BOUND(?w))",
        "?o :no2 ?v BIND(?v - ?low AS ?more) FILTER(?more > 0)",
    ],
)
def test_a_binding_reaches_every_part_of_the_query(source: lod.Source, body: str) -> None:
    table = source.select(f"{P} SELECT ?v {{ {body} }} ORDER BY ?v", low=40)
    assert table["v"].tolist() == [40.5, 45.0]


def test_a_binding_of_a_grouped_query_must_be_selected(source: lod.Source) -> None:
    with pytest.raises(BadTerm, match=r"add \?where to its SELECT and GROUP BY"):
        source.select(P + "SELECT (AVG(?v) AS ?m) { ?o :place ?where ; :no2 ?v }", where="Retiro")
    query = P + "SELECT ?where (AVG(?v) AS ?m) { ?o :place ?where ; :no2 ?v } GROUP BY ?where"
    assert source.select(query, where="Retiro")["m"].tolist() == [35.5]


def test_a_binding_hidden_in_a_nested_select_is_refused(source: lod.Source) -> None:
    with pytest.raises(BadTerm, match="nested SELECT"):
        source.select(P + "SELECT ?o { { SELECT ?o { ?o :place ?where } } }", where="Retiro")


def test_a_binding_that_select_star_cannot_see_is_refused(source: lod.Source) -> None:
    with pytest.raises(BadTerm, match="list the variables"):
        source.select(P + "SELECT * { ?o :no2 ?v FILTER(?v > ?low) }", low=40)


def test_binding_a_variable_that_is_not_there_is_refused(source: lod.Source) -> None:
    with pytest.raises(BadTerm, match="Did you mean 'where'"):
        source.select(P + "SELECT ?o { ?o :place ?where }", were="Retiro")
    with pytest.raises(BadTerm, match="no variable"):
        source.select(P + "SELECT ?o { ?o :place '?where' } # ?where", where="Retiro")


@pytest.mark.parametrize(
    "value",
    [None, ["Retiro"], b"Retiro", float("nan"), "lone \ud800", object(), 1j,
     np.datetime64("NaT"),
     dt.datetime(1900, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=61)))],
)  # fmt: skip
def test_what_is_no_term_cannot_be_bound(source: lod.Source, value: object) -> None:
    with pytest.raises(BadTerm, match=r"\?where is bound to"):
        source.select(P + "SELECT ?o { ?o :place ?where }", where=value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", ["Retiro", "http://x/a b", "", "urn:x> ?p ?o } #", "http://[x", 7]
)
def test_what_is_no_absolute_iri_is_refused(wrong: str) -> None:
    with pytest.raises(BadTerm, match="not an absolute IRI"):
        lod.IRI(wrong)


INJECTIONS = [
    "Retiro' } #",
    'Retiro" . ?a ?b ?c } #',
    "x> ?p ?o } SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } #",
    '\\u0022 . ?a ?b ?c } #',
    "\n} UNION { ?o :place ?other",
    "?where",
]  # fmt: skip


@pytest.mark.parametrize("value", INJECTIONS)
def test_text_that_looks_like_a_query_stays_data(source: lod.Source, value: str) -> None:
    table = source.select(P + "SELECT ?o { ?o :place ?where }", where=value)
    assert len(table) == 0
    assert source.select("SELECT ?x { VALUES ?y { 1 } }", x=value)["x"].tolist() == [value]


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.one_of(text, st.sampled_from(INJECTIONS)))
def test_any_text_comes_back_as_it_was_bound(source: lod.Source, value: str) -> None:
    assert source.select("SELECT ?x (STR(?x) AS ?y) {}", x=value).to_records() == [
        {"x": value, "y": value}
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(dt.date(1000, 1, 1)),
    st.datetimes(dt.datetime(1000, 1, 1)),
)
def test_numbers_and_dates_come_back_as_they_were_bound(
    source: lod.Source, i: int, f: float, b: bool, d: dt.date, t: dt.datetime
) -> None:
    table = source.select("SELECT ?i ?f ?b ?d ?t {}", i=i, f=f, b=b, d=d, t=t)
    assert table.to_records() == [{"i": float(i), "f": f, "b": b, "d": d, "t": t}]


def test_numpy_scalars_and_iris_can_be_bound(source: lod.Source) -> None:
    query = P + "SELECT ?v { ?o :year ?year ; :no2 ?v }"
    assert source.select(query, year=np.int64(2019), o=lod.IRI("urn:x:c"))["v"].tolist() == [30.5]
    moments = source.select(
        "SELECT ?y ?m ?d ?t ?f ?b {}",
        y=np.datetime64("2018"),
        m=np.datetime64("2018-12"),
        d=np.datetime64("2018-12-31"),
        t=np.datetime64("2018-12-31T05", "h"),
        f=np.float32(0.5),
        b=np.True_,
    )
    assert moments.to_records() == [
        {
            "y": 2018,
            "m": "2018-12",
            "d": dt.date(2018, 12, 31),
            "t": dt.datetime(2018, 12, 31, 5),
            "f": 0.5,
            "b": True,
        }
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT ?s {\n ?s ?p }", "line 2, column 9 at its end"),
        ("SELECT ?s { ?s x:y 1 }", "the prefix x: is not declared"),
        ("SELECT ?s ?s { ?s ?p ?o }", "stands twice"),
        ("SELECT ?o { ?s ?p ?o } GROUP BY ?s", "neither grouped nor aggregated"),
        ("SELECT ?s { ?s ?p <http://x/a b> }", "an IRI is not valid"),
        ("SELECT ?s { ?s ?p ?o", "at its end"),
    ],
)
def test_a_syntax_error_is_given_with_its_place(source: lod.Source, query: str, said: str) -> None:
    with pytest.raises(QueryRejected) as caught:
        source.select(query)
    assert said in str(caught.value)


def test_a_syntax_error_of_a_query_with_bindings_is_the_author_s_own(source: lod.Source) -> None:
    with pytest.raises(QueryRejected, match="line 1, column 20"):
        source.select("SELECT ?s { ?s ?p }", p=lod.IRI("urn:x:no2"))


def test_an_answer_with_too_many_rows_is_refused_not_cut(path: Path) -> None:
    query = P + "SELECT ?v { ?o :no2 ?v }"
    assert len(lod.open(path, max_rows=3).select(query)) == 3
    with pytest.raises(TooLarge, match="more than 2 rows"):
        lod.open(path, max_rows=2).select(query)
    with pytest.raises(LodError, match="max_rows is 0"):
        lod.open(path, max_rows=0)


def test_the_table_says_where_it_comes_from(source: lod.Source) -> None:
    origin = source.select(P + "SELECT ?v { ?o :no2 ?v }").origin
    assert (origin.kind, origin.source) == ("linked data", "air.ttl")
    assert origin.note.startswith("SPARQL query ")
    assert origin == source.select(P + "SELECT ?v { ?o :no2 ?v }").origin
    assert origin != source.select(P + "SELECT ?w { ?o :no2 ?w }").origin


def test_a_source_is_shown_in_one_line(source: lod.Source) -> None:
    assert repr(source) == "Embedded(air.ttl: 9 triples)"
