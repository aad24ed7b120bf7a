from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from fcm import Calibration, Claim, CognitiveMap, Effect, Origin, Panel, Scenario, WeightEstimate
from fcm.errors import EvidenceError, UnknownConceptError

SAID = Origin(kind="survey", source="A", note="seen it")


def panel(**changes: Any) -> Panel:
    settings: dict[str, Any] = {
        "periods": ["2018-01", "2018-02"],
        "names": ["a", "b"],
        "values": [[0.1, np.nan], [0.2, 0.3]],
    }
    return Panel(**{**settings, **changes})


def estimate(**changes: Any) -> WeightEstimate:
    m = CognitiveMap.from_links({("rain", "wet"): 0.8, ("wet", "slip"): 0.6})
    linked = m.weights != 0
    settings: dict[str, Any] = {
        "prior": m,
        "mean": m.weights,
        "spread": 0.1 * linked,
        "data_share": 0.0 * linked,
        "status": np.where(linked, "prior", ""),
    }
    return WeightEstimate(**{**settings, **changes})


@pytest.mark.parametrize(
    ("value", "confidence", "message"),
    [(1.5, 1, "value 1.5"), (float("nan"), 1, "value nan"), (0.5, -0.1, "confidence -0.1")],
)
def test_a_claim_out_of_range_names_link_and_origin(
    value: float, confidence: float, message: str
) -> None:
    with pytest.raises(EvidenceError, match=rf"'rain' -> 'wet' \(survey: A\) has {message}"):
        Claim("rain", "wet", value, confidence, SAID)


def test_missing_cells_have_no_confidence() -> None:
    assert panel().confidence.tolist() == [[1, 0], [1, 1]]
    assert repr(panel()).endswith("3 of 4 cells known)")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"values": [[1, 2]]}, r"shape \(1, 2\); 2 periods and 2 names need"),
        ({"values": [[np.inf, 0], [0, 0]]}, "value of 'a' in 2018-01 is infinite"),
        ({"names": ["a", "a"]}, "name 'a' stands twice"),
        ({"periods": ["2018-02", "2018-01"]}, "not ascending at '2018-01'"),
        ({"confidence": [[2, 0], [0, 0]]}, r"confidence must lie in \[0, 1\]"),
        ({"reliability": [1]}, r"reliability has shape \(1,\)"),
        ({"origins": {"c": SAID}}, "origin for 'c', which is no column"),
    ],
)
def test_a_panel_that_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        panel(**changes)


def test_joined_panels_keep_every_period_and_leave_gaps_missing() -> None:
    other = Panel(
        periods=["2018-02", "2018-03"], names=["c"], values=[[0.5], [0.6]], reliability=[0.9]
    )
    both = panel().join(other)
    assert both.periods == ("2018-01", "2018-02", "2018-03")
    np.testing.assert_array_equal(both["c"], [np.nan, 0.5, 0.6])
    assert both.reliability.tolist() == [1, 1, 0.9]
    with pytest.raises(EvidenceError, match="both panels hold 'c'"):
        both.join(other)


def test_a_panel_is_a_value_and_knows_its_columns() -> None:
    assert pickle.loads(pickle.dumps(panel())) == panel()
    assert panel().subset(["b"]).names == ("b",)
    with pytest.raises(UnknownConceptError, match="'z' is not in this panel"):
        panel()["z"]
    assert panel().to_frame().loc["2018-02", "b"] == 0.3


@pytest.mark.parametrize(("change", "spread"), [(float("nan"), 0.1), (0.1, 0.0), (0.1, -1.0)])
def test_an_effect_needs_a_finite_change_and_a_spread(change: float, spread: float) -> None:
    with pytest.raises(EvidenceError, match="effect on 'wet'"):
        Effect(scenario=Scenario("s"), outcome="wet", change=change, spread=spread, origin=SAID)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mean": [[0.0]]}, "mean must be finite with shape"),
        ({"spread": -np.eye(3)}, "spread must be 0 or more"),
        ({"data_share": 2 * np.eye(3)}, "data_share must lie"),
        ({"status": np.full((3, 3), "guess")}, "holds 'guess'"),
        ({"covariance": np.eye(3)}, "2 links need"),
        ({"slope": (0.0, 0.1)}, "expected a mean above 0"),
        ({"slope": (1.0, 0.1), "covariance": np.eye(2)}, "2 links and the slope need"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        estimate(**changes)


def test_an_uncertain_slope_is_the_last_coordinate_of_the_covariance() -> None:
    sloped = estimate().with_slope(1.3, spread=0.4)
    np.testing.assert_allclose(np.diag(sloped.joint_covariance()), [0.01, 0.01, 0.16])
    tied = estimate(covariance=[[0.01, 0.005], [0.005, 0.01]]).with_slope(1.3, spread=0.4)
    np.testing.assert_allclose(
        tied.joint_covariance(), [[0.01, 0.005, 0], [0.005, 0.01, 0], [0, 0, 0.16]]
    )
    with pytest.raises(EvidenceError, match="already has a slope"):
        tied.with_slope(1, spread=0.1)


def test_an_estimate_is_a_value_and_explains_itself() -> None:
    said = estimate(
        claims=[Claim("rain", "wet", 0.8, 1.0, SAID)], notes={("rain", "wet"): ("settled",)}
    )
    assert pickle.loads(pickle.dumps(said)) == said
    assert said != estimate()
    assert said.explain("rain", "wet").splitlines() == [
        "rain -> wet: +0.8 +- 0.1 (prior; 0 % data, 100 % experts)",
        "  survey: A: +0.8 - seen it",
        "  settled",
    ]
    assert said.explain("slip", "rain").endswith("no link; nobody claimed one.")
    assert said.map().weights[0, 1] == 0.8
    assert [record["source"] for record in said.to_records()] == ["rain", "wet"]


def test_a_calibration_makes_two_estimates_differ() -> None:
    effect = Effect(scenario=Scenario("s"), outcome="wet", change=0.1, spread=0.1, origin=SAID)
    taught = Calibration(effect=effect, before=(0.2, 0.1), after=(0.15, 0.07), data_share=0.5)
    assert estimate(calibrations=[taught]) != estimate()
