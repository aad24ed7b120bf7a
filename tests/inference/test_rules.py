"""Every rule, transfer, lag and kind of scenario against the slow reference, and their edges."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fcm.errors import DynamicsError, UnknownConceptError
from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    ModifiedKosko,
    Outcome,
    Rescaled,
    Saturated,
    Sigmoid,
    Tanh,
    Trivalent,
    simulate,
    simulate_members,
)
from fcm.inference.forms.certainty import CertaintyNeuron
from fcm.inference.forms.quasi import QuasiNonlinear
from fcm.inference.forms.stepfunction import StepFunction
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import reference
from tests import strategies as some

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PAIR = CognitiveMap.from_links({("a", "b"): 0.8, ("b", "a"): -0.3})


@QUICK
@given(st.data())
def test_every_step_of_every_rule_is_the_reference_step(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=4))
    dynamics = data.draw(some.wide_dynamics(m))
    scenarios = [data.draw(some.anything_done(m, name=f"s{k}")) for k in range(2)]
    start = data.draw(some.states(m))
    found = simulate(m, scenarios, initial=start, dynamics=dynamics, record=True)
    assert found.states is not None
    for s, scenario in enumerate(scenarios):
        states = found.states[s, : found.steps[s] + 1].tolist()
        assert states[0] == reference.first_state(m, scenario, start)
        for step in range(1, len(states)):
            expected = reference.next_state(
                m, scenario, dynamics, step, states[step - 1], start, states[:step]
            )
            np.testing.assert_allclose(states[step], expected, rtol=0, atol=1e-12)
        end = reference.verdict(reference.on_its_way(m, dynamics, states), scenario, dynamics)
        assert (end.steps, end.outcome, end.period) == (
            found.steps[s],
            found.outcome[s],
            found.period[s],
        )
        np.testing.assert_array_equal(found.final[s], states[-1])
        np.testing.assert_array_equal(found.peak[s], np.max(states, axis=0))
        np.testing.assert_allclose(found.mean[s], np.mean(states, axis=0), rtol=0, atol=1e-12)


@QUICK
@given(st.data())
def test_members_take_the_steps_of_their_own_maps_under_every_rule(data: st.DataObject) -> None:
    m = data.draw(some.maps(least=2, most=4))
    dynamics = data.draw(some.wide_dynamics(m, max_steps=6))
    scenarios = [data.draw(some.anything_done(m, name=f"s{k}")) for k in range(2)]
    start = data.draw(some.states(m))
    factors = np.array([1.0, 0.5, -0.25])
    weights = factors[:, None, None] * m.weights
    members = simulate_members(m, weights, scenarios, dynamics=dynamics, initial=start)
    for r in range(len(factors)):
        alone = simulate(m.with_weights(weights[r]), scenarios, dynamics=dynamics, initial=start)
        np.testing.assert_array_equal(members.steps[r], alone.steps)
        np.testing.assert_allclose(members.final[r], alone.final, rtol=0, atol=1e-9)


@QUICK
@given(st.data())
def test_company_changes_no_step_of_any_rule(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=4))
    dynamics = data.draw(some.wide_dynamics(m, max_steps=6))
    scenarios = [data.draw(some.anything_done(m, name=f"s{k}")) for k in range(3)]
    together = simulate(m, scenarios, dynamics=dynamics)
    for s, scenario in enumerate(scenarios):
        alone = simulate(m, scenario, dynamics=dynamics)
        assert alone.steps[0] == together.steps[s]
        np.testing.assert_allclose(alone.final[0], together.final[s], rtol=0, atol=1e-9)


@given(st.data())
def test_numbers_by_name_are_numbers_in_order(data: st.DataObject) -> None:
    m = data.draw(some.maps(least=2, most=4))
    slopes = data.draw(st.dictionaries(st.sampled_from(m.names), st.sampled_from(some.SLOPES)))
    by_name = Dynamics(transfer=Sigmoid(slope=slopes), max_steps=5)
    in_order = tuple(slopes.get(name, 1.0) for name in m.names)
    by_order = Dynamics(transfer=Sigmoid(slope=in_order), max_steps=5)
    assert by_name.bind(m.names).transfer == by_order.transfer
    np.testing.assert_array_equal(
        simulate(m, dynamics=by_name).final, simulate(m, dynamics=by_order).final
    )


def test_equal_slopes_are_one_slope() -> None:
    one = simulate(PAIR, dynamics=Dynamics(transfer=Tanh(slope=0.7)))
    each = simulate(PAIR, dynamics=Dynamics(transfer=Tanh(slope=(0.7, 0.7))))
    np.testing.assert_allclose(each.final, one.final, rtol=0, atol=1e-15)


@given(st.data())
def test_certainties_join_like_evidence(data: st.DataObject) -> None:
    """Order does not matter, 0 says nothing, and agreement only makes surer."""
    a, s = data.draw(some.decimals(-1, 1)), data.draw(some.decimals(-1, 1))
    joined = joint(a, s)
    assert joined == pytest.approx(joint(s, a), abs=1e-12)
    assert joint(-a, -s) == pytest.approx(-joined, abs=1e-12)
    assert joint(a, 0.0) == a
    assert joined == pytest.approx(reference.certainty(a, s), abs=1e-12)
    assert -1 <= joined <= 1
    if a * s > 0:
        assert abs(joined) >= max(abs(a), abs(s)) - 1e-12


def joint(a: float, s: float) -> float:
    """The state after one step of a concept at `a` with an influence `s`."""
    m = CognitiveMap.from_links({("cause", "effect"): 1.0})
    dynamics = Dynamics(rule=CertaintyNeuron(), max_steps=1)
    return float(simulate(m, initial=[s, a], dynamics=dynamics)["effect"][0])


def test_full_certainty_for_and_against_is_no_certainty() -> None:
    assert joint(1.0, -1.0) == 0.0


def test_certainties_stay_certainties_when_influences_sum_beyond_one() -> None:
    m = CognitiveMap.from_matrix(np.ones((4, 4)))
    found = simulate(m, dynamics=Dynamics(rule=CertaintyNeuron(decay=0.1)))
    assert found.final.tolist() == [[1.0] * 4]


def test_a_concept_without_causes_decays_under_the_certainty_neuron() -> None:
    m = CognitiveMap.from_links({}, concepts=["alone"])
    dynamics = Dynamics(rule=CertaintyNeuron(decay=0.5), max_steps=3)
    assert simulate(m, initial=[0.8], dynamics=dynamics)["alone"].tolist() == [0.1]


@pytest.mark.parametrize(
    "transfer",
    [Sigmoid(), Bivalent(), Trivalent(), StepFunction(), Saturated(), Saturated(low=-2, high=2)],
)
def test_the_certainty_neuron_refuses_transfers_that_are_no_certainties(transfer: object) -> None:
    with pytest.raises(DynamicsError, match="Leave the transfer out"):
        Dynamics(rule=CertaintyNeuron(), transfer=transfer)


def test_each_rule_has_a_transfer_of_its_own() -> None:
    assert Dynamics().transfer == Sigmoid()
    assert Dynamics(rule=CertaintyNeuron()).transfer == Saturated(low=-1.0, high=1.0)


@given(st.data())
def test_the_quasi_nonlinear_rule_with_phi_one_is_koskos(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=4))
    transfer = data.draw(st.one_of(some.SMOOTH, some.DISCRETE))
    start = data.draw(some.states(m))
    quasi = Dynamics(rule=QuasiNonlinear(phi=1.0), transfer=transfer, max_steps=5)
    plain = Dynamics(rule=Kosko(), transfer=transfer, max_steps=5)
    np.testing.assert_allclose(
        simulate(m, initial=start, dynamics=quasi).final,
        simulate(m, initial=start, dynamics=plain).final,
        rtol=0,
        atol=1e-9,
    )


def test_the_quasi_nonlinear_rule_remembers_the_start() -> None:
    found = simulate(
        PAIR, initial=[[0.0, 0.0], [1.0, 1.0]], dynamics=Dynamics(rule=QuasiNonlinear(phi=0.5))
    )
    assert (found.outcome == Outcome.FIXED_POINT).all()
    assert (found.final[1] - found.final[0] > 0.4).all()


@pytest.mark.parametrize("k", range(2, 5))
def test_a_link_with_a_lag_answers_that_many_steps_later(k: int) -> None:
    m = CognitiveMap.from_links({("pulse", "echo"): 1.0})
    found = simulate(
        m,
        Scenario("pulse", clamp={"pulse": 1.0}, start=5, stop=6),
        initial=[0.0, 0.0],
        dynamics=Dynamics(transfer=Saturated(), lags={("pulse", "echo"): k}),
        record=True,
    )
    assert found.states is not None
    assert np.flatnonzero(found.states[0, :, 0]).tolist() == [5]
    assert np.flatnonzero(found.states[0, :, 1]).tolist() == [5 + k]
    assert found.final.shape == (1, 2)
    assert found.outcome[0] == Outcome.FIXED_POINT
    assert found.steps[0] > 5 + k


def test_a_lag_of_one_is_the_usual_step() -> None:
    plain = simulate(PAIR, dynamics=Dynamics())
    late = simulate(PAIR, dynamics=Dynamics(lags={("a", "b"): 1}))
    np.testing.assert_array_equal(late.final, plain.final)
    np.testing.assert_array_equal(late.steps, plain.steps)


@given(st.data())
def test_lags_do_not_move_fixed_points(data: st.DataObject) -> None:
    m = data.draw(some.maps(least=2, most=4))
    pair = st.tuples(st.sampled_from(m.names), st.sampled_from(m.names))
    lags = data.draw(st.dictionaries(pair, st.integers(1, 3), min_size=1, max_size=4))
    transfer = Sigmoid(slope=0.5)
    late = simulate(m, dynamics=Dynamics(transfer=transfer, lags=lags, tol=1e-10))
    plain = simulate(m, dynamics=Dynamics(transfer=transfer, tol=1e-10))
    assert late.outcome[0] == Outcome.FIXED_POINT
    np.testing.assert_allclose(late.final, plain.final, rtol=0, atol=1e-7)


def test_a_loop_with_a_lag_swings_more_slowly() -> None:
    """a(t) = -a(t - 3): a square wave of period 6 where a step of one gives period 2."""
    m = CognitiveMap.from_links({("a", "a"): -1.0})
    found = simulate(m, dynamics=Dynamics(transfer=Trivalent(), lags={("a", "a"): 3}))
    assert found.outcome[0] == Outcome.LIMIT_CYCLE
    assert found.period[0] == 6


def test_memory_is_never_late() -> None:
    m = CognitiveMap.from_links({("a", "a"): 0.5})
    dynamics = Dynamics(
        rule=Kosko(memory=0.25),
        transfer=Saturated(low=-9, high=9),
        lags={("a", "a"): 2},
        max_steps=3,
    )
    found = simulate(m, initial=[1.0], dynamics=dynamics, record=True)
    assert found.states is not None
    assert found.states[0, :, 0].tolist() == [1.0, 0.75, 0.6875, 0.546875]


RULES = (
    Kosko(memory=0.5),
    ModifiedKosko(),
    Rescaled(),
    QuasiNonlinear(bias=0.1),
    CertaintyNeuron(decay=0.3),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize("hold_inputs", [False, True])
def test_maps_at_the_edge_are_answered(rule: object, hold_inputs: bool) -> None:
    dynamics = Dynamics(rule=rule, hold_inputs=hold_inputs)
    nothing = simulate(CognitiveMap.from_matrix(np.zeros((0, 0))), dynamics=dynamics)
    assert nothing.final.shape == (1, 0)
    assert nothing.outcome[0] == Outcome.FIXED_POINT
    for matrix in ([[0.0]], [[-0.5]], np.zeros((3, 3)), np.full((3, 3), 0.4), np.eye(3)):
        m = CognitiveMap.from_matrix(matrix)
        found = simulate(m, dynamics=dynamics)
        assert found.final.shape == (1, len(m))
        assert found.outcome[0] == Outcome.FIXED_POINT
        if hold_inputs and not np.any(matrix):
            assert (found.final == 1).all()


def test_numbers_that_do_not_fit_the_map_are_refused_when_it_is_run() -> None:
    for dynamics in (
        Dynamics(transfer=Sigmoid(slope=(1.0, 2.0, 3.0))),
        Dynamics(rule=CertaintyNeuron(decay=(0.1,))),
        Dynamics(rule=QuasiNonlinear(bias=(0.1,))),
    ):
        with pytest.raises(DynamicsError, match="the map has 2 concepts"):
            simulate(PAIR, dynamics=dynamics)


def test_names_that_are_not_in_the_map_are_refused_with_the_nearest() -> None:
    m = CognitiveMap.from_links({("staff", "delay"): -0.8})
    for dynamics in (
        Dynamics(transfer=Tanh(slope={"staf": 2})),
        Dynamics(rule=Kosko(memory={"staf": 1})),
        Dynamics(rule=CertaintyNeuron(decay={"staf": 1})),
        Dynamics(rule=QuasiNonlinear(bias={"staf": 1})),
        Dynamics(lags={("staf", "delay"): 2}),
    ):
        with pytest.raises(UnknownConceptError, match="Did you mean 'staff'"):
            simulate(m, dynamics=dynamics)


def test_numbers_by_name_ask_for_a_map_before_they_are_folded() -> None:
    for rule in (Kosko(memory={"a": 1}), Rescaled(memory={"a": 0}), QuasiNonlinear(bias={"a": 1})):
        with pytest.raises(DynamicsError, match=r"dynamics.bind\(map.names\)"):
            rule.fold(PAIR.weights)
    with pytest.raises(DynamicsError, match=r"dynamics.bind\(map.names\)"):
        Sigmoid(slope={"a": 2})(0.5)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: CertaintyNeuron(decay=1.5), "decay=1.5"),
        (lambda: CertaintyNeuron(decay="fast"), "decay='fast'"),
        (lambda: QuasiNonlinear(phi=0), "phi=0"),
        (lambda: QuasiNonlinear(phi=(0.5, 0.5)), "expected one number"),
        (lambda: QuasiNonlinear(bias={"a": np.nan}), "bias="),
        (lambda: Dynamics(lags={("a", "b"): 0}), "has 0 for 'a' -> 'b'"),
        (lambda: Dynamics(lags={("a", "b"): 1.5}), "has 1.5 for 'a' -> 'b'"),
        (lambda: Dynamics(lags={("a", "b"): True}), "has True"),
        (lambda: Dynamics(lags={"ab": 2}), "expected .cause, effect. pairs"),
        (lambda: Dynamics(lags=3), "dynamics.lags is 3"),
    ],
)
def test_rules_and_lags_that_cannot_be_are_refused(make: object, told: str) -> None:
    with pytest.raises(DynamicsError, match=told):
        make()


def test_rules_and_lags_are_values() -> None:
    for one in (
        Dynamics(rule=CertaintyNeuron(decay={"a": 0.3}), lags={("a", "b"): 2}),
        Dynamics(rule=QuasiNonlinear(bias=(0.1, 0.2)), transfer=StepFunction()),
        Dynamics(transfer=Sigmoid(slope={"a": 2})),
    ):
        again = pickle.loads(pickle.dumps(one))
        assert again == one
        assert hash(again) == hash(one)
    assert Dynamics(lags={("a", "b"): 2}) != Dynamics()


@dataclass(frozen=True)
class Hesitant:
    """A rule of a user's own that is more than a sum."""

    share: float = 0.5

    def fold(self, weights: np.ndarray) -> tuple[np.ndarray, None]:
        return weights, None

    def check(self, transfer: object) -> None:
        pass

    def advance(
        self, net: np.ndarray, state: np.ndarray, start: np.ndarray, activate: object
    ) -> np.ndarray:
        return (1 - self.share) * state + self.share * activate(net) + 0 * start


@dataclass(frozen=True)
class Sum:
    """A rule of a user's own that hands the map's own weights on."""

    def fold(self, weights: np.ndarray) -> tuple[np.ndarray, None]:
        return weights, None

    def check(self, transfer: object) -> None:
        pass


@dataclass(frozen=True)
class Softsign:
    """A transfer of a user's own."""

    gain: float = 2.0

    def squash(self, z: np.ndarray) -> None:
        z /= 1 + np.abs(z)

    def __call__(self, x: object) -> np.ndarray:
        z = np.asarray(x, dtype=float) * self.gain
        return z / (1 + np.abs(z))


def test_a_users_own_rule_and_transfer_run_in_batches_and_as_members() -> None:
    m = CognitiveMap.from_matrix(np.random.default_rng(3).uniform(-1, 1, (4, 4)))
    scenarios = [
        Scenario("none"),
        Scenario("push", push={"C1": 0.5}),
        Scenario("c", clamp={"C2": 0}),
    ]
    dynamics = Dynamics(rule=Hesitant(0.25), transfer=Softsign(), max_steps=3)
    found = simulate(m, scenarios, dynamics=dynamics, initial=[0.1, 0.2, 0.3, 0.4])
    for s, scenario in enumerate(scenarios):
        state = np.array([0.1, 0.2, 0.3, 0.4])
        state[1] = scenario.clamp.get("C2", state[1])
        for _ in range(3):
            net = state @ m.weights + [scenario.push.get("C1", 0.0), 0, 0, 0]
            state = 0.75 * state + 0.25 * Softsign()(net)
            state[1] = scenario.clamp.get("C2", state[1])
        np.testing.assert_allclose(found.final[s], state, rtol=0, atol=1e-12)
    members = simulate_members(
        m, m.weights[None], scenarios, dynamics=dynamics, initial=[0.1, 0.2, 0.3, 0.4]
    )
    np.testing.assert_allclose(members.final[0], found.final, rtol=0, atol=1e-12)


def test_a_rule_that_hands_the_weights_on_does_not_change_the_map() -> None:
    before = PAIR.weights.copy()
    found = simulate(PAIR, dynamics=Dynamics(rule=Sum(), transfer=Sigmoid(slope=2)))
    expected = simulate(PAIR, dynamics=Dynamics(transfer=Sigmoid(slope=2)))
    np.testing.assert_allclose(found.final, expected.final, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(PAIR.weights, before)


def test_slopes_per_member_refuse_a_transfer_with_slopes_per_concept() -> None:
    dynamics = Dynamics(transfer=Sigmoid(slope=(1.0, 2.0)))
    with pytest.raises(DynamicsError, match="slope per concept"):
        simulate_members(PAIR, PAIR.weights[None], None, slopes=[1.0], dynamics=dynamics)
