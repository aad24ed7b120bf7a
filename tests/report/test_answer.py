"""The answer in words says no more than the findings do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fcm.analysis import compare, rank_stability
from fcm.concept import Concept
from fcm.evidence import WeightEstimate
from fcm.inference import Dynamics, Sigmoid, sample
from fcm.learning import weigh
from fcm.map import CognitiveMap
from fcm.report import Findings
from fcm.report.answer import answers, evidence_sentence, slope_sentence
from fcm.report.packages import best_shares, bundles, judged, moved, singles, standings
from fcm.scenario import Scenario


def on(found: Findings, outcome: str) -> str:
    return " ".join(next(a for a in answers(found) if a.outcome == outcome).sentences)


def rerun(
    found: Findings, m: CognitiveMap, plans: tuple[Scenario, ...], *, draws: int = 40
) -> Findings:
    dynamics = Dynamics(transfer=Sigmoid(slope=1.0))
    estimate: WeightEstimate = weigh((), m)
    return replace(
        found,
        prior=estimate,
        estimate=estimate,
        dynamics=dynamics,
        comparison=compare(m, plans, dynamics),
        ensemble=sample(estimate, plans, draws, np.random.default_rng(0), dynamics=dynamics),
        ranks=rank_stability(m, plans, slopes=[0.5, 1.0], dynamics=dynamics),
        conflicts=(),
    )


def test_a_bundle_is_told_apart_from_single_packages(found: Findings) -> None:
    assert bundles(found.comparison.scenarios) == ("both",)
    assert singles(found) == ("road_toll", "plant_trees")
    assert "Of the 2 single packages" in on(found, "dust")
    assert "Packages put together: Both" in on(found, "dust")


def test_a_scenario_that_repeats_another_is_no_bundle() -> None:
    same = [Scenario("a", clamp={"x": 1.0}), Scenario("b", clamp={"x": 0.0})]
    assert bundles([*same, Scenario("c", clamp={"x": 1.0, "y": 1.0})]) == ()


def test_changed_links_count_as_moved() -> None:
    scenario = Scenario("s", clamp={"a": 1}, push={"b": 1}, links={("c", "d"): 0})
    assert moved(scenario) == {"a", "b", "c"}


def test_the_leader_is_furthest_in_the_wanted_direction(found: Findings) -> None:
    for answer in answers(found):
        sign = -1 if found.map[answer.outcome].good == "down" else 1
        names = singles(found)
        change = found.comparison.of(answer.outcome)[: len(names)]
        best = names[int(np.argmax(sign * change))]
        assert answer.sentences[0].startswith(best.replace("_", " ").capitalize())


def test_shares_of_being_best_sum_to_one(found: Findings) -> None:
    shares = best_shares(found, "trust", "up", among=singles(found))
    assert sum(shares.values()) == pytest.approx(1)
    change = found.ensemble.of("trust")[:, :2]
    assert shares["road_toll"] == pytest.approx((change[:, 0] > change[:, 1]).mean())


def test_a_disputed_direct_effect_is_named(found: Findings) -> None:
    plans = found.comparison.scenarios[:1]
    only = replace(
        found,
        comparison=compare(found.map, plans, found.dynamics),
        ensemble=sample(
            found.estimate, plans, 20, np.random.default_rng(0), dynamics=found.dynamics
        ),
        ranks=rank_stability(found.map, plans, slopes=[1.3], dynamics=found.dynamics),
    )
    assert "sign of the direct effect of Road toll on Trust" in on(only, "trust")
    assert "sign" not in on(only, "dust")
    assert "Only one slope" in on(only, "dust")


def test_a_package_that_reaches_nothing_is_not_said_to_fall(found: Findings) -> None:
    m = CognitiveMap.from_links(
        {("a", "x"): 0.5, ("b", "y"): 0.5},
        concepts=[
            Concept(name="a", role="lever"),
            Concept(name="b", role="lever"),
            Concept(name="x", role="outcome", good="down"),
        ],
    )
    idle = rerun(found, m, (Scenario("idle", clamp={"b": 0.9}),))
    (standing,) = standings(idle, "x")
    assert (standing.direction, standing.increase, standing.decrease) == (0, 0.0, 0.0)
    assert standing.crosses
    assert on(idle, "x").startswith("No package moves it by more than the runs can resolve")


def test_moving_the_wrong_way_is_not_called_the_best(found: Findings) -> None:
    m = CognitiveMap.from_links(
        {("a", "x"): 0.9},
        concepts=[
            Concept(name="a", role="lever"),
            Concept(name="x", role="outcome", good="down"),
        ],
    )
    worse = rerun(found, m, (Scenario("more", clamp={"a": 1.0}),))
    assert on(worse, "x").startswith("No package moves it the wanted way; More comes nearest: +")


def test_without_a_wanted_direction_nothing_is_called_best(found: Findings) -> None:
    m = CognitiveMap.from_links({("a", "x"): 0.9}, levers=["a"], outcomes=["x"])
    plans = (Scenario("more", clamp={"a": 1.0}), Scenario("less", clamp={"a": 0.0}))
    text = on(rerun(found, m, plans), "x")
    assert text.startswith("More raises it most: +")
    assert "best" not in text


def test_without_outcomes_every_concept_that_nobody_moves_is_judged(found: Findings) -> None:
    m = CognitiveMap.from_links({("a", "x"): 0.9, ("x", "y"): 0.9})
    assert judged(rerun(found, m, (Scenario("more", clamp={"a": 1.0}),))) == ("x", "y")


def test_a_first_place_that_depends_on_the_slope_is_said_to(found: Findings) -> None:
    assert "first place depends on the slope" in on(found, "dust")
    assert "Plant trees at 0.5 and Road toll at 1.3 and 2" in on(found, "dust")


def test_draws_at_another_slope_than_the_figures_are_announced(found: Findings) -> None:
    assert found.estimate.slope is not None
    sentence = slope_sentence(found)
    assert "slope 1.3 of the transfer" in sentence
    assert f"around slope {found.estimate.slope[0]:.3g}" in sentence
    same = replace(found, dynamics=Dynamics(transfer=Sigmoid(slope=found.estimate.slope[0])))
    assert slope_sentence(same) == ""


def test_all_weights_being_the_experts_is_said_plainly(bare: Findings) -> None:
    expected = "All 6 links have a data share under 0.1: they are the experts'."
    assert evidence_sentence(bare) == expected
