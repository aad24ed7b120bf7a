"""Maps by their links only come to what their matrices come to."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array, random_array

from fcm.errors import DynamicsError, MapError, ScenarioError, UnknownConceptError
from fcm.inference import Dynamics, Kosko, ModifiedKosko, Rescaled, Sigmoid, simulate
from fcm.inference.loop.sparse import Numbered, SparseMap, pays
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import strategies as some

EQUAL = ("steps", "outcome", "period")
CLOSE = ("final", "residual", "peak", "mean")


def agree(one: object, other: object) -> None:
    for each in EQUAL:
        np.testing.assert_array_equal(getattr(one, each), getattr(other, each))
    for each in CLOSE:
        np.testing.assert_allclose(getattr(one, each), getattr(other, each), rtol=0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_links_and_matrix_come_to_the_same(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=4))
    transfers = st.one_of(some.CONTRACTING, some.DISCRETE)
    dynamics = data.draw(some.dynamics(transfers=transfers, max_steps=90))
    scenarios = data.draw(some.scenario_lists(m))
    start = data.draw(some.states(m))
    dense = simulate(m, scenarios, initial=start, dynamics=dynamics, sparse=False)
    agree(simulate(m, scenarios, initial=start, dynamics=dynamics, sparse=True), dense)
    agree(simulate(SparseMap(m), scenarios, initial=start, dynamics=dynamics), dense)


def large(n: int = 400, density: float = 0.02) -> CognitiveMap:
    links = random_array((n, n), density=density, rng=np.random.default_rng(n))
    weights = links.toarray()
    return CognitiveMap.from_matrix(np.where(weights > 0, weights - 0.5, 0.0))


@pytest.mark.parametrize(
    "dynamics",
    [
        Dynamics(),
        Dynamics(rule=ModifiedKosko(), transfer=Sigmoid(slope=0.7), hold_inputs=True),
        Dynamics(rule=Rescaled(memory=0.5)),
        Dynamics(rule=Kosko(memory=0.3), max_steps=4),
    ],
)
def test_a_batch_on_a_larger_map_is_the_same_by_links(dynamics: Dynamics) -> None:
    m = large()
    rng = np.random.default_rng(1)
    given_ = {
        "initial": rng.uniform(size=(40, 400)),
        "clamp": {"C3": rng.uniform(size=40), "C5": 0.0},
        "dynamics": dynamics,
    }
    dense = simulate(m, **given_, sparse=False)
    agree(simulate(m, **given_, sparse=True), dense)
    agree(simulate(SparseMap(m), **given_), dense)


def test_recorded_states_are_the_same_by_links() -> None:
    m = large(50, 0.1)
    scenarios = [Scenario("late", clamp={"C2": 0.1}, push={"C9": 0.5}, start=3, stop=7)]
    dense = simulate(m, scenarios, record=True)
    links = simulate(SparseMap(m), scenarios, record=True)
    np.testing.assert_allclose(links.states, dense.states, rtol=0, atol=1e-12)


def test_the_choice_between_links_and_matrix_is_made_by_size_and_density() -> None:
    assert pays(large(400, 0.02).weights, 100)
    assert not pays(large(400, 0.02).weights, 1)
    assert not pays(large(400, 0.3).weights, 100)
    assert not pays(large(200, 0.02).weights, 10_000)
    assert simulate(large(), initial=np.ones((100, 400))).question.sparse
    assert not simulate(large(), initial=np.ones((100, 400)), sparse=False).question.sparse


def test_names_that_nobody_wrote_down_cost_nothing() -> None:
    names = Numbered(10**12)
    assert names[10**11] == "C100000000001"
    assert names[1:3] == ("C2", "C3")
    assert names[-1] == "C1000000000000"
    assert "C1" in names
    for wrong in ("C0", "C01", "1", "C", "Cx", "C1000000000001", 3, "C²"):
        assert wrong not in names
    with pytest.raises(ValueError, match="'x' is not in C1 to"):
        names.index("x")
    assert list(Numbered(2)) == ["C1", "C2"]
    assert names == Numbered(10**12)


def test_a_map_of_a_hundred_thousand_concepts_runs() -> None:
    n = 100_000
    rng = np.random.default_rng(0)
    ends = rng.integers(0, n, (2, 3 * n))
    m = SparseMap(coo_array((rng.uniform(-0.3, 0.3, 3 * n), tuple(ends)), shape=(n, n)), limit=None)
    found = simulate(m, Scenario("s", clamp={"C7": 0.25}, links={("C1", "C2"): -0.4}))
    assert found["C7"].tolist() == [0.25]
    assert found.outcome.tolist() == [0]
    state, weights = found.final[0], m.weights
    net = weights.T @ state
    net[1] += (-0.4 - weights[0, 1]) * state[0]
    expected = Sigmoid()(net)
    expected[6] = 0.25
    np.testing.assert_allclose(state, expected, atol=2e-5)


def test_a_sparse_map_is_a_value() -> None:
    given_ = coo_array(([0.5, 0.25], ([0, 0], [1, 1])), shape=(2, 2))
    m = SparseMap(given_, name="town")
    given_.data[:] = 9
    assert m.weights[0, 1] == 0.75
    with pytest.raises(ValueError, match="read-only"):
        m.weights.data[0] = 0.1
    assert repr(m) == "SparseMap('town', 2 concepts, 1 link)"
    again = pickle.loads(pickle.dumps(simulate(m)))
    assert again.names[1] == "C2"
    np.testing.assert_array_equal(again.peak, simulate(m).peak)


@pytest.mark.parametrize(
    ("settings_", "told"),
    [
        ({"weights": coo_array((2, 3))}, r"shape \(2, 3\)"),
        ({"weights": "abc"}, "weights are str"),
        ({"weights": coo_array(([2.0], ([0], [1])), shape=(2, 2))}, "'C1' -> 'C2' is 2.0"),
        ({"weights": coo_array(([np.nan], ([1], [1])), shape=(2, 2))}, "'C2' -> 'C2' is nan"),
        ({"weights": np.zeros((2, 2)), "names": ["a", "a"]}, "2 names, 1 of them different"),
        ({"weights": np.zeros((2, 2)), "names": ["a"]}, "1 names"),
        ({"weights": np.zeros((2, 2)), "limit": 0.0}, "limit is 0.0"),
    ],
)
def test_a_sparse_map_that_cannot_be_is_refused(settings_: dict, told: str) -> None:
    with pytest.raises(MapError, match=told):
        SparseMap(**settings_)


def test_what_is_asked_of_a_sparse_map_is_checked() -> None:
    m = SparseMap(CognitiveMap.from_links({("staff", "queue"): -0.5}))
    with pytest.raises(UnknownConceptError, match=r"scenario 's': 'staf'.*Did you mean 'staff'"):
        simulate(m, Scenario("s", clamp={"staf": 1}))
    with pytest.raises(UnknownConceptError, match="clamp: 'x' is not a concept"):
        simulate(m, clamp={"x": 1})
    with pytest.raises(UnknownConceptError, match="It has 20,000 concepts"):
        simulate(SparseMap(coo_array((20_000, 20_000))), initial={"x": 1})
    with pytest.raises(ScenarioError, match="to 3; weights of this map lie in"):
        simulate(m, Scenario("s", links={("staff", "queue"): 3}))
    with pytest.raises(ScenarioError, match="expected Scenario values"):
        simulate(m, ["s"])
    with pytest.raises(DynamicsError, match=r"initial has shape \(3,\)"):
        simulate(m, initial=np.ones(3))
    with pytest.raises(DynamicsError, match="NaN or infinity"):
        simulate(m, initial=[np.nan, 1])
    with pytest.raises(DynamicsError, match="expected numbers"):
        simulate(m, initial=["a", "b"])
    with pytest.raises(DynamicsError, match="one memory and one transfer"):
        simulate(m, dynamics=Dynamics(rule=Kosko(memory=(0.1, 0.2))))


def test_lags_and_rules_of_ones_own_need_a_dense_map() -> None:
    m = SparseMap(CognitiveMap.from_links({("staff", "queue"): -0.5}))
    with pytest.raises(DynamicsError, match="cannot have lags"):
        simulate(m, dynamics=Dynamics(lags={("staff", "queue"): 2}))

    class Own:
        def fold(self, weights: np.ndarray) -> tuple[np.ndarray, None]:
            return weights.copy(), None

        def check(self, transfer: object) -> None:
            pass

    with pytest.raises(DynamicsError, match="cannot be run by"):
        simulate(m, dynamics=Dynamics(rule=Own()))
