"""What a search of starts finds, and what it refuses to call an end."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import DynamicsError, UnknownConceptError
from fcm.inference import (
    Bivalent,
    Dynamics,
    ModifiedKosko,
    Outcome,
    Saturated,
    Sigmoid,
    Tanh,
    simulate,
)
from fcm.inference.proofs.attractors import attractors
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import strategies as some

MUTUAL = CognitiveMap.from_matrix([[0, -1.0], [-1.0, 0]])
STEEP = Dynamics(transfer=Sigmoid(slope=10))
LOOP = CognitiveMap.from_matrix([[1.0]])


def test_mutual_inhibition_ends_in_two_fixed_points_or_one_swing() -> None:
    found = attractors(MUTUAL, STEEP, rng=0)
    high, low = 0.47950453717145, 0.00820278144932
    assert found.periods == (2, 1, 1)
    np.testing.assert_allclose(found.states[0], [[low, low], [high, high]], atol=1e-10)
    ends = sorted(states[0].tolist() for states in found.states[1:])
    np.testing.assert_allclose(ends, [[low, high], [high, low]], atol=1e-10)
    assert found.stable == (True, True, True)
    assert found.shares.sum() == pytest.approx(1)
    assert found.unsettled == 0


def test_an_unstable_fixed_point_on_a_corner_is_told_with_share_zero() -> None:
    found = attractors(LOOP, Dynamics(transfer=Tanh(slope=2)), rng=0)
    last = found.states[-1]
    np.testing.assert_array_equal(last, [[0.0]])
    assert found.shares[-1] == 0
    assert found.stable == (True, True, False)
    assert found.radii[-1] == pytest.approx(2)
    ends = sorted(states[0, 0] for states in found.states[:2])
    np.testing.assert_allclose(ends, [-0.9575040240772688, 0.9575040240772688], atol=1e-10)


def test_a_swing_between_plus_and_minus_is_one_cycle_whatever_its_phase() -> None:
    m = CognitiveMap.from_matrix([[-1.0]])
    found = attractors(m, Dynamics(transfer=Tanh(slope=2)), rng=0)
    x = 0.9575040240772688
    np.testing.assert_allclose(found.states[0], [[-x], [x]], atol=1e-10)
    assert found.periods == (2, 1)
    assert found.shares.tolist() == [1.0, 0.0]


def test_a_run_that_creeps_is_unsettled_and_not_a_crowd_of_fixed_points() -> None:
    found = attractors(LOOP, Dynamics(transfer=Tanh()), starts=20, rng=0)
    assert len(found) == 0
    assert found.unsettled == 1
    assert repr(found) == "Attractors(100 % of the starts unsettled; from 20 starts)"


def test_where_every_state_rests_every_start_is_its_own_end() -> None:
    m = CognitiveMap.from_matrix([[0.0]])
    dynamics = Dynamics(rule=ModifiedKosko(), transfer=Saturated())
    found = attractors(m, dynamics, starts=5, rng=0)
    assert len(found) == 8
    assert set(found.stable) == {None}
    np.testing.assert_allclose(found.shares.sum(), 1)


def test_chaos_is_unsettled() -> None:
    weights = np.random.default_rng(47).integers(-10, 11, size=(4, 4)) / 10
    m = CognitiveMap.from_matrix(weights)
    found = attractors(m, Dynamics(transfer=Tanh(slope=3)), starts=20, rng=0)
    assert found.unsettled == 1
    assert found.stable == (False,)


def test_equal_seeds_give_equal_findings() -> None:
    one, other = (attractors(MUTUAL, STEEP, starts=50, rng=7) for _ in range(2))
    np.testing.assert_array_equal(one.shares, other.shares)
    for a, b in zip(one.states, other.states, strict=True):
        np.testing.assert_array_equal(a, b)
    assert attractors(MUTUAL, STEEP, starts=50, rng=8).shares.tolist() != one.shares.tolist()


def test_a_clamp_decides_between_the_ends() -> None:
    found = attractors(MUTUAL, STEEP, starts=20, rng=0, scenario=Scenario("s", clamp={"C1": 0.9}))
    assert len(found) == 1
    np.testing.assert_allclose(found.states[0], [[0.9, Sigmoid(slope=10)(-0.9)]], atol=1e-12)


def test_a_push_and_a_changed_link_are_obeyed() -> None:
    scenario = Scenario("s", push={"C1": 1.0}, links={("C1", "C2"): 0.5})
    found = attractors(MUTUAL, scenario=scenario, starts=5, rng=0)
    expected = simulate(MUTUAL, scenario, dynamics=Dynamics(tol=1e-13)).final
    np.testing.assert_allclose(found.states[0], expected, atol=1e-9)


def test_held_inputs_stay_at_their_start_value() -> None:
    m = CognitiveMap.from_links({("rain", "traffic"): 0.8})
    dynamics = Dynamics(hold_inputs=True)
    (states,) = attractors(m, dynamics, starts=5, rng=0).states
    assert states[0, 0] == 1
    scenario = Scenario("dry", initial={"rain": 0.0})
    (states,) = attractors(m, dynamics, starts=5, rng=0, scenario=scenario).states
    np.testing.assert_allclose(states, [[0.0, 0.5]])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_attractor_returns_to_itself_after_its_period(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=4))
    dynamics = data.draw(some.dynamics())
    scenario = data.draw(some.scenarios(m, timed=False))
    found = attractors(m, dynamics, starts=20, rng=0, scenario=scenario)
    assert found.shares.sum() + found.unsettled == pytest.approx(1)
    for cycle, period in zip(found.states, found.periods, strict=True):
        for step in range(period):
            run = simulate(
                m,
                Scenario("s", clamp=scenario.clamp, push=scenario.push, links=scenario.links),
                initial=cycle[step],
                dynamics=Dynamics(
                    rule=dynamics.rule,
                    transfer=dynamics.transfer,
                    tol=1e-300,
                    max_steps=1,
                    hold_inputs=dynamics.hold_inputs,
                ),
            )
            np.testing.assert_allclose(run.final[0], cycle[(step + 1) % period], atol=1e-9)
        if period > 1:
            apart = np.abs(cycle[1:] - cycle[:-1]).max(axis=1)
            assert (apart > 1e-6).any()


@settings(max_examples=30, deadline=None)
@given(some.maps(most=4), some.dynamics(), st.integers(0, 10))
def test_a_settled_run_ends_in_an_attractor_that_many_starts_find(
    m: CognitiveMap, dynamics: Dynamics, seed: int
) -> None:
    low = float(np.asarray(dynamics.transfer([-1e9]))[0])
    start = np.random.default_rng(seed).uniform(low, 1.0, size=len(m))
    fine = Dynamics(rule=dynamics.rule, transfer=dynamics.transfer, tol=1e-12, max_steps=3000)
    run = simulate(m, initial=start, dynamics=fine)
    if run.outcome[0] != Outcome.FIXED_POINT:
        return
    found = attractors(m, fine, starts=300, rng=1)
    if found.unsettled or len(found) > 3:
        return
    gaps = [np.abs(cycle - run.final[0]).max(axis=1).min() for cycle in found.states]
    assert min(gaps) < 1e-4


def test_a_map_without_concepts_has_one_end() -> None:
    found = attractors(CognitiveMap.from_matrix(np.zeros((0, 0))), starts=3, rng=0)
    assert found.periods == (1,)
    assert found.shares.tolist() == [1.0]


def test_discrete_cycles_are_found_with_their_period_and_no_word_on_stability() -> None:
    m = CognitiveMap.from_matrix([[0, 1, 0], [0, 0, 1], [1.0, 0, 0]])
    found = attractors(m, Dynamics(transfer=Bivalent(threshold=0.5)), starts=400, rng=0)
    assert sorted(found.periods) == [1, 1, 3, 3]
    assert set(found.stable) == {None}


@pytest.mark.parametrize("starts", [0, -1, 2.5, True])
def test_a_number_of_starts_that_is_none_is_refused(starts: object) -> None:
    with pytest.raises(DynamicsError, match="starts is"):
        attractors(MUTUAL, starts=starts)  # type: ignore[arg-type]


def test_a_scenario_of_another_map_is_refused() -> None:
    with pytest.raises(UnknownConceptError, match="C9"):
        attractors(MUTUAL, scenario=Scenario("s", push={"C9": 0.0}))


def test_findings_read_in_words_in_records_and_as_a_table() -> None:
    found = attractors(MUTUAL, STEEP, starts=30, rng=0)
    assert repr(found) == "Attractors(2 fixed points, 1 limit cycle; from 30 starts)"
    records = json.loads(json.dumps(found.to_records()))
    assert len(records) == 4
    assert set(records[0]) == {"attractor", "step", "period", "share", "stable", "values"}
    assert "<table" in found._repr_html_()
    with pytest.raises(ValueError, match="read-only"):
        found.states[0][0, 0] = 1.0
