from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm import Claim, CognitiveMap, Origin
from fcm.errors import EvidenceError, MapError, UnknownConceptError
from fcm.learning import weigh
from fcm.learning.weigh import LEAST_SPREAD, LONE_SPREAD

M = CognitiveMap.from_links({}, concepts=["a", "b", "c"])


def says(who: str, value: float, confidence: float = 1.0, link: str = "ab") -> Claim:
    return Claim(link[0], link[1], value, confidence, Origin(kind="survey", source=who))


def test_the_mean_is_weighted_by_confidence_and_trust() -> None:
    estimate = weigh([says("A", 0.8), says("B", 0.2, 0.5)], M, trust={"B": 4})
    assert estimate.mean[0, 1] == pytest.approx((0.8 * 1 + 0.2 * 0.5 * 4) / 3)
    assert estimate.prior.weights[0, 1] == estimate.mean[0, 1]
    assert not estimate.data_share.any()


def test_the_spread_is_between_respondents_with_a_floor_and_wide_for_one_voice() -> None:
    claims = [says("A", 0.9), says("B", 0.1), says("A", 0.5, link="bc"), says("B", 0.5, link="bc")]
    estimate = weigh([*claims, says("A", 0.5, link="ac")], M)
    assert estimate.spread[0, 1] == pytest.approx(np.std([0.9, 0.1], ddof=1))
    assert estimate.spread[1, 2] == LEAST_SPREAD
    assert estimate.spread[0, 2] == LONE_SPREAD
    assert estimate.spread[2, 0] == 0
    assert estimate.status[2, 0] == ""


def test_silence_is_missing_and_an_explicit_none_counts() -> None:
    silent = weigh([says("A", 0.6), says("B", 0.6, link="bc")], M)
    spoken = weigh([says("A", 0.6), says("B", 0.0), says("B", 0.6, link="bc")], M)
    assert silent.mean[0, 1] == 0.6
    assert spoken.mean[0, 1] == pytest.approx(0.3)


def test_a_link_that_all_call_none_is_a_link_of_weight_zero() -> None:
    estimate = weigh([says("A", 0.0), says("B", 0.0)], M)
    assert estimate.links == (("a", "b"),)
    assert estimate.spread[0, 1] == LEAST_SPREAD


def test_opposite_signs_are_a_conflict_that_names_who_says_what() -> None:
    estimate = weigh([says("A", 0.5), says("B", -0.25), says("C", 0.0)], M)
    assert estimate.status[0, 1] == "conflict"
    (note,) = estimate.notes["a", "b"]
    assert "'A' says +0.5" in note
    assert "'B' says -0.25" in note
    assert weigh([says("A", 0.5), says("C", 0.0)], M).status[0, 1] == "prior"


def test_repeating_oneself_adds_no_weight() -> None:
    once = weigh([says("A", 0.9), says("B", 0.1)], M)
    often = weigh([says("A", 0.9)] * 5 + [says("B", 0.1)], M)
    assert often.mean[0, 1] == pytest.approx(once.mean[0, 1])
    assert often.spread[0, 1] == pytest.approx(once.spread[0, 1])


def test_claims_without_a_respondent_each_stand_for_themselves() -> None:
    estimate = weigh([says("", 0.9), says("", 0.1)], M)
    assert estimate.spread[0, 1] > LONE_SPREAD


def test_links_of_the_map_that_nobody_was_asked_about_keep_their_weight_with_a_note() -> None:
    m = M.with_link("a", "b", 0.4).with_link("b", "c", -0.2)
    estimate = weigh([says("A", 0.9)], m)
    assert estimate.mean[1, 2] == -0.2
    assert estimate.spread[1, 2] == LONE_SPREAD
    assert "nobody was asked" in estimate.explain("b", "c")
    assert estimate.mean[0, 1] == 0.9
    assert ("a", "b") not in estimate.notes


def test_a_respondent_without_trust_is_left_out_but_stays_on_record() -> None:
    estimate = weigh([says("A", 0.9), says("B", -0.9)], M, trust={"B": 0})
    assert estimate.mean[0, 1] == 0.9
    assert estimate.status[0, 1] == "prior"
    assert len(estimate.claims) == 2
    nobody = weigh([says("B", -0.9)], M, trust={"B": 0})
    assert nobody.links == ()
    assert "no weight" in nobody.notes["a", "b"][0]


@given(st.permutations([says("A", 0.1), says("B", 0.7, 0.3), says("C", -0.3), says("A", 0.2)]))
def test_the_order_of_claims_does_not_matter(claims: list[Claim]) -> None:
    first = weigh([says("A", 0.1), says("A", 0.2), says("B", 0.7, 0.3), says("C", -0.3)], M)
    again = weigh(claims, M)
    assert np.array_equal(first.mean, again.mean)
    assert np.array_equal(first.spread, again.spread)
    assert first.notes == again.notes


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.floats(-1, 1)), min_size=1, max_size=8))
def test_the_mean_lies_between_the_extremes_of_what_is_said(said: list[tuple[str, float]]) -> None:
    estimate = weigh([says(who, value) for who, value in said], M)
    values = [value for _, value in said]
    assert min(values) - 1e-12 <= estimate.mean[0, 1] <= max(values) + 1e-12
    assert estimate.spread[0, 1] >= LEAST_SPREAD


def test_an_unknown_concept_names_the_claim_and_its_origin() -> None:
    claim = Claim("a", "bb", 0.1, 1.0, Origin(kind="survey", source="A"))
    with pytest.raises(UnknownConceptError, match=r"survey: A.*'bb'.*Did you mean 'b'"):
        weigh([claim], M)


@pytest.mark.parametrize(
    ("trust", "message"),
    [({"Z": 1.0}, "'Z', who made no claim"), ({"A": -1.0}, "is -1"), ({"A": np.nan}, "is nan")],
)
def test_bad_trust_is_refused(trust: dict[str, float], message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        weigh([says("A", 0.5)], M, trust=trust)


def test_a_mean_beyond_the_limit_of_the_map_is_refused() -> None:
    tight = CognitiveMap.from_links({}, concepts=["a", "b"], limit=0.5)
    with pytest.raises(MapError, match=r"must be in \[-0\.5, 0\.5\]"):
        weigh([says("A", 0.9)], tight)


def test_the_madrid_survey_gives_the_prior_of_its_desk_studies(
    madrid: Path, madrid_claims: list[Claim], madrid_map: CognitiveMap
) -> None:
    estimate = weigh(madrid_claims, madrid_map)
    with (madrid / "derived/edge_usable_steps.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(estimate.links) == len(rows) == 42
    assert (estimate.status == "conflict").sum() == 4
    for row in rows:
        i, j = estimate.prior.index(row["source"]), estimate.prior.index(row["target"])
        assert estimate.mean[i, j] == pytest.approx(float(row["prior_mean"]), abs=5.1e-4)
        assert estimate.spread[i, j] == pytest.approx(float(row["prior_sd"]), abs=5.1e-4)
