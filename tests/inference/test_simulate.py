"""What simulate promises of starts, clamps, pushes, links and times."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr

import numpy as np
import pytest

from fcm.errors import DynamicsError, ScenarioError, UnknownConceptError
from fcm.inference import Dynamics, Kosko, Outcome, Sigmoid, Tanh, simulate
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

CHAIN = CognitiveMap.from_links({("a", "b"): 0.8, ("b", "c"): -0.5}, name="chain")
LINEAR = Dynamics(rule=Kosko(memory=1.0), max_steps=8)


def path(scenario: Scenario, **settings: object) -> np.ndarray:
    found = simulate(CHAIN, [scenario], record=True, **settings)
    assert found.states is not None
    return found.states[0]


def test_every_concept_starts_at_one_unless_told_otherwise() -> None:
    assert path(Scenario("s"))[0].tolist() == [1, 1, 1]
    assert path(Scenario("s"), initial={"b": 0.2})[0].tolist() == [1, 0.2, 1]
    assert path(Scenario("s", initial={"c": 0.3}), initial={"b": 0.2})[0].tolist() == [1, 0.2, 0.3]


def test_clamping_to_zero_holds_the_concept_at_zero() -> None:
    states = path(Scenario("s", clamp={"b": 0}))
    assert (states[:, 1] == 0).all()
    assert simulate(CHAIN, clamp={"b": 0})["b"].tolist() == [0]


def test_a_clamp_from_step_zero_is_in_the_start_vector() -> None:
    assert path(Scenario("s", clamp={"b": 0.3}), initial={"b": 0.9})[0, 1] == 0.3


def test_a_timed_clamp_holds_from_its_start_until_its_stop() -> None:
    states = path(Scenario("s", clamp={"b": 0.3}, start=2, stop=5))
    assert (states[2:5, 1] == 0.3).all()
    assert states[1, 1] != 0.3
    assert states[5, 1] == pytest.approx(Sigmoid()(0.8 * states[4, 0]), abs=1e-15)


def test_a_clamp_from_step_one_leaves_the_start_vector_alone() -> None:
    states = path(Scenario("s", clamp={"b": 0.3}, start=1))
    assert states[0, 1] == 1
    assert (states[1:, 1] == 0.3).all()


def test_a_push_is_added_to_the_net_input_while_it_acts() -> None:
    states = path(Scenario("s", push={"c": 0.7}, start=2, stop=3))
    for step, push in ((1, 0), (2, 0.7), (3, 0)):
        expected = Sigmoid()(-0.5 * states[step - 1, 1] + push)
        assert states[step, 2] == pytest.approx(expected, abs=1e-15)


def test_links_change_while_the_scenario_acts_and_come_back() -> None:
    states = path(Scenario("s", links={("a", "c"): 0.9, ("b", "c"): 0}, start=2, stop=3))
    for step, ac, bc in ((1, 0, -0.5), (2, 0.9, 0), (3, 0, -0.5)):
        expected = Sigmoid()(ac * states[step - 1, 0] + bc * states[step - 1, 1])
        assert states[step, 2] == pytest.approx(expected, abs=1e-15)


def test_a_timed_scenario_does_not_settle_before_its_last_change() -> None:
    late = Scenario("late", clamp={"a": 0.0}, start=40, stop=60)
    now = Scenario("now")
    found = simulate(CHAIN, [late, now])
    assert found.steps[1] < 10
    assert found.steps[0] >= 60
    np.testing.assert_allclose(found.final[0], found.final[1], atol=1e-4)


def test_a_scenario_that_begins_after_the_last_step_is_unsettled() -> None:
    found = simulate(CHAIN, [Scenario("never", clamp={"a": 0}, start=5000)])
    assert found.outcome[0] == Outcome.UNSETTLED
    assert found["a"][0] == 0.5


def test_a_clamp_under_all_runs_gives_way_to_the_scenarios_own_while_it_acts() -> None:
    states = path(Scenario("s", clamp={"a": 0.9}, start=2, stop=4), clamp={"a": 0.1})
    assert states[:6, 0].tolist() == [0.1, 0.1, 0.9, 0.9, 0.1, 0.1]


def test_a_batch_may_differ_in_start_and_clamp() -> None:
    found = simulate(CHAIN, initial=np.full((3, 3), 0.5), clamp={"a": [0.0, 0.5, 1.0]})
    assert found["a"].tolist() == [0, 0.5, 1]
    np.testing.assert_allclose(found["b"], Sigmoid()([0, 0.4, 0.8]), atol=1e-12)


def test_one_scenario_needs_no_list() -> None:
    assert len(simulate(CHAIN, Scenario("s"))) == 1


def test_the_last_allowed_step_may_be_the_one_that_settles() -> None:
    steps = int(simulate(CHAIN).steps[0])
    just = simulate(CHAIN, dynamics=Dynamics(max_steps=steps))
    assert (just.outcome[0], just.steps[0]) == (Outcome.FIXED_POINT, steps)
    short = simulate(CHAIN, dynamics=Dynamics(max_steps=steps - 1))
    assert (short.outcome[0], short.steps[0]) == (Outcome.UNSETTLED, steps - 1)


def test_concepts_without_causes_drift_unless_inputs_are_held() -> None:
    assert simulate(CHAIN)["a"][0] == 0.5
    held = simulate(CHAIN, initial={"a": 0.9}, dynamics=Dynamics(hold_inputs=True))
    assert held["a"][0] == 0.9
    assert held["b"][0] == pytest.approx(Sigmoid()(0.72), abs=1e-12)


def test_a_pushed_or_newly_caused_concept_is_not_held() -> None:
    dynamics = Dynamics(hold_inputs=True)
    scenarios = [
        Scenario("none"),
        Scenario("push", push={"a": 0.2}),
        Scenario("link", links={("c", "a"): 0.5}),
        Scenario("clamp", clamp={"a": 0.3}),
    ]
    found = simulate(CHAIN, scenarios, dynamics=dynamics, initial={"a": 0.9})
    assert found["a"][0] == 0.9
    assert found["a"][1] == pytest.approx(Sigmoid()(0.2), abs=1e-12)
    assert found["a"][2] == pytest.approx(Sigmoid()(0.5 * found["c"][2]), abs=1e-4)
    assert found["a"][3] == 0.3


def test_a_recorded_run_that_has_ended_repeats_its_last_state() -> None:
    scenarios = [Scenario("short", clamp={"a": 0.5, "b": 0.5, "c": 0.5}), Scenario("long")]
    found = simulate(CHAIN, scenarios, record=True)
    assert found.states is not None
    assert found.states.shape == (2, found.steps[1] + 1, 3)
    assert (found.states[0] == 0.5).all()
    np.testing.assert_array_equal(found.states[:, -1], found.final)


def test_results_cannot_be_changed() -> None:
    found = simulate(CHAIN, record=True)
    with pytest.raises(ValueError, match="read-only"):
        found.final[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        found.states[0, 0, 0] = 1


def test_the_callers_arrays_stay_as_they_are() -> None:
    initial, clamp = np.full((2, 3), 0.5), np.array([0.1, 0.2])
    found = simulate(CHAIN, initial=initial, clamp={"a": clamp})
    assert (initial == 0.5).all()
    initial[:] = 9
    assert clamp.tolist() == [0.1, 0.2]
    assert (found.final < 1).all()


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        (Scenario("more", clamp={"aa": 1}), "scenario 'more' clamps 'aa'.*map 'chain'"),
        (Scenario("more", push={"d": 1}), "scenario 'more' pushes 'd'.*There are: 'a', 'b', 'c'"),
        (Scenario("more", initial={"d": 1}), "sets the start value of 'd'"),
        (Scenario("more", links={("a", "d"): 1}), "changes a link of 'd'"),
    ],
)
def test_a_scenario_about_an_unknown_concept_is_refused(scenario: Scenario, told: str) -> None:
    with pytest.raises(UnknownConceptError, match=told):
        simulate(CHAIN, [scenario])


def test_a_misspelt_name_gets_the_nearest_one() -> None:
    m = CognitiveMap.from_links({("staff capacity", "response time"): -0.5})
    with pytest.raises(UnknownConceptError, match="Did you mean 'staff capacity'"):
        simulate(m, clamp={"staff capacty": 0.9})
    with pytest.raises(UnknownConceptError, match="initial names 'respons time'"):
        simulate(m, initial={"respons time": 0.9})


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        ({"initial": [0.1, 0.2]}, DynamicsError, r"initial has shape \(2,\)"),
        ({"initial": np.zeros((2, 2, 3))}, DynamicsError, "initial has shape"),
        ({"initial": 0.5}, DynamicsError, "initial has shape"),
        ({"initial": [0.1, np.nan, 0.2]}, DynamicsError, "initial holds nan"),
        ({"initial": {"a": np.inf}}, DynamicsError, "initial value of 'a' holds inf"),
        ({"initial": {"a": "high"}}, DynamicsError, "initial value of 'a' is 'high'"),
        ({"initial": {"a": [0.1, 0.2]}}, DynamicsError, "expected one number"),
        ({"clamp": {"a": np.nan}}, ScenarioError, "clamp of 'a' holds nan"),
        ({"clamp": {"a": [[0.1]]}}, ScenarioError, "clamp of 'a' has shape"),
        ({"clamp": {"a": [1, 2], "b": [1, 2, 3]}}, ScenarioError, "2 values.*3 values"),
        ({"clamp": {"a": [1, 2]}, "initial": np.ones((3, 3))}, ScenarioError, "3 rows of initial"),
    ],
)
def test_batches_that_do_not_fit_are_refused(settings: dict, error: type, told: str) -> None:
    with pytest.raises(error, match=re.compile(told, re.DOTALL)):
        simulate(CHAIN, **settings)


def test_scenario_lists_that_cannot_be_are_refused() -> None:
    with pytest.raises(ScenarioError, match="'s' is given twice"):
        simulate(CHAIN, [Scenario("s"), Scenario("s")])
    with pytest.raises(ScenarioError, match="expected Scenario values"):
        simulate(CHAIN, ["s"])
    with pytest.raises(ScenarioError, match=r"to 3; weights of this map lie in \[-1, 1\]"):
        simulate(CHAIN, [Scenario("s", links={("a", "b"): 3})])
    with pytest.raises(ScenarioError, match="1 scenarios, 2 values"):
        simulate(CHAIN, [Scenario("s")], clamp={"a": [1, 2]})


def test_an_unbounded_map_takes_any_link() -> None:
    m = CognitiveMap.from_matrix([[0, 4.0], [0, 0]], limit=None)
    found = simulate(m, [Scenario("s", links={("C1", "C2"): -30})], dynamics=Dynamics(max_steps=9))
    assert found["C2"][0] == pytest.approx(Sigmoid()(-15), rel=1e-9)


def test_progress_is_silent_unless_asked_for() -> None:
    err = io.StringIO()
    with redirect_stderr(err):
        simulate(CHAIN)
        assert err.getvalue() == ""
        simulate(CHAIN, progress=True)
    assert "1/1" in err.getvalue()


def test_tanh_holds_its_clamped_concept_and_lets_the_others_decay() -> None:
    found = simulate(CHAIN, clamp={"c": -0.4}, dynamics=Dynamics(transfer=Tanh()))
    assert found["c"][0] == -0.4
    np.testing.assert_allclose(found.final[0, :2], 0, atol=1e-12)
