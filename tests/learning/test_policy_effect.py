from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm import Panel, Scenario
from fcm.errors import LearningError
from fcm.learning import policy_effect
from fcm.learning.difference import level_of_others

MONTHS = [f"{2015 + t // 12}-{t % 12 + 1:02d}" for t in range(48)]
UNITS = [f"u{k}" for k in range(10)]


def stations(effect: float = 1.0, *, noise: float = 0.02, seed: int = 0) -> Panel:
    rng = np.random.default_rng(seed)
    season = 1 + 0.3 * np.cos(np.arange(48) * np.pi / 6)
    values = (
        40 * season[:, None] * np.linspace(0.7, 1.3, 10) * np.exp(rng.normal(0, noise, (48, 10)))
    )
    values[36:, 0] *= effect
    return Panel(periods=MONTHS, names=UNITS, values=values)


def changed(panel: Panel, **cells: Any) -> Panel:
    values = np.array(panel.values)
    for unit, (rows, value) in cells.items():
        values[rows, UNITS.index(unit)] = value
    return Panel(periods=panel.periods, names=panel.names, values=values)


def test_madrid_central_reproduces_the_published_comparison(no2_stations: Panel) -> None:
    effect = policy_effect(no2_stations, "28079035", "2018-12", bounds=(20, 60))
    assert effect.relative == pytest.approx(-0.160, abs=0.002)
    assert effect.interval == pytest.approx((-0.27, -0.035), abs=0.01)
    assert (effect.rank, effect.of) == (1, 24)
    assert effect.p == pytest.approx(1 / 24)
    assert effect.pre_change is not None
    assert 0.01 < effect.pre_change < 0.02
    assert effect.change == pytest.approx(-0.18, abs=0.006)
    assert effect.spread == pytest.approx(0.085, abs=0.01)
    assert len(effect.placebos) == 23


def test_a_reduction_of_a_fifth_is_found_with_its_rank_and_interval() -> None:
    effect = policy_effect(stations(0.8), "u0", "2018-01")
    assert effect.relative == pytest.approx(-0.2, abs=0.02)
    assert effect.interval is not None
    assert effect.interval[0] < -0.2 < effect.interval[1] < 0
    assert (effect.rank, effect.of, effect.p) == (1, 10, 0.1)
    assert effect.change == effect.relative
    assert effect.scenario == Scenario("policy at u0 since 2018-01")
    assert effect.outcome == "u0"


def test_bounds_turn_the_change_into_activation_units() -> None:
    scenario = Scenario("zone", clamp={"zone": 1})
    effect = policy_effect(
        stations(0.8), "u0", "2018-01", bounds=(0, 100), scenario=scenario, outcome="air"
    )
    level = stations(0.8)["u0"][24:36].mean()
    assert effect.relative is not None
    assert effect.change == pytest.approx(level * effect.relative / 100)
    assert (effect.scenario, effect.outcome) == (scenario, "air")
    upside_down = policy_effect(stations(0.8), "u0", "2018-01", bounds=(100, 0))
    assert upside_down.change == pytest.approx(-effect.change)
    assert upside_down.spread == pytest.approx(effect.spread)


def test_without_a_policy_the_interval_holds_zero_and_the_rank_is_not_first() -> None:
    found = [policy_effect(stations(seed=seed), "u0", "2018-01") for seed in range(40)]
    outside = [each for each in found if each.interval[0] > 0 or each.interval[1] < 0]  # type: ignore[index]
    assert len(outside) <= 5
    assert sum(each.rank == 1 for each in found) <= 17  # one of ten, in either direction


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 100), st.permutations(range(1, 10)))
def test_units_of_measurement_and_order_of_columns_do_not_matter(
    scale: float, order: list[int]
) -> None:
    panel = stations(0.8)
    columns = [*order, 0]
    other = Panel(
        periods=MONTHS, names=[UNITS[k] for k in columns], values=panel.values[:, columns] * scale
    )
    first, second = (policy_effect(each, "u0", "2018-01") for each in (panel, other))
    assert second.relative == pytest.approx(first.relative, abs=1e-12)
    assert second.interval == pytest.approx(first.interval, abs=1e-12)
    assert second.rank == first.rank


def test_the_treated_unit_is_never_among_the_controls_of_a_placebo() -> None:
    mild, strong = (policy_effect(stations(x), "u0", "2018-01") for x in (0.9, 0.3))
    assert mild.placebos == strong.placebos


def test_gaps_are_not_read_as_a_fall_of_the_others() -> None:
    complete = stations(0.8, noise=0.001)
    gaps = changed(complete, u9=(slice(36, 39), np.nan))  # the highest unit
    whole, holed = (policy_effect(each, "u0", "2018-01").relative for each in (complete, gaps))
    assert holed == pytest.approx(whole, abs=1e-3)
    others = np.array([[10.0, 30.0], [10.0, np.nan]])
    assert level_of_others(others) == pytest.approx(np.log([20, 20]))


def test_a_control_with_too_many_gaps_is_left_out_and_named() -> None:
    effect = policy_effect(changed(stations(0.8), u7=(slice(36, 44), np.nan)), "u0", "2018-01")
    assert effect.of == 9
    assert "left out for gaps: u7" in effect.origin.note


def test_checks_that_could_not_be_made_are_named() -> None:
    effect = policy_effect(stations(0.8), "u0", "2018-01", before=30)
    assert effect.pre_change is None
    assert "does not reach back" in effect.origin.note
    assert "placebo dates" in effect.origin.note


def test_a_unit_that_wanders_over_time_widens_the_spread() -> None:
    panel = stations(0.6)
    wander = np.array(panel.values)
    wander[:36, 0] *= np.exp(0.1 * np.sin(np.arange(36) * np.pi / 12))
    calm = policy_effect(panel, "u0", "2018-01")
    restless = policy_effect(Panel(periods=MONTHS, names=UNITS, values=wander), "u0", "2018-01")
    assert restless.spread > 2 * calm.spread


def test_an_earlier_trend_is_refused() -> None:
    panel = stations()
    drift = np.array(panel.values)
    drift[:, 0] *= np.exp(-0.02 * np.arange(48))
    with pytest.raises(LearningError, match="moved before the policy"):
        policy_effect(Panel(periods=MONTHS, names=UNITS, values=drift), "u0", "2018-01")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"treated": "u00"}, "treated unit 'u00' is not in the panel. Did you mean 'u0'"),
        ({"since": "2030-01"}, "not a period of the panel, which runs from 2015-01 to 2018-12"),
        ({"since": "2015-06"}, "has 5 periods before 2015-06"),
        ({"since": "2018-06"}, "7 from it on"),
        ({"controls": ["u1", "u2", "u3", "u4"]}, "only 4 control units are left"),
        ({"controls": ["u1", "x2"]}, "control 'x2' is not in the panel"),
        ({"controls": ["u0"]}, "cannot be its own control"),
        ({"before": 0}, "before is 0"),
        ({"bounds": (20, 20)}, "two different values"),
    ],
)
def test_what_cannot_be_asked_is_refused(settings: dict[str, Any], message: str) -> None:
    arguments = {"treated": "u0", "since": "2018-01", **settings}
    with pytest.raises(LearningError, match=message):
        policy_effect(stations(0.8), **arguments)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"u3": (20, 0.0)}, "'u3' is 0 in 2016-09; changes are compared as ratios"),
        ({"u0": (slice(36, 41), np.nan)}, "12 of 12 periods before and 7 of 12 after are known"),
        (
            {f"u{k}": (slice(30, 40), np.nan) for k in range(1, 6)},
            "only 4 control units are left .'u1', 'u2', 'u3', 'u4', 'u5' lack too many",
        ),
    ],
)
def test_what_the_data_do_not_allow_is_refused(cells: dict[str, Any], message: str) -> None:
    with pytest.raises(LearningError, match=message):
        policy_effect(changed(stations(0.8), **cells), "u0", "2018-01")


def test_units_that_never_change_give_no_spread() -> None:
    flat = Panel(periods=MONTHS, names=UNITS, values=np.full((48, 10), 40.0))
    with pytest.raises(LearningError, match="no variation at all"):
        policy_effect(flat, "u0", "2018-01")


@pytest.mark.parametrize(
    ("country", "since", "outcome", "log_change", "pre_size"),
    [
        ("ECU", "2019-10-03", "anger", 0.342, 0.08),
        ("ECU", "2019-10-03", "positive", -0.092, 0.08),
        ("GBR", "2016-06-24", "sadness", 0.132, 0.08),
        ("MEX", "2017-09-19", "anxiety", 0.284, 0.1),
    ],
)
def test_dated_shocks_of_public_mood_rank_first(
    shared: Path, country: str, since: str, outcome: str, log_change: float, pre_size: float
) -> None:
    # The published comparison takes the median of the other countries where this takes the mean.
    effect = policy_effect(_mood(shared, outcome, since), country, since, before=28, after=7)
    assert effect.relative is not None
    assert effect.pre_change is not None
    assert np.log1p(effect.relative) == pytest.approx(log_change, abs=0.012)
    assert effect.rank == 1
    assert abs(effect.pre_change) < pre_size


def test_a_withdrawal_in_the_wake_of_a_shock_is_refused(shared: Path) -> None:
    panel = _mood(shared, "anger", "2019-10-15")
    with pytest.raises(LearningError, match="moved before the policy"):
        policy_effect(panel, "ECU", "2019-10-15", before=28, after=7)


def _mood(shared: Path, outcome: str, since: str) -> Panel:
    day = date.fromisoformat(since)
    first, last = str(day - timedelta(120)), str(day + timedelta(6))
    with (shared / "data/mood/raw/countries_posts_daily.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if first <= row["date"] <= last]
    days, countries = (sorted({row[each] for row in rows}) for each in ("date", "country"))
    values = np.full((len(days), len(countries)), np.nan)
    for row in rows:
        if row[outcome]:
            share = float(row[outcome]) / float(row["total"])
            values[days.index(row["date"]), countries.index(row["country"])] = share
    return Panel(periods=days, names=countries, values=values)
