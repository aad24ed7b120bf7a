"""Threads share the work and change nothing."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from fcm.errors import DynamicsError
from fcm.inference import Dynamics, Sigmoid, simulate
from fcm.inference.loop.threads import one_blas_thread, shared_out
from fcm.map import CognitiveMap


def blas_threads() -> int:
    return min(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")


@pytest.mark.parametrize("record", [False, True])
def test_any_number_of_threads_gives_the_same_results(*, record: bool) -> None:
    rng = np.random.default_rng(3)
    m = CognitiveMap.from_matrix(rng.uniform(-0.9, 0.9, (6, 6)))
    given = {
        "initial": rng.uniform(size=(30_000, 6)),
        "clamp": {"C1": rng.uniform(size=30_000)},
        "dynamics": Dynamics(transfer=Sigmoid(slope=1.3)),
        "record": record,
    }
    one = simulate(m, **given)
    for threads in (2, 3, 16):
        many = simulate(m, **given, threads=threads)
        for each in ("steps", "outcome", "period"):
            np.testing.assert_array_equal(getattr(many, each), getattr(one, each))
        for each in ("final", "residual", *(["states"] if record else [])):
            np.testing.assert_allclose(getattr(many, each), getattr(one, each), rtol=0, atol=1e-12)


@pytest.mark.parametrize("threads", [0, -1, 2.0, True, "2"])
def test_a_number_of_threads_that_is_none_is_refused(threads: object) -> None:
    m = CognitiveMap.from_matrix([[0.5]])
    with pytest.raises(DynamicsError, match="threads is"):
        simulate(m, threads=threads)


def test_results_come_in_the_order_of_the_pieces() -> None:
    first = threading.Event()

    def work(piece: int) -> int:
        if piece == 0:
            assert first.wait(10)
        else:
            first.set()
        return piece

    assert list(shared_out(work, [0, 1, 2], threads=2)) == [0, 1, 2]


def test_a_piece_that_fails_ends_the_work_with_its_error() -> None:
    def work(piece: int) -> int:
        if piece == 1:
            raise ValueError("piece 1")
        return piece

    for threads in (1, 2):
        with pytest.raises(ValueError, match="piece 1"):
            list(shared_out(work, list(range(50)), threads=threads))


def test_two_callers_that_overlap_do_not_keep_blas_at_one_thread() -> None:
    before = blas_threads()
    first, second = one_blas_thread(), one_blas_thread()
    first.__enter__()
    second.__enter__()
    assert blas_threads() == 1
    first.__exit__(None, None, None)
    assert blas_threads() == 1
    second.__exit__(None, None, None)
    assert blas_threads() == before
