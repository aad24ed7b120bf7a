from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import LearningError
from fcm.learning import Guard
from fcm.learning.guard import partial_out
from fcm.learning.periods import read_periods

RNG = np.random.default_rng(0)


def months(count: int) -> list[str]:
    return [f"{2015 + k // 12}-{k % 12 + 1:02d}" for k in range(count)]


@pytest.mark.parametrize(
    ("labels", "calendar", "steps"),
    [
        (["2018-12", "2019-01", "2019-03"], "month", [1, 2]),
        (["2020-W53", "2021-W01"], "week", [1]),
        (["2019-12-31", "2020-01-01"], "day", [1]),
        (["2019-Q4", "2020-Q1"], "quarter", [1]),
        (["2019", "2021"], "year", [2]),
        (["first", "second", "zz"], "none", [1, 1]),
    ],
)
def test_labels_tell_their_calendar_and_gaps_show(
    labels: list[str], calendar: str, steps: list[int]
) -> None:
    periods = read_periods(labels)
    assert periods.calendar == calendar
    assert np.diff(periods.ordinal).tolist() == steps


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["2018-12", "2019-01-01"], "mixes periods such as '2018-12' and '2019-01-01'"),
        (["2018-13"], "'2018-13' is in no calendar"),
        (["2019-02-29"], "'2019-02-29' is no day"),
        (["2019-W53"], "'2019-W53' is no week"),
    ],
)
def test_labels_that_name_no_date_are_refused(labels: list[str], message: str) -> None:
    with pytest.raises(LearningError, match=message):
        read_periods(labels)


@pytest.mark.parametrize("season", [1, -3, True, "monthly", 2.5])
def test_a_season_must_be_a_length_or_auto(season: object) -> None:
    with pytest.raises(LearningError, match=r"guard\.season"):
        Guard(season=season)  # type: ignore[arg-type]


def test_a_season_needs_two_full_cycles() -> None:
    assert Guard().columns(read_periods(months(24)))[1] == ""
    assert "23 months are less than two years" in Guard().columns(read_periods(months(23)))[1]
    quarters = [f"{2015 + k // 4}-Q{k % 4 + 1}" for k in range(7)]
    assert "7 quarters are less than two years" in Guard().columns(read_periods(quarters))[1]
    assert "two cycles of 6" in Guard(season=6).columns(read_periods(months(11)))[1]
    assert Guard(season=None).columns(read_periods(months(5)))[1] == ""
    assert Guard().columns(read_periods(["2018", "2019", "2020"]))[1] == ""


def test_months_of_the_year_are_taken_out_exactly() -> None:
    level = RNG.normal(size=12)
    series = np.tile(level, 4) + 0.1 * np.arange(48)
    columns, _ = Guard().columns(read_periods(months(48)))
    rest, rank = partial_out(columns, series)
    assert np.abs(rest).max() < 1e-10
    assert rank == 13


def test_an_annual_wave_over_weeks_is_taken_out() -> None:
    days = [date(2015, 1, 5) + timedelta(7 * k) for k in range(156)]
    labels = ["{}-W{:02d}".format(*day.isocalendar()[:2]) for day in days]
    wave = np.array([np.cos(2 * np.pi * (day.toordinal() - 30) / 365.2425) for day in days])
    columns, reason = Guard().columns(read_periods(labels))
    assert reason == ""
    assert np.abs(partial_out(columns, wave)[0]).max() < 1e-10


def test_days_lose_their_month_and_weekday() -> None:
    days = [date(2016, 1, 1) + timedelta(k) for k in range(200)]
    series = np.array([10 * day.month + day.weekday() ** 2 for day in days], dtype=float)
    columns, reason = Guard().columns(read_periods([str(day) for day in days]))
    assert reason == ""
    assert np.abs(partial_out(columns, series)[0]).max() < 1e-9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_left_regresses_as_if_the_columns_were_in(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns, _ = Guard().columns(read_periods(months(40)))
    x, y = rng.normal(size=(2, 40))
    both = np.column_stack([x, columns])
    joint = np.linalg.lstsq(both, y, rcond=None)[0][0]
    (left_x, _), (left_y, _) = partial_out(columns, x), partial_out(columns, y)
    assert left_x @ left_y / (left_x @ left_x) == pytest.approx(joint, abs=1e-9)


def test_the_room_loads_neither_scipy_nor_scikit_learn() -> None:
    code = (
        "import sys, fcm.learning; "
        "print([m for m in ('scipy', 'sklearn', 'pandas', 'polars') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_room_names_what_it_offers() -> None:
    import fcm.learning

    for name in fcm.learning.__all__:
        assert getattr(fcm.learning, name).__name__ == name
    with pytest.raises(AttributeError, match="Did you mean 'Ridge'"):
        _ = fcm.learning.Rigde  # type: ignore[attr-defined]
