from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm import lod
from fcm.errors import EvidenceError
from fcm.lod.series.coarser import coarser


def daily(start: str, count: int) -> lod.Series:
    first = dt.date.fromisoformat(start)
    days = tuple(str(first + dt.timedelta(days=i)) for i in range(count))
    return lod.Series(name="uses", periods=days, values=np.arange(count), unit="1/d")


def test_a_month_is_the_sum_of_its_days() -> None:
    month = coarser(daily("2020-02-01", 29), to="month", how="sum")
    assert month.periods == ("2020-02",)
    assert month.values[0] == sum(range(29))
    assert month.origin.note == "sum by month, coverage 1"


def test_a_gap_leaves_a_sum_missing_unless_less_coverage_is_allowed() -> None:
    short = daily("2020-02-02", 28)
    assert np.isnan(coarser(short, to="month", how="sum").values[0])
    assert coarser(short, to="month", how="sum").confidence[0] == 0
    assert coarser(short, to="month", how="mean", coverage=0.9).values[0] == np.mean(range(28))


def test_first_and_last_are_known_values() -> None:
    series = lod.Series(
        name="x",
        periods=("2018-01", "2018-02", "2018-03", "2018-04"),
        values=[np.nan, 2, 3, np.nan],
        confidence=[0, 0.5, 1, 0],
    )
    quarter = coarser(series, to="quarter", how="first")
    assert quarter.periods == ("2018-Q1", "2018-Q2")
    np.testing.assert_array_equal(quarter.values, [2, np.nan])
    assert quarter.confidence.tolist() == [0.5, 0]
    assert coarser(series, to="year", how="last").values.tolist() == [3]


@settings(max_examples=40)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.sampled_from(["month", "year"]))
def test_full_periods_have_their_own_length(day: dt.date, to: str) -> None:
    start = day.replace(day=1) if to == "month" else day.replace(day=1, month=1)
    following = (
        start.replace(year=start.year + 1)
        if to == "year"
        else (start + dt.timedelta(days=32)).replace(day=1)
    )
    length = (following - start).days
    full = coarser(daily(str(start), length), to=to, how="mean")  # type: ignore[arg-type]
    assert full.values.tolist() == [(length - 1) / 2]
    short = coarser(daily(str(start), length - 1), to=to, how="mean")  # type: ignore[arg-type]
    assert math.isnan(short.values[0])


def test_weeks_are_made_of_seven_days_and_of_nothing_else() -> None:
    week = coarser(daily("2021-01-04", 7), to="week", how="mean")
    assert (week.periods, week.values.tolist()) == (("2021-W01",), [3])
    with pytest.raises(EvidenceError, match="by week cannot be brought to 'month'"):
        coarser(week, to="month", how="mean")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"to": "day", "how": "mean"}, "cannot be brought to 'day'"),
        ({"to": "year", "how": "median"}, "how is 'median'"),
        ({"to": "year", "how": "mean", "coverage": 0}, "coverage is 0"),
    ],
)
def test_what_cannot_be_done_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        coarser(daily("2020-01-01", 3), **wrong)  # type: ignore[arg-type]


def test_activations_are_not_aggregated() -> None:
    with pytest.raises(EvidenceError, match="aggregate the original"):
        coarser(daily("2020-01-01", 3).normalise((0, 5)), to="month", how="mean")


def test_an_empty_series_has_no_frequency() -> None:
    with pytest.raises(EvidenceError, match="by no period"):
        coarser(daily("2020-01-01", 0), to="month", how="mean")
