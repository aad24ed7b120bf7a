from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import fcm
from fcm.errors import MapError, UnknownConceptError


@pytest.fixture
def desk() -> fcm.CognitiveMap:
    return fcm.CognitiveMap.from_links(
        {("staff", "delay"): -0.7, ("delay", "trust"): -0.5},
        levers=["staff"],
        outcomes=["trust"],
        name="desk",
    )


def test_links_name_the_concepts_in_order_of_appearance(desk: fcm.CognitiveMap) -> None:
    assert desk.names == ("staff", "delay", "trust")
    assert desk.weights[0, 1] == -0.7
    assert dict(desk.links()) == {("staff", "delay"): -0.7, ("delay", "trust"): -0.5}
    assert (desk.levers, desk.outcomes) == (("staff",), ("trust",))


def test_given_concepts_come_first_and_keep_what_they_say() -> None:
    concept = fcm.Concept(name="trust", role="outcome", good="up")
    m = fcm.CognitiveMap.from_links({("staff", "trust"): 0.5}, concepts=[concept])
    assert m.names == ("trust", "staff")
    assert m["trust"] is concept


def test_a_matrix_without_names_counts_its_concepts() -> None:
    assert fcm.CognitiveMap.from_matrix(np.zeros((2, 2))).names == ("C1", "C2")


def test_a_map_never_changes(desk: fcm.CognitiveMap) -> None:
    with pytest.raises(ValueError, match="read-only"):
        desk.weights[0, 1] = 1
    given_weights = np.array([[0.0, 0.5], [0.0, 0.0]])
    m = fcm.CognitiveMap.from_matrix(given_weights)
    given_weights[0, 1] = -1
    assert m.weights[0, 1] == 0.5


def test_every_variation_is_a_new_map(desk: fcm.CognitiveMap) -> None:
    other = desk.with_link("staff", "trust", 0.3)
    assert desk.weights[0, 2] == 0
    assert other.weights[0, 2] == 0.3
    assert other.without("delay").links() == {("staff", "trust"): 0.3}
    assert desk.subset(["trust", "delay"]).weights[1, 0] == -0.5


def test_equal_maps_hash_alike_and_survive_pickling(desk: fcm.CognitiveMap) -> None:
    again = pickle.loads(pickle.dumps(desk))
    assert again == desk
    assert hash(again) == hash(desk)
    assert desk.with_link("staff", "delay", -0.6) != desk
    minus_zero = desk.with_link("staff", "trust", -0.0)
    assert minus_zero == desk
    assert hash(minus_zero) == hash(desk)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: fcm.CognitiveMap.from_links({("a", "b"): 5}), r"'a' -> 'b' is 5\.0.*\[-1, 1\]"),
        (lambda: fcm.CognitiveMap.from_links({("a", "b"): 5}), r"pass limit=5"),
        (lambda: fcm.CognitiveMap.from_links({("a", "b"): float("nan")}), "is nan"),
        (lambda: fcm.CognitiveMap.from_matrix([[0, float("inf")], [0, 0]], limit=None), "finite"),
        (lambda: fcm.CognitiveMap.from_matrix([[0, 1]]), r"shape \(1, 2\)"),
        (lambda: fcm.CognitiveMap.from_matrix([["x"]]), "must be a matrix of numbers"),
        (lambda: fcm.CognitiveMap.from_matrix(np.zeros((2, 2)), ["b", "b"]), "'b' is given twice"),
        (lambda: fcm.CognitiveMap.from_links({"ab": 1}), "not a .cause, effect. pair"),
        (lambda: fcm.CognitiveMap.from_links({}, concepts=["a", "a"]), "'a' is given twice"),
        (lambda: fcm.CognitiveMap.from_matrix([[0.0]], limit=-1), "limit is -1"),
        (lambda: fcm.Concept(name=" a"), "is ' a'; expected a text"),
        (lambda: fcm.Concept(name=""), "is ''; expected a text"),
        (lambda: fcm.Concept(name="a", role="boss"), "expected 'lever'"),  # type: ignore[arg-type]
        (lambda: fcm.Concept(name="a", good="yes"), "expected 'up'"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_a_map_is_refused(build: object, message: str) -> None:
    with pytest.raises(MapError, match=message):
        build()  # type: ignore[operator]


def test_an_unknown_concept_is_answered_with_the_nearest(desk: fcm.CognitiveMap) -> None:
    with pytest.raises(UnknownConceptError, match="Did you mean 'staff'"):
        desk.index("staf")
    with pytest.raises(UnknownConceptError, match="lever 'boss' is not among"):
        fcm.CognitiveMap.from_links({("a", "b"): 1}, levers=["boss"])


def test_an_unbounded_map_takes_any_finite_weight() -> None:
    m = fcm.CognitiveMap.from_matrix([[0, 7.5], [0, 0]], limit=None)
    assert m.weights[0, 1] == 7.5


@given(hnp.arrays(np.float64, (4, 4), elements=st.floats(-1, 1)))
def test_links_and_matrix_tell_the_same_map(weights: np.ndarray) -> None:
    m = fcm.CognitiveMap.from_matrix(weights)
    again = fcm.CognitiveMap.from_links(m.links(), concepts=m.concepts)
    assert again == m
    order = [2, 0, 3, 1]
    moved = m.subset([m.names[i] for i in order])
    np.testing.assert_array_equal(moved.weights, weights[np.ix_(order, order)])
