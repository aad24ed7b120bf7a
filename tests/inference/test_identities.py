"""Identities between rules, transfers and maps, over random maps."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    ModifiedKosko,
    Rescaled,
    Sigmoid,
    Simulation,
    Tanh,
    Trivalent,
    simulate,
)
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import strategies as some

QUICK = settings(max_examples=40, deadline=None)
STEPS = 12
SMOOTH = st.sampled_from((Sigmoid(slope=0.7), Sigmoid(slope=2), Tanh(slope=0.8)))


def path(
    m: CognitiveMap, rule: object, transfer: object, start: object, **settings: object
) -> np.ndarray:
    """The first states of a run that is not stopped; too few steps for rounding to grow."""
    dynamics = Dynamics(rule=rule, transfer=transfer, tol=1e-300, max_steps=STEPS)
    found: Simulation = simulate(m, initial=start, dynamics=dynamics, record=True, **settings)
    assert found.states is not None
    states = found.states[0]
    return np.concatenate([states, np.repeat(states[-1:], STEPS + 1 - len(states), axis=0)])


def same(one: np.ndarray, other: np.ndarray) -> None:
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-9)


@QUICK
@given(st.data())
def test_the_order_of_concepts_does_not_matter(data: st.DataObject) -> None:
    m = data.draw(some.maps())
    transfer = data.draw(SMOOTH)
    start = dict(zip(m.names, data.draw(some.states(m)), strict=True))
    order = data.draw(st.permutations(m.names))
    one = path(m, ModifiedKosko(), transfer, start)
    other = path(m.subset(order), ModifiedKosko(), transfer, start)
    same(one[:, [m.index(name) for name in order]], other)


@QUICK
@given(st.data())
def test_modified_kosko_is_kosko_with_self_loops_of_one(data: st.DataObject) -> None:
    m = data.draw(some.maps())
    transfer = data.draw(SMOOTH)
    start = data.draw(some.states(m))
    looped = CognitiveMap.from_matrix(m.weights + np.eye(len(m)), limit=None)
    same(path(m, ModifiedKosko(), transfer, start), path(looped, Kosko(), transfer, start))
    same(path(m, ModifiedKosko(), transfer, start), path(m, Kosko(memory=1), transfer, start))


@QUICK
@given(st.data(), st.sampled_from((0.3, 2.0, 3.0)))
def test_a_slope_is_a_factor_on_the_weights_of_kosko(data: st.DataObject, slope: float) -> None:
    m = data.draw(some.maps())
    start = data.draw(some.states(m))
    scaled = CognitiveMap.from_matrix(slope * m.weights, limit=None)
    for transfer in (Sigmoid, Tanh):
        one = path(m, Kosko(), transfer(slope=slope), start)
        same(one, path(scaled, Kosko(), transfer(), start))


@QUICK
@given(st.data())
def test_tanh_runs_are_odd(data: st.DataObject) -> None:
    m = data.draw(some.maps())
    start = np.array(data.draw(some.states(m, -1.0)))
    one = path(m, ModifiedKosko(), Tanh(slope=0.8), start)
    same(one, -path(m, ModifiedKosko(), Tanh(slope=0.8), -start))


@QUICK
@given(st.data())
def test_naming_a_concept_by_its_opposite_turns_its_links(data: st.DataObject) -> None:
    m = data.draw(some.maps())
    flip = np.array(data.draw(st.lists(st.sampled_from((-1, 1)), min_size=len(m), max_size=len(m))))
    turned = m.with_weights(flip[:, None] * m.weights * flip)
    start = np.array(data.draw(some.states(m, -1.0)))
    for transfer in (Tanh(slope=0.8), Trivalent()):
        one = path(m, Kosko(), transfer, start)
        same(one * flip, path(turned, Kosko(), transfer, start * flip))
    start = np.abs(start)
    one = path(m, Rescaled(), Sigmoid(), start)
    other = path(turned, Rescaled(), Sigmoid(), np.where(flip < 0, 1 - start, start))
    same(np.where(flip < 0, 1 - one, one), other)


@QUICK
@given(st.data(), st.sampled_from((0.5, 1.0, 2.0)), st.sampled_from((0.0, 0.4, 1.0)))
def test_rescaled_is_tanh_at_half_the_slope_on_the_other_scale(
    data: st.DataObject, slope: float, memory: float
) -> None:
    m = data.draw(some.maps())
    start = np.array(data.draw(some.states(m)))
    one = path(m, Rescaled(memory=memory), Sigmoid(slope=slope), start)
    other = path(m, Kosko(memory=memory), Tanh(slope=slope / 2), 2 * start - 1)
    same(2 * one - 1, other)


@QUICK
@given(st.data())
def test_a_clamped_value_is_exact_and_what_flows_in_does_not_matter(data: st.DataObject) -> None:
    m = data.draw(some.maps(least=2))
    dynamics = data.draw(some.dynamics(max_steps=40))
    value = data.draw(some.decimals(0, 1, 4))
    other = m.weights.copy()
    other[:, 1] = data.draw(some.states(m, -1.0))
    scenario = [Scenario("clamped", clamp={"C2": value})]
    one = simulate(m, scenario, dynamics=dynamics, record=True)
    two = simulate(m.with_weights(other), scenario, dynamics=dynamics, record=True)
    assert one.states is not None
    assert two.states is not None
    assert (one.states[..., 1] == value).all()
    if not dynamics.hold_inputs:
        np.testing.assert_array_equal(one.states, two.states)


@QUICK
@given(st.data())
def test_nonnegative_maps_rise_with_start_and_weights(data: st.DataObject) -> None:
    m = data.draw(some.maps(low=0.0))
    transfer = data.draw(st.sampled_from((Sigmoid(slope=2), Tanh(), Bivalent())))
    low = np.array(data.draw(some.states(m)))
    high = np.minimum(low + np.array(data.draw(some.states(m))), 1.0)
    for rule in (Kosko(), ModifiedKosko()):
        one = path(m, rule, transfer, low)
        assert (path(m, rule, transfer, high) >= one - 1e-12).all()
        stronger = m.with_weights(np.minimum(m.weights * 1.3, 1.0))
        assert (path(stronger, rule, transfer, low) >= one - 1e-12).all()


@QUICK
@given(st.data())
def test_an_acyclic_map_forgets_its_start_after_as_many_steps_as_concepts(
    data: st.DataObject,
) -> None:
    m = data.draw(some.acyclic_maps())
    transfer = data.draw(st.one_of(some.SMOOTH, some.DISCRETE, some.CLIPPED))
    one = path(m, Kosko(), transfer, data.draw(some.states(m)))
    other = path(m, Kosko(), transfer, data.draw(some.states(m)))
    same(one[len(m) :], other[len(m) :])


@QUICK
@given(st.data())
def test_discrete_states_stay_in_their_set(data: st.DataObject) -> None:
    m = data.draw(some.maps())
    start = data.draw(some.states(m))
    assert set(path(m, ModifiedKosko(), Trivalent(), start)[1:].ravel()) <= {-1.0, 0.0, 1.0}
    assert set(path(m, ModifiedKosko(), Bivalent(), start)[1:].ravel()) <= {0.0, 1.0}
