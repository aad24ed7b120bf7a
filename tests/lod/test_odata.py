from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fcm.errors import (
    Blocked,
    EvidenceError,
    LodError,
    NoSuchIndicator,
    NotFound,
    NotSparql,
    TooLarge,
    Truncated,
)
from fcm.lod.datasets import odata_pages
from fcm.lod.datasets.odata import ODataTable, odata, read_table
from fcm.lod.datasets.odata_pages import entity_rows
from tests.lod.odata_server import Office


@pytest.fixture(params=[3, 4])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    with Office(version=request.param) as server:
        yield server


def opened(server: Office) -> ODataTable:
    return odata(server.root, "37296ned", allow_private=True, deadline=10)


def test_a_table_says_what_it_holds(office: Office) -> None:
    table = opened(office)
    assert (table.version, table.title) == (office.version, "Bevolking")
    assert [(each.title, each.unit) for each in table.measures] == [
        ("Totale bevolking", "aantal"),
        ("Groei", "%"),
    ]
    assert (table.dimensions, table.time) == (("Geslacht",), "Perioden")
    assert table.codes("Geslacht")["3000   "] == ("Men", "")
    assert repr(table) == "ODataTable('Bevolking': 2 measures by Geslacht, Perioden)"


def test_a_series_has_values_unit_status_and_origin(office: Office) -> None:
    series = opened(office).series(measure="Totale bevolking", Geslacht="Men", every="year")
    assert series.periods == ("2017", "2018")
    np.testing.assert_array_equal(series.values, [np.nan, 203])
    assert series.confidence.tolist() == [0, 0.8]  # the second is provisional
    assert series.unit == "aantal"
    assert series.origin.source == f"{office.root}/37296ned"
    assert series.origin.date == "2019-02-01T02:00:00"
    assert "Totale bevolking, Geslacht=3000; Bevolking" in series.origin.note
    quality = series.quality
    assert quality is not None
    assert (quality.empty, quality.left_out) == (1, {"month": 1, "quarter": 1})
    assert quality.unreadable_examples == ("2018HJ01",)
    assert quality.statuses == {"A": 1, "P": 1}


def test_a_measure_is_found_by_key_or_title(office: Office) -> None:
    table = opened(office)
    key = "Groei_2" if office.version == 3 else "M0002"
    assert table.series(measure=key, Geslacht="1100", every="year").unit == "%"
    with pytest.raises(NoSuchIndicator, match="2 measures; say which by its key"):
        table.series(Geslacht="1100")
    with pytest.raises(NoSuchIndicator, match=r"no measure 'Groe'.*'Groei'"):
        table.series(measure="Groe")


def test_pages_are_followed_to_the_last_row(office: Office) -> None:
    seen = opened(office).observations(measure="Groei")
    assert len(seen) == 15
    panel = seen.panel("Geslacht", every="year")
    assert panel.names == ("1100", "3000", "4000")
    assert panel.values.tolist() == [[0, 0, 0], [2, 2, 2]]


def test_a_table_of_several_frequencies_or_open_dimensions_is_refused(office: Office) -> None:
    table = opened(office)
    with pytest.raises(EvidenceError, match="mixes periods of different length"):
        table.series(measure="Groei", Geslacht="Men")
    with pytest.raises(EvidenceError, match="3 values of 'Geslacht'"):
        table.series(measure="Groei", every="year")


def test_names_that_are_not_there_are_refused(office: Office) -> None:
    table = opened(office)
    with pytest.raises(NoSuchIndicator, match=r"no dimension 'Geslach'.*'Geslacht'"):
        table.series(measure="Groei", Geslach="Men")
    with pytest.raises(NoSuchIndicator, match=r"has no code 'Man'.*'Men'"):
        table.series(measure="Groei", Geslacht="Man")
    with pytest.raises(NoSuchIndicator, match="is the time of the table"):
        table.series(measure="Groei", Perioden="2018JJ00")
    with pytest.raises(NotFound):
        odata(office.root, "00000ned", allow_private=True, deadline=10)


def test_without_a_count_pages_are_read_until_one_is_empty(office: Office) -> None:
    office.fault = "no count"
    assert len(opened(office).observations(measure="Groei")) == 15


def test_fewer_rows_than_the_server_counts_are_refused(office: Office) -> None:
    office.fault = "lost row"
    with pytest.raises(Truncated, match="gave 15 of 16 rows"):
        opened(office).observations(measure="Groei")


def test_a_row_that_comes_twice_is_refused() -> None:
    with Office(version=3, fault="repeats") as office, pytest.raises(Truncated, match="came twice"):
        opened(office).observations(measure="Groei")


def test_a_next_page_elsewhere_is_not_followed() -> None:
    with (
        Office(version=4, fault="elsewhere") as office,
        pytest.raises(Blocked, match="next page is on another server, localhost:1"),
    ):
        opened(office).observations(measure="Groei")


@pytest.mark.parametrize(("fault", "said"), [("html", "text/html"), ("no value", "too many cells")])
def test_an_answer_that_is_no_odata_is_refused(office: Office, fault: str, said: str) -> None:
    office.fault = fault
    with pytest.raises(NotSparql, match=said):
        opened(office).observations(measure="Groei")


def test_a_private_address_needs_permission(office: Office) -> None:
    with pytest.raises(Blocked):
        odata(office.root, "37296ned", deadline=10)
    assert office.asked == []


def test_version_3_asks_for_few_cells_at_a_time_and_quotes_what_it_asks() -> None:
    with Office(version=3) as office:
        opened(office).series(measure="Groei", Geslacht="Men", every="year")
        facts = [each for each in office.asked if "TypedDataSet?" in each]
    assert all("$select=ID,Perioden,Groei_2" in each for each in facts)
    assert all("$top=3333" in each for each in facts)
    assert all("$filter=Geslacht eq '3000   '" in each for each in facts)


def canned(**bodies: str) -> Any:
    return lambda address, _accept: bodies.get(address.rsplit("/", 1)[-1], "{}").encode()


@pytest.mark.parametrize("body", ["", "nope", "[1]", "[" * 100_000, '{"value": 3}', "{}"])
def test_what_is_no_entity_set_is_refused(body: str) -> None:
    with pytest.raises(NotSparql, match="http://x/t"):
        read_table("http://x/t", canned(t=body))


def test_a_service_without_facts_is_refused() -> None:
    with pytest.raises(NotSparql, match="lists A; expected 'TypedDataSet'"):
        read_table("http://x/t", canned(t='{"value": [{"name": "A"}]}'))


def test_a_table_without_time_is_refused() -> None:
    get = canned(
        t='{"value": [{"name": "Observations"}]}',
        Dimensions='{"value": [{"Identifier": "G", "Kind": "GeoDimension"}]}',
        MeasureCodes='{"value": []}',
    )
    with pytest.raises(LodError, match="has 0 time dimensions"):
        read_table("http://x/t", get)


def test_pages_without_end_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odata_pages, "_MAX_PAGES", 5)
    endless = canned(t='{"value": [], "odata.nextLink": "http://x/t"}')
    with pytest.raises(TooLarge, match="more than 5 pages"):
        entity_rows(endless, "http://x/t")
    monkeypatch.setattr(odata_pages, "_MAX_ROWS", 1)
    with pytest.raises(TooLarge, match="more than 1 rows"):
        entity_rows(canned(t='{"value": [{}, {}]}'), "http://x/t")


def test_a_code_list_as_long_as_a_page_is_not_taken_for_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(odata_pages, "CELLS", 2)
    with pytest.raises(Truncated, match="as many as a page may have"):
        entity_rows(canned(t='{"value": [{}, {}]}'), "http://x/t")


def test_numbers_keep_all_their_digits() -> None:
    rows = entity_rows(canned(t='{"value": [{"v": 0.12345678901234567890}]}'), "http://x/t")
    assert rows[0]["v"] == "0.12345678901234567890"
