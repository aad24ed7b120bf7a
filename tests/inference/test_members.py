"""Ensembles of weight matrices under the same scenarios."""

from __future__ import annotations

import numpy as np
import pytest

from fcm.errors import DynamicsError, MapError, ScenarioError, UnknownConceptError
from fcm.inference import (
    Dynamics,
    Outcome,
    Rescaled,
    Sigmoid,
    Tanh,
    Trivalent,
    simulate,
    simulate_members,
)
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

M = CognitiveMap.from_links({("a", "b"): 0.8, ("b", "c"): -0.5, ("c", "a"): 0.3})
SCENARIOS = [
    Scenario("none"),
    Scenario("clamp", clamp={"a": 0.9}),
    Scenario("push", push={"b": -0.4}, initial={"c": 0.1}),
    Scenario("link", links={("a", "c"): 0.6}),
    Scenario("for a while", clamp={"b": 0.0}, start=3, stop=9),
]


@pytest.mark.parametrize("transfer", [Sigmoid, Tanh])
def test_every_member_has_its_own_slope(transfer: type) -> None:
    slopes = np.array([0.5, 1.0, 2.5])
    weights = np.stack([M.weights, -M.weights, 0.5 * M.weights])
    found = simulate_members(
        M,
        weights,
        SCENARIOS,
        slopes=slopes,
        dynamics=Dynamics(transfer=transfer(slope=7.0)),
        initial={"a": 0.4},
    )
    for r, slope in enumerate(slopes):
        alone = simulate(
            M.with_weights(weights[r]),
            SCENARIOS,
            dynamics=Dynamics(transfer=transfer(slope=float(slope))),
            initial={"a": 0.4},
        )
        np.testing.assert_allclose(found.final[r], alone.final, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(found.steps[r], alone.steps)


def test_slopes_also_scale_the_constant_of_the_rescaled_rule() -> None:
    dynamics = Dynamics(rule=Rescaled(memory=0.0), transfer=Sigmoid(slope=1.3))
    found = simulate_members(
        M, np.stack([M.weights] * 2), SCENARIOS, slopes=[1.3, 0.7], dynamics=dynamics
    )
    alone = simulate(M, SCENARIOS, dynamics=dynamics)
    np.testing.assert_allclose(found.final[0], alone.final, rtol=0, atol=1e-12)
    assert np.abs(found.final[1] - found.final[0]).max() > 0.01


def test_no_scenario_means_one_run_without_intervention() -> None:
    for nothing in (None, []):
        found = simulate_members(M, M.weights[None], nothing)
        np.testing.assert_allclose(found.final[0], simulate(M).final, atol=1e-12)


def test_members_have_outcomes_of_their_own() -> None:
    swap = np.array([[0, 1.0], [1.0, 0]])
    pair = CognitiveMap.from_matrix(swap)
    dynamics = Dynamics(transfer=Trivalent())
    found = simulate_members(pair, [swap, 0 * swap], None, dynamics=dynamics, initial=[1, 0])
    assert found.outcome[:, 0].tolist() == [Outcome.LIMIT_CYCLE, Outcome.FIXED_POINT]
    assert repr(found) == "MemberRuns(2 members x 1 scenario of 2 concepts, 1 of 2 settled)"


def test_member_weights_may_lie_beyond_the_maps_limit() -> None:
    found = simulate_members(M, 3 * M.weights[None], None)
    wide = CognitiveMap.from_matrix(3 * M.weights, limit=None)
    np.testing.assert_allclose(found.final[0], simulate(wide).final, atol=1e-12)


@pytest.mark.parametrize(
    ("weights", "settings", "error", "told"),
    [
        (np.zeros((3, 3)), {}, MapError, r"shape \(3, 3\); expected \(R, 3, 3\)"),
        (np.full((1, 3, 3), np.nan), {}, MapError, "NaN or infinity"),
        (np.zeros((2, 3, 3)), {"slopes": [1.0]}, DynamicsError, "slopes must be 2"),
        (np.zeros((1, 3, 3)), {"slopes": [0.0]}, DynamicsError, "above 0"),
        (
            np.zeros((1, 3, 3)),
            {"slopes": [1.0], "dynamics": Dynamics(transfer=Trivalent())},
            DynamicsError,
            "has no slope",
        ),
    ],
)
def test_members_that_cannot_be_run_are_refused(
    weights: np.ndarray, settings: dict, error: type, told: str
) -> None:
    with pytest.raises(error, match=told):
        simulate_members(M, weights, None, **settings)


def test_scenarios_of_members_are_checked_too() -> None:
    with pytest.raises(UnknownConceptError, match="'d'"):
        simulate_members(M, M.weights[None], [Scenario("s", clamp={"d": 1})])
    with pytest.raises(ScenarioError, match="twice"):
        simulate_members(M, M.weights[None], [Scenario("s"), Scenario("s")])
