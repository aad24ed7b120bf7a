"""Limit cycles are found with their period, and slow convergence is not taken for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    Outcome,
    Sigmoid,
    Tanh,
    Trivalent,
    simulate,
)
from fcm.inference.loop.cycles import Checkpoint
from fcm.map import CognitiveMap
from tests import strategies as some


def ring(n: int, *, sign: float = 1.0) -> CognitiveMap:
    """A closed chain of n concepts; the last link has the given sign."""
    weights = np.roll(np.eye(n), 1, axis=1)
    weights[n - 1, 0] *= sign
    return CognitiveMap.from_matrix(weights)


@pytest.mark.parametrize("period", [2, 3, 5, 31, 32, 33, 64, 100])
def test_a_ring_has_the_period_of_its_length(period: int) -> None:
    start = np.eye(period)[0]
    found = simulate(ring(period), initial=start, dynamics=Dynamics(transfer=Bivalent()))
    assert found.outcome[0] == Outcome.LIMIT_CYCLE
    assert found.period[0] == period
    assert found.steps[0] <= 32 + 4 * period


def test_periods_do_not_depend_on_the_company() -> None:
    """One batch in which runs fix, cycle with several periods, and start at other places."""
    sizes = (2, 3, 4, 7)
    weights = np.zeros((16, 16))
    at = 0
    starts = np.zeros((len(sizes) + 1, 16))
    for k, size in enumerate(sizes):
        here = slice(at, at + size)
        weights[here, here] = ring(size).weights
        starts[k, at] = 1.0
        at += size
    m = CognitiveMap.from_matrix(weights)
    found = simulate(m, initial=starts, dynamics=Dynamics(transfer=Trivalent()))
    assert found.period.tolist() == [*sizes, 1]
    for s in range(len(starts)):
        alone = simulate(m, initial=starts[s], dynamics=Dynamics(transfer=Trivalent()))
        assert alone.steps[0] == found.steps[s]


def test_a_negative_loop_under_a_steep_tanh_swings_between_two_values() -> None:
    m = CognitiveMap.from_matrix([[-1.0]])
    found = simulate(m, initial=[0.3], dynamics=Dynamics(transfer=Tanh(slope=2)))
    assert (found.outcome[0], found.period[0]) == (Outcome.LIMIT_CYCLE, 2)
    assert abs(found.final[0, 0]) == pytest.approx(0.9575040240772688, abs=1e-6)


@pytest.mark.parametrize("decay", [0.9, 0.99, 0.999, 0.9999, 0.99999])
@pytest.mark.parametrize("tol", [1e-3, 1e-5, 1e-8])
def test_a_slowly_dying_swing_is_never_a_cycle(decay: float, tol: float) -> None:
    """x' = tanh(-decay x) ends at 0 and only at 0, however long it swings."""
    m = CognitiveMap.from_matrix([[-decay]])
    dynamics = Dynamics(transfer=Tanh(), tol=tol, max_steps=20_000)
    found = simulate(m, initial=[0.01], dynamics=dynamics)
    assert found.outcome[0] in (Outcome.FIXED_POINT, Outcome.UNSETTLED)
    assert found.period[0] == (found.outcome[0] == Outcome.FIXED_POINT)


def test_algebraic_convergence_is_never_a_cycle() -> None:
    """At slope 1 the swing dies like one over the root of time."""
    m = CognitiveMap.from_matrix([[-1.0]])
    found = simulate(
        m, initial=[0.5], dynamics=Dynamics(transfer=Tanh(), tol=1e-4, max_steps=30_000)
    )
    assert found.outcome[0] == Outcome.UNSETTLED


def test_a_slow_rotation_towards_the_middle_is_never_a_cycle() -> None:
    angle = 2 * np.pi / 37
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    m = CognitiveMap.from_matrix(0.9995 * turn)
    for tol in (1e-4, 1e-6, 1e-8):
        dynamics = Dynamics(transfer=Tanh(), tol=tol, max_steps=20_000)
        found = simulate(m, initial=[0.05, 0.0], dynamics=dynamics)
        assert found.outcome[0] != Outcome.LIMIT_CYCLE


def test_chaos_is_neither_settled_nor_a_short_cycle() -> None:
    rng = np.random.default_rng(3)
    m = CognitiveMap.from_matrix(rng.normal(size=(30, 30)), limit=None)
    dynamics = Dynamics(transfer=Tanh(slope=1.5), max_steps=600)
    found = simulate(m, initial=rng.uniform(-1, 1, 30), dynamics=dynamics)
    assert found.outcome[0] == Outcome.UNSETTLED
    assert found.steps[0] == 600


def test_mutual_inhibition_has_two_rests_and_a_swing() -> None:
    """The same map under the same dynamics; only the start differs."""
    m = CognitiveMap.from_matrix([[0, -1.0], [-1.0, 0]])
    starts = [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    dynamics = Dynamics(transfer=Sigmoid(slope=10), tol=1e-10)
    found = simulate(m, initial=starts, dynamics=dynamics)
    assert found.outcome.tolist() == [0, 0, 1]
    assert found.period.tolist() == [1, 1, 2]
    low, high = 0.00820278144932, 0.47950453717145
    np.testing.assert_allclose(found.final[:2], [[high, low], [low, high]], atol=1e-9)
    assert min(np.abs(found.final[2] - low).max(), np.abs(found.final[2] - high).max()) < 1e-9


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_reported_cycle_goes_on_and_has_no_shorter_period(data: st.DataObject) -> None:
    m = data.draw(some.maps(least=2, most=4, low=-1, high=1))
    steep = st.sampled_from((Tanh(slope=4), Sigmoid(slope=10), Trivalent(), Bivalent()))
    dynamics = Dynamics(rule=Kosko(), transfer=data.draw(steep), tol=1.234e-5, max_steps=400)
    start = data.draw(some.states(m))
    found = simulate(m, initial=start, dynamics=dynamics)
    if found.outcome[0] != Outcome.LIMIT_CYCLE:
        return
    period = int(found.period[0])
    again = simulate(
        m,
        initial=found.final[0],
        dynamics=Dynamics(transfer=dynamics.transfer, tol=1e-300, max_steps=3 * period),
        record=True,
    )
    assert again.states is not None
    states = again.states[0]
    away = np.abs(states - states[0]).max(axis=1)
    assert (away[period::period] < 1e-7).all()
    assert (away[1:period] > 1e-7).all()


def test_the_last_bits_of_a_swing_do_not_double_its_period() -> None:
    """A swing between two values that come back only up to rounding."""
    weights = np.zeros((4, 4))
    weights[0, [0, 2]] = -0.53, 0.98
    weights[1, [0, 2]] = 0.23, -0.53
    weights[2, [0, 1]] = 0.99, 0.39
    m = CognitiveMap.from_matrix(weights)
    dynamics = Dynamics(transfer=Tanh(slope=4), tol=1.234e-5)
    found = simulate(m, initial=[0.0, 0.0, 0.01, 0.0], dynamics=dynamics)
    assert found.period[0] == 2


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.3, 1.7, 2.3, 3.1])
def test_a_swing_that_is_reached_from_both_sides_has_its_own_period(scale: float) -> None:
    """Near the checkpoint two periods may look closer than one."""
    starts = np.random.default_rng(5).uniform(-1, 1, (200, 2)) * scale
    turn = np.array([[-0.9, 0.55], [-0.55, -0.9]])
    m = CognitiveMap.from_matrix(turn)
    found = simulate(m, initial=starts, dynamics=Dynamics(transfer=Tanh(slope=1.0 + scale)))
    cycling = found.outcome == Outcome.LIMIT_CYCLE
    for s in np.nonzero(cycling)[0][:20]:
        dynamics = Dynamics(
            transfer=Tanh(slope=1.0 + scale), tol=1e-300, max_steps=int(found.period[s])
        )
        lap = simulate(m, initial=found.final[s], dynamics=dynamics, record=True).states
        assert lap is not None
        away = np.abs(lap[0] - lap[0, 0]).max(axis=1)
        assert away[-1] < 1e-6 < away[1:-1].min(initial=1.0)


def test_a_guess_at_twice_the_period_gives_way_to_the_period() -> None:
    """Two laps after the checkpoint the state is nearer to it than after one."""
    tol = 1e-5
    near = 1e-3 * tol

    def state(step: int) -> np.ndarray:
        return np.array([[-1.0 if step % 2 else 1.0 + near * (-0.5) ** (step // 2)]])

    watch = Checkpoint(state(0), 0, tol)
    found = [
        int(watch.periods(state(step), step, np.array([2.0]), np.empty((1, 1)))[0])
        for step in range(1, 20)
    ]
    assert next(period for period in found if period) == 2
