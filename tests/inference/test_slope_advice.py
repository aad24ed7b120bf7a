"""The near-linear bound on slopes."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from fcm.errors import DynamicsError
from fcm.inference import Bivalent, Dynamics, Kosko, ModifiedKosko, Rescaled, Sigmoid, Tanh
from fcm.inference.proofs.certificate import certify
from fcm.inference.proofs.slope_advice import advise_slope
from fcm.map import CognitiveMap
from tests import strategies as some

MUTUAL = CognitiveMap.from_matrix([[0, -1.0], [-1.0, 0]])


def test_the_constants_are_those_in_print(shared: Path) -> None:
    facts = json.loads((shared / "oracles" / "theory.json").read_text())
    net, low, high, tanh = facts[-1]["v"]
    one = CognitiveMap.from_matrix([[0, 1.0], [0, 0]])
    assert advise_slope(one).saturation == pytest.approx(net / high, rel=1e-15)
    both = CognitiveMap.from_matrix([[0, 0, 0.5], [0, 0, -1.0], [0, 0, 0]])
    assert advise_slope(both).saturation == pytest.approx(net / abs(low * 0.5 - high), rel=1e-15)
    assert advise_slope(one, Dynamics(transfer=Tanh())).saturation == pytest.approx(tanh)


def test_incoming_and_not_outgoing_weights_count() -> None:
    m = CognitiveMap.from_matrix([[0, 1.0, 1.0], [0, 0, 0], [0, 0, 0]])
    assert advise_slope(m, Dynamics(transfer=Tanh())).saturation == pytest.approx(1.14, abs=1e-3)


@given(some.maps())
@settings(max_examples=30, deadline=None)
def test_a_slope_under_the_contraction_term_is_certified(m: CognitiveMap) -> None:
    for rule, make in ((Kosko(), Sigmoid), (ModifiedKosko(), Tanh), (Rescaled(), Sigmoid)):
        term = advise_slope(m, Dynamics(rule=rule, transfer=make())).contraction
        slope = 0.999 * min(term, 1e3)
        assert certify(m, Dynamics(rule=rule, transfer=make(slope=slope))).unique


@given(some.maps())
@settings(max_examples=20, deadline=None)
def test_the_rescaled_rule_is_advised_twice_the_slope_of_its_tanh(m: CognitiveMap) -> None:
    rescaled = advise_slope(m, Dynamics(rule=Rescaled()))
    tanh = advise_slope(m, Dynamics(rule=ModifiedKosko(), transfer=Tanh()))
    assert rescaled.contraction == pytest.approx(2 * tanh.contraction)
    assert rescaled.saturation == pytest.approx(2 * tanh.saturation)


def test_the_advice_is_compared_with_the_steepest_slope_in_use() -> None:
    advice = advise_slope(MUTUAL, Dynamics(transfer=Sigmoid(slope={"C2": 5.0})))
    assert advice.slope == 5
    assert not advice.within
    assert advise_slope(MUTUAL).within
    assert advice.most == min(advice.contraction, advice.saturation)


def test_a_map_without_links_takes_any_slope() -> None:
    for n in (0, 3):
        advice = advise_slope(CognitiveMap.from_matrix(np.zeros((n, n))))
        assert advice.most == math.inf
        assert advice.within


def test_only_slopes_are_advised_on() -> None:
    with pytest.raises(DynamicsError, match="slope of Sigmoid or Tanh"):
        advise_slope(MUTUAL, Dynamics(transfer=Bivalent()))
    with pytest.raises(DynamicsError, match="worked out for Kosko"):
        advise_slope(MUTUAL, Dynamics(rule=Mean()))


class Mean:
    def fold(self, weights: np.ndarray) -> tuple[np.ndarray, None]:
        return weights / max(len(weights), 1), None

    def check(self, transfer: object) -> None:
        pass
