from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import EvidenceError
from fcm.lod.series.periods import frequency, labels, span


@pytest.mark.parametrize(
    ("array", "wanted"),
    [
        (np.array([2018, 2019]), ["2018", "2019"]),
        (np.array([2018.0]), ["2018"]),
        (np.array(["2018-12"], dtype="datetime64[M]"), ["2018-12"]),
        (np.array(["2018-12-31"], dtype="datetime64[D]"), ["2018-12-31"]),
        (np.array(["2018-12-31T23:00"], dtype="datetime64[us]"), ["2018-12-31"]),
        (np.array(["2018-Q4"], dtype=object), ["2018-Q4"]),
    ],
)
def test_columns_of_periods_become_labels(array: np.ndarray, wanted: list[str]) -> None:
    assert labels(array, column="t") == wanted


@pytest.mark.parametrize(
    "array",
    [
        np.array(["2018-12", "NaT"], dtype="datetime64[M]"),
        np.array([2018, np.nan]),
        np.array(["2018", None], dtype=object),
    ],
)
def test_rows_without_a_period_are_refused_not_dropped(array: np.ndarray) -> None:
    with pytest.raises(EvidenceError, match="1 of 2 rows have no valid period"):
        labels(array, column="t")


def test_fractions_are_no_years() -> None:
    with pytest.raises(EvidenceError, match="fractions"):
        labels(np.array([2018.5]), column="t")


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2016", "2019", 4),
        ("2018-Q3", "2019-Q2", 4),
        ("2018-11", "2019-02", 4),
        ("2020-W52", "2021-W02", 4),
        ("2016-02-27", "2016-03-01", 4),
    ],
)
def test_a_span_fills_the_gaps(first: str, last: str, count: int) -> None:
    periods = span([last, first], what="x")
    assert (periods[0], periods[-1], len(periods)) == (first, last, count)
    assert list(periods) == sorted(set(periods))


def test_a_year_of_53_weeks_has_its_last_week() -> None:
    assert "2020-W53" in span(["2020-W52", "2021-W01"], what="x")


def test_labels_of_different_length_are_refused() -> None:
    with pytest.raises(EvidenceError, match=r"'2018' \(year\) and '2018-12' \(month\)"):
        frequency(["2018", "2018-12"], what="x")


@pytest.mark.parametrize("label", ["December", "2018-13", "2018-12-31T00:00", "18-12", ""])
def test_what_is_no_period_is_refused(label: str) -> None:
    with pytest.raises(EvidenceError, match="has the period"):
        frequency([label], what="x")


@pytest.mark.parametrize("label", ["2017-02-29", "2021-W53"])
def test_days_and_weeks_that_are_in_no_calendar_are_refused(label: str) -> None:
    with pytest.raises(EvidenceError, match="in no calendar"):
        span([label], what="x")


def test_an_absurd_span_is_refused() -> None:
    with pytest.raises(EvidenceError, match="a date is probably wrong"):
        span(["0018-12-31", "2018-12-31"], what="x")


def test_no_labels_span_nothing() -> None:
    assert span([], what="x") == ()


@settings(max_examples=60)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 400))
def test_every_period_of_a_span_follows_the_one_before(start: dt.date, days: int) -> None:
    end = start + dt.timedelta(days=days)
    assert len(span([str(start), str(end)], what="x")) == days + 1
    week = [f"{y:04d}-W{w:02d}" for y, w, _ in (start.isocalendar(), end.isocalendar())]
    monday = [d - dt.timedelta(days=d.weekday()) for d in (start, end)]
    assert len(span(week, what="x")) == (monday[1] - monday[0]).days // 7 + 1
