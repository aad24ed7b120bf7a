"""How fast the kernel is, beside a textbook loop in the same run.

Run with ``pytest benchmarks/bench_kernel.py -s --benchmark-columns=min,median``. Times are CPU
times of this process; the ratio matters, not the milliseconds of a shared machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fcm.inference import simulate, simulate_members
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

TOL = 1e-5


def random_map(n: int, links: int = 8) -> CognitiveMap:
    rng = np.random.default_rng(n)
    weights = np.zeros((n, n))
    for row in weights:
        row[rng.choice(n, min(links, n - 1), replace=False)] = rng.uniform(
            -0.7, 0.7, min(links, n - 1)
        )
    return CognitiveMap.from_matrix(weights)


def textbook(weights: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The vectorised loop that one writes first: exact settling per row, no other care."""
    state, steps = start, np.zeros(len(start), dtype=int)
    open_ = np.ones(len(start), dtype=bool)
    for step in range(1, 1001):
        after = np.where(open_[:, None], 1 / (1 + np.exp(-(state @ weights))), state)
        settled = open_ & (np.abs(after - state).max(axis=1) < TOL)
        steps[settled] = step
        open_ &= ~settled
        state = after
        if not open_.any():
            break
    return state, steps


def cpu_seconds(work: Callable[[], Any], rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def test_one_what_if_on_ten_concepts(benchmark: Any) -> None:
    m = random_map(10)
    scenario = Scenario("what if", clamp={"C1": 0.3})
    found = benchmark(simulate, m, scenario)
    assert found.outcome[0] == 0


@pytest.mark.parametrize("n", [10, 30])
def test_ten_thousand_scenarios(benchmark: Any, n: int) -> None:
    m = random_map(n)
    start = np.random.default_rng(0).uniform(size=(10_000, n))
    found = benchmark(simulate, m, initial=start)
    state, steps = textbook(m.weights, start)
    np.testing.assert_array_equal(found.steps, steps)
    np.testing.assert_allclose(found.final, state, rtol=0, atol=1e-12)
    ours = cpu_seconds(lambda: simulate(m, initial=start))
    theirs = cpu_seconds(lambda: textbook(m.weights, start))
    each = 1e9 * ours / (found.steps.sum() * n)
    print(f"\n{n} concepts: {theirs / ours:.1f} x textbook, {each:.1f} ns per concept and step")
    assert theirs / ours > 1.2


@pytest.mark.parametrize(("n", "members"), [(10, 4000), (30, 1000), (100, 100)])
def test_an_ensemble_of_maps(benchmark: Any, n: int, members: int) -> None:
    m = random_map(n)
    weights = np.random.default_rng(1).uniform(-0.5, 0.5, (members, n, n))
    scenarios = [Scenario("none"), *(Scenario(f"s{k}", clamp={"C1": k / 5}) for k in range(6))]
    found = benchmark(simulate_members, m, weights, scenarios)
    assert (found.outcome == 0).all()
    seconds = cpu_seconds(lambda: simulate_members(m, weights, scenarios))
    alone = cpu_seconds(lambda: simulate_members(m, weights, None))
    one = simulate_members(m, weights, None).steps.sum() * n * n
    print(
        f"\n{n} concepts: {1e9 * seconds / (found.steps.sum() * n * n):.2f} ns per weight and step "
        f"with {len(scenarios)} scenarios, {1e9 * alone / one:.2f} with one"
    )
