"""Blocks on a real cluster of two processes, and blocks of any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

da = pytest.importorskip("dask.array", reason="the dask extra is not installed")
distributed = pytest.importorskip("distributed", reason="the dask extra is not installed")

from fcm.errors import DynamicsError, ScenarioError  # noqa: E402
from fcm.inference import Dynamics, Sigmoid, simulate  # noqa: E402
from fcm.inference.dask import simulate_blocks  # noqa: E402
from fcm.map import CognitiveMap  # noqa: E402

RNG = np.random.default_rng(11)
MAP = CognitiveMap.from_matrix(RNG.uniform(-0.8, 0.8, (6, 6)))
STARTS = RNG.uniform(size=(5000, 6))
CLAMP = RNG.uniform(size=5000)
DYNAMICS = Dynamics(transfer=Sigmoid(slope=1.4))
FIELDS = ("final", "outcome", "steps", "period", "residual")


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client:
        yield client


def computed(chunks: Any) -> list[np.ndarray]:
    import dask

    runs = simulate_blocks(
        MAP,
        da.from_array(STARTS, chunks=chunks),
        clamp={"C2": CLAMP, "C4": 0.0},
        dynamics=DYNAMICS,
    )
    return list(dask.compute(*(getattr(runs, each) for each in FIELDS)))


def check(found: list[np.ndarray]) -> None:
    whole = simulate(MAP, initial=STARTS, clamp={"C2": CLAMP, "C4": 0.0}, dynamics=DYNAMICS)
    for each, array in zip(FIELDS, found, strict=True):
        expected = getattr(whole, each)
        assert array.dtype == expected.dtype
        if expected.dtype.kind == "f":
            np.testing.assert_allclose(array, expected, rtol=0, atol=1e-12)
        else:
            np.testing.assert_array_equal(array, expected)


def test_two_processes_come_to_what_one_comes_to(client: Any) -> None:
    assert len(client.scheduler_info()["workers"]) == 2
    check(computed((700, 6)))
    check(computed((2500, 3)))


@pytest.mark.parametrize("chunks", [(5000, 6), (1234, 6), ((1, 4999), 2)])
def test_blocks_of_any_size_come_to_the_same(chunks: Any) -> None:
    import dask

    with dask.config.set(scheduler="synchronous"):
        check(computed(chunks))


def test_batches_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DynamicsError, match="expected a Dask array of shape"):
        simulate_blocks(MAP, STARTS)
    with pytest.raises(DynamicsError, match="expected a Dask array of shape"):
        simulate_blocks(MAP, da.ones((4, 5)))
    starts = da.ones((4, 6), chunks=2)
    with pytest.raises(ScenarioError, match=r"clamp of 'C1' has shape \(3,\)"):
        simulate_blocks(MAP, starts, clamp={"C1": [1, 2, 3]})
    with pytest.raises(DynamicsError, match="unknown number of rows"):
        simulate_blocks(MAP, starts[starts[:, 0] > 0])
