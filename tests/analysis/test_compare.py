"""Changes against the no-intervention run."""

from __future__ import annotations

import numpy as np
import pytest

from fcm.analysis.compare import Comparison, compare
from fcm.errors import DynamicsError, NotSettledError, ScenarioError, UnknownConceptError
from fcm.inference import Dynamics, Outcome, Trivalent, simulate
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
