"""Facts that follow by hand or by proof, checked on the running library."""

from __future__ import annotations

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
from fcm.map import CognitiveMap

FINE = 1e-13
CORNERS = np.array([[0, 0, 0], [1, 1, 1], [1, 0, 0], [0, 1, 1]], dtype=float)


def test_a_map_below_the_norm_bound_has_one_rest_for_every_start() -> None:
    """slope * ||W||_F = 2.64 < 4."""
    weights = [[0, 0.7, -0.5, 0], [0.3, 0, 0.6, -0.8], [0, -0.9, 0, 0.4], [0.5, 0, 0.2, 0]]
    m = CognitiveMap.from_matrix(weights)
    starts = np.random.default_rng(0).uniform(size=(50, 4))
    found = simulate(
        m, initial=starts, dynamics=Dynamics(transfer=Sigmoid(slope=1.5), tol=FINE)
    ).require_settled()
    rest = [0.6328224784949718, 0.48932151859403494, 0.5238400178108982, 0.4321997517354027]
    np.testing.assert_allclose(found.final, np.tile(rest, (50, 1)), atol=1e-12)


@pytest.mark.parametrize(
    ("slope", "rest"),
    [
        (1, [0.740477865752976, 0.7642813207468718, 0.72838115166249]),
        (5, [0.9990835888260063, 0.9996614857833337, 0.9984942132106764]),
    ],
)
def test_nonnegative_weights_have_one_rest_at_every_slope(slope: float, rest: list) -> None:
    m = CognitiveMap.from_matrix([[0, 0.9, 0.3], [0.8, 0, 1.0], [0.6, 0.7, 0]])
    dynamics = Dynamics(transfer=Sigmoid(slope=slope), tol=FINE, max_steps=5000)
    found = simulate(m, initial=CORNERS, dynamics=dynamics).require_settled()
    np.testing.assert_allclose(found.final, np.tile(rest, (4, 1)), atol=1e-11)


def test_the_unstable_rest_of_mutual_inhibition_is_a_rest() -> None:
    m = CognitiveMap.from_matrix([[0, -1.0], [-1.0, 0]])
    rest = 0.16335061701558462
    found = simulate(
        m,
        initial=[rest, rest],
        dynamics=Dynamics(transfer=Sigmoid(slope=10), tol=1e-12, max_steps=3),
    )
    assert found.outcome[0] == Outcome.FIXED_POINT
    np.testing.assert_allclose(found.final, rest, atol=1e-12)


@pytest.mark.parametrize(("start", "end"), [(0.4, 1), (-0.4, -1), (0.0, 0)])
def test_a_self_loop_under_a_steep_tanh_has_three_rests(start: float, end: int) -> None:
    m = CognitiveMap.from_matrix([[1.0]])
    found = simulate(m, initial=[start], dynamics=Dynamics(transfer=Tanh(slope=2), tol=FINE))
    assert found.final[0, 0] == pytest.approx(end * 0.9575040240772688, abs=1e-12)


def test_a_self_loop_under_a_tanh_of_slope_one_decays_like_one_over_the_root_of_time() -> None:
    m = CognitiveMap.from_matrix([[1.0]])
    found = simulate(m, initial=[0.5], dynamics=Dynamics(transfer=Tanh(), tol=1e-9, max_steps=4000))
    assert found.outcome[0] == Outcome.UNSETTLED
    assert found.final[0, 0] == pytest.approx(np.sqrt(3 / (2 * 4000)), rel=0.01)


@pytest.mark.parametrize(
    ("rule", "transfer", "value"),
    [
        (Kosko(), Sigmoid(), 0.5),
        (ModifiedKosko(), Sigmoid(), 0.6590460684074066),
        (Rescaled(), Sigmoid(), 0.5),
        (Rescaled(memory=0.0), Sigmoid(), 0.5),
        (Kosko(), Tanh(), 0.0),
        (ModifiedKosko(), Tanh(slope=2), 0.9575040240772688),
    ],
)
def test_a_concept_without_causes_goes_to_its_constant(
    rule: object, transfer: object, value: float
) -> None:
    m = CognitiveMap.from_links({("alone", "other"): 0.5})
    dynamics = Dynamics(rule=rule, transfer=transfer, tol=1e-12, max_steps=200_000)
    found = simulate(m, dynamics=dynamics)
    assert found["alone"][0] == pytest.approx(value, abs=1e-5)


def test_the_printed_rest_of_the_rescaled_rule_is_a_stop_not_a_limit() -> None:
    """The tolerance stops the run at (.50, .52, .48); its limit is .5 for all."""
    m = CognitiveMap.from_matrix([[0, 1, 0], [1, 0, -1], [1, -1, 0.0]])
    coarse = simulate(m, dynamics=Dynamics(rule=Rescaled(), tol=1e-5))
    fine = simulate(m, dynamics=Dynamics(rule=Rescaled(), tol=1e-7, max_steps=50_000))
    assert coarse.steps[0] == 985
    assert np.abs(coarse.final - 0.5).max() > 0.01
    assert np.abs(fine.final - 0.5).max() < 0.005
    assert 0.9e-5 < coarse.residual[0] < 1e-5
