"""The kernel against a slow reference, and against itself in other company."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.inference import Dynamics, Kosko, Sigmoid, Tanh, simulate, simulate_members
from fcm.inference import kernel as kernel_module
from fcm.inference.kernel import Hold, Regime, run
from fcm.inference.loop.advance import Squash
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import reference
from tests import strategies as some

QUICK = settings(max_examples=60, deadline=None)


@QUICK
@given(st.data())
def test_every_step_is_the_reference_step_and_every_end_the_reference_end(
    data: st.DataObject,
) -> None:
    m = data.draw(some.maps(most=4))
    dynamics = data.draw(some.dynamics(max_steps=90))
    scenarios = data.draw(some.scenario_lists(m, most=3))
    start = data.draw(some.states(m))
    found = simulate(m, scenarios, initial=start, dynamics=dynamics, record=True)
    assert found.states is not None
    for s, scenario in enumerate(scenarios):
        states = found.states[s, : found.steps[s] + 1].tolist()
        assert states[0] == reference.first_state(m, scenario, start)
        for step in range(1, len(states)):
            expected = reference.next_state(m, scenario, dynamics, step, states[step - 1], start)
            np.testing.assert_allclose(states[step], expected, rtol=0, atol=1e-12)
        end = reference.verdict(states, scenario, dynamics)
        assert (end.steps, end.outcome, end.period) == (
            found.steps[s],
            found.outcome[s],
            found.period[s],
        )
        np.testing.assert_array_equal(found.final[s], states[-1])
        np.testing.assert_array_equal(found.peak[s], np.max(states, axis=0))
        np.testing.assert_allclose(found.mean[s], np.mean(states, axis=0), rtol=0, atol=1e-12)
        last = np.abs(np.subtract(states[-1], states[-2])).max()
        assert found.residual[s] == last


@QUICK
@given(st.data())
def test_whole_trajectories_equal_the_reference(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=4))
    transfers = st.one_of(some.CONTRACTING, some.DISCRETE)
    dynamics = data.draw(some.dynamics(transfers=transfers, max_steps=80))
    scenarios = data.draw(some.scenario_lists(m, most=3))
    start = data.draw(some.states(m))
    found = simulate(m, scenarios, initial=start, dynamics=dynamics, record=True)
    assert found.states is not None
    for s, scenario in enumerate(scenarios):
        states, end = reference.run(m, scenario, dynamics, start)
        assert (end.steps, end.outcome) == (found.steps[s], found.outcome[s])
        np.testing.assert_allclose(
            found.states[s, : end.steps + 1], states[: end.steps + 1], rtol=0, atol=1e-12
        )


def agree(one: object, other: object, s: int) -> None:
    for each in ("steps", "outcome", "period"):
        assert getattr(one, each)[0] == getattr(other, each)[s]
    for each in ("final", "peak", "mean", "residual"):
        np.testing.assert_allclose(
            getattr(one, each)[0], getattr(other, each)[s], rtol=0, atol=1e-12
        )


@QUICK
@given(st.data())
def test_a_scenario_alone_and_in_company_comes_to_the_same(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=4))
    transfers = st.one_of(some.CONTRACTING, some.DISCRETE)
    dynamics = data.draw(some.dynamics(transfers=transfers))
    scenarios = data.draw(some.scenario_lists(m))
    together = simulate(m, scenarios, dynamics=dynamics)
    for s, scenario in enumerate(scenarios):
        agree(simulate(m, [scenario], dynamics=dynamics), together, s)


@QUICK
@given(st.data())
def test_a_member_comes_to_what_its_own_map_comes_to(data: st.DataObject) -> None:
    m = data.draw(some.maps(least=2, most=4))
    dynamics = data.draw(some.dynamics(transfers=st.one_of(some.CONTRACTING, some.DISCRETE)))
    scenarios = data.draw(some.scenario_lists(m, most=3))
    start = data.draw(some.states(m))
    factors = np.array([1.0, 0.5, -0.25])
    weights = factors[:, None, None] * m.weights
    members = simulate_members(m, weights, scenarios, dynamics=dynamics, initial=start)
    for r in range(len(factors)):
        alone = simulate(m.with_weights(weights[r]), scenarios, dynamics=dynamics, initial=start)
        np.testing.assert_array_equal(members.steps[r], alone.steps)
        np.testing.assert_array_equal(members.outcome[r], alone.outcome)
        np.testing.assert_allclose(members.final[r], alone.final, rtol=0, atol=1e-12)


@QUICK
@given(st.data())
def test_steps_taken_at_a_stretch_end_like_steps_taken_one_by_one(data: st.DataObject) -> None:
    """A recorded run looks at every state; a small one that is not recorded looks at eight."""
    m = data.draw(some.maps(most=4))
    transfers = st.one_of(some.CONTRACTING, some.DISCRETE)
    steps = data.draw(st.sampled_from((1, 7, 8, 9, 90)))
    dynamics = data.draw(some.dynamics(transfers=transfers, max_steps=steps))
    scenarios = data.draw(some.scenario_lists(m, most=3))
    start = data.draw(some.states(m))
    stretched = simulate(m, scenarios, initial=start, dynamics=dynamics)
    one_by_one = simulate(m, scenarios, initial=start, dynamics=dynamics, record=True)
    for each in ("steps", "outcome", "period"):
        np.testing.assert_array_equal(getattr(stretched, each), getattr(one_by_one, each))
    for each in ("final", "residual", "peak", "mean"):
        np.testing.assert_allclose(
            getattr(stretched, each), getattr(one_by_one, each), rtol=0, atol=1e-12
        )


def test_one_what_if_and_the_same_in_a_batch_of_a_hundred_thousand_agree() -> None:
    rng = np.random.default_rng(4)
    m = CognitiveMap.from_matrix(rng.uniform(-0.7, 0.7, (8, 8)))
    dynamics = Dynamics(transfer=Sigmoid(slope=1.5), tol=1.234e-7)
    initial, clamp = rng.uniform(size=(100_000, 8)), rng.uniform(size=100_000)
    batch = simulate(m, initial=initial, clamp={"C3": clamp}, dynamics=dynamics)
    for s in range(0, 100_000, 1009):
        alone = simulate(m, initial=initial[s], clamp={"C3": clamp[s]}, dynamics=dynamics)
        assert (alone.outcome[0], alone.steps[0]) == (batch.outcome[s], batch.steps[s])
        np.testing.assert_allclose(alone.final[0], batch.final[s], rtol=0, atol=1e-12)
        np.testing.assert_allclose(alone.residual[0], batch.residual[s], rtol=0, atol=1e-12)


def test_a_concept_that_rests_does_not_hide_that_the_others_move() -> None:
    """Whichever few concepts are looked at first, no run may settle late or early."""
    n = 12
    weights = np.diag(np.linspace(0.1, 0.97, n))
    m = CognitiveMap.from_matrix(weights)
    starts = np.eye(n)[np.arange(2400) % n]
    found = simulate(m, initial=starts, dynamics=Dynamics(transfer=Tanh(), tol=1e-6))
    for s in range(n):
        alone = simulate(m, initial=starts[s], dynamics=Dynamics(transfer=Tanh(), tol=1e-6))
        assert (found.steps[s::n] == alone.steps[0]).all()
    assert len(set(found.steps.tolist())) > n // 2


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_module, "_FEWEST_COLUMNS", 7)
    monkeypatch.setattr(kernel_module, "_STATE_BYTES", 8)
    monkeypatch.setattr(kernel_module, "_MATRIX_BYTES", 8 * 16 * 3)


def batch() -> tuple[CognitiveMap, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    m = CognitiveMap.from_matrix(rng.uniform(-1, 1, (4, 4)))
    return m, rng.uniform(size=(100, 4)), rng.uniform(size=100)


def test_chunks_do_not_change_a_batch(request: pytest.FixtureRequest) -> None:
    m, initial, clamp = batch()
    dynamics = Dynamics(transfer=Sigmoid(slope=1.5))
    whole = simulate(m, initial=initial, clamp={"C2": clamp}, dynamics=dynamics, record=True)
    request.getfixturevalue("small_chunks")
    parts = simulate(m, initial=initial, clamp={"C2": clamp}, dynamics=dynamics, record=True)
    for each in ("steps", "outcome", "period"):
        np.testing.assert_array_equal(getattr(parts, each), getattr(whole, each))
    for each in ("final", "peak", "mean", "states"):
        np.testing.assert_allclose(getattr(parts, each), getattr(whole, each), atol=1e-12)


def test_chunks_do_not_change_members(request: pytest.FixtureRequest) -> None:
    m, _, slopes = batch()
    weights = np.random.default_rng(8).uniform(-1, 1, (100, 4, 4))
    scenarios = [Scenario("none"), Scenario("clamped", clamp={"C1": 0.2}, push={"C3": 1.0})]
    whole = simulate_members(m, weights, scenarios, slopes=slopes + 0.5)
    request.getfixturevalue("small_chunks")
    parts = simulate_members(m, weights, scenarios, slopes=slopes + 0.5)
    np.testing.assert_array_equal(parts.steps, whole.steps)
    np.testing.assert_allclose(parts.final, whole.final, atol=1e-12)


def test_runs_that_end_early_make_room_and_keep_their_results() -> None:
    """Settling times from 1 step to hundreds, so that lanes are moved together many times."""
    decay = np.linspace(0.01, 0.97, 400)
    m = CognitiveMap.from_matrix([[0.0]])
    found = simulate_members(
        m,
        decay[:, None, None],
        None,
        dynamics=Dynamics(transfer=Tanh(), tol=1e-6),
        initial=[1.0],
    )
    for r in (0, 57, 200, 399):
        alone = simulate(
            m.with_weights([[decay[r]]]),
            initial=[1.0],
            dynamics=Dynamics(transfer=Tanh(), tol=1e-6),
        )
        assert found.steps[r, 0] == alone.steps[0]
        np.testing.assert_allclose(found.final[r, 0], alone.final[0], atol=1e-12)
    assert len(set(found.steps[:, 0].tolist())) > 50


def test_large_batches_settle_like_each_of_their_rows() -> None:
    m, _, _ = batch()
    initial = np.random.default_rng(9).uniform(size=(3000, 4))
    clamp = np.linspace(0, 1, 3000)
    found = simulate(m, initial=initial, clamp={"C4": clamp})
    for s in (0, 1234, 2999):
        alone = simulate(m, initial=initial[s], clamp={"C4": clamp[s]})
        agree(alone, found, s)


def test_the_kernel_needs_no_concepts_and_no_runs() -> None:
    nothing = CognitiveMap.from_matrix(np.zeros((0, 0)))
    assert simulate(nothing).final.shape == (1, 0)
    m = CognitiveMap.from_matrix([[0.5]])
    assert simulate(m, initial=np.ones((0, 1))).final.shape == (0, 1)
    assert simulate_members(m, np.zeros((0, 1, 1)), None).final.shape == (0, 1, 1)


def test_a_hold_that_is_partial_leaves_the_other_runs_alone() -> None:
    where = np.array([True, False])
    regime = Regime(0, np.zeros((1, 1)), None, (Hold(0, np.array([0.9, 0.9]), where),))
    found = run(np.ones((1, 2)), [regime], Squash(Sigmoid()), tol=1e-9, max_steps=10)
    assert found.final[:, 0].tolist() == [0.9, 0.5]


def test_opposite_moves_do_not_cancel_in_the_stopping_rule() -> None:
    """A tool that sums before it compares stops such a run at once."""
    m = CognitiveMap.from_links({("a", "b"): 1.0, ("b", "a"): 1.0})
    found = simulate(
        m,
        initial={"a": -0.5, "b": 0.5},
        dynamics=Dynamics(rule=Kosko(), transfer=Tanh(slope=0.9)),
        record=True,
    )
    assert found.states is not None
    first = found.states[0, 1] - found.states[0, 0]
    assert abs(first.sum()) < 1e-12 < np.abs(first).max()
    assert found.steps[0] > 10
