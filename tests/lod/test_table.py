from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from fcm import lod
from fcm.errors import LodError, NoSuchIndicator

XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> lod.Source:
    path: Path = tmp_path_factory.mktemp("table") / "one.ttl"
    path.write_text("<urn:a> <urn:b> 1 .")
    return lod.open(path)


def column(source: lod.Source, *terms: str) -> lod.Table:
    rows = " ".join(terms)
    return source.select(f"{XSD} SELECT ?x {{ VALUES ?x {{ {rows} }} }}")


def test_integers_decimals_and_doubles_make_one_column_of_numbers(source: lod.Source) -> None:
    table = column(source, "1", "2.5", "1e3", "'-INF'^^xsd:double")
    assert table["x"].dtype == np.float64
    assert table["x"].tolist() == [1, 2.5, 1000, -np.inf]


def test_years_are_integers(source: lod.Source) -> None:
    years = column(source, "'2018'^^xsd:gYear", "'2019Z'^^xsd:gYear")["x"]
    assert years.dtype == np.int64
    assert years.tolist() == [2018, 2019]


def test_years_of_which_some_are_missing_are_numbers_with_nan(source: lod.Source) -> None:
    years = column(source, "'2018'^^xsd:gYear", "UNDEF")["x"]
    assert years.dtype == np.float64
    assert np.isnan(years[1])


@pytest.mark.parametrize(
    ("form", "datatype", "unit", "wanted"),
    [
        ("2018-12", "gYearMonth", "M", "2018-12"),
        ("2018-12-31+01:00", "date", "D", "2018-12-31"),
        ("2017-01-01T00:00:00.000+01:00", "dateTime", "us", "2017-01-01T00:00:00.000000"),
        ("2017-12-31T24:00:00", "dateTime", "us", "2018-01-01T00:00:00.000000"),
        ("2017-12-31T12:00:00.1234567", "dateTime", "us", "2017-12-31T12:00:00.123456"),
    ],
)
def test_months_dates_and_times_are_moments_of_the_wall_clock(
    source: lod.Source, form: str, datatype: str, unit: str, wanted: str
) -> None:
    moments = column(source, f"'{form}'^^xsd:{datatype}", "UNDEF")["x"]
    assert moments.dtype == np.dtype(f"datetime64[{unit}]")
    assert str(moments[0]) == wanted
    assert np.isnat(moments[1])


def test_ill_typed_numbers_are_nan_and_counted(source: lod.Source) -> None:
    table = column(source, "1", "' '^^xsd:int", "'x'^^xsd:decimal", "'x'^^xsd:int")
    assert table["x"].tolist()[0] == 1
    assert np.isnan(table["x"][1:]).all()
    issue = table.issues["x"]
    assert (issue.count, issue.datatype) == (3, "http://www.w3.org/2001/XMLSchema#int")
    assert issue.examples == (" ", "x")
    assert "3 ill-typed" in repr(table)


def test_ill_typed_times_are_nat_and_counted(source: lod.Source) -> None:
    table = column(source, "'Mon Jan 01 13:30:00 CET 2018'^^xsd:dateTime")
    assert np.isnat(table["x"]).all()
    assert table.issues["x"].count == 1
    with pytest.raises(LodError, match=r"\?x: 1 literal is no valid xsd:dateTime"):
        table.require_complete()


def test_booleans_that_are_all_there_are_booleans(source: lod.Source) -> None:
    assert column(source, "true", "'0'^^xsd:boolean")["x"].tolist() == [True, False]
    assert column(source, "true", "UNDEF")["x"].tolist() == ["true", None]


def test_several_kinds_in_one_column_stay_text_as_written(source: lod.Source) -> None:
    mixed = column(source, "'2018'^^xsd:gYear", "'2018-12'^^xsd:gYearMonth", "<urn:a>", "'x'@es")
    assert mixed["x"].tolist() == ["2018", "2018-12", "urn:a", "x"]


def test_missing_text_is_none_and_an_empty_answer_has_its_columns(source: lod.Source) -> None:
    assert column(source, "'x'", "UNDEF")["x"].tolist() == ["x", None]
    empty = source.select("SELECT ?a ?b { ?a <urn:none> ?b }")
    assert (len(empty), empty.columns, empty.to_records()) == (0, ("a", "b"), [])


def test_columns_cannot_be_changed(source: lod.Source) -> None:
    with pytest.raises(ValueError, match="read-only"):
        column(source, "1")["x"][0] = 2


def test_a_column_that_is_not_there_is_refused_with_the_nearest(source: lod.Source) -> None:
    with pytest.raises(NoSuchIndicator, match="Did you mean 'value'"):
        source.select("SELECT ?value { ?s ?p ?value }")["valeu"]


def test_records_are_plain_python_values(source: lod.Source) -> None:
    table = source.select(
        XSD + "SELECT * { VALUES (?a ?b ?c ?d ?e) { "
        "(1 '2018-12'^^xsd:gYearMonth '2018-12-31'^^xsd:date '2018'^^xsd:gYear UNDEF) "
        "(UNDEF UNDEF UNDEF '2019'^^xsd:gYear 'x') } } ORDER BY ?d"
    )
    one, two = table.to_records()
    assert one == {"a": 1.0, "b": "2018-12", "c": dt.date(2018, 12, 31), "d": 2018, "e": None}
    assert two == {"a": None, "b": None, "c": None, "d": 2019, "e": "x"}


def test_a_frame_holds_the_same(source: lod.Source) -> None:
    pytest.importorskip("pandas")
    frame = column(source, "'2018-12'^^xsd:gYearMonth").to_frame()
    assert str(frame["x"].iloc[0].date()) == "2018-12-01"


def test_html_is_escaped_and_says_what_is_missing(source: lod.Source) -> None:
    html = column(source, "'<script>alert(1)</script>'", "UNDEF")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<em>missing</em>" in html


def test_an_incomplete_table_says_so() -> None:
    table = lod.Table(columns=("x",), arrays={"x": np.array([1.0])}, complete=False)
    assert repr(table) == "Table(1 row: x, NOT COMPLETE)"
    with pytest.raises(LodError, match="may hold more"):
        table.require_complete()


def test_a_whole_table_passes(source: lod.Source) -> None:
    table = column(source, "1")
    assert table.require_complete() is table
