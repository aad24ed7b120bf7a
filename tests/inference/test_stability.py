"""The Jacobian against differences, local stability, Lyapunov exponents."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import DynamicsError, UnknownConceptError
from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    ModifiedKosko,
    Rescaled,
    Saturated,
    Sigmoid,
    Tanh,
    simulate,
)
from fcm.inference.forms.perconcept import PerConcept
from fcm.inference.proofs.attractors import attractors
from fcm.inference.stability import LocalStability, jacobian, local_stability, lyapunov
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import strategies as some

MUTUAL = CognitiveMap.from_matrix([[0, -1.0], [-1.0, 0]])
STEEP = Dynamics(transfer=Sigmoid(slope=10))
LOOP = CognitiveMap.from_matrix([[1.0]])
CHAOS = CognitiveMap.from_matrix(
    np.random.default_rng(47).integers(-10, 11, size=(4, 4)) / 10, name="chaos"
)


def next_state(
    m: CognitiveMap, state: np.ndarray, dynamics: Dynamics, scenario: Scenario | None
) -> np.ndarray:
    one = Dynamics(rule=dynamics.rule, transfer=dynamics.transfer, tol=1e-300, max_steps=1)
    return simulate(m, scenario, initial=state, dynamics=one).final[0]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_the_jacobian_is_what_differences_approach(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=4))
    dynamics = data.draw(some.dynamics(transfers=some.SMOOTH))
    dynamics = Dynamics(rule=dynamics.rule, transfer=dynamics.transfer)
    pushed = Scenario("s", push=data.draw(some.settings_of(m, -1.0, 1.0)))
    state = np.array(data.draw(some.states(m)))
    found = jacobian(m, state, dynamics=dynamics, scenario=pushed)
    for i in range(len(m)):
        more, less = state.copy(), state.copy()
        more[i] += 1e-5
        less[i] -= 1e-5
        rise = next_state(m, more, dynamics, pushed) - next_state(m, less, dynamics, pushed)
        np.testing.assert_allclose(found[i], rise / 2e-5, atol=1e-8)


def test_a_held_concept_answers_to_nothing_and_still_acts() -> None:
    scenario = Scenario("s", clamp={"C1": 0.5})
    found = jacobian(MUTUAL, [0.5, 0.5], scenario=scenario)
    slope = Sigmoid()(-0.5) * (1 - Sigmoid()(-0.5))
    np.testing.assert_allclose(found, [[0, -slope], [0, 0]])


def test_slopes_per_concept_and_transfers_per_concept_are_told_apart() -> None:
    m = CognitiveMap.from_matrix([[0, 0.5, 0.5], [0, 0, 0], [0, 0, 0]])
    found = jacobian(m, [0, 0, 0], dynamics=Dynamics(transfer=Tanh(slope={"C3": 3.0})))
    np.testing.assert_allclose(found[0], [0, 0.5, 1.5])
    mixed = PerConcept(Sigmoid(), {"C3": Tanh(slope=2.0)})
    found = jacobian(m, [0, 0, 0], dynamics=Dynamics(transfer=mixed))
    np.testing.assert_allclose(found[0], [0, 0.125, 1.0])


def test_inside_a_saturated_transfer_the_slope_is_one_and_beyond_it_zero() -> None:
    m = CognitiveMap.from_matrix([[0, 1.0], [1.0, 0]])
    dynamics = Dynamics(transfer=Saturated(low=0, high=0.5))
    np.testing.assert_array_equal(jacobian(m, [0.3, 0.9], dynamics=dynamics), [[0, 1], [0, 0]])
    np.testing.assert_array_equal(jacobian(m, [0.0, 0.5], dynamics=dynamics), m.weights)


def test_the_symmetric_rest_of_mutual_inhibition_is_unstable_and_the_others_are_not() -> None:
    middle = [0.16335061701558462, 0.16335061701558462]
    found = local_stability(MUTUAL, middle, dynamics=STEEP)
    assert found.stable is False
    assert found.radius == pytest.approx(1.3666719293621241)
    side = {"C1": 0.4795045371714549, "C2": 0.008202781449317426}
    assert local_stability(MUTUAL, side, dynamics=STEEP).stable
    swing = [[0.00820278144931742] * 2, [0.47950453717145497] * 2]
    assert local_stability(MUTUAL, swing, dynamics=STEEP).stable


@given(some.maps(most=4), st.sampled_from((0.5, 2.0, 5.0)))
@settings(max_examples=30, deadline=None)
def test_zero_under_tanh_is_stable_while_slope_times_radius_is_below_one(
    m: CognitiveMap, slope: float
) -> None:
    found = local_stability(m, np.zeros(len(m)), dynamics=Dynamics(transfer=Tanh(slope=slope)))
    assert found.radius == pytest.approx(slope * np.abs(np.linalg.eigvals(m.weights)).max())


def test_a_clamp_can_calm_an_unstable_rest() -> None:
    dynamics = Dynamics(transfer=Tanh(slope=2))
    assert local_stability(MUTUAL, [0, 0], dynamics=dynamics).stable is False
    scenario = Scenario("s", clamp={"C1": 0.0})
    assert local_stability(MUTUAL, [0, 0], dynamics=dynamics, scenario=scenario).stable


@pytest.mark.parametrize(
    ("radius", "stable"), [(0.99, True), (1.0, None), (1.0 + 1e-12, None), (1.01, False)]
)
def test_a_radius_of_one_decides_nothing(radius: float, stable: bool | None) -> None:
    assert LocalStability(radius=radius).stable is stable


def test_a_state_that_does_not_rest_is_refused() -> None:
    with pytest.raises(DynamicsError, match=r"not a fixed point: a step leads 0.493"):
        local_stability(MUTUAL, [0.5, 0.5], dynamics=STEEP)
    with pytest.raises(DynamicsError, match="not a limit cycle"):
        local_stability(MUTUAL, [[0.1, 0.1], [0.9, 0.9]], dynamics=STEEP)


@pytest.mark.parametrize("ask", [jacobian, local_stability])
def test_states_that_do_not_fit_the_map_are_refused(ask: object) -> None:
    with pytest.raises(DynamicsError, match="shape"):
        ask(MUTUAL, [0.5, 0.5, 0.5])  # type: ignore[operator]
    with pytest.raises(UnknownConceptError, match="C3"):
        ask(MUTUAL, {"C3": 0.5})  # type: ignore[operator]
    with pytest.raises(DynamicsError, match="has no slope"):
        ask(MUTUAL, [0, 0], dynamics=Dynamics(transfer=Bivalent()))  # type: ignore[operator]


def test_more_states_than_one_are_no_state() -> None:
    with pytest.raises(DynamicsError, match="2 states are given; expected one"):
        jacobian(MUTUAL, [[0.5, 0.5], [0.1, 0.1]])


def test_a_transfer_of_unknown_slope_is_refused() -> None:
    class Odd:
        gain = 1.0

        def squash(self, z: np.ndarray) -> None:
            z /= 1 + np.abs(z)

        def __call__(self, x: object) -> np.ndarray:
            return np.asarray(x) / (1 + np.abs(x))

    with pytest.raises(DynamicsError, match="slope of Odd is not known"):
        jacobian(MUTUAL, [0, 0], dynamics=Dynamics(transfer=Odd()))


def test_a_rule_that_is_no_affine_sum_is_refused() -> None:
    class Odd(Kosko):
        def advance(self, net: object, state: object, start: object, activate: object) -> object:
            raise NotImplementedError

    with pytest.raises(DynamicsError, match="Odd is more than a sum"):
        jacobian(MUTUAL, [0, 0], dynamics=Dynamics(rule=Odd()))
    with pytest.raises(DynamicsError, match="lag"):
        jacobian(MUTUAL, [0, 0], dynamics=Dynamics(lags={("C1", "C2"): 2}))


@pytest.mark.parametrize(
    "dynamics",
    [
        Dynamics(rule=ModifiedKosko()),
        Dynamics(transfer=Sigmoid(slope=3)),
        Dynamics(rule=Rescaled(memory=0.3)),
        Dynamics(transfer=Tanh(slope=0.6)),
    ],
)
def test_at_a_fixed_point_the_exponent_is_the_logarithm_of_the_radius(dynamics: Dynamics) -> None:
    m = CognitiveMap.from_matrix([[0.3, 0.7], [0.5, 0.2]])
    (states,) = attractors(m, dynamics, starts=20, rng=0).states
    expected = math.log(local_stability(m, states[0], dynamics=dynamics).radius)
    assert lyapunov(m, dynamics, rng=0) == pytest.approx(expected, abs=1e-3)


def test_a_chaotic_map_has_an_exponent_above_zero() -> None:
    dynamics = Dynamics(transfer=Tanh(slope=3))
    start = [0.1, 0.2, 0.3, 0.4]
    assert lyapunov(CHAOS, dynamics, start=start, rng=0) > 0.05
    one, other = (lyapunov(CHAOS, dynamics, start=start, steps=50, rng=7) for _ in range(2))
    assert one == other


def test_a_stable_swing_has_an_exponent_below_zero() -> None:
    assert lyapunov(MUTUAL, STEEP, start=[0, 0], steps=400, rng=0) < -0.5


def test_nudges_of_a_map_without_loops_vanish() -> None:
    m = CognitiveMap.from_matrix([[0, 1.0], [0, 0]])
    assert lyapunov(m, rng=0) == -math.inf
    scenario = Scenario("s", clamp={"C1": 0.3}, initial={"C2": 0.1})
    assert lyapunov(MUTUAL, STEEP, scenario=scenario, rng=0) == -math.inf
    assert lyapunov(CognitiveMap.from_matrix(np.zeros((0, 0))), rng=0) == -math.inf


@pytest.mark.parametrize(("what", "value"), [("steps", 0), ("warmup", -1), ("steps", 1.5)])
def test_step_counts_that_are_none_are_refused(what: str, value: object) -> None:
    with pytest.raises(DynamicsError, match=f"{what} is"):
        lyapunov(LOOP, **{what: value})  # type: ignore[arg-type]


def test_the_exponent_of_a_discrete_map_is_refused() -> None:
    with pytest.raises(DynamicsError, match="Bivalent jumps"):
        lyapunov(LOOP, Dynamics(transfer=Bivalent()))


def test_stability_reads_in_words() -> None:
    assert repr(LocalStability(radius=0.5)) == (
        "LocalStability(stable: a nudge is multiplied by 0.5)"
    )
