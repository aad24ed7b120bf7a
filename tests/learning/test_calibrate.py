from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm import (
    Claim,
    CognitiveMap,
    Dynamics,
    Effect,
    Kosko,
    Origin,
    Rescaled,
    Saturated,
    Scenario,
    Sigmoid,
    WeightEstimate,
    sample,
    simulate,
)
from fcm.errors import DynamicsError, LearningError, UnknownConceptError
from fcm.learning import calibrate, weigh

# zone -> traffic -> air, zone -> air, air -> health, rain -> mood (off every path)
M = CognitiveMap.from_links(
    {
        ("zone", "traffic"): -0.6,
        ("traffic", "air"): 0.7,
        ("zone", "air"): -0.2,
        ("air", "health"): -0.5,
        ("rain", "mood"): -0.4,
    }
)
CENTRED = Dynamics(rule=Rescaled(memory=0), transfer=Sigmoid(slope=1.3))
HALF = dict.fromkeys(M.names, 0.5)
ZONE = Scenario("zone", clamp={"zone": 0.9})


def prior(spread: float = 0.2) -> WeightEstimate:
    linked = M.weights != 0
    return WeightEstimate(
        prior=M,
        mean=M.weights,
        spread=linked * spread,
        data_share=np.zeros(linked.shape),
        status=np.where(linked, "prior", ""),
    )


def seen(change: float, spread: float, outcome: str = "air", scenario: Scenario = ZONE) -> Effect:
    origin = Origin(kind="policy effect")
    return Effect(scenario=scenario, outcome=outcome, change=change, spread=spread, origin=origin)


def run(estimate: WeightEstimate, *effects: Effect) -> WeightEstimate:
    return calibrate(estimate, effects, M, CENTRED, initial=HALF)


def cell(estimate: WeightEstimate, what: str, source: str, target: str) -> Any:
    return getattr(estimate, what)[M.index(source), M.index(target)].item()


@pytest.mark.parametrize("slope_spread", [0.0, 0.3])
def test_the_update_agrees_with_brute_force(slope_spread: float) -> None:
    before, effect = prior(), seen(-0.02, 0.02)
    if slope_spread:
        before = before.with_slope(1.3, spread=slope_spread)
    after = run(before, effect)
    draws = sample(before, [ZONE], 20_000, 0, dynamics=CENTRED, initial=HALF)
    air = draws.delta[:, 0, M.index("air")]
    density = np.exp(-0.5 * ((air - effect.change) / effect.spread) ** 2)
    weights = density / density.sum()
    (told,) = after.calibrations
    assert told.before == pytest.approx((air.mean(), air.std()), abs=0.003)
    mean = weights @ air
    assert told.after[0] == pytest.approx(mean, abs=0.006)
    assert told.after[1] == pytest.approx(np.sqrt(weights @ (air - mean) ** 2), abs=0.004)
    again = sample(after, [ZONE], 20_000, 0, dynamics=CENTRED, initial=HALF)
    assert again.delta[:, 0, M.index("air")].mean() == pytest.approx(mean, abs=0.006)


def test_an_effect_that_agrees_narrows_and_does_not_move() -> None:
    expected = run(prior(), seen(0.0, 1.0)).calibrations[0].before[0]
    after = run(prior(), seen(expected, 0.02))
    assert after.calibrations[0].after[0] == pytest.approx(expected, abs=0.003)
    assert after.calibrations[0].data_share > 0.5
    assert np.abs(after.mean - M.weights).max() < 0.01
    assert (after.spread <= prior().spread).all()


def test_a_link_on_no_path_stays_to_the_last_bit() -> None:
    after = run(prior(), seen(-0.3, 0.01))
    for source, target in (("air", "health"), ("rain", "mood")):
        for what in ("mean", "spread", "data_share", "status"):
            assert cell(after, what, source, target) == cell(prior(), what, source, target)
        assert (source, target) not in after.notes
    assert cell(after, "data_share", "zone", "traffic") > 0.05
    assert "calibrated on 'zone' -> 'air'" in after.explain("zone", "traffic")


def test_weights_on_the_paths_are_tied_together() -> None:
    after = run(prior(), seen(-0.2, 0.005))
    covariance, order = after.joint_covariance(), after.links
    i, j = order.index(("zone", "traffic")), order.index(("zone", "air"))
    assert covariance[i, j] < 0  # more by one path means less by the other
    assert np.linalg.eigvalsh(covariance).min() > -1e-12
    draws = sample(after, [ZONE], 4000, 1, dynamics=CENTRED, initial=HALF)
    assert draws.spread("air")[0] < 0.4 * run(prior(), seen(0, 1)).calibrations[0].before[1]


def test_two_effects_at_once_agree_with_one_after_the_other() -> None:
    first, second = seen(-0.1, 0.03), seen(0.03, 0.01, "health")
    together = run(prior(0.1), first, second)
    in_turn = run(run(prior(0.1), first), second)
    assert len(in_turn.calibrations) == len(together.calibrations) == 2
    assert np.allclose(together.mean, in_turn.mean, atol=0.01)
    assert np.allclose(together.spread, in_turn.spread, atol=0.005)
    assert np.allclose(together.data_share, in_turn.data_share, atol=0.06)


def test_the_order_of_effects_does_not_matter() -> None:
    effects = [seen(-0.1, 0.03), seen(0.03, 0.01, "health")]
    one, other = run(prior(), *effects), run(prior(), *effects[::-1])
    assert np.allclose(one.mean, other.mean, atol=1e-12)
    assert np.allclose(one.spread, other.spread, atol=1e-12)


def test_a_tie_carries_what_was_learned_to_a_link_off_the_path() -> None:
    before = prior()
    covariance = before.joint_covariance().copy()
    i, j = before.links.index(("zone", "air")), before.links.index(("rain", "mood"))
    covariance[i, j] = covariance[j, i] = 0.9 * 0.2**2
    after = run(replace(before, covariance=covariance), seen(-0.3, 0.01))
    assert cell(after, "mean", "rain", "mood") < -0.4
    assert cell(after, "spread", "rain", "mood") < 0.2


def test_a_precise_effect_makes_a_single_path_data() -> None:
    m = CognitiveMap.from_links({("zone", "air"): -0.5})
    origin = Origin(kind="survey", source="A")
    before = weigh([Claim("zone", "air", -0.5, 1.0, origin)], m)
    truth = simulate(m.with_link("zone", "air", -0.3), [ZONE], dynamics=CENTRED, initial=[0.5, 0.5])
    after = calibrate(
        before, seen(truth["air"][0] - 0.5, 0.001), m, CENTRED, initial=dict.fromkeys(m.names, 0.5)
    )
    assert after.mean[0, 1] == pytest.approx(-0.3, abs=0.01)
    assert after.status[0, 1] == "data"
    assert after.data_share[0, 1] > 0.95
    assert after.claims == before.claims


def test_an_uncertain_slope_learns_too() -> None:
    after = run(prior(0.02).with_slope(1.3, spread=0.4), seen(-0.02, 0.01))
    assert after.slope is not None
    assert after.slope[0] < 1.1
    assert after.slope[1] < 0.35


def test_no_effects_change_nothing() -> None:
    assert run(prior()) == prior()


@settings(max_examples=15, deadline=None)
@given(st.floats(-0.4, 0.4), st.floats(0.005, 0.5))
def test_uncertainty_never_grows_and_the_total_moves_towards_what_was_seen(
    change: float, spread: float
) -> None:
    after = run(prior(0.1), seen(change, spread))
    told = after.calibrations[0]
    assert (after.spread <= prior(0.1).spread + 1e-12).all()
    assert 0 <= told.data_share <= 1
    assert abs(told.after[0] - change) <= abs(told.before[0] - change) + 1e-3


def test_madrid_updates_a_path_total_and_hardly_any_link(
    madrid_claims: list[Claim], madrid_map: CognitiveMap
) -> None:
    m = madrid_map
    before = weigh(madrid_claims, m).with_slope(1.3, spread=0.4)
    zone = Scenario("zone", clamp={"access_restriction": 0.9, "enforcement": 0.6})
    effect = seen(-0.18, 0.09, "air_pollution", zone)
    after = calibrate(before, effect, m, CENTRED, initial=dict.fromkeys(m.names, 0.5))
    told = after.calibrations[0]
    assert told.before == pytest.approx((-0.24, 0.11), abs=0.01)
    assert told.after == pytest.approx((-0.205, 0.072), abs=0.006)
    # 0.52 by importance-weighted draws; 0.60 if the total were a single normal weight.
    assert told.data_share == pytest.approx(0.52, abs=0.05)
    assert (after.data_share[after.linked] < 0.1).all()


@pytest.mark.parametrize(
    ("effect", "error", "message"),
    [
        (seen(0, 1, "smog"), UnknownConceptError, "names 'smog', which is not in the map"),
        (
            seen(0, 1, scenario=Scenario("typo", clamp={"zome": 1})),
            UnknownConceptError,
            "'zome'.*Did you mean 'zone'",
        ),
        (seen(0, 1, "mood"), LearningError, "no path leads from 'zone' to 'mood'"),
        (seen(0, 1, "zone"), LearningError, "holds 'zone' itself"),
        (seen(0, 1, scenario=Scenario("idle")), LearningError, "changes nothing"),
    ],
)
def test_effects_that_cannot_teach_are_refused(
    effect: Effect, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        run(prior(), effect)


def test_a_scenario_that_adds_the_missing_link_has_a_path() -> None:
    bridge = Scenario("bridge", clamp={"zone": 0.9}, links={("zone", "rain"): 0.5})
    after = run(prior(), seen(-0.05, 0.01, "mood", bridge))
    assert cell(after, "data_share", "rain", "mood") > 0.01


def test_runs_that_do_not_settle_are_refused_with_advice() -> None:
    m = CognitiveMap.from_links({("a", "b"): 1.0, ("b", "a"): -1.0, ("zone", "a"): 0.5})
    linked = m.weights != 0
    before = WeightEstimate(
        prior=m,
        mean=m.weights,
        spread=0.1 * linked,
        data_share=0.0 * linked,
        status=np.where(linked, "prior", ""),
    )
    steep = Dynamics(rule=Rescaled(memory=0), transfer=Sigmoid(slope=20))
    with pytest.raises(LearningError, match=r"7 of 7 runs .* do not settle.*flatter slope"):
        calibrate(before, seen(0.1, 0.1, "a"), m, steep)


def test_other_misfits_are_refused() -> None:
    with pytest.raises(LearningError, match="the estimate"):
        calibrate(prior(), seen(0, 1), M.without("rain"), CENTRED)
    with pytest.raises(LearningError, match="no weight on the paths"):
        run(prior(0.0), seen(0, 1))
    with pytest.raises(DynamicsError, match="no slope"):
        calibrate(
            prior().with_slope(1, spread=0.1),
            seen(0, 1),
            M,
            Dynamics(rule=Kosko(), transfer=Saturated()),
        )
