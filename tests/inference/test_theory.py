"""Facts that follow by hand or by proof, checked on the running library.

``tests/golden/theory.json`` holds those with numbers; `lam` is the slope.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fcm.inference import (
    Dynamics,
    Kosko,
    ModifiedKosko,
    Outcome,
    Rescaled,
    Sigmoid,
    Tanh,
    simulate,
)
from fcm.inference.proofs.slope_advice import advise_slope
from fcm.map import CognitiveMap

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "theory.json"
ITEMS = json.loads(GOLDEN.read_text(encoding="utf-8"))["items"]
FINE = 1e-13
CORNERS = np.array([[0, 0, 0], [1, 1, 1], [1, 0, 0], [0, 1, 1]], dtype=float)


def test_every_item_states_what_it_shows() -> None:
    assert len(ITEMS) == 9
    assert all(item["statement"] for item in ITEMS.values())


def test_a_map_below_the_norm_bound_has_one_rest_for_every_start() -> None:
    """slope * ||W||_F = 2.64 < 4."""
    item = ITEMS["sig_unique_4"]
    m = CognitiveMap.from_matrix(item["W"])
    starts = np.vstack([np.random.default_rng(0).uniform(size=(50, 4)), np.eye(4), 1 - np.eye(4)])
    dynamics = Dynamics(transfer=Sigmoid(slope=item["lam"]), tol=FINE)
    found = simulate(m, initial=starts, dynamics=dynamics).require_settled()
    np.testing.assert_allclose(found.final, np.tile(item["fixed_point"], (58, 1)), atol=1e-12)


def test_the_norms_of_the_golden_map_are_in_the_order_that_the_conditions_need() -> None:
    """The spectral radius of |W| is below every norm, so its condition holds more often."""
    item = ITEMS["sig_unique_4"]
    weights = np.array(item["W"])
    radius = np.abs(np.linalg.eigvals(np.abs(weights))).max()
    assert np.linalg.norm(weights) == pytest.approx(item["fro"], rel=1e-13)
    assert radius == pytest.approx(item["rho_abs"], rel=1e-13)
    assert np.linalg.norm(weights, 2) == pytest.approx(item["spec"], rel=1e-13)
    assert item["lam"] * item["fro"] < 4
    assert radius < min(np.linalg.norm(weights, order) for order in (1, np.inf, "fro"))


@pytest.mark.parametrize("name", ["sig_nonneg_lam1", "sig_nonneg_lam5"])
def test_nonnegative_weights_have_one_rest_at_every_slope(name: str) -> None:
    item = ITEMS[name]
    m = CognitiveMap.from_matrix(item["W"])
    dynamics = Dynamics(transfer=Sigmoid(slope=item["lam"]), tol=FINE, max_steps=5000)
    found = simulate(m, initial=CORNERS, dynamics=dynamics).require_settled()
    np.testing.assert_allclose(found.final, np.tile(item["fixed_point"], (4, 1)), atol=1e-11)


def inhibition(start: Any, **settings: Any) -> Any:
    item = ITEMS["sig_mutual_inhibition"]
    m = CognitiveMap.from_matrix(item["W"])
    dynamics = Dynamics(transfer=Sigmoid(slope=item["lam"]), **settings)
    return simulate(m, initial=start, dynamics=dynamics, record=True)


def test_the_unstable_rest_of_mutual_inhibition_is_a_rest() -> None:
    rest = ITEMS["sig_mutual_inhibition"]["fixed_points"][0]
    found = inhibition(rest, tol=1e-12, max_steps=3)
    assert found.outcome[0] == Outcome.FIXED_POINT
    np.testing.assert_allclose(found.final[0], rest, atol=1e-12)


def test_mutual_inhibition_leaves_its_unstable_rest() -> None:
    """Each step multiplies the distance by lam * a * (1 - a) at the rest, more than 1."""
    item = ITEMS["sig_mutual_inhibition"]
    rest = item["fixed_points"][0][0]
    push = 1e-7
    found = inhibition([rest + push, rest - push], tol=1e-12, max_steps=10)
    away = np.abs(found.states[0, 1:, 0] - rest) / np.abs(found.states[0, :-1, 0] - rest)
    np.testing.assert_allclose(away, item["symmetric_slope"], rtol=1e-4)
    assert item["symmetric_slope"] == pytest.approx(item["lam"] * rest * (1 - rest), rel=1e-12)


@pytest.mark.parametrize(("start", "which"), [([1.0, 0.0], 1), ([0.0, 1.0], 2)])
def test_mutual_inhibition_has_two_stable_rests(start: list, which: int) -> None:
    found = inhibition(start, tol=FINE)
    assert found.outcome[0] == Outcome.FIXED_POINT
    rest = ITEMS["sig_mutual_inhibition"]["fixed_points"][which]
    np.testing.assert_allclose(found.final[0], rest, atol=1e-12)


def test_mutual_inhibition_swings_in_phase_from_zero() -> None:
    found = inhibition([0.0, 0.0])
    assert (found.outcome[0], found.period[0]) == (Outcome.LIMIT_CYCLE, 2)
    ends = sorted(found.states[0, -2:].tolist())
    np.testing.assert_allclose(ends, ITEMS["sig_mutual_inhibition"]["two_cycle"], atol=1e-12)


@pytest.mark.parametrize(("start", "end"), [(0.4, 1), (-0.4, -1), (0.0, 0)])
def test_a_self_loop_under_a_steep_tanh_has_three_rests(start: float, end: int) -> None:
    m = CognitiveMap.from_matrix([[1.0]])
    found = simulate(m, initial=[start], dynamics=Dynamics(transfer=Tanh(slope=2), tol=FINE))
    assert found.outcome[0] == Outcome.FIXED_POINT
    assert found.final[0, 0] == pytest.approx(end * ITEMS["tanh_selfloop"]["x"], abs=1e-12)


@pytest.mark.parametrize("start", [0.4, 1e-3, -1.0])
def test_a_negative_self_loop_under_a_steep_tanh_swings(start: float) -> None:
    m = CognitiveMap.from_matrix([[-1.0]])
    dynamics = Dynamics(transfer=Tanh(slope=2))
    found = simulate(m, initial=[start], dynamics=dynamics, record=True)
    assert found.states is not None
    assert (found.outcome[0], found.period[0]) == (Outcome.LIMIT_CYCLE, 2)
    x = ITEMS["tanh_neg_selfloop"]["x"]
    np.testing.assert_allclose(sorted(found.states[0, -2:, 0]), [-x, x], atol=1e-8)


def test_a_self_loop_under_a_tanh_of_slope_one_decays_like_one_over_the_root_of_time() -> None:
    m = CognitiveMap.from_matrix([[1.0]])
    found = simulate(m, initial=[0.5], dynamics=Dynamics(transfer=Tanh(), tol=1e-9, max_steps=4000))
    assert found.outcome[0] == Outcome.UNSETTLED
    assert found.final[0, 0] == pytest.approx(np.sqrt(3 / (2 * 4000)), rel=0.01)


CONSTANTS = ITEMS["no_input_constants"]


@pytest.mark.parametrize(
    ("rule", "transfer", "value"),
    [
        (Kosko(), Sigmoid(), CONSTANTS["kosko_sigmoid"]),
        (ModifiedKosko(), Sigmoid(), CONSTANTS["modified_kosko_sigmoid_lambda1"]),
        (Rescaled(), Sigmoid(), CONSTANTS["rescaled_sigmoid_lambda1"]),
        (Rescaled(memory=0.0), Sigmoid(), CONSTANTS["rescaled_sigmoid_lambda1"]),
        (Kosko(), Tanh(), CONSTANTS["kosko_tanh"]),
        (ModifiedKosko(), Tanh(slope=2), ITEMS["tanh_selfloop"]["x"]),
        (ModifiedKosko(), Tanh(slope=0.8), 0.0),
    ],
)
def test_a_concept_without_causes_goes_to_its_constant(
    rule: object, transfer: object, value: float
) -> None:
    m = CognitiveMap.from_links({("alone", "other"): 0.5})
    dynamics = Dynamics(rule=rule, transfer=transfer, tol=1e-12, max_steps=200_000)
    found = simulate(m, dynamics=dynamics)
    assert found["alone"][0] == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize(("weights", "spread"), [([0.0, 1.0], "high"), ([-1.0, 1.0], "both")])
def test_the_slope_advice_has_the_constants_of_koutsellis_in_full(
    weights: list, spread: str
) -> None:
    """ln(2 + sqrt 3), (3 -+ sqrt 3) / 6 and sqrt 3 artanh(1 / sqrt 3), on one or two causes."""
    net, low, high, tanh = ITEMS["koutsellis_constants"]["v"]
    m = CognitiveMap.from_matrix([[0, 0, weights[0]], [0, 0, weights[1]], [0, 0, 0]])
    sigmoid = advise_slope(m, Dynamics(transfer=Sigmoid()))
    norm = np.linalg.norm(weights)
    assert sigmoid.contraction == pytest.approx(4 / norm, rel=1e-14)
    assert sigmoid.saturation == pytest.approx(
        net / {"high": high, "both": high - low}[spread], rel=1e-14
    )
    hyperbolic = advise_slope(m, Dynamics(transfer=Tanh()))
    assert hyperbolic.contraction == pytest.approx(1 / norm, rel=1e-14)
    assert hyperbolic.saturation == pytest.approx(tanh / np.abs(weights).sum(), rel=1e-14)


def test_the_printed_rest_of_the_rescaled_rule_is_a_stop_not_a_limit() -> None:
    """The tolerance stops the run at (.50, .52, .48); its limit is .5 for all."""
    m = CognitiveMap.from_matrix([[0, 1, 0], [1, 0, -1], [1, -1, 0.0]])
    coarse = simulate(m, dynamics=Dynamics(rule=Rescaled(), tol=1e-5))
    fine = simulate(m, dynamics=Dynamics(rule=Rescaled(), tol=1e-7, max_steps=50_000))
    assert coarse.steps[0] == 985
    assert np.abs(coarse.final - 0.5).max() > 0.01
    assert np.abs(fine.final - 0.5).max() < 0.005
    assert 0.9e-5 < coarse.residual[0] < 1e-5
