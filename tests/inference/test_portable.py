"""The kernel on any library's arrays, and the tuned kernel against it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import DynamicsError, MapError
from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    Rescaled,
    Saturated,
    Sigmoid,
    Tanh,
    simulate,
)
from fcm.inference.portable import simulate_array
from fcm.map import CognitiveMap
from tests import strategies as some


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_the_tuned_kernel_comes_to_what_the_readable_one_comes_to(data: st.DataObject) -> None:
    m = data.draw(some.maps(most=4))
    transfers = st.one_of(some.CONTRACTING, some.DISCRETE)
    dynamics = data.draw(some.dynamics(transfers=transfers, max_steps=90))
    starts = np.array([data.draw(some.states(m)) for _ in range(3)])
    tuned = simulate(m, initial=starts, dynamics=dynamics)
    held = ~(m.weights != 0).any(axis=0) & dynamics.hold_inputs
    plain = simulate_array(
        m.weights,
        starts,
        held=held,
        rule=dynamics.rule,
        transfer=dynamics.transfer,
        tol=dynamics.tol,
        max_steps=dynamics.max_steps,
    )
    for each in ("outcome", "steps", "period"):
        np.testing.assert_array_equal(getattr(plain, each), getattr(tuned, each))
    np.testing.assert_allclose(plain.final, tuned.final, rtol=0, atol=1e-12)
    np.testing.assert_allclose(plain.residual, tuned.residual, rtol=0, atol=1e-12)


@pytest.mark.parametrize("size", [4, 12, 40])
def test_a_large_batch_in_the_tuned_kernel_equals_the_readable_one(size: int) -> None:
    """Chunks, stretches, screening and moving together must not show."""
    rng = np.random.default_rng(size)
    weights = rng.uniform(-1, 1, (size, size)) * min(1.0, 4 / size)
    starts = rng.uniform(size=(9000 if size < 40 else 3000, size))
    m = CognitiveMap.from_matrix(weights)
    dynamics = Dynamics(rule=Kosko(memory=0.3), transfer=Sigmoid(slope=1.7), tol=3.21e-6)
    tuned = simulate(m, initial=starts, dynamics=dynamics)
    plain = simulate_array(
        weights, starts, rule=dynamics.rule, transfer=dynamics.transfer, tol=dynamics.tol
    )
    np.testing.assert_array_equal(plain.steps, tuned.steps)
    np.testing.assert_allclose(plain.final, tuned.final, rtol=0, atol=1e-12)
    np.testing.assert_allclose(plain.residual, tuned.residual, rtol=0, atol=1e-12)
    assert len(set(plain.steps.tolist())) > 2


def test_cycles_in_a_large_batch_have_the_same_periods_in_both() -> None:
    rng = np.random.default_rng(5)
    weights = rng.choice([-1.0, 0.0, 1.0], (7, 7))
    starts = rng.integers(0, 2, (3000, 7)).astype(float)
    transfer = Bivalent()
    m = CognitiveMap.from_matrix(weights)
    tuned = simulate(m, initial=starts, dynamics=Dynamics(transfer=transfer))
    plain = simulate_array(weights, starts, transfer=transfer)
    for each in ("outcome", "steps", "period", "final"):
        np.testing.assert_array_equal(getattr(plain, each), getattr(tuned, each))
    assert (tuned.outcome == 1).any()


def test_single_precision_stays_single_and_refuses_a_tolerance_it_cannot_tell() -> None:
    weights, start = np.array([[0.0, 0.8], [0.0, 0.0]], np.float32), np.ones(2, np.float32)
    runs = simulate_array(weights, start, tol=1e-5)
    assert runs.final.dtype == np.float32
    assert runs.final.shape == (1, 2)
    with pytest.raises(DynamicsError, match="use double precision or a larger tol"):
        simulate_array(weights, start, tol=1e-7)


def test_torch_tensors_stay_torch_tensors() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    pytest.importorskip("array_api_compat", reason="array-api-compat is not installed")
    rng = np.random.default_rng(2)
    weights, starts = rng.uniform(-0.5, 0.5, (5, 5)), rng.uniform(size=(40, 5))
    for rule, transfer in (
        (Kosko(), Sigmoid()),
        (Rescaled(), Sigmoid(slope=2.0)),
        (Kosko(memory=0.5), Tanh(slope=0.5)),
        (Kosko(), Saturated()),
    ):
        here = simulate_array(weights, starts, rule=rule, transfer=transfer)
        there = simulate_array(
            torch.asarray(weights), torch.asarray(starts), rule=rule, transfer=transfer
        )
        assert isinstance(there.final, torch.Tensor)
        np.testing.assert_array_equal(there.steps.numpy(), here.steps)
        np.testing.assert_allclose(there.final.numpy(), here.final, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("settings_", "error", "told"),
    [
        ({"start": np.ones(3)}, MapError, r"\(2, 2\) and start states \(3,\)"),
        ({"weights": np.ones((2, 3))}, MapError, "weights have shape"),
        ({"weights": np.zeros((0, 0)), "start": np.zeros(0)}, MapError, "one concept or more"),
        ({"start": np.ones(2, dtype=int)}, DynamicsError, "expected floating-point numbers"),
        ({"rule": Kosko(memory=(0.1, 0.2))}, DynamicsError, "differ by concept"),
        ({"rule": "kosko"}, DynamicsError, "runs on numpy only"),
        ({"transfer": "sigmoid"}, DynamicsError, "runs on numpy only"),
        ({"rule": Rescaled(), "transfer": Tanh()}, DynamicsError, "needs Sigmoid"),
        ({"tol": 0.0}, DynamicsError, "expected a number above 0"),
    ],
)
def test_what_the_portable_kernel_cannot_run_is_refused(
    settings_: dict, error: type, told: str
) -> None:
    given_ = {"weights": np.zeros((2, 2)), "start": np.ones(2), **settings_}
    with pytest.raises(error, match=told):
        simulate_array(given_.pop("weights"), given_.pop("start"), **given_)


def test_arrays_without_a_standard_are_refused() -> None:
    class Odd:
        ndim, shape = 2, (1, 1)

    with pytest.raises((DynamicsError, TypeError)):
        simulate_array(Odd(), Odd())
