"""The box in which every run ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import UnknownConceptError
from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    ModifiedKosko,
    Saturated,
    Sigmoid,
    Tanh,
    simulate,
)
from fcm.inference.proofs.bracket import bracket
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import strategies as some

MUTUAL = CognitiveMap.from_matrix([[0, -1.0], [-1.0, 0]])


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_the_bracket_holds_the_end_of_every_run(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=5))
    dynamics = data.draw(some.dynamics(max_steps=1500))
    scenario = data.draw(some.scenarios(m))
    low, high = bracket(m, dynamics, scenario=scenario)
    assert (low <= high).all()
    long = Dynamics(
        rule=dynamics.rule,
        transfer=dynamics.transfer,
        tol=1e-300,
        max_steps=1500,
        hold_inputs=dynamics.hold_inputs,
    )
    for start in (0.0, 0.3):
        initial = [1.0 if dynamics.hold_inputs else start] * len(m)
        final = simulate(m, scenario, initial=initial, dynamics=long).final[0]
        assert (low <= final).all(), (low, final)
        assert (final <= high).all(), (final, high)


def test_a_bracket_closes_on_the_only_fixed_point() -> None:
    m = CognitiveMap.from_matrix([[0.2, -0.6, 0], [0.4, 0, 0.7], [-0.3, 0.5, 0]])
    low, high = bracket(m)
    final = simulate(m, dynamics=Dynamics(tol=1e-14)).final[0]
    np.testing.assert_allclose(low, final, atol=1e-12)
    np.testing.assert_allclose(high, final, atol=1e-12)
    assert (low < high).all()


def test_the_bracket_of_mutual_inhibition_is_spanned_by_its_cycle() -> None:
    low, high = bracket(MUTUAL, Dynamics(transfer=Sigmoid(slope=10)))
    np.testing.assert_allclose(low, 0.00820278144932, atol=1e-12)
    np.testing.assert_allclose(high, 0.47950453717145, atol=1e-12)


def test_a_tanh_self_loop_is_bracketed_by_its_outer_fixed_points() -> None:
    m = CognitiveMap.from_matrix([[1.0]])
    low, high = bracket(m, Dynamics(transfer=Tanh(slope=2)))
    np.testing.assert_allclose([low[0], high[0]], [-0.9575040240772688, 0.9575040240772688])


def test_a_clamp_narrows_the_bracket_and_stands_in_it_exactly() -> None:
    dynamics = Dynamics(transfer=Sigmoid(slope=10))
    low, high = bracket(MUTUAL, dynamics, scenario=Scenario("s", clamp={"C1": 0.3}))
    assert low[0] == high[0] == 0.3
    assert high[1] - low[1] < 1e-13
    assert low[1] <= Sigmoid(slope=10)(-0.3) <= high[1]


def test_what_a_scenario_does_for_a_time_does_not_narrow_the_bracket() -> None:
    dynamics = Dynamics(transfer=Sigmoid(slope=10))
    passing = Scenario("s", clamp={"C1": 0.3}, start=2, stop=9)
    np.testing.assert_array_equal(
        bracket(MUTUAL, dynamics, scenario=passing), bracket(MUTUAL, dynamics)
    )


@pytest.mark.parametrize(
    ("transfer", "span"), [(Saturated(low=-2, high=3), (-2, 3)), (Bivalent(), (0, 1))]
)
def test_a_concept_that_holds_itself_can_be_anywhere_in_the_range(
    transfer: object, span: tuple
) -> None:
    m = CognitiveMap.from_matrix([[0.0]])
    low, high = bracket(m, Dynamics(rule=ModifiedKosko(), transfer=transfer))
    np.testing.assert_allclose([low[0], high[0]], span)


def test_a_map_without_concepts_has_an_empty_bracket() -> None:
    low, high = bracket(CognitiveMap.from_matrix(np.zeros((0, 0))))
    assert low.shape == high.shape == (0,)


def test_the_memory_per_concept_is_in_the_bracket() -> None:
    m = CognitiveMap.from_matrix(np.zeros((2, 2)))
    low, high = bracket(m, Dynamics(rule=Kosko(memory=(0.0, 1.0))))
    np.testing.assert_allclose(low, [0.5, 0.6590460684074066], atol=1e-12)
    np.testing.assert_allclose(high, [0.5, 0.6590460684074066], atol=1e-12)


def test_a_scenario_of_another_map_is_refused() -> None:
    with pytest.raises(UnknownConceptError, match="C1"):
        bracket(MUTUAL, scenario=Scenario("s", clamp={"C11": 0.0}))
