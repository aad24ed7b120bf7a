"""Changes against the no-intervention run."""

from __future__ import annotations

import numpy as np
import pytest

from fcm.analysis.compare import Comparison, compare
from fcm.errors import DynamicsError, NotSettledError, ScenarioError, UnknownConceptError
from fcm.inference import (
    Dynamics,
    Kosko,
    Outcome,
    Saturated,
    Tanh,
    Trivalent,
    simulate,
)
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

M = CognitiveMap.from_links({("zone", "cars"): -0.6, ("cars", "dirt"): 0.7, ("dirt", "zone"): 0.2})
SCENARIOS = [
    Scenario("zone", clamp={"zone": 1.0}),
    Scenario("ban", clamp={"cars": 0.0}),
    Scenario("no zone", clamp={"zone": 0.0}),
]


@pytest.fixture
def found() -> Comparison:
    return compare(M, SCENARIOS)


def test_changes_are_taken_against_the_run_in_which_nothing_is_done(found: Comparison) -> None:
    nothing = simulate(M).final[0]
    np.testing.assert_allclose(found.baseline, nothing, atol=1e-12)
    for s, scenario in enumerate(SCENARIOS):
        final = simulate(M, scenario).final[0]
        np.testing.assert_allclose(found.final[s], final, atol=1e-12)
        np.testing.assert_allclose(found.delta[s], final - nothing, atol=1e-12)
    assert found.settled.all()
    assert found.baseline_outcome is Outcome.FIXED_POINT
    assert found.scenarios == tuple(SCENARIOS)


def test_the_baseline_starts_where_the_scenarios_start() -> None:
    found = compare(M, SCENARIOS, Dynamics(max_steps=1), initial={"zone": 0.2, "cars": 0.7})
    alone = simulate(M, dynamics=Dynamics(max_steps=1), initial={"zone": 0.2, "cars": 0.7})
    np.testing.assert_allclose(found.baseline, alone.final[0], atol=1e-12)


def test_the_rank_goes_from_the_largest_rise_to_the_largest_fall(found: Comparison) -> None:
    ranked = found.rank("dirt")
    assert [name for name, _ in ranked] == ["no zone", "zone", "ban"]
    assert [change for _, change in ranked] == sorted(found.of("dirt").tolist(), reverse=True)
    assert found.best("dirt", "down") == "ban"
    assert found.best("dirt", "up") == "no zone"


def swinging(**settings: object) -> Comparison:
    pair = CognitiveMap.from_links({("a", "b"): 1.0, ("b", "a"): 1.0})
    scenarios = [
        Scenario("start apart", initial={"a": 0.0}),
        Scenario("hold", clamp={"a": 0.0}),
        Scenario("no change"),
    ]
    return compare(pair, scenarios, Dynamics(transfer=Trivalent()), **settings)


def test_a_scenario_that_swings_has_no_change_and_ranks_last() -> None:
    found = swinging()
    assert found.settled.tolist() == [False, True, True]
    assert found.outcome.tolist() == [1, 0, 0]
    assert np.isnan(found.delta[0]).all()
    assert [name for name, _ in found.rank("b")] == ["no change", "hold", "start apart"]
    assert found.best("b", "down") == "hold"
    assert "2 of 3 settled" in repr(found)
    assert "not settled" in found._repr_html_()


def test_if_the_baseline_swings_nothing_can_be_compared() -> None:
    found = swinging(initial={"a": 1.0, "b": 0.0})
    assert found.baseline_outcome is Outcome.LIMIT_CYCLE
    assert not found.settled.any()
    with pytest.raises(NotSettledError, match="no scenario settled"):
        found.best("b", "up")


def test_percent_are_of_the_level_without_intervention(found: Comparison) -> None:
    np.testing.assert_allclose(found.percent, 100 * (found.final / found.baseline - 1), atol=1e-9)
    halved = compare(
        CognitiveMap.from_links({}, concepts=["x"]),
        Scenario("half", clamp={"x": 0.25}),
    )
    np.testing.assert_allclose(halved.percent, [[-50.0]])


def test_a_rise_is_positive_in_per_cent_below_zero_too() -> None:
    m = CognitiveMap.from_links({("a", "b"): -0.5}, concepts=["a", "b"])
    dynamics = Dynamics(transfer=Tanh(), hold_inputs=True)
    rise = compare(m, Scenario("less a", clamp={"a": 0.1}), dynamics)
    assert rise.baseline[1] < rise.final[0, 1] < 0
    np.testing.assert_allclose(
        rise.percent[0, 1], 100 * (1 - np.tanh(-0.05) / np.tanh(-0.5)), rtol=1e-9
    )


def test_there_are_no_per_cent_of_nothing() -> None:
    """b rests at 0, a has come down to the tolerance only and is 0 in truth."""
    m = CognitiveMap.from_matrix([[0.5, 0], [0, 0]], ["a", "b"])
    dynamics = Dynamics(transfer=Tanh(), tol=1e-4)
    found = compare(m, Scenario("s", clamp={"a": 0.5, "b": 0.3}), dynamics)
    assert 0 < found.baseline[0] < 1e-4
    assert found.baseline[1] == 0
    assert np.isnan(found.percent).all()
    assert np.isnan(swinging().percent[0]).all()


def test_peak_and_time_mean_are_those_of_each_run(found: Comparison) -> None:
    for s, scenario in enumerate(SCENARIOS):
        run = simulate(M, scenario, record=True)
        states = run.states[0, : run.steps[0] + 1]
        np.testing.assert_allclose(found.peak[s], states.max(axis=0), atol=1e-12)
        np.testing.assert_allclose(found.mean[s], states.mean(axis=0), atol=1e-12)
    alone = simulate(M)
    np.testing.assert_allclose(found.baseline_peak, alone.peak[0], atol=1e-12)
    np.testing.assert_allclose(found.baseline_mean, alone.mean[0], atol=1e-12)
    assert len(found.run) == 4


def test_scenarios_may_start_where_nothing_done_leads() -> None:
    found = compare(M, SCENARIOS, from_baseline=True)
    rest = simulate(M).final[0]
    for s, scenario in enumerate(SCENARIOS):
        again = simulate(M, scenario, initial=rest)
        np.testing.assert_array_equal(found.final[s], again.final[0])
        assert found.run.steps[s + 1] == again.steps[0]
    np.testing.assert_allclose(found.delta, compare(M, SCENARIOS).delta, atol=1e-4)
    np.testing.assert_allclose(found.baseline_peak, found.baseline_mean, atol=1e-4)


def test_from_the_baseline_doing_nothing_changes_nothing_at_all() -> None:
    drifting = Dynamics(rule=Kosko(memory=0.9), transfer=Tanh())
    m = CognitiveMap.from_links({}, concepts=["a", "b"])
    found = compare(m, Scenario("nothing"), drifting, from_baseline=True)
    assert (found.baseline > 1e-5).all()
    assert (found.delta == 0).all()


def test_a_map_with_two_attractors_may_end_elsewhere_from_its_baseline() -> None:
    """A push for one step cannot lift it from rest, but leaves it up if it starts there."""
    m = CognitiveMap.from_matrix([[1.0]], ["x"])
    dynamics = Dynamics(transfer=Tanh(slope=2))
    weak = Scenario("weak", initial={"x": 0.9}, push={"x": -0.3}, stop=2)
    none = Scenario("none")
    down = compare(m, [none, weak], dynamics, initial=[-0.5], from_baseline=True)
    assert down.baseline[0] < -0.9
    assert down.final[0, 0] < -0.9
    assert down.final[1, 0] > 0.9
    lifted = Scenario("lifted", push={"x": 0.6}, stop=2)
    assert compare(m, lifted, dynamics, initial=[-0.1]).final[0, 0] > 0.9
    assert compare(m, lifted, dynamics, initial=[-0.1], from_baseline=True).final[0, 0] < -0.9


def test_a_baseline_that_does_not_settle_is_no_start() -> None:
    with pytest.raises(NotSettledError, match=r"\(limit cycle\).*from_baseline=False"):
        swinging(initial={"a": 1.0, "b": 0.0}, from_baseline=True)
    with pytest.raises(NotSettledError, match=r"\(unsettled\)"):
        compare(M, SCENARIOS, Dynamics(max_steps=2), from_baseline=True)


def test_concepts_held_as_inputs_stay_where_they_started() -> None:
    m = CognitiveMap.from_links({("a", "b"): 0.5})
    dynamics = Dynamics(transfer=Saturated(), hold_inputs=True)
    found = compare(
        m, Scenario("s", push={"b": 0.1}), dynamics, initial=[0.4, 0], from_baseline=True
    )
    np.testing.assert_allclose(found.baseline, [0.4, 0.2])
    np.testing.assert_allclose(found.final, [[0.4, 0.3]])


def test_records_tell_every_change_and_outcome(found: Comparison) -> None:
    records = found.to_records()
    assert len(records) == 9
    first = records[0]
    assert (first["scenario"], first["concept"], first["outcome"]) == (
        "zone",
        "zone",
        "FIXED_POINT",
    )
    assert first["final"] - first["baseline"] == pytest.approx(first["change"])
    assert found.to_frame().columns.tolist() == list(first)


def test_the_table_says_that_it_is_no_forecast(found: Comparison) -> None:
    html = found._repr_html_()
    assert "Change against no intervention, not a forecast." in html
    assert "no zone" in html
    assert repr(found) == (
        "Comparison(3 scenarios of 3 concepts against no intervention: all settled)"
    )


def test_a_scenario_may_have_the_name_of_the_baseline() -> None:
    found = compare(M, [Scenario("no intervention", clamp={"zone": 1}), Scenario("x")])
    assert found.delta[0, 0] > 0.1
    np.testing.assert_allclose(found.delta[1], 0, atol=1e-12)


def test_bad_input_is_refused(found: Comparison) -> None:
    with pytest.raises(ScenarioError, match="no scenario to compare"):
        compare(M, [])
    with pytest.raises(ScenarioError, match="given twice"):
        compare(M, [Scenario("s"), Scenario("s")])
    with pytest.raises(UnknownConceptError, match=r"'car'.*Did you mean 'cars'"):
        compare(M, [Scenario("s", clamp={"car": 1})])
    with pytest.raises(DynamicsError, match="one start vector"):
        compare(M, SCENARIOS, initial=np.ones((3, 3)))
    with pytest.raises(UnknownConceptError, match="Did you mean 'dirt'"):
        found.rank("dirtt")
    with pytest.raises(ScenarioError, match="direction is 'better'"):
        found.best("dirt", "better")


def test_a_comparison_cannot_be_changed(found: Comparison) -> None:
    with pytest.raises(ValueError, match="read-only"):
        found.delta[0, 0] = 1
