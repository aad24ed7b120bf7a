from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm import periods
from fcm.lod.answers.literals import XSD
from fcm.lod.series.period_codes import label_of, labels_of

UK = "http://reference.data.gov.uk/id/"


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("2018", "2018"),
        ("2018-Q4", "2018-Q4"),
        ("2016Q4", "2016-Q4"),
        ("2016-W01", "2016-W01"),
        ("2016-M1", "2016-01"),
        ("2016M01", "2016-01"),
        ("2016-A1", "2016"),
        ("2016-D060", "2016-02-29"),
        ("2018JJ00", "2018"),
        ("2018KW01", "2018-Q1"),
        ("2018MM12", "2018-12"),
        ("1995W101", "1995-W01"),
        ("20170131", "2017-01-31"),
        ("2018Z", "2018"),
        ("2017-01-01T00:00:00.000+01:00", "2017-01-01"),
        (UK + "year/2016", "2016"),
        (UK + "gregorian-year/2016", "2016"),
        (UK + "quarter/2015-Q3", "2015-Q3"),
        (UK + "month/2015-03", "2015-03"),
        (UK + "week/2015-W53", "2015-W53"),
        (UK + "gregorian-day/1999-01-04", "1999-01-04"),
        (UK + "gregorian-interval/2014-01-01T00:00:00/P1Y", "2014"),
        (UK + "gregorian-interval/2014-04-01T00:00:00/P3M", "2014-Q2"),
        (UK + "gregorian-interval/2014-04-01T00:00:00Z/P1M", "2014-04"),
        (UK + "gregorian-interval/2014-01-01T00:00:00/P12M", "2014"),
        (UK + "gregorian-interval/2014-04-02T00:00:00/P1D", "2014-04-02"),
        (UK + "gregorian-interval/2014-03-31T00:00:00/P7D", "2014-W14"),
    ],
)
def test_periods_of_publishers_become_labels(written: str, label: str) -> None:
    assert label_of(written) == label
    assert label_of(f" {written} ") == label


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "2018-S1",  # half-years
        "1995X000",  # part of a week
        "2018MM13",
        "2018KW05",
        "2018-02-30",
        "2021-W53",
        "2017-D366",
        "0000-D001",
        "9999-D001",
        "2018/19",
        UK + "government-year/2014-2015",
        UK + "gregorian-interval/2014-02-01T00:00:00/P3M",
        UK + "gregorian-interval/2014-04-01T00:00:00/P1Y",
        UK + "gregorian-interval/2014-04-02T00:00:00/P7D",
        UK + "gregorian-interval/2014-13-02T00:00:00/P1W",
        UK + "gregorian-interval/2014-01-01T00:00:00/P5Y",
        UK + "gregorian-interval/2014-01-02T00:00:00/P1M",
        "http://example.org/id/year/2016",
        "2" * 500,
    ],
)
def test_what_is_no_calendar_period_has_no_label(written: str) -> None:
    assert label_of(written) is None


@pytest.mark.parametrize(
    ("form", "datatype", "label"),
    [
        ("2018", "gYear", "2018"),
        ("2018+01:00", "gYear", "2018"),
        ("2018-12Z", "gYearMonth", "2018-12"),
        ("2018-12-31", "date", "2018-12-31"),
        ("2018-12-31T23:30:00+01:00", "dateTime", "2018-12-31"),
        ("2018-02-30", "date", None),
        ("2018-12", "gYear", None),
        ("Mon Jan 01 13:30:00 CET 2018", "dateTime", None),
        ("2018", "integer", "2018"),
    ],
)
def test_a_literal_must_obey_its_datatype(form: str, datatype: str, label: str | None) -> None:
    assert label_of(form, XSD + datatype) == label


def test_a_column_keeps_its_holes() -> None:
    assert labels_of(["2018Q1", None, "x", "2018Q1"]) == ["2018-Q1", None, None, "2018-Q1"]


@settings(max_examples=60)
@given(st.dates(dt.date(1000, 1, 1), dt.date(9998, 12, 31)))
def test_every_day_is_found_however_it_is_written(day: dt.date) -> None:
    for written in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}-D{day.timetuple().tm_yday:03d}",
        f"{UK}gregorian-interval/{day}T00:00:00/P1D",
    ):
        assert label_of(written) == day.isoformat()


@settings(max_examples=100)
@given(st.text(max_size=20))
def test_whatever_is_written_gives_a_label_of_a_calendar_or_none(text: str) -> None:
    label = label_of(text)
    if label is not None:
        of = periods.frequency(label)
        assert of is not None
        assert periods.label(periods.ordinal(label, of), of) == label
