"""Transfers and what happens at their edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm.errors import DynamicsError, UnknownConceptError
from fcm.inference import Bivalent, Dynamics, Saturated, Sigmoid, Tanh, Trivalent, simulate
from fcm.inference.forms.perconcept import PerConcept
from fcm.inference.forms.stepfunction import StepFunction
from fcm.inference.transfer import TIE, Transfer
from fcm.map import CognitiveMap
from tests import reference
from tests import strategies as some

ANY = st.one_of(some.SMOOTH, some.DISCRETE, some.CLIPPED, some.STEPS)


@given(ANY, st.lists(some.decimals(-5, 5), min_size=1, max_size=5))
def test_a_transfer_of_an_array_is_the_transfer_of_each_entry(transfer: Transfer, xs: list) -> None:
    expected = [reference.activation(transfer, x) for x in xs]
    np.testing.assert_allclose(transfer(xs), expected, rtol=0, atol=1e-14)
    assert transfer(xs[0]) == pytest.approx(expected[0], abs=1e-14)


@given(ANY, some.decimals(-5, 5), some.decimals(0, 5))
def test_transfers_never_fall(transfer: Transfer, x: float, more: float) -> None:
    assert transfer(x + more) >= transfer(x)


def test_a_sigmoid_far_out_is_zero_or_one_without_a_warning() -> None:
    assert Sigmoid(slope=5)([-1e6, 1e6]).tolist() == [0.0, 1.0]


def test_tanh_does_not_ignore_its_slope() -> None:
    assert Tanh(slope=3)(0.2) == pytest.approx(math.tanh(0.6), abs=1e-15)


def test_the_two_conventions_at_the_threshold_differ() -> None:
    assert Bivalent(threshold=0.5)(0.5) == 0
    assert Bivalent(threshold=0.5, inclusive=True)(0.5) == 1


@pytest.mark.parametrize("off", [-TIE / 2, -1e-16, 0.0, 1e-16, TIE / 2])
def test_a_net_input_at_the_threshold_up_to_rounding_counts_as_equal(off: float) -> None:
    assert Bivalent()(off) == 0
    assert Bivalent(inclusive=True)(off) == 1
    assert Trivalent()(off) == 0
    assert Trivalent(threshold=0.5)(0.5 + off) == 0
    assert Trivalent(threshold=0.5)(-0.5 + off) == 0


@pytest.mark.parametrize("off", [-TIE / 2, -1e-16, 0.0, 1e-16, TIE / 2])
def test_steps_say_what_happens_at_each_cut(off: float) -> None:
    third = 1 / 3 + off
    assert StepFunction()(third) == 0
    assert StepFunction(inclusive=True)(third) == 0.5
    assert StepFunction(inclusive=(True, False))([third, 2 / 3 + off]).tolist() == [0.5, 0.5]
    assert Trivalent(threshold=0.5, inclusive=True)([-0.5 + off, 0.5 + off]).tolist() == [-1, 1]


@given(some.decimals(-2, 2), some.decimals(-1, 1), st.booleans())
def test_two_steps_are_the_bivalent_transfer(x: float, cut: float, inclusive: bool) -> None:
    steps = StepFunction(levels=(0, 1), cuts=(cut,), inclusive=inclusive)
    assert steps(x) == Bivalent(threshold=cut, inclusive=inclusive)(x)


@given(some.decimals(-2, 2), some.decimals(0.1, 1), st.booleans())
def test_three_steps_are_the_trivalent_transfer(x: float, cut: float, inclusive: bool) -> None:
    steps = StepFunction(levels=(-1, 0, 1), cuts=(-cut, cut), inclusive=(not inclusive, inclusive))
    assert steps(x) == Trivalent(threshold=cut, inclusive=inclusive)(x)


def test_steps_without_a_cut_are_one_level() -> None:
    assert StepFunction(levels=(0.25,), cuts=())([-1.0, 3.0]).tolist() == [0.25, 0.25]


def test_a_transfer_per_concept_gives_each_concept_its_own() -> None:
    each = PerConcept(Sigmoid(slope=2), {"b": Bivalent(), "d": Tanh()}).bind(("a", "b", "c", "d"))
    x = np.array([[0.5, 0.5, -0.3, 0.5], [0.0, -1.0, 2.0, -0.5]])
    expected = np.column_stack(
        [Sigmoid(slope=2)(x[:, 0]), Bivalent()(x[:, 1]), Sigmoid(slope=2)(x[:, 2]), Tanh()(x[:, 3])]
    )
    np.testing.assert_allclose(each(x), expected, rtol=0, atol=1e-15)
    assert each(x[0]).shape == (4,)
    assert not each.exact
    assert PerConcept(Bivalent(), {"a": Trivalent()}).bind(("a", "b")).exact


def test_a_transfer_per_concept_asks_for_a_map_before_it_is_used() -> None:
    transfer = PerConcept(Sigmoid())
    for use in (lambda: transfer(0.5), lambda: transfer.gain, lambda: transfer.squash(np.ones(1))):
        with pytest.raises(DynamicsError, match=r"dynamics.bind\(map.names\)"):
            use()


def test_a_transfer_for_a_concept_that_is_not_there_is_refused() -> None:
    m = CognitiveMap.from_links({("staff", "delay"): -0.8})
    dynamics = Dynamics(transfer=PerConcept(Sigmoid(), {"dealy": Bivalent()}))
    with pytest.raises(UnknownConceptError, match="Did you mean 'delay'"):
        simulate(m, dynamics=dynamics)


def test_a_slope_per_concept_takes_concepts_along_the_last_axis() -> None:
    x = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]
    expected = np.tanh(np.array(x) * [1.0, 3.0])
    np.testing.assert_allclose(Tanh(slope=(1, 3))(x), expected, rtol=0, atol=1e-15)
    np.testing.assert_allclose(Tanh(slope=(1, 3))(0.2), np.tanh([0.2, 0.6]), rtol=0, atol=1e-15)


def test_trivalent_cuts_at_plus_and_minus_its_threshold() -> None:
    assert Trivalent(threshold=0.5)([-0.6, -0.4, 0.0, 0.4, 0.6]).tolist() == [-1, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("make", "value"),
    [
        (lambda: Sigmoid(slope=0), "slope=0"),
        (lambda: Sigmoid(slope=math.nan), "slope=nan"),
        (lambda: Tanh(slope=-1), "slope=-1"),
        (lambda: Tanh(slope="steep"), "slope='steep'"),
        (lambda: Saturated(low=1, high=0), "low=1"),
        (lambda: Saturated(high=math.inf), "high=inf"),
        (lambda: Bivalent(threshold=math.nan), "threshold=nan"),
        (lambda: Trivalent(threshold=-0.5), "threshold=-0.5"),
        (lambda: Trivalent(inclusive=True), "both -1 and 1"),
        (lambda: Sigmoid(slope=(1.0, 0.0)), r"slope=\(1.0, 0.0\)"),
        (lambda: Tanh(slope={"a": -1}), "slope={'a': -1}"),
        (lambda: StepFunction(levels=(0, 1)), "2 levels and 2 cuts"),
        (lambda: StepFunction(levels=(0, 1, 0.5)), "which fall"),
        (lambda: StepFunction(cuts=(0.5, 0.5)), "expected them to rise"),
        (lambda: StepFunction(cuts=(0.5, math.nan)), "expected finite numbers"),
        (lambda: StepFunction(levels=3), "levels=3"),
        (lambda: StepFunction(inclusive=(True,)), "each of the 2 cuts"),
        (lambda: StepFunction(inclusive=1), "inclusive=1"),
        (lambda: PerConcept(Sigmoid), "for 'default'; expected an instance"),
        (lambda: PerConcept(Sigmoid(), {"a": 2}), "has 2 for 'a'"),
        (lambda: PerConcept(Sigmoid(), [Tanh()]), "expected a mapping"),
        (lambda: PerConcept(Sigmoid(slope=(1, 2))), "per concept itself"),
        (lambda: PerConcept(Sigmoid(), {"a": PerConcept(Tanh())}), "for 'a', which is per concept"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(make: object, value: str) -> None:
    with pytest.raises(DynamicsError, match=value):
        make()


def test_transfers_are_values() -> None:
    assert Sigmoid(slope=2) == Sigmoid(slope=2.0)
    assert len({Sigmoid(), Sigmoid(slope=1.0), Tanh()}) == 2
