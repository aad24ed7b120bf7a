"""Published cases, reproduced to half a unit of their last printed digit.

``tests/golden/maps.json`` holds maps, cases and their sources. Weights are [cause, effect].
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fcm.inference
from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    ModifiedKosko,
    Outcome,
    Rescaled,
    Sigmoid,
    Tanh,
    Trivalent,
    simulate,
)
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
MAPS = json.loads((GOLDEN / "maps.json").read_text(encoding="utf-8"))
RULES = {"kosko": Kosko(), "modified-kosko": ModifiedKosko(), "rescaled": Rescaled()}
TRANSFERS = {"sigmoid": Sigmoid, "tanh": Tanh, "bivalent": Bivalent, "trivalent": Trivalent}
NEVER = 1e-300


def cases(*kinds: str) -> list[Any]:
    return [
        pytest.param(MAPS[name], case, id=f"{name}, {case['provenance']}: {case['what']}")
        for name in sorted(MAPS)
        for case in MAPS[name]["cases"]
        if case["kind"] in kinds
    ]


def map_of(entry: dict[str, Any], weights: str = "weights") -> CognitiveMap:
    return CognitiveMap.from_matrix(entry[weights], entry["concepts"])


def dynamics_of(case: dict[str, Any], **settings: Any) -> Dynamics:
    settings.setdefault("tol", case.get("eps", 1e-14))
    named = dict(case["transfer"])
    transfer = TRANSFERS[named.pop("name")](**named)
    return Dynamics(rule=RULES[case["rule"]], transfer=transfer, **settings)


def half_a_unit(case: dict[str, Any]) -> float:
    return 0.5 * 10.0 ** -case["digits"] * (1 + 1e-9)


def test_the_golden_file_holds_the_cases_that_were_copied() -> None:
    kinds = [case["kind"] for entry in MAPS.values() for case in entry["cases"]]
    assert len(kinds) == 39
    assert all(entry["citation"] and entry["url"] for entry in MAPS.values())


@pytest.mark.parametrize(("entry", "case"), cases("state_at"))
def test_a_published_state_after_some_updates(entry: dict, case: dict) -> None:
    found = simulate(
        map_of(entry),
        initial=case["init"],
        clamp=case["clamp"],
        dynamics=dynamics_of(case, tol=NEVER, max_steps=case["step"]),
    )
    assert found.steps[0] == case["step"]
    np.testing.assert_allclose(found.final[0], case["values"], rtol=0, atol=half_a_unit(case))


@pytest.mark.parametrize(("entry", "case"), cases("trajectory"))
def test_a_published_trajectory(entry: dict, case: dict) -> None:
    found = simulate(
        map_of(entry),
        initial=case["init"],
        clamp=case["clamp"],
        dynamics=dynamics_of(case, tol=NEVER, max_steps=len(case["values"]) - 1),
        record=True,
    )
    assert found.states is not None
    np.testing.assert_allclose(found.states[0], case["values"], rtol=0, atol=half_a_unit(case))


@pytest.mark.parametrize(("entry", "case"), cases("limit"))
def test_a_published_rest(entry: dict, case: dict) -> None:
    found = simulate(
        map_of(entry), initial=case["init"], clamp=case["clamp"], dynamics=dynamics_of(case)
    ).require_settled()
    places = case.get("places") or [case["digits"]] * len(entry["concepts"])
    for value, printed, digits in zip(found.final[0], case["values"], places, strict=True):
        if printed is not None:
            assert abs(value - printed) <= 0.5 * 10.0**-digits * (1 + 1e-9)


@pytest.mark.parametrize(("entry", "case"), cases("diff"))
def test_a_published_change_against_the_run_without_clamp(entry: dict, case: dict) -> None:
    scenarios = [Scenario("baseline"), Scenario("clamped", clamp=case["clamp"])]
    found = simulate(
        map_of(entry), scenarios, initial=case["init"], dynamics=dynamics_of(case)
    ).require_settled()
    change = found.final[1] - found.final[0]
    for name, value, printed in zip(entry["concepts"], change, case["values"], strict=True):
        if name in case["skip"]:
            assert printed == case["clamp"][name]
        else:
            assert abs(value - printed) <= half_a_unit(case)


@pytest.mark.parametrize(("entry", "case"), cases("peak"))
def test_a_published_peak(entry: dict, case: dict) -> None:
    found = simulate(map_of(entry), initial=case["init"], dynamics=dynamics_of(case, tol=1e-5))
    np.testing.assert_allclose(found.peak[0], case["values"], rtol=0, atol=half_a_unit(case))


@pytest.mark.parametrize(("entry", "case"), cases("attractor"))
def test_a_published_attractor(entry: dict, case: dict) -> None:
    found = simulate(
        map_of(entry),
        initial=case["init"],
        clamp=case["clamp"],
        dynamics=dynamics_of(case),
        record=True,
    )
    assert found.states is not None
    assert found.period[0] == case["period"]
    if case["period"] == 1:
        assert found.final[0].tolist() == case["values"]
    else:
        ends = found.states[0, -case["period"] :].tolist()
        assert sorted(ends) == sorted(case["values"])


def test_the_period_of_the_published_investment_map_is_eight() -> None:
    entry = MAPS["jfcm_investments4"]
    case = entry["cases"][0]
    found = simulate(map_of(entry), initial=case["init"], dynamics=dynamics_of(case))
    assert (found.outcome[0], found.period[0]) == (Outcome.LIMIT_CYCLE, 8)


@pytest.mark.parametrize(("entry", "case"), cases("certainty_neuron"))
def test_published_states_of_certainty_neurons(entry: dict, case: dict) -> None:
    m = map_of(entry)
    if "edit" in case:
        cause, effect, changed = case["edit"]
        m = m.with_link(cause, effect, changed)
    for updates, values in case["states"].items():
        found = simulate(
            m,
            initial=case["init"],
            dynamics=Dynamics(
                rule=fcm.CertaintyNeuron(decay=case["decay"]), tol=NEVER, max_steps=int(updates)
            ),
        )
        np.testing.assert_allclose(found.final[0], values, rtol=0, atol=half_a_unit(case))


@pytest.mark.parametrize(("entry", "case"), cases("stop_report"))
def test_published_stopping_steps(entry: dict, case: dict) -> None:
    """The report counts states from 1, the start vector among them."""
    m = map_of(entry)
    first = simulate(m, initial=case["init"], dynamics=Dynamics(tol=1e-3))
    second = simulate(
        m,
        initial=case["init"],
        dynamics=Dynamics(rule=Rescaled(), transfer=Sigmoid(slope=2), tol=1e-4),
    )
    assert [int(first.steps[0]) + 1, int(second.steps[0]) + 1] == case["values"]


@pytest.mark.parametrize(("entry", "case"), cases("held_trajectory"))
def test_a_published_trajectory_with_held_concepts(entry: dict, case: dict) -> None:
    found = simulate(
        map_of(entry, case["weights"]),
        initial=case["values"][0],
        clamp=dict.fromkeys(case["held"], 1.0),
        dynamics=dynamics_of(case, max_steps=3),
        record=True,
    )
    assert found.states is not None
    rows = found.states[0].tolist()
    assert rows + [rows[-1]] * (4 - len(rows)) == case["values"]


def thucydides(weights: str = "weights") -> tuple[CognitiveMap, np.ndarray]:
    with gzip.open(GOLDEN / "thucydides_exhaustive_step.csv.gz", "rt", encoding="ascii") as file:
        table = np.array(file.read().split(), dtype=np.int8)
    return map_of(MAPS["thucydides_trap_static17"], weights), table


@pytest.mark.parametrize(
    ("weights", "mismatches"), [("weights", 0), ("weights_quantitative", 8456)]
)
def test_the_published_table_of_all_131072_inputs(weights: str, mismatches: int) -> None:
    """The table was made with the signed weights; the quantitative ones answer otherwise.

    A concept that an input sets to 1 is held there, by a cause of its own that outweighs all
    others; one that is set to 0 is free.
    """
    m, table = thucydides(weights)
    held = [f"held {name}" for name in m.names]
    inputs = (np.arange(2**17)[:, None] >> np.arange(16, -1, -1)) & 1
    links = np.block([[m.weights, np.zeros((17, 17))], [100 * np.eye(17), np.zeros((17, 17))]])
    found = simulate(
        CognitiveMap.from_matrix(links, [*m.names, *held], limit=None),
        initial=np.hstack([inputs, inputs]),
        clamp=dict(zip(held, inputs.T, strict=True)),
        dynamics=Dynamics(transfer=Bivalent(threshold=0.5, inclusive=True), max_steps=40),
    )
    assert table.sum() == 121_408
    assert (found.outcome != Outcome.UNSETTLED).all()
    assert (found["WAR"] != table).sum() == mismatches


def test_scenarios_give_the_published_table_too() -> None:
    m, table = thucydides()
    dynamics = Dynamics(transfer=Bivalent(threshold=0.5, inclusive=True))
    chosen = range(5, 2**17, 257)
    scenarios = [
        Scenario(str(k), clamp={name: 1.0 for j, name in enumerate(m.names) if k >> (16 - j) & 1})
        for k in chosen
    ]
    found = simulate(m, scenarios, initial=np.zeros(17), dynamics=dynamics)
    np.testing.assert_array_equal(found["WAR"], table[list(chosen)])
