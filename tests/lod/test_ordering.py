from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm import lod
from fcm.errors import BadTerm
from fcm.lod import IRI
from fcm.lod.ordering import Pattern, ordered

QB = "http://purl.org/linked-data/cube#"
AREA = IRI("http://purl.org/linked-data/sdmx/2009/dimension#refArea")
CUBE = Pattern("?o", IRI(QB + "dataSet"), IRI("urn:cube"))
KIND = Pattern(
    "?o", IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), IRI(QB + "Observation")
)
PLACE = Pattern("?o", AREA, IRI("urn:area"))
SEX = Pattern("?o", IRI("urn:sex"), IRI("urn:all"))
VALUE = Pattern("?o", IRI("urn:value"), "?v")
NAME = Pattern("?unit", IRI("urn:name"), "?name")
UNIT = Pattern("?o", IRI("urn:unit"), "?unit")


@given(st.permutations([CUBE, KIND, PLACE, SEX, VALUE, UNIT]))
def test_the_area_comes_first_and_the_cube_last(patterns: list[Pattern]) -> None:
    done = ordered(patterns)
    assert sorted(map(str, done)) == sorted(map(str, patterns))
    assert done[:2] == (PLACE, SEX)
    assert set(done[2:4]) == {VALUE, UNIT}
    assert set(done[4:]) == {CUBE, KIND}


@given(st.permutations([NAME, UNIT, PLACE]))
def test_a_pattern_waits_for_the_variable_that_leads_to_it(patterns: list[Pattern]) -> None:
    assert ordered(patterns) == (PLACE, UNIT, NAME)


def test_a_variable_that_has_values_counts_as_known() -> None:
    place, year = Pattern("?o", AREA, "?area"), Pattern("?o", IRI("urn:year"), "?year")
    assert ordered([VALUE, year, place], known=["area"]) == (place, VALUE, year)
    assert ordered([VALUE, year, place]) == (VALUE, year, place)


def test_a_variable_property_comes_late_unless_its_subject_is_known() -> None:
    anything = Pattern("?o", "?p", "?x")
    assert ordered([anything, VALUE]) == (VALUE, anything)
    assert ordered([anything, VALUE], known=["p"])[0] == anything


def test_terms_are_written_checked() -> None:
    assert str(Pattern("?o", IRI("urn:p"), "a } #")) == '?o <urn:p> "a } #" .'
    day = Pattern("?o", IRI("urn:p"), dt.date(2018, 12, 31))
    assert str(day) == '?o <urn:p> "2018-12-31"^^<http://www.w3.org/2001/XMLSchema#date> .'
    for wrong in ("?o } #", "?", "?a b"):
        with pytest.raises(BadTerm, match="no name of a variable"):
            str(Pattern(wrong, IRI("urn:p"), 1))


def test_the_order_makes_no_difference_to_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "cube.ttl"
    path.write_text(
        f"<urn:o1> <{AREA}> <urn:area> ; <urn:sex> <urn:all> ; <urn:value> 1 ; "
        f"<{QB}dataSet> <urn:cube> . <urn:o2> <urn:value> 2 ; <{QB}dataSet> <urn:cube> ."
    )
    source = lod.open(path)
    patterns = [CUBE, VALUE, SEX, PLACE]
    for each in (patterns, ordered(patterns)):
        text = "SELECT ?v { " + " ".join(map(str, each)) + " }"
        assert source.select(text)["v"].tolist() == [1.0]
