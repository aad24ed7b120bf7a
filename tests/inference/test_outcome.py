"""Simulations as values: looked up, shown and handed on."""

from __future__ import annotations

import pickle
from html.parser import HTMLParser

import numpy as np
import pytest

from fcm.errors import NotSettledError, UnknownConceptError
from fcm.inference import Dynamics, Outcome, Simulation, Trivalent, simulate
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

RING = CognitiveMap.from_links({("a", "b"): 1.0, ("b", "a"): 1.0})
SWING = [Scenario("swing", initial={"b": 0}), Scenario("still")]


@pytest.fixture
def found() -> Simulation:
    return simulate(RING, SWING, dynamics=Dynamics(transfer=Trivalent()), record=True)


def test_outcomes_are_numbers_with_advice() -> None:
    assert [int(each) for each in Outcome] == [0, 1, 2]
    assert Outcome(2) is Outcome.UNSETTLED
    assert all(each.advice.endswith(".") for each in Outcome)


def test_a_run_is_looked_up_by_concept(found: Simulation) -> None:
    assert found["b"].shape == (2,)
    with pytest.raises(UnknownConceptError, match="There are: 'a', 'b'"):
        found["pollution"]


def test_requiring_rest_names_the_runs_that_swing(found: Simulation) -> None:
    with pytest.raises(NotSettledError, match=r"1 of 2 runs.*swing \(LIMIT_CYCLE\).*cycle"):
        found.require_settled()


def test_requiring_rest_of_a_large_batch_names_a_few() -> None:
    starts = np.tile([1.0, 0.0], (20, 1))
    with pytest.raises(NotSettledError, match=r"run 6 .* and 14 more"):
        simulate(RING, initial=starts, dynamics=Dynamics(transfer=Trivalent())).require_settled()


def test_requiring_rest_gives_the_simulation_back() -> None:
    run = simulate(RING)
    assert run.require_settled() is run


def test_the_line_says_what_did_not_settle(found: Simulation) -> None:
    assert repr(found) == ("Simulation(2 runs of 2 concepts: 1 in a limit cycle, in 1 to 34 steps)")
    assert "1 unsettled" in repr(simulate(RING, dynamics=Dynamics(max_steps=1)))


def test_the_frame_has_a_row_per_run_with_its_outcome(found: Simulation) -> None:
    frame = found.to_frame()
    assert frame.index.tolist() == ["swing", "still"]
    assert frame.columns.tolist() == ["a", "b", "outcome", "steps", "period", "residual"]
    assert frame["outcome"].tolist() == ["LIMIT_CYCLE", "FIXED_POINT"]
    assert frame["b"].tolist() == found["b"].tolist()


def test_the_frame_of_unnamed_runs_numbers_them() -> None:
    assert simulate(RING, initial=np.ones((2, 2))).to_frame().index.tolist() == ["run 1", "run 2"]


def test_the_dataset_has_the_states_if_they_were_recorded(found: Simulation) -> None:
    data = found.to_xarray()
    assert float(data["final"].sel(scenario="still", concept="a")) == 1.0
    assert data["states"].dims == ("scenario", "step", "concept")
    assert "states" not in simulate(RING).to_xarray()


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_table_is_whole_escaped_and_tells_the_outcome() -> None:
    m = CognitiveMap.from_links({("<script>x</script>", "b & c"): 1.0})
    page = Tags()
    page.feed(simulate(m, [Scenario("<img src=x>")])._repr_html_())
    assert page.open == []
    assert page.seen <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "p"}
    assert "<script>x</script>" in page.text
    assert "<img src=x>" in page.text
    assert "fixed point" in page.text


def test_the_table_of_a_large_batch_is_short_and_says_so() -> None:
    html = simulate(RING, initial=np.ones((500, 2)))._repr_html_()
    assert html.count("<tr>") == 21
    assert "480 more runs." in html


def test_simulations_can_be_pickled(found: Simulation) -> None:
    again = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(again.final, found.final)
    assert again.scenarios == found.scenarios


def test_peak_and_mean_are_worked_out_when_asked_for_and_then_kept() -> None:
    initial = np.array([[0.2, 0.9], [1.0, 0.1]])
    found = simulate(RING, initial=initial, dynamics=Dynamics(transfer=Trivalent()))
    expected = simulate(RING, initial=initial, dynamics=Dynamics(transfer=Trivalent()), record=True)
    initial[:] = -5.0
    assert expected.states is not None
    for s, steps in enumerate(found.steps.tolist()):
        states = expected.states[s, : steps + 1]
        np.testing.assert_array_equal(found.peak[s], states.max(axis=0))
        np.testing.assert_allclose(found.mean[s], states.mean(axis=0), rtol=0, atol=1e-12)
    assert found.peak is found.peak
    with pytest.raises(ValueError, match="read-only"):
        found.mean[0, 0] = 1


def test_a_pickled_simulation_still_knows_what_it_was_asked() -> None:
    again = pickle.loads(pickle.dumps(simulate(RING, SWING)))
    assert again.question.scenarios == tuple(SWING)
    np.testing.assert_array_equal(again.peak, simulate(RING, SWING).peak)
