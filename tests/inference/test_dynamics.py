"""Dynamics and rules: what is accepted, and what is refused with advice."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

from fcm.errors import DynamicsError
from fcm.inference import (
    Dynamics,
    Kosko,
    ModifiedKosko,
    Rescaled,
    Sigmoid,
    Tanh,
    Trivalent,
    simulate,
)
from fcm.map import CognitiveMap

PAIR = CognitiveMap.from_links({("a", "b"): 0.8, ("b", "a"): -0.3})


def test_dynamics_are_values_that_can_be_pickled_and_hashed() -> None:
    one = Dynamics(rule=Kosko(memory=(0.1, 0.2)), transfer=Tanh(slope=2))
    assert pickle.loads(pickle.dumps(one)) == one
    assert hash(one) == hash(Dynamics(rule=Kosko(memory=(0.1, 0.2)), transfer=Tanh(slope=2.0)))
    assert Dynamics() == Dynamics(rule=Kosko(memory=0), transfer=Sigmoid(slope=1))


def test_memory_may_differ_by_concept() -> None:
    found = simulate(
        PAIR,
        initial=[0.4, 0.6],
        dynamics=Dynamics(rule=Kosko(memory=(0.5, 0.0)), max_steps=1),
    )
    expected = Sigmoid()([0.5 * 0.4 - 0.3 * 0.6, 0.8 * 0.4])
    np.testing.assert_allclose(found.final[0], expected, atol=1e-15)


def test_memory_may_be_a_list() -> None:
    assert Kosko(memory=[0.5, 0.0]) == Kosko(memory=(0.5, 0.0))


def test_a_self_loop_comes_on_top_of_the_memory() -> None:
    m = CognitiveMap.from_matrix([[0.25]])
    found = simulate(m, initial=[0.4], dynamics=Dynamics(rule=ModifiedKosko(), max_steps=1))
    assert found.final[0, 0] == pytest.approx(Sigmoid()(1.25 * 0.4), abs=1e-15)


@pytest.mark.parametrize("rule", [Kosko, Rescaled])
@pytest.mark.parametrize("memory", [math.nan, (0.1, math.inf), "much", None])
def test_a_memory_that_is_no_number_is_refused(rule: type, memory: object) -> None:
    with pytest.raises(DynamicsError, match="memory="):
        rule(memory=memory)


def test_as_many_memories_as_concepts_are_needed() -> None:
    with pytest.raises(DynamicsError, match="3 values of memory, but the map has 2 concepts"):
        simulate(PAIR, dynamics=Dynamics(rule=Kosko(memory=(1.0, 1.0, 1.0))))


@pytest.mark.parametrize("transfer", [Tanh(), Trivalent()])
def test_the_rescaled_rule_refuses_other_transfers_and_says_what_to_use(transfer: object) -> None:
    with pytest.raises(DynamicsError, match=r"needs Sigmoid.*ModifiedKosko"):
        Dynamics(rule=Rescaled(), transfer=transfer)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"tol": 0}, "tol is 0"),
        ({"tol": math.nan}, "tol is nan"),
        ({"tol": "small"}, "tol is 'small'"),
        ({"max_steps": 0}, "max_steps is 0"),
        ({"max_steps": 2.5}, "max_steps is 2.5"),
        ({"max_steps": True}, "max_steps is True"),
        ({"rule": "kosko"}, "rule is 'kosko'"),
        ({"rule": Kosko}, "expected an instance such as ModifiedKosko"),
        ({"transfer": Sigmoid}, "expected an instance such as Sigmoid"),
        ({"transfer": math.tanh}, "transfer is"),
    ],
)
def test_dynamics_that_cannot_be_are_refused(settings: dict, told: str) -> None:
    with pytest.raises(DynamicsError, match=told):
        Dynamics(**settings)
