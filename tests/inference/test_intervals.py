"""Outer bounds: no run with weights and start in the box may ever leave them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fcm.errors import DynamicsError, EvidenceError, ScenarioError, UnknownConceptError
from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    ModifiedKosko,
    Rescaled,
    Saturated,
    Sigmoid,
    Tanh,
    Trivalent,
    simulate,
)
from fcm.inference.forms.perconcept import PerConcept
from fcm.inference.forms.stepfunction import StepFunction
from fcm.inference.uncertain.fuzzy_weights import IntervalWeights, TriangularWeights
from fcm.inference.uncertain.intervals import propagate
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import strategies

M = CognitiveMap.from_links({("a", "b"): 0.8, ("b", "a"): 0.6, ("a", "c"): -0.5, ("c", "c"): 0.4})
KNOWN = IntervalWeights.from_links(M, {("a", "b"): (0.3, 1.0), ("a", "c"): (-0.9, 0.2)})


@st.composite
def boxes(draw: st.DrawFn, m: CognitiveMap) -> IntervalWeights:
    """Intervals around some weights, cut at the limit."""
    n = len(m)
    radii = draw(
        st.lists(st.sampled_from((0.0, 0.0, 0.05, 0.3, 1.0)), min_size=n * n, max_size=n * n)
    )
    radius = np.reshape(radii, (n, n))
    return IntervalWeights(
        m, np.clip(m.weights - radius, -1, 1), np.clip(m.weights + radius, -1, 1)
    )


def inside(m: CognitiveMap, known: IntervalWeights, share: np.ndarray) -> CognitiveMap:
    weights = known.low + share * (known.high - known.low)
    return m.with_weights(np.clip(weights, known.low, known.high))


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_run_inside_the_box_ever_leaves_the_bounds(data: st.DataObject) -> None:
    m = data.draw(strategies.maps(most=4))
    known = data.draw(boxes(m))
    dynamics = data.draw(strategies.dynamics(max_steps=60))
    scenario = data.draw(strategies.scenarios(m))
    ends = data.draw(st.lists(st.tuples(*2 * [strategies.decimals(0, 1)]), min_size=len(m)))
    start = {name: (min(pair), max(pair)) for name, pair in zip(m.names, ends, strict=False)}
    found = propagate(known, scenario, dynamics=dynamics, initial=start, record=True)
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    steps = found.low_path.shape[1]
    for corner in (True, False, False):
        share = rng.random((len(m), len(m)))
        run = simulate(
            inside(m, known, share.round() if corner else share),
            scenario,
            dynamics=dynamics,
            initial={
                name: pair[rng.integers(2)] if corner else rng.uniform(*pair)
                for name, pair in start.items()
            },
            record=True,
        )
        for step in range(run.steps[0] + 1):
            state, at = run.states[0, step], min(step, steps - 1)
            assert (state >= found.low_path[0, at]).all(), step
            assert (state <= found.high_path[0, at]).all(), step


@pytest.mark.parametrize("rule", [Kosko(), Rescaled()])
def test_rounding_goes_outward(rule: object) -> None:
    """A certain map of 40 concepts: only the last bits of the sums differ, alone or in a batch."""
    rng = np.random.default_rng(3)
    m = CognitiveMap.from_matrix(rng.uniform(-1, 1, (40, 40)))
    start, dynamics = rng.random(40), Dynamics(rule=rule, max_steps=8)
    found = propagate(m, initial=start, dynamics=dynamics, record=True)
    alone = simulate(m, initial=start, dynamics=dynamics, record=True)
    batch = simulate(m, initial=np.tile(start, (9, 1)), dynamics=dynamics, record=True)
    for states in (alone.states[0], batch.states[4]):
        assert (states[:5] >= found.low_path[0, :5]).all()
        assert (states[:5] <= found.high_path[0, :5]).all()
    assert (found.high_path - found.low_path)[0, 1].max() < 1e-12


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.data())
def test_limits_inside_the_box_lie_within_the_final_bounds(data: st.DataObject) -> None:
    """Runs to 1e-13 under contractions, whose limits the last states then are up to 1e-11."""
    m = data.draw(strategies.maps(most=4))
    known = data.draw(boxes(m))
    transfer = data.draw(strategies.CONTRACTING)
    dynamics = Dynamics(transfer=transfer, tol=1e-13)
    scenario = data.draw(strategies.scenarios(m))
    found = propagate(known, scenario, dynamics=dynamics)
    assert found.settled.all()
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    for _ in range(3):
        share = rng.random((len(m), len(m)))
        run = simulate(inside(m, known, share), scenario, dynamics=dynamics).require_settled()
        assert (run.final >= found.low - 1e-11).all()
        assert (run.final <= found.high + 1e-11).all()


@hypothesis_settings(max_examples=30, deadline=None)
@given(st.data())
def test_without_uncertainty_the_bounds_close_around_the_run(data: st.DataObject) -> None:
    m = data.draw(strategies.maps(most=4))
    dynamics = Dynamics(
        rule=data.draw(st.sampled_from((Kosko(), Kosko(memory=(0.3,) * len(m))))),
        transfer=data.draw(st.sampled_from((Sigmoid(slope=0.5), Tanh(slope=0.15)))),
        tol=1e-13,
    )
    found = propagate(m, dynamics=dynamics)
    np.testing.assert_allclose(found.low, simulate(m, dynamics=dynamics).final, atol=1e-9)
    assert found.width.max() < 1e-9


def test_the_whole_interval_of_the_cause_meets_the_whole_interval_of_the_weight() -> None:
    """Worked by hand: b gets [0.1, 0.9] x [-0.5, 1.0] = [-0.45, 0.9]."""
    m = CognitiveMap.from_matrix([[0, 0.5], [0, 0]], ["a", "b"])
    known = IntervalWeights(m, [[0, -0.5], [0, 0]], [[0, 1.0], [0, 0]])
    dynamics = Dynamics(transfer=Saturated(low=-1.0, high=1.0), hold_inputs=True)
    found = propagate(known, dynamics=dynamics, initial={"a": (0.1, 0.9)})
    np.testing.assert_allclose(found["a"], [[0.1, 0.9]], atol=1e-12)
    np.testing.assert_allclose(found["b"], [[-0.45, 0.9]], atol=1e-12)
    assert found["b"][0, 0] <= -0.45
    assert found["b"][0, 1] >= 0.9


def test_memory_and_self_loop_share_the_interval_of_the_state() -> None:
    """(1 - 1) A is 0, not [A] - [A]."""
    m = CognitiveMap.from_matrix([[-1.0]], ["a"])
    found = propagate(m, dynamics=Dynamics(rule=ModifiedKosko()), initial={"a": (0.0, 1.0)})
    np.testing.assert_allclose(found["a"], [[0.5, 0.5]], atol=1e-12)


def test_two_attractors_stay_apart_if_the_start_says_which() -> None:
    m = CognitiveMap.from_matrix([[1.0]], ["a"])
    known = IntervalWeights(m, [[0.95]], [[1.0]])
    dynamics = Dynamics(transfer=Tanh(slope=2))
    above = propagate(known, dynamics=dynamics, initial={"a": (0.5, 1.0)})
    assert above.from_start.all()
    assert 0.93 < above.low[0, 0] < above.high[0, 0]
    assert above.high[0, 0] == pytest.approx(0.9575040240772688, abs=1e-9)
    both = propagate(known, dynamics=dynamics, initial={"a": (-0.5, 0.5)})
    np.testing.assert_allclose(both["a"], [[-0.957504024, 0.957504024]], atol=1e-8)


def test_bounds_hold_where_runs_never_settle() -> None:
    """A swing between 1 and 0: no box shrinks around it, so the bounds are those of any start."""
    m = CognitiveMap.from_matrix([[-1.0]], ["a"])
    dynamics = Dynamics(transfer=Bivalent(inclusive=True))
    found = propagate(m, dynamics=dynamics)
    assert found["a"].tolist() == [[0.0, 1.0]]
    assert found.settled.tolist() == [True]
    assert found.from_start.tolist() == [False]


def test_bounds_that_are_still_moving_say_so() -> None:
    m = CognitiveMap.from_matrix([[1.0]], ["a"])
    found = propagate(m, dynamics=Dynamics(transfer=Tanh(), max_steps=20), initial={"a": (-1, 1)})
    assert not found.settled[0]
    assert found.low[0, 0] < 0 < found.high[0, 0]
    assert "1 not at rest" in repr(found)


def test_several_scenarios_keep_their_order_and_their_own_bounds() -> None:
    scenarios = [
        Scenario("early", clamp={"a": 0.2}),
        Scenario("link", links={("a", "b"): -1.0}),
        Scenario("late", clamp={"a": 0.9}, start=4),
        Scenario("push", push={"c": -2.0}),
        Scenario("for a while", clamp={"b": 0.0}, start=2, stop=6),
    ]
    found = propagate(KNOWN, scenarios, record=True)
    assert found.labels == tuple(each.name for each in scenarios)
    for s, scenario in enumerate(scenarios):
        alone = propagate(KNOWN, scenario, record=True)
        np.testing.assert_array_equal(alone.low[0], found.low[s])
        np.testing.assert_array_equal(alone.high[0], found.high[s])
        length = alone.low_path.shape[1]
        np.testing.assert_array_equal(alone.low_path[0], found.low_path[s, :length])
        np.testing.assert_array_equal(alone.low_path[0, -1], found.low_path[s, -1])
    assert found["a"][0].tolist() == [0.2, 0.2]
    assert found["a"][2].tolist() == [0.9, 0.9]
    nothing = propagate(KNOWN)
    np.testing.assert_allclose(found.low[4], nothing.low[0], atol=1e-9)
    assert (found.high_path[4, 2:6, 1] == 0).all()


def test_ramps_and_parts_are_followed_step_by_step() -> None:
    programme = Scenario(
        "programme",
        parts=[
            Scenario("slowly", clamp={"a": 0.9}, start=2, ramp=4),
            Scenario("for a while", push={"c": -1.0}, start=3, stop=8, ramp=3),
            Scenario("cut", links={("c", "c"): 0.0}, start=5),
        ],
    )
    start = {"a": (0.1, 0.3), "b": (0.0, 1.0)}
    found = propagate(KNOWN, programme, initial=start, record=True)
    assert found["a"].tolist() == [[0.9, 0.9]]
    assert found.low_path[0, 5, 0] == 0.9
    assert found.low_path[0, 4, 0] < found.high_path[0, 4, 0] < 0.9
    rng = np.random.default_rng(0)
    for _ in range(20):
        run = simulate(
            inside(M, KNOWN, rng.random((3, 3))),
            programme,
            initial={name: rng.choice(pair) for name, pair in start.items()},
            record=True,
        )
        for step in range(run.steps[0] + 1):
            at = min(step, found.low_path.shape[1] - 1)
            assert (run.states[0, step] >= found.low_path[0, at]).all()
            assert (run.states[0, step] <= found.high_path[0, at]).all()
    cut_short = propagate(
        KNOWN, programme, initial=start, dynamics=Dynamics(max_steps=3), record=True
    )
    assert (cut_short.low_path[0, -1] <= found.low_path[0, 4:].min(axis=0)).all()
    assert (cut_short.high_path[0, -1] >= found.high_path[0, 4:].max(axis=0)).all()


def test_a_change_after_the_last_step_leaves_bounds_for_any_start() -> None:
    late = Scenario("late", clamp={"a": 3.0}, start=50)
    found = propagate(KNOWN, late, dynamics=Dynamics(max_steps=5), record=True)
    assert found.from_start.tolist() == [False]
    assert found["a"].tolist() == [[3.0, 3.0]]
    assert found.low_path.shape[1] == 7
    assert found.high_path[0, -1].tolist() == [3.0, 1.0, 1.0]


def test_held_inputs_keep_their_start_interval() -> None:
    m = CognitiveMap.from_links({("a", "b"): 0.8})
    found = propagate(m, dynamics=Dynamics(hold_inputs=True), initial={"a": (0.2, 0.4)})
    assert found["a"].tolist() == [[0.2, 0.4]]
    np.testing.assert_allclose(found["b"], [[0.539915, 0.579324]], atol=1e-5)


def test_of_fuzzy_numbers_all_that_is_possible_is_taken() -> None:
    fuzzy = TriangularWeights.from_links(M, {("a", "b"): (0.3, 0.8, 1.0)})
    np.testing.assert_array_equal(propagate(fuzzy).low, propagate(fuzzy.cut(0)).low)
    levels = [propagate(fuzzy.cut(level)).width.max() for level in (0, 0.3, 0.7, 1)]
    assert levels == sorted(levels, reverse=True)


@pytest.mark.parametrize("n", [0, 1])
def test_the_smallest_maps_have_bounds_too(n: int) -> None:
    found = propagate(CognitiveMap.from_matrix(np.zeros((n, n))))
    np.testing.assert_allclose(found.low, np.full((1, n), 0.5), atol=1e-12)
    assert found.settled.all()
    assert f"of {n} concept" in repr(found)


def test_the_bounds_show_what_they_are() -> None:
    found = propagate(KNOWN, [Scenario("s", clamp={"a": 1})])
    assert len(found) == 1
    assert repr(found) == f"Intervals(1 run of 3 concepts, widest {found.width.max():.3g})"
    assert "over all weights and starts given" in found._repr_html_()
    records = found.to_records()
    assert [each["concept"] for each in records] == ["a", "b", "c"]
    assert (records[1]["low"], records[1]["high"]) == tuple(found["b"][0])
    assert found.to_frame().shape == (3, 6)
    assert found.low_path is None
    with pytest.raises(UnknownConceptError, match="'d' was not simulated"):
        found["d"]
    with pytest.raises(ValueError, match="read-only"):
        found.low[0, 0] = 0


def test_weights_without_bounds_are_refused() -> None:
    with pytest.raises(EvidenceError, match=r"got ndarray\. A WeightEstimate has no bounds"):
        propagate(M.weights)


@pytest.mark.parametrize(
    ("initial", "error", "told"),
    [
        ({"a": (0.9, 0.1)}, DynamicsError, "lower bound first"),
        ({"a": (0.1, 0.2, 0.3)}, DynamicsError, r"expected a number or \(low, high\)"),
        ({"a": "ab"}, DynamicsError, r"expected a number or \(low, high\)"),
        ({"a": ("x", "y")}, DynamicsError, "expected numbers"),
        ({"a": (0, np.nan)}, DynamicsError, "finite"),
        ({"d": (0, 1)}, UnknownConceptError, "'d'"),
        (np.ones((2, 3)), DynamicsError, "one start vector"),
        (np.ones(2), DynamicsError, "shape"),
    ],
)
def test_starts_that_cannot_be_are_refused(initial: object, error: type, told: str) -> None:
    with pytest.raises(error, match=told):
        propagate(KNOWN, initial=initial)


def test_scenarios_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UnknownConceptError, match="'d'"):
        propagate(KNOWN, Scenario("s", clamp={"d": 1}))
    with pytest.raises(ScenarioError, match="given twice"):
        propagate(KNOWN, [Scenario("s"), Scenario("s")])


class Odd:
    """A transfer or rule of the user's own, of which nothing is known."""

    gain = 1.0

    def squash(self, z: np.ndarray) -> None:
        np.sin(z, out=z)

    def __call__(self, x: object) -> np.ndarray:
        return np.sin(x)

    def fold(self, weights: np.ndarray) -> tuple[np.ndarray, None]:
        return weights.copy(), None

    def check(self, transfer: object) -> None:
        pass


def test_rules_and_transfers_without_known_bounds_are_refused() -> None:
    with pytest.raises(DynamicsError, match="not known to be a bounded function"):
        propagate(KNOWN, dynamics=Dynamics(transfer=Odd()))
    with pytest.raises(DynamicsError, match="no bounds are known for the rule"):
        propagate(KNOWN, dynamics=Dynamics(rule=Odd()))
    with pytest.raises(DynamicsError, match="links that act with a lag"):
        propagate(KNOWN, dynamics=Dynamics(lags={("a", "b"): 3}))


@pytest.mark.parametrize(
    ("rule", "transfer"),
    [
        (Kosko(), Trivalent()),
        (ModifiedKosko(), Saturated()),
        (Rescaled(memory=0.0), Sigmoid(slope=0.8)),
        (Rescaled(memory=(1.0, 0.0, 0.5)), Sigmoid(slope=3)),
        (Kosko(memory={"b": 0.5}), Sigmoid(slope={"a": 2, "c": 0.5})),
        (Kosko(), PerConcept(Tanh(), {"c": StepFunction(), "b": Saturated()})),
    ],
)
def test_every_rule_and_transfer_of_the_library_has_bounds(rule: object, transfer: object) -> None:
    dynamics = Dynamics(rule=rule, transfer=transfer)
    found = propagate(KNOWN, dynamics=dynamics)
    run = simulate(M, dynamics=dynamics)
    assert (run.final >= found.low - 1e-4).all()
    assert (run.final <= found.high + 1e-4).all()
