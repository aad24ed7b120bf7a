from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fcm import lod
from fcm.errors import BadTerm, NoSuchIndicator
from fcm.lod import IRI
from fcm.lod.ordering import Pattern
from fcm.lod.query import Selection, read_measure

XSD = "http://www.w3.org/2001/XMLSchema#"
TEXT = """
@prefix : <urn:x:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a :area :north ; :value 1.5 ; :unit :km .
:b :area :south ; :value "0.30000000000000004"^^xsd:double .
:c :area :south ; :value "x"^^xsd:integer ; :unit :km .
:d :area :west ; :value "0.1"^^xsd:float .
"""
VALUE, AREA, UNIT = (
    Pattern("?o", IRI(f"urn:x:{name}"), f"?{name}") for name in ("value", "area", "unit")
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> lod.Source:
    path: Path = tmp_path_factory.mktemp("query") / "data.ttl"
    path.write_text(TEXT)
    return lod.open(path)


def test_a_measure_becomes_one_column_of_numbers(source: lod.Source) -> None:
    table = Selection(
        columns=["o", "value", "area"], patterns=[VALUE, AREA], measures=["value"]
    ).fetch(source)
    assert table.columns == ("o", "value", "area")
    values = dict(zip(table["o"], table["value"], strict=True))
    assert values["urn:x:a"] == 1.5
    assert values["urn:x:b"] == 0.30000000000000004
    assert np.isnan(values["urn:x:c"])
    assert values["urn:x:d"] == 0.1
    assert table.issues["value"].examples == ("x",)
    assert not table["value"].flags.writeable


def test_given_values_are_the_only_ones(source: lod.Source) -> None:
    selection = Selection(
        columns=["o"],
        patterns=[VALUE, AREA],
        given={"area": [IRI("urn:x:south"), IRI("urn:x:east")]},
    )
    assert sorted(selection.fetch(source)["o"]) == ["urn:x:b", "urn:x:c"]


def test_what_is_optional_may_be_missing(source: lod.Source) -> None:
    selection = Selection(columns=["o", "unit"], patterns=[VALUE], optional=[UNIT])
    units = {row["o"][-1]: row["unit"] for row in selection.fetch(source).to_records()}
    assert units == {"a": "urn:x:km", "b": None, "c": "urn:x:km", "d": None}


def test_an_optional_measure_may_be_missing(source: lod.Source) -> None:
    selection = Selection(
        columns=["o", "value"], patterns=[UNIT], optional=[VALUE], measures=["value"]
    )
    table = selection.fetch(source, o=IRI("urn:x:a"))
    assert table["value"].tolist() == [1.5]


def test_a_measure_that_is_a_name_is_text(source: lod.Source) -> None:
    table = Selection(columns=["unit"], patterns=[UNIT], measures=["unit"]).fetch(source)
    assert table["unit"].tolist() == ["urn:x:km"] * 2


def test_what_the_text_of_a_double_lacks_is_added(source: lod.Source) -> None:
    query = f"""SELECT ?v_form ?v_datatype ?v_rest {{ VALUES (?v_form ?v_datatype ?v_rest) {{
        ("0.3" <{XSD}double> "5.551115123125783e-17") ("0.3" <{XSD}decimal> "5.6e-17")
        ("-0.0" <{XSD}double> "0") ("7" <{XSD}double> UNDEF) ("INF" <{XSD}double> "NaN") }} }}"""
    values = read_measure(source.select(query), "v")["v"]
    assert [float(each).hex() for each in values] == [
        each.hex() for each in (0.30000000000000004, 0.3, -0.0, 7.0, float("inf"))
    ]


def test_what_stands_in_no_pattern_cannot_be_asked() -> None:
    with pytest.raises(BadTerm, match="Did you mean 'value'"):
        Selection(columns=["valu"], patterns=[VALUE])
    with pytest.raises(BadTerm, match="none of the columns"):
        Selection(columns=["o"], patterns=[VALUE], measures=["value"])
    with pytest.raises(BadTerm, match="stands in no pattern"):
        Selection(columns=["o"], patterns=[VALUE], given={"year": [2018]})
    with pytest.raises(BadTerm, match="no name of a variable"):
        Selection(columns=["o } #"], patterns=[VALUE])


def test_a_table_without_the_parts_of_a_measure_is_refused(source: lod.Source) -> None:
    table = source.select("SELECT ?o { ?o <urn:x:area> ?a }")
    with pytest.raises(NoSuchIndicator, match="no column 'v_form'"):
        read_measure(table, "v")
    with pytest.raises(NoSuchIndicator, match="already"):
        read_measure(table, "o")
