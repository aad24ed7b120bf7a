from __future__ import annotations

import numpy as np
import pytest

import fcm
from fcm.errors import DynamicsError, UnknownConceptError

MAP = fcm.CognitiveMap.from_links(
    {("a", "x"): 0.9, ("b", "y"): 0.6, ("y", "x"): 0.6, ("b", "x"): 0.3}
)
SCENARIOS = [fcm.Scenario("more a", clamp={"a": 1}), fcm.Scenario("more b", clamp={"b": 1})]


def test_each_slope_is_a_comparison_of_its_own() -> None:
    ranks = fcm.rank_stability(MAP, SCENARIOS, slopes=[0.5, 2.0])
    for k, slope in enumerate([0.5, 2.0]):
        alone = fcm.compare(MAP, SCENARIOS, fcm.Dynamics(transfer=fcm.Sigmoid(slope=slope)))
        np.testing.assert_array_equal(ranks.delta[k], alone.delta)
    assert ranks.of("x").shape == (2, 2)


def test_an_order_that_holds_at_every_slope_is_stable() -> None:
    ranks = fcm.rank_stability(MAP, SCENARIOS, slopes=[0.5, 1.0])
    assert ranks.order("x") == (("more a", "more b"),) * 2
    assert ranks.stable("x")


def test_an_order_that_turns_is_not_stable() -> None:
    ranks = fcm.RankStability(
        slopes=[1, 2], scenarios=("p", "q"), names=("x",), delta=[[[1], [2]], [[2], [1]]]
    )
    assert ranks.order("x") == (("q", "p"), ("p", "q"))
    assert not ranks.stable("x")


def test_a_scenario_that_does_not_settle_has_no_place_and_is_not_stable() -> None:
    ranks = fcm.RankStability(
        slopes=[1], scenarios=("p", "q"), names=("x",), delta=[[[np.nan], [2]]]
    )
    assert ranks.order("x") == (("q",),)
    assert not ranks.stable("x")


def test_a_transfer_without_slope_is_refused() -> None:
    with pytest.raises(DynamicsError, match="has no slope"):
        fcm.rank_stability(
            MAP, SCENARIOS, slopes=[1], dynamics=fcm.Dynamics(transfer=fcm.Bivalent())
        )
    with pytest.raises(DynamicsError, match="no slopes"):
        fcm.rank_stability(MAP, SCENARIOS, slopes=[])


def test_an_unknown_concept_is_answered_with_the_nearest() -> None:
    ranks = fcm.rank_stability(MAP, SCENARIOS, slopes=[1])
    with pytest.raises(UnknownConceptError, match="'z' was not simulated"):
        ranks.of("z")
