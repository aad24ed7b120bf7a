from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm.errors import EvidenceError
from fcm.lod.series.units import UNITS, factor, scaled, unit


def test_the_table_holds_the_units_of_policy() -> None:
    assert len(UNITS) >= 60
    assert all(each.scale > 0 for each in UNITS.values())
    assert all(unit(code) == each for code, each in UNITS.items())


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("http://qudt.org/vocab/unit/MicroGM-PER-M3", "ug/m3"),
        ("http://qudt.org/vocab/unit/M", "m"),
        ("http://qudt.org/vocab/unit/DEG_C", "Cel"),
        ("http://www.wikidata.org/entity/Q712226", "km2"),
        ("http://data.openbudgets.eu/codelist/currency/EUR", "EUR"),
        ("http://publications.europa.eu/resource/authority/currency/GBP", "GBP"),
        ("µg/m³", "ug/m3"),
        ("μg/m3", "ug/m3"),
        ("Percent", "%"),
        ("People", "{person}"),
        ("gbp-million", "MGBP"),
        ("£ Million", "MGBP"),
        ("tonnes", "t"),
        ("dB(A)", "dB[A]"),
        ("per 100 000", "/100000"),
    ],
)
def test_units_are_told_from_what_publishers_write(written: str, code: str) -> None:
    found = unit(written)
    assert found is not None
    assert str(found) == code


@pytest.mark.parametrize(
    "written",
    [
        "", "bushels", "M", "mt", "MT", "T", "http://example.org/unit/kg", "urn:kg", "index",
        "10^6 Cel", "http://purl.obolibrary.org/obo/UO_0000083",
    ],
)  # fmt: skip
def test_what_is_not_known_for_sure_is_no_unit(written: str) -> None:
    assert unit(written) is None


@pytest.mark.parametrize(
    ("given", "wanted", "a", "b"),
    [
        ("t", "kg", 1000, 0),
        ("%", "1", 0.01, 0),
        ("mg/m3", "ug/m3", 1000, 0),
        ("MW.h", "GJ", 3.6, 0),
        ("Cel", "K", 1, 273.15),
        ("K", "Cel", 1, -273.15),
        ("Cel", "[degF]", 1.8, 32),
        ("10^6 EUR", "EUR", 1e6, 0),
        ("bushels", "bushels", 1, 0),
    ],
)
def test_known_factors(given: str, wanted: str, a: float, b: float) -> None:
    assert factor(given, wanted) == pytest.approx((a, b), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("given", "wanted", "said"),
    [
        ("kg", "m", "measures mass .* measures length"),
        ("EUR", "USD", "euro .* US dollar"),
        ("people", "dwellings", "persons .* dwellings"),
        ("bushels", "kg", "'bushels' is not known"),
        ("kg", "bushels", "'bushels' is not known"),
        ("h", "a", "time .* long time"),
    ],
)
def test_what_has_no_factor_is_refused(given: str, wanted: str, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        factor(given, wanted)


@given(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)), st.floats(-1e6, 1e6))
def test_there_and_back_is_where_one_was(one: str, two: str, value: float) -> None:
    if UNITS[one].kind != UNITS[two].kind:
        return
    a, b = factor(one, two)
    c, d = factor(two, one)
    assert math.isclose(c * (a * value + b) + d, value, rel_tol=1e-9, abs_tol=1e-9)


def test_a_multiplier_is_part_of_the_unit() -> None:
    assert scaled("EUR", 3) == "10^3 EUR"
    assert scaled("", 3) == "10^3 1"
    found = unit(scaled("EUR", 3))
    assert found is not None
    assert (found.scale, found.kind) == (1000, "euro")
