"""Transfers and what happens at their edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm.errors import DynamicsError
from fcm.inference import Bivalent, Saturated, Sigmoid, Tanh, Trivalent
from fcm.inference.transfer import TIE, Transfer
from tests import reference
from tests import strategies as some

ANY = st.one_of(some.SMOOTH, some.DISCRETE, some.CLIPPED)


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
    ],
)
def test_a_transfer_that_cannot_be_is_refused(make: object, value: str) -> None:
    with pytest.raises(DynamicsError, match=value):
        make()


def test_transfers_are_values() -> None:
    assert Sigmoid(slope=2) == Sigmoid(slope=2.0)
    assert len({Sigmoid(), Sigmoid(slope=1.0), Tanh()}) == 2
