from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fcm import Panel
from fcm.errors import LearningError, UnknownConceptError
from fcm.learning import Guard, screen

Column = Callable[[str, dict[str, float]], Panel]
Read = Callable[[Path], list[dict[str, str]]]


def months(count: int) -> list[str]:
    return [f"{2010 + k // 12}-{k % 12 + 1:02d}" for k in range(count)]


def pair(x: np.ndarray, y: np.ndarray) -> Panel:
    return Panel(periods=months(len(x)), names=["x", "y"], values=np.stack([x, y], axis=1))


def test_more_cycling_does_not_clean_the_air_over_sixteen_months(
    madrid: Path, column: Column, read: Read
) -> None:
    uses = {
        row["month"]: float(row["mean_daily"])
        for row in read(madrid / "derived/bicimad_monthly.csv")
    }
    no2 = {
        row["month"]: float(row["mean_balanced"])
        for row in read(madrid / "derived/air_quality_monthly.csv")
        if row["pollutant"] == "NO2"
    }
    found = screen(column("uses", uses).join(column("NO2", no2)), "uses", "NO2")
    assert found.steps == 16
    assert found.levels == pytest.approx(-0.80, abs=0.005)
    assert found.differences == pytest.approx(-0.17, abs=0.005)
    assert math.isnan(found.adjusted)
    assert not found.kept
    assert "Only 16 of 66 periods" in found.reason
    assert "season cannot be told" in found.reason


def test_day_by_day_the_sign_turns(madrid: Path, column: Column, read: Read) -> None:
    uses = {
        row["date"]: float(row["total"])
        for row in read(madrid / "raw/bicimad_daily_uses_2014-06_2017-04.csv")
        if row["total"]
    }
    no2 = {
        row["date"]: float(np.mean([float(v) for k, v in row.items() if k != "date" and v]))
        for row in read(madrid / "derived/no2_daily_by_station.csv")
    }
    found = screen(column("uses", uses).join(column("NO2", no2)), "uses", "NO2")
    assert found.steps == 486
    assert found.levels < 0
    assert found.adjusted == pytest.approx(0.24, abs=0.03)
    assert not found.kept
    assert found.reason.startswith("The sign turns")


def test_talk_of_cycling_is_known_in_too_few_months(
    madrid: Path, column: Column, read: Read
) -> None:
    uses = {
        row["month"]: float(row["mean_daily"])
        for row in read(madrid / "derived/bicimad_monthly.csv")
    }
    talk = {
        row["period"]: float(row["n_authors"]) if row["k10"] == "True" else math.nan
        for row in read(madrid / "derived/concept_cells_k10.csv")
        if row["concept"] == "cycling" and row["period_type"] == "month"
    }
    found = screen(column("uses", uses).join(column("talk", talk)), "uses", "talk")
    assert not found.kept
    assert "fewer than 24" in found.reason
    assert "'talk' in 7" in found.reason


def test_a_real_association_is_kept_and_called_no_cause() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=60)
    found = screen(pair(x, 0.8 * x + 0.4 * rng.normal(size=60)), "x", "y")
    assert found.kept
    assert found.p < 1e-6
    assert "not a cause" in found.reason


@pytest.mark.parametrize("shape", ["trend", "season", "both"])
def test_what_is_only_trend_or_season_is_refused(shape: str) -> None:
    rng = np.random.default_rng(1)
    t = np.arange(60)
    shared = 0.2 * t * (shape != "season") + 6 * np.cos(t * np.pi / 6) * (shape != "trend")
    x, y = shared + rng.normal(size=60), shared + rng.normal(size=60)
    found = screen(pair(x, y), "x", "y")
    assert found.levels > 0.8
    assert not found.kept
    assert abs(found.adjusted) < 0.3


@pytest.mark.parametrize("persistence", [0.0, 0.6, 0.9])
def test_independent_series_are_kept_in_at_most_one_of_twenty(persistence: float) -> None:
    rng = np.random.default_rng(2)
    kept = 0
    for _ in range(200):
        values = rng.normal(size=(110, 2))
        for t in range(1, 110):
            values[t] += persistence * values[t - 1]
        kept += screen(pair(*(values[50:] + np.linspace(0, 4, 60)[:, None]).T), "x", "y").kept
    assert kept <= 16  # 200 trials at 5 % exceed 16 once in fifty


def test_missing_cells_do_not_count_and_gaps_are_no_change() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=60)
    y = x + 0.1 * rng.normal(size=60)
    y[::2] = np.nan
    found = screen(pair(x, y), "x", "y")
    assert found.steps == 30
    assert math.isnan(found.differences)


def test_the_guard_can_be_chosen() -> None:
    x = np.random.default_rng(4).normal(size=30) + np.arange(30)
    bare = screen(pair(x, x), "x", "y", guard=Guard(trend=False, season=None, own_lag=False))
    assert bare.adjusted == pytest.approx(1)
    assert bare.kept


def test_a_series_that_does_not_vary_says_nothing() -> None:
    x = np.random.default_rng(5).normal(size=40)
    assert "does not vary" in screen(pair(x, np.ones(40)), "x", "y").reason
    only_season = np.tile(np.arange(12.0), 4)
    found = screen(pair(np.random.default_rng(6).normal(size=48), only_season), "x", "y")
    assert "leave nothing" in found.reason
    assert not found.kept


def test_no_common_period_is_a_refusal_not_a_crash() -> None:
    x, y = np.full(30, np.nan), np.full(30, np.nan)
    x[:10], y[20:] = 1.0, 2.0
    found = screen(pair(x, y), "x", "y")
    assert (found.steps, found.kept) == (0, False)
    assert "too few for a correlation" in found.reason


def test_too_little_left_after_trend_and_season_is_refused() -> None:
    rng = np.random.default_rng(7)
    x = np.full(60, np.nan)
    x[:4], x[50:58] = rng.normal(size=4), rng.normal(size=8)
    found = screen(pair(x, rng.normal(size=60)), "x", "y", min_steps=10)
    assert not found.kept
    assert "few periods are left after trend and season" in found.reason
    assert math.isnan(found.adjusted)


def test_bad_settings_and_names_are_refused() -> None:
    panel = pair(np.arange(30.0), np.arange(30.0))
    with pytest.raises(UnknownConceptError, match="'z' is not in this panel"):
        screen(panel, "x", "z")
    with pytest.raises(LearningError, match="min_steps is 2"):
        screen(panel, "x", "y", min_steps=2)
    with pytest.raises(LearningError, match="level is 1"):
        screen(panel, "x", "y", level=1)
    days = Panel(periods=["2015-01-01"], names=["z"], values=[[1.0]])
    with pytest.raises(LearningError, match="mixes periods"):
        screen(panel.join(days), "x", "z")
