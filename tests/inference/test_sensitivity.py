"""The adjoint gradient against finite differences, and where there is none."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fcm.errors import DynamicsError, NotSettledError, UnknownConceptError
from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    ModifiedKosko,
    Rescaled,
    Rule,
    Saturated,
    Sigmoid,
    Tanh,
    Transfer,
    simulate,
)
from fcm.inference.forms.perconcept import PerConcept
from fcm.inference.sensitivity import sensitivity
from fcm.inference.stability import local_stability
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import strategies as some

MUTUAL = CognitiveMap.from_matrix([[0, -1.0], [-1.0, 0]])
STEEP = Dynamics(transfer=Sigmoid(slope=10))
LOOP = CognitiveMap.from_matrix([[1.0]])
H = 1e-5


def fine(dynamics: Dynamics) -> Dynamics:
    return Dynamics(
        rule=dynamics.rule,
        transfer=dynamics.transfer,
        tol=1e-13,
        max_steps=4000,
        hold_inputs=dynamics.hold_inputs,
    )


def difference(
    m: CognitiveMap, changed: dict, scenario: Scenario, dynamics: Dynamics, outcome: str
) -> float:
    """Central difference of the outcome over two changed scenarios."""
    ends = [
        simulate(
            m,
            Scenario(
                "s",
                **{
                    "clamp": scenario.clamp,
                    "push": scenario.push,
                    "links": scenario.links,
                    **{k: {**getattr(scenario, k), name: v + sign * H}},
                },
            ),
            dynamics=dynamics,
        )
        .require_settled()[outcome]
        .item()
        for (k, name), v in changed.items()
        for sign in (1, -1)
    ]
    return (ends[0] - ends[1]) / (2 * H)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_gradient_is_what_differences_approach(data: st.DataObject) -> None:
    drawn = data.draw(some.maps(most=4))
    m = CognitiveMap.from_matrix(drawn.weights, limit=None)
    dynamics = data.draw(some.dynamics(transfers=some.SMOOTH))
    scenario = data.draw(some.scenarios(m, timed=False))
    scenario = Scenario("s", clamp=scenario.clamp, push=scenario.push, links=scenario.links)
    outcome = data.draw(st.sampled_from(m.names))
    exact = fine(dynamics)
    run = simulate(m, scenario, dynamics=exact)
    assume(run.outcome[0] == 0)
    stability = local_stability(m, run.final[0], dynamics=dynamics, scenario=scenario)
    assume(stability.radius < 0.9)

    found = sensitivity(m, outcome, scenario=scenario, dynamics=dynamics)
    assert found.value == pytest.approx(run[outcome].item(), abs=1e-11)
    weights = {**m.links(), **scenario.links}
    for i, source in enumerate(m.names):
        for j, target in enumerate(m.names):
            if target in found.clamps:
                assert found.weights[i, j] == 0
                continue
            value = weights.get((source, target), 0.0)
            changed = {("links", (source, target)): value}
            expected = difference(m, changed, scenario, exact, outcome)
            assert found.weights[i, j] == pytest.approx(expected, abs=2e-6)
            assert found.of(source, target) == found.weights[i, j]
            assert found.present[i, j] == (value != 0)
    for j, name in enumerate(m.names):
        if name in scenario.clamp:
            changed = {("clamp", name): scenario.clamp[name]}
            expected = difference(m, changed, scenario, exact, outcome)
            assert found.clamps[name] == pytest.approx(expected, abs=2e-6)
        elif name in found.clamps:
            assert found.inputs[j] == 0
        else:
            changed = {("push", name): scenario.push.get(name, 0.0)}
            expected = difference(m, changed, scenario, exact, outcome)
            assert found.inputs[j] == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize(
    ("rule", "transfer"),
    [
        (Kosko(memory=(0.2, 0.5, 0.1)), Saturated(low=-1, high=1)),
        (ModifiedKosko(), Sigmoid(slope=(1.0, 3.0, 0.5))),
        (Kosko(), PerConcept(Sigmoid(), {"C2": Tanh(slope=0.7)})),
        (Rescaled(memory={"C1": 0.5}), Sigmoid()),
    ],
)
def test_the_gradient_knows_memory_slopes_and_transfers_per_concept(
    rule: Rule, transfer: Transfer
) -> None:
    dynamics = Dynamics(rule=rule, transfer=transfer)
    m = CognitiveMap.from_matrix([[0, 0.6, 0], [-0.3, 0, 0.5], [0.4, 0.2, 0]], limit=None)
    scenario = Scenario("s", push={"C1": 0.3})
    found = sensitivity(m, "C3", scenario=scenario, dynamics=dynamics)
    for i, source in enumerate(m.names):
        for j, target in enumerate(m.names):
            changed = {("links", (source, target)): float(m.weights[i, j])}
            expected = difference(m, changed, scenario, fine(dynamics), "C3")
            assert found.weights[i, j] == pytest.approx(expected, abs=1e-7)


def test_a_coarse_tolerance_does_not_blur_the_gradient() -> None:
    m = CognitiveMap.from_matrix([[0.5, 0.8], [-0.6, 0.9]])
    coarse, sharp = (
        sensitivity(m, "C2", dynamics=Dynamics(rule=ModifiedKosko(), tol=tol))
        for tol in (1e-2, 1e-12)
    )
    assert coarse.value == pytest.approx(sharp.value, abs=1e-12)
    np.testing.assert_allclose(coarse.weights, sharp.weights, atol=1e-12)


def test_the_outcome_answers_to_its_own_clamp_one_to_one() -> None:
    scenario = Scenario("s", clamp={"C1": 0.3})
    found = sensitivity(MUTUAL, "C1", scenario=scenario)
    assert found.value == 0.3
    assert dict(found.clamps) == {"C1": 1.0}
    assert not found.weights.any()
    assert not found.inputs.any()


def test_the_start_chooses_the_steady_state() -> None:
    ends = [
        sensitivity(MUTUAL, "C1", dynamics=STEEP, initial=start).value
        for start in ({"C1": 0.9, "C2": 0.1}, [0.1, 0.9])
    ]
    assert ends == pytest.approx([0.47950453717145, 0.00820278144932])


@pytest.mark.parametrize("passing", [Scenario("s", clamp={"C1": 0.9}, stop=6), None])
def test_only_the_last_regime_has_a_gradient(passing: Scenario | None) -> None:
    m = CognitiveMap.from_matrix([[0.2, 0.6], [-0.5, 0.3]])
    found = sensitivity(m, "C2", scenario=passing)
    assert dict(found.clamps) == {}
    plain = sensitivity(m, "C2")
    np.testing.assert_allclose(found.weights, plain.weights, atol=1e-11)


def test_a_swing_has_no_gradient() -> None:
    with pytest.raises(NotSettledError, match="ends in a limit cycle"):
        sensitivity(MUTUAL, "C1", dynamics=STEEP)


def test_a_run_that_is_given_up_has_no_gradient() -> None:
    with pytest.raises(NotSettledError, match="does not settle"):
        sensitivity(MUTUAL, "C1", dynamics=Dynamics(transfer=Sigmoid(slope=3), max_steps=2))


def test_a_run_that_creeps_below_the_tolerance_has_no_gradient() -> None:
    with pytest.raises(NotSettledError, match="more steps do not bring it to rest"):
        sensitivity(LOOP, "C1", dynamics=Dynamics(transfer=Tanh(), tol=1e-3))


def test_an_unstable_steady_state_has_no_gradient() -> None:
    with pytest.raises(DynamicsError, match="not stable: small changes grow by 2 a step"):
        sensitivity(LOOP, "C1", dynamics=Dynamics(transfer=Tanh(slope=2)), initial=[0.0])


def test_a_discrete_transfer_has_no_gradient() -> None:
    with pytest.raises(DynamicsError, match="Bivalent jumps"):
        sensitivity(MUTUAL, "C1", dynamics=Dynamics(transfer=Bivalent()))


def test_a_kink_has_no_gradient_and_is_named() -> None:
    m = CognitiveMap.from_links({("rain", "flood"): 1.0})
    dynamics = Dynamics(transfer=Saturated())
    with pytest.raises(DynamicsError, match="'rain' stands exactly at a bound"):
        sensitivity(m, "flood", dynamics=dynamics)
    scenario = Scenario("s", clamp={"rain": 0.5})
    assert sensitivity(m, "flood", scenario=scenario, dynamics=dynamics).clamps["rain"] == 1
    with pytest.raises(DynamicsError, match="'flood' stands exactly at a bound"):
        sensitivity(m, "flood", scenario=Scenario("s", clamp={"rain": 1.0}), dynamics=dynamics)


def test_an_unknown_rule_is_refused() -> None:
    class Mean:
        def fold(self, weights: np.ndarray) -> tuple[np.ndarray, None]:
            return weights / len(weights), None

        def check(self, transfer: object) -> None:
            pass

    with pytest.raises(DynamicsError, match="worked out for Kosko"):
        sensitivity(MUTUAL, "C1", dynamics=Dynamics(rule=Mean()))


@pytest.mark.parametrize("name", ["C3", "c1"])
def test_an_unknown_outcome_is_refused(name: str) -> None:
    with pytest.raises(UnknownConceptError, match=name):
        sensitivity(MUTUAL, name)


def test_links_are_ranked_by_size_and_absent_ones_on_request() -> None:
    m = CognitiveMap.from_links({("a", "b"): 0.5, ("b", "c"): -0.8, ("a", "d"): 0.1})
    found = sensitivity(m, "c")
    first = found.top(5)
    assert [pair[:2] for pair in first] == [("b", "c"), ("a", "b"), ("a", "d")]
    assert first[2][2] == 0
    every = found.top(100, absent=True)
    assert len(every) == 16
    sizes = [abs(gradient) for _, _, gradient in every]
    assert sizes == sorted(sizes, reverse=True)
    assert found.top(0) == []


def test_gradients_read_in_words_in_records_and_as_a_table() -> None:
    scenario = Scenario("s", clamp={"C1": 0.3})
    found = sensitivity(MUTUAL, "C2", scenario=scenario)
    assert repr(found) == "Sensitivity('C2' = 0.426; most for 'C1' -> 'C2': +0.0733)"
    records = json.loads(json.dumps(found.to_records()))
    assert len(records) == 4 + 2 + 1
    assert {record["kind"] for record in records} == {"weight", "push", "clamp"}
    assert "C1 held at" in found._repr_html_()
    with pytest.raises(UnknownConceptError, match="C5"):
        found.of("C5", "C1")
    with pytest.raises(ValueError, match="read-only"):
        found.weights[0, 0] = 1


def test_a_map_of_one_concept_has_a_gradient() -> None:
    m = CognitiveMap.from_matrix([[0.0]])
    found = sensitivity(m, "C1")
    assert found.value == 0.5
    np.testing.assert_allclose(found.inputs, [0.25])
    np.testing.assert_allclose(found.weights, [[0.125]])
    assert repr(found) == "Sensitivity('C1' = 0.5)"
