from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm.lod.answers.literals import XSD, kind, moment, short, valid


@pytest.mark.parametrize(
    ("form", "datatype"),
    [
        ("12", "integer"),
        ("-0012", "int"),
        ("2147483647", "int"),
        ("0", "nonNegativeInteger"),
        ("+.5", "decimal"),
        ("1.", "decimal"),
        ("1e-9", "double"),
        ("INF", "float"),
        ("NaN", "double"),
        ("true", "boolean"),
        ("1", "boolean"),
        ("2018", "gYear"),
        ("-0044", "gYear"),
        ("2018-12Z", "gYearMonth"),
        ("2016-02-29", "date"),
        ("2016-02-29+01:00", "date"),
        ("2018-12-31T24:00:00", "dateTime"),
        ("2018-12-31T23:59:59.999Z", "dateTime"),
    ],
)
def test_a_form_in_the_lexical_space_is_valid(form: str, datatype: str) -> None:
    assert valid(form, XSD + datatype)


@pytest.mark.parametrize(
    ("form", "datatype"),
    [
        ("", "int"),
        (" 12", "int"),
        ("1.0", "integer"),
        ("2147483648", "int"),
        ("9" * 5000, "long"),
        ("-1", "unsignedByte"),
        ("1e3", "decimal"),
        ("1,5", "decimal"),
        ("١٢", "integer"),
        ("inf", "double"),
        ("yes", "boolean"),
        ("18", "gYear"),
        ("2018-13", "gYearMonth"),
        ("2017-02-29", "date"),
        ("2017-01-00", "date"),
        ("2018-12-31", "dateTime"),
        ("2018-12-31T25:00:00", "dateTime"),
        ("2018-12-31T24:00:01", "dateTime"),
        ("Mon Jan 01 13:30:00 CET 2018", "dateTime"),
    ],
)
def test_a_form_outside_the_lexical_space_is_not_valid(form: str, datatype: str) -> None:
    assert not valid(form, XSD + datatype)


def test_datatypes_that_are_not_known_have_no_wrong_forms() -> None:
    assert valid("anything", "http://example.org/volts")
    assert valid("anything", XSD + "token")
    assert kind("http://example.org/volts") == "text"


def test_a_datatype_is_shown_by_its_usual_abbreviation() -> None:
    assert short(XSD + "gYear") == "xsd:gYear"
    assert short("http://example.org/volts") == "http://example.org/volts"


def test_a_time_keeps_the_wall_clock_of_the_source() -> None:
    assert moment("2017-01-01T00:00:00+01:00", "time") == "2017-01-01T00:00:00"


def test_reading_a_moment_from_nonsense_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a valid xsd:date"):
        moment("yesterday", "date")


@given(st.dates())
def test_every_date_is_a_valid_date(day: dt.date) -> None:
    assert valid(day.isoformat(), XSD + "date")
    assert moment(day.isoformat(), "date") == day.isoformat()


@given(st.integers())
def test_every_integer_is_in_exactly_the_ranges_that_hold_it(number: int) -> None:
    assert valid(str(number), XSD + "integer")
    assert valid(str(number), XSD + "short") == (-32768 <= number <= 32767)
    assert valid(str(number), XSD + "unsignedInt") == (0 <= number < 2**32)
    assert valid(str(number), XSD + "negativeInteger") == (number < 0)
