from __future__ import annotations

import time

import numpy as np
import pytest

import fcm.examples
from fcm import experts, io
from fcm.analysis import Check, check
from fcm.concept import Concept
from fcm.inference import Bivalent, Dynamics, Kosko, Outcome, Saturated, Sigmoid, Tanh
from fcm.map import CognitiveMap

CLEAN = CognitiveMap.from_links(
    {("tax", "traffic"): -0.7, ("traffic", "noise"): 0.5}, levers=["tax"], outcomes=["noise"]
)


def told(result: Check, *words: str) -> list[str]:
    """Return the severities of the findings whose sentence holds all the words."""
    return [each.severity for each in result.findings if all(word in each.what for word in words)]


def test_a_clean_map_has_nothing_to_mend() -> None:
    result = check(CLEAN)
    assert result.findings == ()
    assert result.ok
    assert result.outcome is Outcome.FIXED_POINT
    assert result.saturation == 0.0
    assert repr(result).startswith("Check(nothing to mend; settled in ")


@pytest.mark.parametrize(
    "m", [CognitiveMap.from_links({}), CognitiveMap.from_links({}, concepts=["rain"])]
)
def test_a_map_without_links_is_an_error(m: CognitiveMap) -> None:
    result = check(m)
    assert not result.ok
    assert told(result, "The map has no") == ["error"]


def test_concepts_without_links_are_named() -> None:
    m = CognitiveMap.from_links(
        {("tax", "noise"): -0.5}, concepts=["sun", "rain"], levers=["tax"], outcomes=["noise"]
    )
    assert told(check(m), "'sun' and 'rain' have no links") == ["warning"]


def test_a_map_without_lever_or_outcome_is_told() -> None:
    result = check(CognitiveMap.from_links({("tax", "noise"): -0.5}))
    assert told(result, "No concept is a lever") == ["warning"]
    assert told(result, "No concept is an outcome") == ["warning"]


def test_an_outcome_that_no_lever_reaches_is_an_error() -> None:
    m = CognitiveMap.from_links(
        {("tax", "traffic"): -0.5, ("rain", "noise"): 0.5},
        levers=["tax"],
        outcomes=["noise", "traffic"],
    )
    result = check(m)
    assert told(result, "No lever reaches outcome 'noise'") == ["error"]
    assert told(result, "No lever reaches") == ["error"]
    assert told(check(m.with_link("traffic", "noise", 0.5)), "No lever reaches") == []


def test_a_lever_that_reaches_no_outcome_and_one_with_causes_are_told() -> None:
    m = CLEAN.with_link("traffic", "tax", 0.25)
    assert told(check(m), "Lever 'tax' has causes: 'traffic'") == ["note"]
    apart = CognitiveMap.from_links(
        {("tax", "noise"): -0.5, ("fine", "litter"): -0.5},
        levers=["tax", "fine"],
        outcomes=["noise"],
    )
    assert told(check(apart), "Lever 'fine' reaches no outcome") == ["warning"]


def test_a_link_of_a_concept_to_itself_is_told() -> None:
    assert told(check(CLEAN.with_link("traffic", "traffic", 0.5)), "'traffic' links to itself") == [
        "warning"
    ]


@pytest.mark.parametrize(("weight", "found"), [(-0.2, ["warning"]), (0.2, [])])
def test_a_shortcut_beside_its_path_is_told_if_the_signs_agree(
    weight: float, found: list[str]
) -> None:
    result = check(CLEAN.with_link("tax", "noise", weight))
    assert told(result, "'tax' -> 'noise' stands beside the path over 'traffic'") == found


def test_many_shortcuts_are_counted_and_not_all_listed() -> None:
    weights = np.full((12, 12), 0.5) - np.diag(np.full(12, 0.5))
    result = check(CognitiveMap.from_matrix(weights))
    assert len(told(result, "stands beside the path")) == 20
    assert told(result, "In all 132 links") == ["warning"]


@pytest.mark.parametrize(
    "name",
    [
        "less traffic",
        "Lack of staff",
        "increased_use",
        "menos coches",
        "sin humo",
        "más árboles",
        "reducción de ruido",
        "no parking",
        "λιγότερη κίνηση",
        "χωρίς αυτοκίνητα",
        "μείωση θορύβου",
    ],
)
def test_a_name_that_states_a_direction_is_told(name: str) -> None:
    m = CognitiveMap.from_links({(name, "noise"): 0.5}, levers=[name], outcomes=["noise"])
    assert told(check(m), repr(name), "states a direction") == ["warning"]


def test_a_label_that_states_a_direction_is_told_once() -> None:
    cars = Concept(name="cars", role="lever", labels={"es": "menos coches", "en": "less cars"})
    m = CognitiveMap.from_links({("cars", "noise"): 0.5}, concepts=[cars], outcomes=["noise"])
    assert told(check(m), "states a direction") == ["warning"]


@pytest.mark.parametrize(
    "name", ["traffic", "low emission zone", "NO2", "people sin hogar", "no", "lesson", "moreover"]
)
def test_a_name_of_a_quantity_is_left_in_peace(name: str) -> None:
    m = CognitiveMap.from_links({(name, "noise"): 0.5}, levers=[name], outcomes=["noise"])
    assert told(check(m), "states a direction") == []


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Air pollution", "air_pollutions", ["warning"]),
        ("tráfico de coches", "Trafico de coches", ["warning"]),
        ("employment", "unemployment", ["warning"]),
        ("cycling", "cycling infrastructure", []),
        ("+", "-", []),
        ("station of line 10", "station of line 11", []),
    ],
)
def test_names_nearly_alike_are_told(one: str, other: str, found: list[str]) -> None:
    m = CognitiveMap.from_links({("tax", one): 0.5, (one, other): 0.5})
    assert told(check(m), repr(one), repr(other), "nearly the same name") == found


def test_weights_at_the_limit_are_told() -> None:
    result = check(CLEAN.with_link("tax", "traffic", -1.0))
    assert told(result, "1 weight at the limit 1: 'tax' -> 'traffic'") == ["note"]
    free = CognitiveMap.from_links({("a", "b"): 5.0}, limit=None)
    assert told(check(free), "at the limit") == []


def test_a_run_that_does_not_settle_is_an_error_with_advice() -> None:
    m = CognitiveMap.from_links({("a", "b"): 1.0, ("b", "a"): -1.0})
    turning = check(m, Dynamics(transfer=Tanh(slope=5)), initial=[1.0, 0.0])
    assert turning.outcome is Outcome.LIMIT_CYCLE
    assert turning.saturation is None
    assert told(turning, "does not settle") == ["error"]
    assert "did not settle" in repr(turning)
    cut = check(CLEAN, Dynamics(max_steps=1))
    assert cut.outcome is Outcome.UNSETTLED
    assert cut.findings[0].mend == Outcome.UNSETTLED.advice


@pytest.mark.parametrize(
    ("dynamics", "share"),
    [
        (Dynamics(transfer=Sigmoid(slope=30), rule=Kosko(memory=1)), 1.0),
        (Dynamics(transfer=Saturated(), rule=Kosko(memory=1)), 1.0),
        (Dynamics(transfer=Bivalent()), None),
    ],
)
def test_saturation_is_told_where_the_transfer_has_a_middle(
    dynamics: Dynamics, share: float | None
) -> None:
    m = CognitiveMap.from_links({("a", "b"): 0.5, ("b", "c"): 0.5})
    result = check(m, dynamics)
    assert result.saturation == share
    assert told(result, "3 of 3 concepts stand within 0.02") == (["warning"] if share else [])


def test_errors_come_first_and_everything_is_in_the_records() -> None:
    m = CognitiveMap.from_links(
        {("tax", "traffic"): -1.0, ("rain", "noise"): 0.5}, levers=["tax"], outcomes=["noise"]
    )
    result = check(m)
    assert [each["severity"] for each in result.to_records()] == ["error", "warning", "note"]
    assert set(result.to_records()[0]) == {"severity", "what", "mend"}
    assert str(result.findings[0]).startswith("error: No lever reaches outcome 'noise'")
    assert repr(result).startswith("Check(1 error, 1 warning, 1 note; settled")


def test_names_are_escaped_in_the_notebook() -> None:
    m = CognitiveMap.from_links({("<b>less</b>", "noise"): 0.5})
    assert "&lt;b&gt;" in check(m)._repr_html_()
    assert "<b>" not in check(m)._repr_html_()


def test_a_large_dense_map_is_looked_over_in_little_time() -> None:
    rng = np.random.default_rng(1)
    m = CognitiveMap.from_matrix(rng.uniform(-1, 1, (400, 400)) / 100)
    start = time.process_time()
    result = check(m)
    assert time.process_time() - start < 5
    assert len(result.findings) < 60


def test_on_a_large_map_names_are_told_that_differ_in_case_and_plural_only() -> None:
    names = [f"c{i}" for i in range(400)] + ["Air pollution", "air_pollutions"]
    m = CognitiveMap.from_links({(names[-1], names[-2]): 0.5}, concepts=names)
    assert told(check(m), "nearly the same name") == ["warning"]


def test_the_madrid_map_has_a_shortcut_from_public_transport_to_air_and_no_error() -> None:
    folder = fcm.examples.path("madrid")
    concepts = io.read_concepts(folder / "concepts.csv")
    claims = experts.read_survey(folder / "survey.csv", terms=folder / "terms.csv")
    values: dict[tuple[str, str], list[float]] = {}
    for claim in claims:
        values.setdefault((claim.source, claim.target), []).append(claim.value)
    links = {pair: float(np.mean(said)) for pair, said in values.items()}
    result = check(CognitiveMap.from_links(links, concepts=concepts))
    assert result.ok
    assert told(result, "'public_transport' -> 'air_pollution'", "'car_traffic'") == ["warning"]
    assert told(result, "states a direction") == []
    assert told(result, "reaches") == []
