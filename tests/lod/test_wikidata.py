from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fcm import lod
from fcm.errors import BadTerm, EvidenceError, NoSuchIndicator
from fcm.lod.datasets.wikidata import statements, wikidata

HEAD = """
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wds: <http://www.wikidata.org/entity/statement/> .
@prefix p: <http://www.wikidata.org/prop/> .
@prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix psv: <http://www.wikidata.org/prop/statement/value/> .
@prefix pqv: <http://www.wikidata.org/prop/qualifier/value/> .
@prefix wikibase: <http://wikiba.se/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def statement(
    i: int, value: str, time: str, precision: int = 9, rank: str = "Normal", unit: str = "Q199"
) -> str:
    return (
        f"wd:Q2807 p:P1082 wds:s{i} . wds:s{i} ps:P1082 {value} ; "
        f"wikibase:rank wikibase:{rank}Rank ; pqv:P585 wds:t{i} ; psv:P1082 wds:v{i} . "
        f'wds:t{i} wikibase:timeValue "{time}T00:00:00Z"^^xsd:dateTime ; '
        f"wikibase:timePrecision {precision} . wds:v{i} wikibase:quantityUnit wd:{unit} .\n"
    )


def opened(tmp_path: Path, *lines: str) -> lod.Source:
    file = tmp_path / "madrid.ttl"
    file.write_text(HEAD + "".join(lines), encoding="utf-8")
    return lod.open(file)


def test_statements_with_a_time_become_a_series(tmp_path: Path) -> None:
    source = opened(
        tmp_path,
        statement(1, "3165235", "2014-01-01"),
        statement(2, "3141991", "2015-01-01"),
    )
    series = wikidata(source, "Q2807", "P1082", name="population")
    assert series.periods == ("2014", "2015")
    assert series.values.tolist() == [3165235, 3141991]
    assert (series.unit, series.name) == ("1", "population")
    assert series.origin.note.startswith("P1082 of Q2807; SPARQL query ")


def test_ranks_decide_and_are_counted(tmp_path: Path) -> None:
    source = opened(
        tmp_path,
        statement(1, "1", "2014-01-01"),
        statement(2, "2", "2014-01-01", rank="Preferred"),
        statement(3, "3", "2014-01-01", rank="Deprecated"),
        statement(4, "4", "2015-01-01"),
    )
    series = wikidata(source, "Q2807", "P1082")
    assert series.values.tolist() == [2, 4]
    assert "1 deprecated left out, 1 outranked left out" in series.origin.note


def test_the_precision_of_a_time_is_its_frequency(tmp_path: Path) -> None:
    source = opened(
        tmp_path,
        statement(1, "1", "2014-06-01", precision=10),
        statement(2, "2", "2014-06-17", precision=11),
        statement(3, "3", "2010-01-01", precision=8),
    )
    with pytest.raises(EvidenceError, match="1 by day and 1 by month"):
        wikidata(source, "Q2807", "P1082")
    series = wikidata(source, "Q2807", "P1082", every="month")
    assert series.periods == ("2014-06",)
    assert series.quality is not None
    assert series.quality.unreadable_examples == ("2010-01-01T00:00:00Z (precision 8)",)


def test_an_unknown_value_is_missing_and_no_time_is_counted(tmp_path: Path) -> None:
    source = opened(
        tmp_path,
        statement(1, "[]", "2014-01-01"),
        "wd:Q2807 p:P1082 wds:s9 . wds:s9 ps:P1082 5 ; wikibase:rank wikibase:NormalRank .\n",
    )
    series = wikidata(source, "Q2807", "P1082")
    np.testing.assert_array_equal(series.values, [np.nan])
    assert series.quality is not None
    assert (series.quality.empty, series.quality.unreadable) == (1, 1)


def test_statements_in_different_units_are_refused(tmp_path: Path) -> None:
    source = opened(
        tmp_path,
        statement(1, "1", "2014-01-01", unit="Q712226"),
        statement(2, "2", "2015-01-01", unit="Q35852"),
    )
    with pytest.raises(EvidenceError, match="different units: 'ha', 'km2'"):
        wikidata(source, "Q2807", "P1082")


@pytest.mark.parametrize(("item", "prop"), [("Madrid", "P1082"), ("Q2807", "P1> ?x"), ("Q0", "P1")])
def test_names_that_are_none_of_wikidata_are_refused(tmp_path: Path, item: str, prop: str) -> None:
    with pytest.raises(BadTerm, match="is no name of Wikidata"):
        statements(opened(tmp_path, statement(1, "1", "2014-01-01")), item, prop)


def test_an_item_without_such_statements_is_refused(tmp_path: Path) -> None:
    source = opened(tmp_path, statement(1, "1", "2014-01-01"))
    with pytest.raises(NoSuchIndicator, match="no statements P1082 of Q64"):
        statements(source, "Q64", "P1082")
