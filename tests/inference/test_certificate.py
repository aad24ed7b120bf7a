"""What is proved about the end of every run, against searches that would disprove it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import UnknownConceptError
from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    ModifiedKosko,
    Rescaled,
    Saturated,
    Sigmoid,
    Tanh,
    Trivalent,
    simulate,
)
from fcm.inference.proofs.attractors import attractors
from fcm.inference.proofs.certificate import Certificate, certify
from fcm.inference.proofs.spectrum import proved_radius, radius
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import strategies as some

MUTUAL = CognitiveMap.from_matrix([[0, -1.0], [-1.0, 0]])
LOOP = CognitiveMap.from_matrix([[1.0]])


def value_of(certificate: Certificate, name: str) -> float:
    return next(each.value for each in certificate.tried if each.name == name)


def held(certificate: Certificate) -> set[str]:
    return {each.name for each in certificate.tried if each.held}


@st.composite
def anything(draw: st.DrawFn) -> Dynamics:
    slope = draw(st.sampled_from((0.3, 0.8, 1.0, 2.0, 3.5, 6.0, 12.0)))
    transfer = draw(
        st.sampled_from((Sigmoid(slope=slope), Tanh(slope=slope), Saturated(), Trivalent()))
    )
    rules = [Kosko(), ModifiedKosko(), Kosko(memory=0.4), Kosko(memory=-0.5)]
    if isinstance(transfer, Sigmoid):
        rules += [Rescaled(), Rescaled(memory=0.0)]
    return Dynamics(rule=draw(st.sampled_from(rules)), transfer=transfer)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_certificate_is_contradicted_by_a_search(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=5))
    dynamics = data.draw(anything())
    scenario = data.draw(st.none() | some.scenarios(m))
    certificate = certify(m, dynamics, scenario=scenario)
    if not certificate.unique:
        return
    found = attractors(m, dynamics, starts=200, rng=1, scenario=scenario)
    assert len(found) <= 1, (certificate, found)
    assert set(found.periods) <= {1}
    assert found.unsettled == 0 or not len(found)


@settings(max_examples=60, deadline=None)
@given(some.maps(most=4), anything())
def test_a_certificate_says_no_only_with_an_example_in_hand(
    m: CognitiveMap, dynamics: Dynamics
) -> None:
    certificate = certify(m, dynamics)
    found = certificate.attractors
    if certificate.unique is not False:
        assert found is None or len(found) < 2
        return
    assert found is not None
    assert len(found) > 1 or found.periods[0] > 1
    for cycle in found.states:
        for step, state in enumerate(cycle):
            one = Dynamics(rule=dynamics.rule, transfer=dynamics.transfer, tol=1e-300, max_steps=1)
            after = simulate(m, initial=state, dynamics=one).final[0]
            np.testing.assert_allclose(after, cycle[(step + 1) % len(cycle)], atol=1e-9)


@pytest.mark.parametrize(
    "name", ["sig_unique_4", "sig_mutual_inhibition", "sig_nonneg_lam1", "sig_nonneg_lam5"]
)
def test_facts_worked_out_by_hand(shared: Path, name: str) -> None:
    facts = json.loads((shared / "oracles" / "theory.json").read_text())
    (fact,) = (each for each in facts if each["name"] == name)
    m = CognitiveMap.from_matrix(fact["W"])
    certificate = certify(m, Dynamics(transfer=Sigmoid(slope=fact["lam"])))
    if fact["name"] == "sig_mutual_inhibition":
        assert certificate.unique is False
        assert certificate.attractors is not None
        return
    assert certificate.unique
    if "fro" in fact:
        assert certificate.method == "Frobenius norm"
        assert certificate.bound * 4 == pytest.approx(fact["lam"] * fact["fro"])
        assert value_of(certificate, "spectral radius of |W|") * 4 == pytest.approx(
            fact["lam"] * fact["rho_abs"]
        )
    else:
        assert "non-negative weights" in held(certificate)


@given(some.maps(low=0.0), st.sampled_from((0.5, 2.0, 20.0)), st.booleans(), st.data())
@settings(max_examples=40, deadline=None)
def test_nonnegative_weights_are_always_certified_under_a_sigmoid(
    m: CognitiveMap, slope: float, own: bool, data: st.DataObject
) -> None:
    rule = ModifiedKosko() if own else Kosko()
    scenario = Scenario("s", clamp=data.draw(some.settings_of(m)), push={"C1": 0.2})
    certificate = certify(m, Dynamics(rule=rule, transfer=Sigmoid(slope=slope)), scenario=scenario)
    assert certificate.unique
    assert "non-negative weights" in held(certificate)


def test_a_downward_push_takes_the_theorem_on_nonnegative_weights_away() -> None:
    steep = Dynamics(transfer=Sigmoid(slope=10))
    assert certify(LOOP, steep).method == "non-negative weights"
    certificate = certify(LOOP, steep, scenario=Scenario("s", push={"C1": -0.5}))
    assert certificate.unique is False
    assert certificate.attractors is not None
    assert certificate.attractors.periods[:2] == (1, 1)


def test_pushes_so_low_that_nothing_rises_are_the_mirror_image() -> None:
    m = CognitiveMap.from_matrix([[0, 1.0], [1.0, 0]])
    scenario = Scenario("s", push={"C1": -1.5, "C2": -1.1})
    certificate = certify(m, Dynamics(transfer=Sigmoid(slope=30)), scenario=scenario)
    assert "non-negative weights" in held(certificate)


def test_a_clamp_at_a_negative_value_takes_the_theorem_away() -> None:
    m = CognitiveMap.from_matrix([[0, 1.0], [0, 1.0]])
    steep = Dynamics(transfer=Sigmoid(slope=10))
    assert certify(m, steep, scenario=Scenario("s", clamp={"C1": 0.0})).unique
    assert certify(m, steep, scenario=Scenario("s", clamp={"C1": -0.5})).unique is False


@given(some.acyclic_maps(), anything(), st.data())
@settings(max_examples=40, deadline=None)
def test_a_map_without_loops_is_certified_whatever_its_transfer(
    m: CognitiveMap, dynamics: Dynamics, data: st.DataObject
) -> None:
    no_memory = Dynamics(rule=Kosko(), transfer=dynamics.transfer)
    certificate = certify(m, no_memory, scenario=data.draw(st.none() | some.scenarios(m)))
    if certificate.unique is None:
        assert certificate.attractors is not None
        return
    shuffled = data.draw(st.permutations(m.names))
    assert certify(m.subset(shuffled), no_memory).method == "acyclic"


def test_a_clamp_that_cuts_the_only_loop_makes_a_map_acyclic() -> None:
    dynamics = Dynamics(transfer=Trivalent())
    assert certify(MUTUAL, dynamics).unique is False
    certificate = certify(MUTUAL, dynamics, scenario=Scenario("s", clamp={"C1": 0.0}))
    assert (certificate.unique, certificate.method) == (True, "acyclic")


def test_only_the_last_regime_of_a_timed_scenario_counts() -> None:
    steep = Dynamics(transfer=Sigmoid(slope=10))
    for scenario, unique in (
        (Scenario("from 5 on", clamp={"C1": 0.2}, start=5), True),
        (Scenario("until 5", clamp={"C1": 0.2}, stop=5), False),
    ):
        assert certify(MUTUAL, steep, scenario=scenario).unique is unique


@given(some.maps(most=5), anything(), st.data())
@settings(max_examples=20, deadline=None)
def test_a_clamped_map_is_judged_by_its_free_part(
    m: CognitiveMap, dynamics: Dynamics, data: st.DataObject
) -> None:
    """Row sums and the like of the map that is left when the clamped concept is taken out."""
    scenario = Scenario("s", clamp={"C1": data.draw(some.decimals(0, 1))})
    clamped = {each.name: each.value for each in certify(m, dynamics, scenario=scenario).tried}
    left = {each.name: each.value for each in certify(m.without("C1"), dynamics).tried}
    for name in ("acyclic", "Frobenius norm", "row sums", "column sums", "spectral radius of |W|"):
        if name in left:
            assert clamped[name] == pytest.approx(left[name], abs=1e-9)


def test_a_bracket_proves_what_no_norm_proves() -> None:
    m = CognitiveMap.from_matrix([[0.2, 0.9, 0.5], [0.7, 0, 0.8], [0.9, -0.1, 0.6]])
    certificate = certify(m, Dynamics(transfer=Sigmoid(slope=4)))
    assert (certificate.unique, certificate.method) == (True, "interval bracket")
    assert certificate.bound < certificate.limit == 1e-9
    assert held(certificate) == {"interval bracket", "smaller box"}


@given(some.maps(most=5), anything())
@settings(max_examples=40, deadline=None)
def test_a_box_closes_where_and_only_where_it_is_flat_enough(
    m: CognitiveMap, dynamics: Dynamics
) -> None:
    """The ends of an open box are as far apart as their images, so its slopes cannot shrink."""
    both = {each.name: each.held for each in certify(m, dynamics).tried}
    if "smaller box" in both:
        assert both["interval bracket"] == both["smaller box"]


def test_norms_are_named_before_the_radius_that_they_bound() -> None:
    m = CognitiveMap.from_matrix([[0, 0.9, 0], [0, 0, 0.9], [0.9, 0, 0]])
    assert certify(m, Dynamics(transfer=Tanh(slope=0.5))).method == "Frobenius norm"
    assert certify(m, Dynamics(transfer=Tanh())).method == "row sums"
    uneven = CognitiveMap.from_matrix([[0, 4.0], [0.2, 0]], limit=None)
    assert certify(uneven, Dynamics(transfer=Tanh())).method == "spectral radius of |W|"


@pytest.mark.parametrize(("slope", "unique"), [(0.9, True), (1.0, None), (1.1, False)])
def test_a_tanh_self_loop_is_proved_below_one_and_disproved_above(
    slope: float, unique: bool | None
) -> None:
    assert certify(LOOP, Dynamics(transfer=Tanh(slope=slope))).unique is unique


@pytest.mark.parametrize("slope", [1.9, 2.1])
def test_the_rescaled_rule_has_limit_two_for_one_plus_the_radius(slope: float) -> None:
    """slope (1 + rho(|W|)) < 2, here with rho = 0 but for the memory."""
    m = CognitiveMap.from_matrix(np.zeros((2, 2)))
    certificate = certify(m, Dynamics(rule=Rescaled(), transfer=Sigmoid(slope=slope)))
    assert certificate.unique is (slope < 2)
    assert value_of(certificate, "spectral radius of |W|") == pytest.approx(slope / 2)


def test_the_modified_rule_adds_one_to_the_radius() -> None:
    m = CognitiveMap.from_matrix([[0, 0.5], [0.5, 0]])
    certificate = certify(m, Dynamics(rule=ModifiedKosko(), transfer=Sigmoid(slope=2)))
    assert value_of(certificate, "spectral radius of |W|") == pytest.approx(2 * 1.5 / 4)


def test_memory_per_concept_counts_each_on_its_own() -> None:
    m = CognitiveMap.from_matrix(np.zeros((2, 2)))
    certificate = certify(m, Dynamics(rule=Kosko(memory=(0.5, 3.0)), transfer=Tanh()))
    assert value_of(certificate, "spectral radius of |W|") == pytest.approx(3)
    assert value_of(certificate, "acyclic") == 2


@given(some.maps(most=6))
@settings(max_examples=50, deadline=None)
def test_the_radius_is_never_above_a_norm(m: CognitiveMap) -> None:
    size = np.abs(m.weights)
    bound = proved_radius(size)
    assert bound >= radius(size) * (1 - 1e-7)
    for norm in ("fro", 1, np.inf, 2):
        assert bound <= np.linalg.norm(size, norm) * (1 + 1e-9) + 1e-12


def test_the_bound_on_the_radius_survives_matrices_that_mislead_eigenvalues() -> None:
    n = 30
    chain = np.triu(np.full((n, n), 1.0), 1)
    assert proved_radius(chain) < 0.1
    shuffle = np.random.default_rng(0).permutation(n)
    assert proved_radius(chain[np.ix_(shuffle, shuffle)]) < 1
    chain[-1, 0] = 1e-12
    exact = proved_radius(chain)
    v = np.ones(n)
    growth = 1.0
    for _ in range(2000):
        w = chain @ v + 1e-3 * v
        growth = float((w / v).min()) - 1e-3
        v = w / w.max()
    assert exact >= growth


def test_a_discrete_map_with_loops_is_left_open_or_disproved() -> None:
    assert certify(LOOP, Dynamics(transfer=Bivalent())).unique is False
    m = CognitiveMap.from_matrix([[0, 1.0], [0.0, 0.5]])
    certificate = certify(m, Dynamics(transfer=Bivalent(threshold=0.7)))
    assert certificate.unique is not False


@pytest.mark.parametrize("n", [0, 1])
def test_maps_with_no_link_are_acyclic(n: int) -> None:
    certificate = certify(CognitiveMap.from_matrix(np.zeros((n, n))))
    assert (certificate.unique, certificate.method, certificate.bound) == (True, "acyclic", 0)


def test_a_map_whose_concepts_are_all_clamped_is_certified() -> None:
    scenario = Scenario("s", clamp={"C1": 0.1, "C2": 0.2})
    assert certify(MUTUAL, scenario=scenario).unique


def test_a_rule_that_is_no_affine_sum_is_left_open_with_the_reason() -> None:
    class Odd(Kosko):
        def advance(self, transfer: object, start: object) -> object:
            raise NotImplementedError

    certificate = certify(MUTUAL, Dynamics(rule=Odd()))
    assert certificate.unique is None
    assert certificate.tried == ()
    assert "Odd is more than a sum" in certificate.reason


def test_a_scenario_of_another_map_is_refused() -> None:
    with pytest.raises(UnknownConceptError, match="C7"):
        certify(MUTUAL, scenario=Scenario("s", clamp={"C7": 0.0}))


def test_verdicts_read_in_words() -> None:
    assert repr(certify(MUTUAL)) == (
        "Certificate(proved: one fixed point attracts every start, by Frobenius norm: 0.354 < 1)"
    )
    no = certify(MUTUAL, Dynamics(transfer=Sigmoid(slope=10)))
    assert repr(no).startswith("Certificate(disproved: not every start has the same end; ")
    unknown = certify(LOOP, Dynamics(transfer=Tanh()))
    assert "none of the conditions held (acyclic, " in repr(unknown)
    assert "proves nothing either way" in repr(unknown)
    for each in (no, unknown):
        assert np.isnan(each.bound)
        assert "<table" in each._repr_html_()
        json.dumps(each.to_records())
    assert repr(no.tried[0]) == "Condition(acyclic: 2 is not under 1)"
