"""The Madrid study comes to the honest answer that was measured beforehand."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import fcm
from fcm.report.findings import Findings


@pytest.fixture(scope="module")
def found() -> Findings:
    return fcm.examples.load("madrid").run()


def test_the_survey_gives_42_links_between_15_concepts(found: Findings) -> None:
    assert len(found.prior.prior) == 15
    assert len(found.prior.links) == 42
    assert len(found.estimate.claims) == 110


def test_nearly_all_weights_stay_the_respondents(found: Findings) -> None:
    shares = found.estimate.data_share[found.estimate.linked]
    assert np.median(shares) <= 0.05
    assert (shares < 0.1).sum() >= 39


def test_the_zone_effect_is_the_one_measured_beforehand(found: Findings) -> None:
    (calibration,) = found.estimate.calibrations
    effect = calibration.effect
    assert effect.relative == pytest.approx(-0.160, abs=0.001)
    assert effect.interval is not None
    assert effect.interval == pytest.approx((-0.27, -0.04), abs=0.035)
    assert (effect.rank, effect.of) == (1, 24)
    assert effect.p == pytest.approx(1 / 24)
    assert effect.pre_change == pytest.approx(0.015, abs=0.005)
    assert len(effect.placebos) == 23
    assert effect.change == pytest.approx(-0.19, abs=0.02)
    assert effect.spread == pytest.approx(0.09, abs=0.02)


def test_calibration_moves_the_path_total_as_measured_beforehand(found: Findings) -> None:
    (calibration,) = found.estimate.calibrations
    assert calibration.before == pytest.approx((-0.24, 0.11), abs=0.025)
    assert calibration.after == pytest.approx((-0.21, 0.07), abs=0.015)
    assert calibration.data_share == pytest.approx(0.60, abs=0.06)


def test_both_traps_are_refused_with_a_reason(found: Findings) -> None:
    monthly, daily, talk = found.screenings
    assert monthly.levels == pytest.approx(-0.80, abs=0.02)
    assert monthly.differences == pytest.approx(-0.17, abs=0.03)
    assert daily.adjusted == pytest.approx(0.24, abs=0.03)
    for screening in (monthly, daily, talk):
        assert not screening.kept
        assert len(screening.reason) > 40
    # The talk of cycling is known in too few months: most stand for fewer than ten people.
    assert re.search(r"\d+ of \d+", talk.reason)


def test_the_signals_hold_85_of_720_cells(found: Findings) -> None:
    assert found.signals is not None
    assert found.signals.suppressed.shape == (48, 15)
    assert int((~found.signals.suppressed).sum()) == pytest.approx(85, abs=2)
    assert found.signals.k == 10


def test_the_four_sign_conflicts_of_the_survey_are_listed(found: Findings) -> None:
    assert {(each.source, each.target) for each in found.conflicts} == {
        ("access_restriction", "resident_support"),
        ("enforcement", "resident_support"),
        ("cycling_infrastructure", "pedestrian_space"),
        ("cycling", "road_safety"),
    }


def test_cycling_and_cars_are_the_most_argued_pair(found: Findings) -> None:
    first = max(found.arguments, key=lambda each: each.relations)
    assert (first.source, first.target) == ("cycling", "car_traffic")
    assert first.attack_share == pytest.approx(4 / 15)


def test_the_zone_is_the_best_single_package_for_clean_air_at_every_slope(found: Findings) -> None:
    singles = [each.name for each in found.comparison.scenarios if each.name != "combination"]
    change = found.ranks.of("air_pollution")
    columns = [found.ranks.scenarios.index(name) for name in singles]
    assert {singles[i] for i in change[:, columns].argmin(axis=1)} == {"low_emission_zone"}


def test_every_scenario_settles_on_the_mean_map(found: Findings) -> None:
    assert found.comparison.settled.all()
    assert found.ensemble.settled_share.min() > 0.95


def test_the_note_is_one_self_contained_file(found: Findings, tmp_path: Path) -> None:
    page = found.report(tmp_path / "note.html").read_text(encoding="utf-8")
    assert "not a forecast" in page
    assert "Origen de los datos: Ayuntamiento de Madrid" in page
    assert "Retiro" in page
    assert not re.search(r"<(script|img|iframe)\b", page)
    assert not re.search(r"<link[^>]*href=\"(?!data:)|url\(\s*['\"]?https?:|@import", page)


def test_equal_runs_write_equal_notes(found: Findings, tmp_path: Path) -> None:
    again = fcm.examples.load("madrid").run()
    first = found.report(tmp_path / "first.html").read_bytes()
    assert again.report(tmp_path / "again.html").read_bytes() == first


def test_the_comments_give_the_shipped_aggregates_again(shared: Path, found: Findings) -> None:
    comments = shared / "data" / "madrid" / "raw" / "comments.csv"
    again = fcm.examples.load("madrid").run(posts=comments)
    assert again.signals is not None
    assert found.signals is not None
    assert again.signals.concepts == found.signals.concepts
    assert again.signals.periods == found.signals.periods
    for cells in ("authors", "active", "salience", "valence", "suppressed"):
        ours, shipped = getattr(again.signals, cells), getattr(found.signals, cells)
        np.testing.assert_array_equal(ours, shipped, err_msg=cells)
    np.testing.assert_array_equal(again.estimate.mean, found.estimate.mean)


def test_nothing_of_a_citizen_is_shipped(shared: Path) -> None:
    import polars as pl

    comments = pl.read_csv(shared / "data" / "madrid" / "raw" / "comments.csv", infer_schema=False)
    texts = {t.strip() for t in comments["text"].drop_nulls() if len(t.strip()) > 40}
    for path in sorted(fcm.examples.path("madrid").iterdir()):
        content = path.read_text(encoding="utf-8")
        assert not [text for text in texts if text in content], path.name
        assert "userId" not in content or path.name == "study.toml"
