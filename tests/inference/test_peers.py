"""What other programs print or compute for the same map, each under the convention it uses.

``tests/golden/peers.json`` holds the cases and their sources. Weights are [cause, effect]. A peer
that stops at ``<= tol`` and this library, which stops at ``< tol``, give the same states here.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    ModifiedKosko,
    Outcome,
    Rescaled,
    Saturated,
    Sigmoid,
    Tanh,
    Trivalent,
    simulate,
    simulate_members,
)
from fcm.inference.uncertain.fuzzy_weights import IntervalWeights
from fcm.inference.uncertain.intervals import propagate
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "peers.json"
PEERS = json.loads(GOLDEN.read_text(encoding="utf-8"))
RULES = {"kosko": Kosko(), "modified-kosko": ModifiedKosko(), "rescaled": Rescaled()}
TRANSFERS = {"sigmoid": Sigmoid(), "tanh": Tanh()}
NEVER = 1e-300


def of_kind(kind: str) -> list[Any]:
    return [
        pytest.param(entry, id=name)
        for name, entry in sorted(PEERS.items())
        if entry["kind"] == kind
    ]


def map_of(entry: dict[str, Any]) -> CognitiveMap:
    entry = PEERS["eight_concepts"] if entry.get("map") == "eight" else entry
    return CognitiveMap.from_matrix(entry["weights"], entry["concepts"])


def half_a_unit(digits: int) -> float:
    return 0.5 * 10.0**-digits * (1 + 1e-9)


def assert_printed(found: Any, printed: Any, digits: int) -> None:
    np.testing.assert_allclose(found, printed, rtol=0, atol=half_a_unit(digits))


def test_every_case_has_its_source_and_the_strength_of_its_evidence() -> None:
    cases = [entry for entry in PEERS.values() if entry["kind"] != "map"]
    assert len(cases) == 15
    assert all(entry["source"] and entry["where"] for entry in PEERS.values())
    assert {entry["provenance"] for entry in cases} == {"printed", "refrun"}


@pytest.mark.parametrize("entry", of_kind("baseline_and_clamp"))
def test_the_rest_the_clamped_rest_and_their_difference_in_fcmconfr(entry: dict) -> None:
    """It shows a clamped concept as its clamp value, where we show the change."""
    scenarios = [Scenario("baseline"), Scenario("clamped", clamp=entry["clamp"])]
    found = simulate(
        map_of(entry),
        scenarios,
        initial=entry["init"],
        dynamics=Dynamics(rule=RULES[entry["rule"]], tol=entry["tol"]),
    ).require_settled()
    assert_printed(found.final[0], entry["baseline"], entry["digits"])
    assert_printed(found.final[1], entry["clamped"], entry["digits"])
    for name, change, printed in zip(
        entry["concepts"], found.final[1] - found.final[0], entry["difference"], strict=True
    ):
        if name in entry["clamp"]:
            assert printed == entry["clamp"][name]
        else:
            assert_printed(change, printed, entry["digits"])


@pytest.mark.parametrize("entry", of_kind("peak"))
def test_the_peak_over_the_run_in_fcmconfr(entry: dict) -> None:
    found = simulate(
        map_of(entry),
        initial=entry["init"],
        dynamics=Dynamics(rule=RULES[entry["rule"]], tol=entry["tol"]),
    ).require_settled()
    assert_printed(found.peak[0], entry["values"], entry["digits"])


@pytest.mark.parametrize("case", PEERS["fcmconfr_squash"]["cases"])
def test_the_squashed_values_of_fcmconfr(case: dict) -> None:
    transfer = {"sigmoid": Sigmoid, "tanh": Tanh}[case["transfer"]](slope=case["slope"])
    assert_printed(transfer(case["x"]), case["value"], PEERS["fcmconfr_squash"]["digits"])


@pytest.mark.parametrize("case", PEERS["fcmconfr_tfn_next_state"]["cases"])
def test_the_net_input_of_each_bound_of_a_triangular_weight(case: dict) -> None:
    """A transfer that is the identity here, and one step on each bound's weights."""
    entry = PEERS["fcmconfr_tfn_next_state"]
    m = CognitiveMap.from_matrix(np.zeros((2, 2)), entry["concepts"])
    bounds = [entry["weights"][bound] for bound in ("lower", "mode", "upper")]
    found = simulate_members(
        m,
        bounds,
        None,
        initial=case["init"],
        dynamics=Dynamics(
            rule=RULES[case["rule"]], transfer=Saturated(low=-9, high=9), tol=NEVER, max_steps=1
        ),
    )
    for name, printed in case["next"].items():
        np.testing.assert_allclose(found.final[:, 0, m.names.index(name)], printed, atol=1e-15)


def midpoint_states(entry: dict[str, Any], case: dict[str, Any]) -> np.ndarray:
    """Every state of a run with fuzzy weights as fcmconfr makes it, (T + 1, bounds, n).

    Each step is one step of the library on a map of bounds x n concepts, in which a concept's
    neighbours enter by the mean over their bounds. Where that mean is negative (for the rescaled
    rule: below 0.5), the lower weight gives the upper bound.
    """
    bounds = ("lower", "upper") if case["numbers"] == "IVFN" else ("lower", "mode", "upper")
    weights = np.array([entry["weights"][bound] for bound in bounds], dtype=float)
    k, n = weights.shape[:2]
    held = np.array([name in case["clamp"] for name in entry["concepts"]])
    dynamics = Dynamics(
        rule=RULES[case["rule"]], transfer=TRANSFERS[case["transfer"]], tol=NEVER, max_steps=1
    )
    middle = 0.5 if case["rule"] == "rescaled" else 0.0
    states = [np.tile(np.array(case["init"], dtype=float), (k, 1))]
    for _ in range(100):
        below = states[-1].mean(axis=0) < middle
        turned = np.where(below[None, :, None], weights[::-1], weights) / k
        big = CognitiveMap.from_matrix(np.tile(np.hstack(list(turned)), (k, 1)), limit=None)
        after = simulate(big, initial=states[-1].ravel(), dynamics=dynamics).final.reshape(k, n)
        states.append(np.where(held, states[0], after))
        if np.abs(states[-1] - states[-2]).max() < case["tol"]:
            break
    return np.array(states)


FUZZY = [
    pytest.param(case, id=f"{case['numbers']} {case['rule']} {case['transfer']} {case['point']}")
    for case in PEERS["fcmconfr_ivfn_tfn"]["cases"]
]


@pytest.mark.parametrize("case", FUZZY)
def test_the_bounds_of_fcmconfr_follow_from_its_midpoints(case: dict) -> None:
    """A convention to compare with, not bounds to trust: they are too narrow."""
    entry = PEERS["fcmconfr_ivfn_tfn"]
    states = midpoint_states(entry, case)
    shown = states[-1]
    if case["point"] == "peak":
        shown = states[states[:, -1].argmax(axis=0), :, np.arange(states.shape[2])].T
    named = [bound for bound in ("lower", "mode", "upper") if bound in case]
    assert_printed(shown, [case[bound] for bound in named], entry["digits"])


@pytest.mark.parametrize("number", [1, 6])
def test_members_inside_the_fuzzy_weights_leave_the_bounds_of_fcmconfr(number: int) -> None:
    """Corners of the box run outside what it prints, and stay inside the full arithmetic."""
    entry = PEERS["fcmconfr_ivfn_tfn"]
    full, case = entry["full_interval_arithmetic"][f"case {number}"], entry["cases"][number - 1]
    low, high = (np.array(entry["weights"][each], dtype=float) for each in ("lower", "upper"))
    share = np.random.default_rng(0).integers(0, 2, (512, 3, 3))
    runs = simulate_members(
        CognitiveMap.from_matrix(low, entry["concepts"]),
        low + share * (high - low),
        Scenario("clamped", clamp=case["clamp"]),
        initial=case["init"],
        dynamics=Dynamics(rule=RULES[case["rule"]], tol=1e-9),
    )
    assert (runs.outcome == Outcome.FIXED_POINT).all()
    least, most = runs.final.min(axis=(0, 1)), runs.final.max(axis=(0, 1))
    inside = half_a_unit(entry["digits"])
    assert (least >= np.array(full["lower"]) - inside).all()
    assert (most <= np.array(full["upper"]) + inside).all()
    assert (least < np.array(case["lower"]) - inside).any()


@pytest.mark.parametrize("number", [1, 6])
def test_the_sound_bounds_are_those_of_full_interval_arithmetic(number: int) -> None:
    """They contain the bounds that fcmconfr prints."""
    entry = PEERS["fcmconfr_ivfn_tfn"]
    full, case = entry["full_interval_arithmetic"][f"case {number}"], entry["cases"][number - 1]
    low, high = (np.array(entry["weights"][each], dtype=float) for each in ("lower", "upper"))
    found = propagate(
        IntervalWeights(CognitiveMap.from_matrix(low, entry["concepts"]), low, high),
        Scenario("clamped", clamp=case["clamp"]),
        initial=case["init"],
        dynamics=Dynamics(rule=RULES[case["rule"]]),
    )
    assert found.settled.all()
    assert_printed(found.low[0], full["lower"], entry["digits"])
    assert_printed(found.high[0], full["upper"], entry["digits"])
    assert (found.low[0] <= np.array(case["lower"]) + half_a_unit(entry["digits"])).all()
    assert (found.high[0] >= np.array(case["upper"]) - half_a_unit(entry["digits"])).all()


@pytest.mark.parametrize("entry", of_kind("stopped"))
def test_the_state_at_which_fcmpy_and_r_fcm_stop(entry: dict) -> None:
    """Three rules, stopped at 1e-3: the rescaled one is then far from its limit."""
    found = simulate(
        map_of(entry),
        initial=entry["init"],
        dynamics=Dynamics(
            rule=RULES[entry["rule"]], tol=entry["tol"], max_steps=entry["max_steps"]
        ),
        record=True,
    ).require_settled()
    assert found.states is not None
    assert_printed(found.final[0], entry["values"], entry["digits"])
    if "trajectory" in entry:
        assert_printed(found.states[0], entry["trajectory"], entry["trajectory_digits"])


@pytest.mark.parametrize("entry", of_kind("held_input"))
def test_a_concept_without_causes_is_held_by_fcmpy_and_drifts_elsewhere(entry: dict) -> None:
    settings = {"rule": RULES[entry["rule"]], "tol": entry["tol"]}
    m = map_of(entry)
    holding = simulate(
        m, initial=entry["init"], dynamics=Dynamics(**settings, hold_inputs=True), record=True
    )
    drifting = simulate(m, initial=entry["init"], dynamics=Dynamics(**settings))
    assert holding.states is not None
    for name, value in entry["held"].items():
        assert (holding.states[0, :, m.names.index(name)] == value).all()
        assert drifting[name][0] == 0.5


@pytest.mark.parametrize("entry", of_kind("watched_stop"))
def test_the_state_at_which_fcmpy_stops_if_it_watches_two_concepts(entry: dict) -> None:
    """The library watches every concept; the recorded states show where the two came to rest."""
    m = map_of(entry)
    found = simulate(
        m,
        initial=entry["init"],
        dynamics=Dynamics(rule=RULES[entry["rule"]], tol=1e-6),
        record=True,
    ).require_settled()
    assert found.states is not None
    watched = found.states[0][:, [m.names.index(name) for name in entry["values"]]]
    rest = next(
        after for before, after in pairwise(watched) if np.abs(after - before).max() <= entry["tol"]
    )
    assert_printed(rest, list(entry["values"].values()), entry["digits"])


@pytest.mark.parametrize("entry", of_kind("interventions"))
def test_the_continuous_interventions_of_fcmpy_are_pushes_from_the_baseline(entry: dict) -> None:
    dynamics = Dynamics(rule=RULES[entry["rule"]], tol=entry["tol"])
    m = map_of(entry)
    baseline = simulate(m, initial=entry["init"], dynamics=dynamics).require_settled().final[0]
    assert_printed(baseline, entry["equilibria"]["baseline"], entry["digits"])
    pushes = [
        Scenario(name, push={c: w * each["effectiveness"] for c, w in each["impact"].items()})
        for name, each in entry["interventions"].items()
    ]
    found = simulate(m, pushes, initial=baseline, dynamics=dynamics).require_settled()
    for scenario, final in zip(pushes, found.final, strict=True):
        assert_printed(final, entry["equilibria"][scenario.name], entry["digits"])


@pytest.mark.parametrize("entry", of_kind("interventions"))
def test_the_extra_driver_concept_of_fcmpy_gives_the_same_states(entry: dict) -> None:
    dynamics = Dynamics(rule=RULES[entry["rule"]], tol=entry["tol"])
    m = map_of(entry)
    baseline = simulate(m, initial=entry["init"], dynamics=dynamics).require_settled().final[0]
    for name, each in entry["interventions"].items():
        links = dict(m.links())
        links |= {(name, c): w * each["effectiveness"] for c, w in each["impact"].items()}
        driven = CognitiveMap.from_links(links)
        found = simulate(
            driven,
            initial=dict(zip(m.names, baseline.tolist(), strict=True)),
            clamp={name: 1.0},
            dynamics=dynamics,
        ).require_settled()
        states = [found[c][0] for c in m.names]
        assert_printed(states, entry["equilibria"][name], entry["digits"])


@pytest.mark.parametrize("entry", of_kind("period"))
def test_the_period_that_fuzzy_cognitive_mapper_finds(entry: dict) -> None:
    """Cuts at 0.5 on both sides, a net input of 0.5 giving 0."""
    found = simulate(
        map_of(entry),
        initial=entry["init"],
        dynamics=Dynamics(
            rule=RULES[entry["rule"]], transfer=Trivalent(threshold=0.5), tol=entry["tol"]
        ),
    )
    assert found.outcome[0] == Outcome.LIMIT_CYCLE
    assert found.period[0] == entry["period"]
    assert found.steps[0] <= 2 * entry["max_steps"]


R_RULES = {"k": Kosko(), "mk": ModifiedKosko(), "r": Rescaled()}
R_TRANSFERS = {"s": Sigmoid(), "t": Tanh(), "b": Bivalent(), "tr": Trivalent()}


@pytest.mark.parametrize("key", sorted(PEERS["r_fcm_vignette_all_rules"]["final"]))
def test_each_rule_and_transfer_of_r_fcm(key: str) -> None:
    """Its rules kc, mkc and rc hold every concept that starts at 1.

    It also rescales activations for transfers other than the sigmoid, which `Rescaled` refuses:
    that is Kosko's rule on doubled weights, with memory 2, pushed by minus the column sums.
    """
    entry = PEERS["r_fcm_vignette_all_rules"]
    rule, transfer = key.split("/")
    m = map_of(entry)
    clamp = {}
    if rule.endswith("c"):
        clamp = {name: 1.0 for name, at in zip(m.names, entry["init"], strict=True) if at == 1}
    push = {}
    chosen: Any = R_RULES[rule.removesuffix("c")]
    if chosen == Rescaled() and transfer != "s":
        push = dict(zip(m.names, (-(m.weights.sum(axis=0) + 1)).tolist(), strict=True))
        m = CognitiveMap.from_matrix(2 * m.weights, m.names, limit=None)
        chosen = Kosko(memory=2.0)
    found = simulate(
        m,
        Scenario(key, clamp=clamp, push=push),
        initial=entry["init"],
        dynamics=Dynamics(
            rule=chosen,
            transfer=R_TRANSFERS[transfer],
            tol=NEVER,
            max_steps=entry["updates"],
        ),
    )
    assert found.outcome[0] != Outcome.LIMIT_CYCLE
    assert_printed(found.final[0], entry["final"][key], entry["digits"])
