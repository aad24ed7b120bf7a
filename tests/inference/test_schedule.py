"""Scenarios in time: when they act, how they come in, and when a run may settle."""

from __future__ import annotations

import numpy as np
import pytest

from fcm.errors import ScenarioError, UnknownConceptError
from fcm.inference import (
    Dynamics,
    Kosko,
    Outcome,
    Saturated,
    Sigmoid,
    simulate,
)
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

M = CognitiveMap.from_links({("lever", "outcome"): 1.0})
KEEP = Dynamics(rule=Kosko(memory=(1.0, 0.0)), transfer=Saturated(low=-9, high=9))


def path(scenario: Scenario, concept: str, dynamics: Dynamics = KEEP, **settings: object) -> list:
    found = simulate(M, scenario, initial=[0.2, 0.2], dynamics=dynamics, record=True, **settings)
    assert found.states is not None
    return found.states[0, :, found.names.index(concept)].round(12).tolist()


def test_a_ramped_clamp_goes_in_equal_steps_from_the_state_to_its_value() -> None:
    ramp = Scenario("s", clamp={"lever": 1.0}, start=2, ramp=4)
    assert path(ramp, "lever")[:7] == [0.2, 0.2, 0.4, 0.6, 0.8, 1.0, 1.0]


def test_a_ramp_from_step_0_leaves_the_start_vector_as_it_is() -> None:
    for start in (0, 1):
        ramp = Scenario("s", clamp={"lever": 1.0}, start=start, ramp=2)
        assert path(ramp, "lever")[:4] == [0.2, 0.6, 1.0, 1.0]


def test_a_ramp_of_one_step_is_there_at_once() -> None:
    for ramp in (0, 1):
        assert path(Scenario("s", clamp={"lever": 1.0}, start=3, ramp=ramp), "lever")[:5] == [
            0.2,
            0.2,
            0.2,
            1.0,
            1.0,
        ]


def test_a_ramped_clamp_starts_where_the_concept_then_is() -> None:
    steep = Dynamics(rule=Kosko(memory=(0.5, 0.0)), transfer=Saturated(low=-9, high=9))
    ramp = Scenario("s", clamp={"lever": 0.35}, start=2, ramp=2)
    assert path(ramp, "lever", steep)[:5] == [0.2, 0.1, 0.225, 0.35, 0.35]


def test_a_ramped_push_comes_in_from_0() -> None:
    plain = Dynamics(rule=Kosko(), transfer=Saturated(low=-9, high=9))
    ramp = Scenario("s", push={"lever": 0.8}, start=2, ramp=4, stop=8)
    assert path(ramp, "lever", plain)[:9] == [0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.0]


def test_ramps_differ_by_scenario_in_one_batch() -> None:
    scenarios = [
        Scenario(f"s{k}", clamp={"lever": value}, start=1, ramp=ramp)
        for k, (value, ramp) in enumerate([(1.0, 2), (0.6, 2), (0.6, 4), (1.0, 0)])
    ]
    found = simulate(M, scenarios, initial=[0.2, 0.2], dynamics=KEEP, record=True)
    assert found.states is not None
    np.testing.assert_allclose(
        found.states[:, 1:5, 0],
        [[0.6, 1, 1, 1], [0.4, 0.6, 0.6, 0.6], [0.3, 0.4, 0.5, 0.6], [1, 1, 1, 1]],
        rtol=0,
        atol=1e-12,
    )


def test_a_ramp_ends_at_its_value_to_the_last_bit() -> None:
    found = simulate(M, Scenario("s", clamp={"lever": 0.7}, start=3, ramp=7), dynamics=KEEP)
    assert found["lever"].tolist() == [0.7]


@pytest.mark.parametrize(
    ("scenario", "first"),
    [
        (Scenario("s", push={"lever": 0.1}, start=40), 40),
        (Scenario("s", push={"lever": 0.1}, stop=40), 40),
        (Scenario("s", push={"lever": 0.1}, start=20, ramp=21), 40),
        (Scenario("s", parts=[Scenario("a", clamp={"lever": 0.5}, start=40)]), 40),
        (
            Scenario(
                "s",
                parts=[
                    Scenario("a", clamp={"lever": 0.5}, stop=12),
                    Scenario("b", push={"outcome": 0.5}, start=30, stop=40),
                ],
            ),
            40,
        ),
    ],
)
def test_no_run_settles_before_the_last_change(scenario: Scenario, first: int) -> None:
    plain = simulate(M, dynamics=Dynamics())
    assert plain.steps[0] < first
    found = simulate(M, scenario, dynamics=Dynamics())
    assert found.outcome[0] == Outcome.FIXED_POINT
    assert found.steps[0] >= first


def test_a_change_beyond_the_last_step_leaves_the_run_unsettled() -> None:
    found = simulate(
        M, Scenario("s", clamp={"lever": 1.0}, start=2, ramp=90), dynamics=Dynamics(max_steps=50)
    )
    assert found.outcome[0] == Outcome.UNSETTLED
    assert found.steps[0] == 50


def test_parts_act_one_after_the_other_and_together() -> None:
    programme = Scenario(
        "programme",
        parts=[
            Scenario("trial", clamp={"lever": 0.4}, start=1, stop=3),
            Scenario("real", clamp={"lever": 1.0}, start=3, ramp=3),
            Scenario("help", push={"outcome": 0.5}, start=2, stop=4),
            Scenario("more", push={"outcome": 0.25}, start=3, stop=5),
        ],
    )
    assert path(programme, "lever")[:7] == [0.2, 0.4, 0.4, 0.6, 0.8, 1.0, 1.0]
    assert path(programme, "outcome")[:6] == [0.2, 0.2, 0.9, 1.15, 0.85, 0.8]


def test_parts_change_links_each_in_its_time() -> None:
    parts = [
        Scenario("weaker", links={("lever", "outcome"): 0.5}, start=2, stop=4),
        Scenario("cut", links={("lever", "outcome"): 0.0}, start=4),
        Scenario("back", links={("outcome", "lever"): -1.0}, start=3),
    ]
    found = path(Scenario("s", parts=parts, initial={"lever": 1.0}), "outcome")
    assert found[:6] == [0.2, 1.0, 0.5, 0.5, 0.0, 0.0]


def test_acts_at_one_time_are_one_scenario() -> None:
    m = CognitiveMap.from_matrix(np.random.default_rng(5).uniform(-1, 1, (5, 5)))
    one = Scenario("one", clamp={"C1": 0.2}, push={"C3": 0.4}, links={("C2", "C4"): 0.0}, start=3)
    bundle = Scenario(
        "bundle",
        parts=[
            Scenario("a", clamp={"C1": 0.2}, start=3),
            Scenario("b", push={"C3": 0.4}, start=3),
            Scenario("c", links={("C2", "C4"): 0.0}, start=3),
        ],
    )
    found = simulate(m, [one, bundle])
    np.testing.assert_allclose(found.final[1], found.final[0], rtol=0, atol=1e-12)
    assert found.steps[0] == found.steps[1]


def test_a_clamp_outside_the_range_of_the_transfer_is_kept() -> None:
    found = simulate(M, clamp={"lever": -3.0}, dynamics=Dynamics(transfer=Sigmoid()))
    assert found["lever"].tolist() == [-3.0]
    assert found["outcome"][0] == pytest.approx(Sigmoid()(-3.0), abs=1e-12)


def test_held_inputs_that_a_part_moves_are_held_at_no_time() -> None:
    dynamics = Dynamics(hold_inputs=True, max_steps=4)
    free = Scenario("s", parts=[Scenario("a", push={"lever": 0.5}, start=3)])
    assert path(free, "lever", dynamics)[1] == 0.5
    assert path(Scenario("t", push={"outcome": 0.5}), "lever", dynamics)[1] == 0.2


def test_names_and_weights_of_parts_are_checked_against_the_map() -> None:
    wrong = Scenario("s", parts=[Scenario("a", push={"outcom": 1.0})])
    with pytest.raises(UnknownConceptError, match="'s' pushes 'outcom'"):
        simulate(M, wrong)
    heavy = Scenario("s", parts=[Scenario("a", links={("lever", "outcome"): 2.0})])
    with pytest.raises(ScenarioError, match="sets link 'lever' -> 'outcome' to 2"):
        simulate(M, heavy)
