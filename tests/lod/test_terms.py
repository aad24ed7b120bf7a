from __future__ import annotations

import numpy as np
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import BadTerm
from fcm.lod.answers.literals import XSD
from fcm.lod.terms import IRI, Literal, term, values, variable, written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", '"a"'),
        ('"\\\n\r\t', r'"\"\\\n\r\t"'),
        ("\x00\x1f", r'"\u0000\u001F"'),
        ("é\u2028", '"é\u2028"'),
        (True, f'"true"^^<{XSD}boolean>'),
        (np.float64(0.1), f'"0.1"^^<{XSD}double>'),
        (np.datetime64("2018-12"), f'"2018-12"^^<{XSD}gYearMonth>'),
        (IRI("urn:a"), "<urn:a>"),
        (Literal(value="a"), '"a"'),
        (Literal(value="a", language="es-419"), '"a"@es-419'),
        (Literal(value="7", datatype=XSD + "int"), f'"7"^^<{XSD}int>'),
    ],
)
def test_a_term_is_written_as_sparql_reads_it(value: object, text: str) -> None:
    assert written(value) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "en } #"}, {"language": "e n"}, {"language": "en@fr"}, {"language": 7},
        {"datatype": "http://x/a> ?p ?o } #"}, {"datatype": "int"},
        {"language": "en", "datatype": XSD + "string"},
        {"datatype": XSD + "integer"},
    ],
)  # fmt: skip
def test_a_literal_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadTerm):
        Literal(value="x", **wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        ox.BlankNode("a"), ox.Variable("a"), rdflib.BNode("a } #"), rdflib.Variable("b } #"),
        rdflib.URIRef("urn:a"), rdflib.Literal("c"),
    ],
)  # fmt: skip
def test_terms_of_other_libraries_are_no_values(wrong: object) -> None:
    with pytest.raises(BadTerm, match=r"expected str, lod\.IRI"):
        written(wrong)  # type: ignore[arg-type]


def test_an_iri_that_got_past_its_check_is_stopped_where_it_is_written() -> None:
    iri = IRI("urn:a")
    object.__setattr__(iri, "value", "urn:a> ?p ?o } #")
    with pytest.raises((BadTerm, ValueError)):
        written(iri)


@settings(max_examples=100)
@given(st.text(max_size=20))
def test_every_text_is_written_so_that_it_is_read_as_one_token(text: str) -> None:
    from fcm.lod.guard import Query

    if any("\ud800" <= c <= "\udfff" for c in text):
        with pytest.raises(BadTerm):
            written(text)
        return
    tokens = Query(f"SELECT * {{ ?s ?p {written(text)} }}").tokens
    assert [each.kind for each in tokens[3:-1]] == ["variable", "variable", "text"]


def test_a_values_block_gives_its_rows_to_an_engine() -> None:
    rows = [("a } #", 1), (IRI("urn:b"), None), (Literal(value="c", language="en"), 2.5)]
    block = values(["x", "y"], rows)
    solutions = ox.Store().query(f"SELECT ?x ?y {{ {block} }}")
    assert isinstance(solutions, ox.QuerySolutions)
    told = [tuple(None if each is None else term(each) for each in row) for row in rows]
    assert [(each[0], each[1]) for each in solutions] == told


@pytest.mark.parametrize(
    ("names", "rows", "words"),
    [
        (["a", "a"], [], "each once"),
        ([], [], "each once"),
        (["a b"], [], "no name of a variable"),
        (["a"], [(1, 2)], "2 values for 1 variables"),
        (["a"], [(object(),)], r"\?a is bound to"),
        (["a"], [(1,)] * 1001, "more than 1,000 rows"),
    ],
)
def test_a_values_block_that_cannot_be_is_refused(
    names: list[str], rows: list[tuple[object, ...]], words: str
) -> None:
    with pytest.raises(BadTerm, match=words):
        values(names, rows)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["a } #", "?a", "1", "", "a-b", "é", None])
def test_odd_variables_are_refused(name: str) -> None:
    with pytest.raises(BadTerm, match="no name of a variable"):
        variable(name)
