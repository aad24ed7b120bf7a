"""Cases for pytest-benchmark, to follow one call from change to change.

Run ``pytest benchmarks --benchmark-columns=min,median``; ``--benchmark-compare`` holds two runs
side by side. What the figures are worth beside other ways of computing is benchmarks/inference.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fcm.inference import simulate, simulate_members
from fcm.map import CognitiveMap
from fcm.scenario import Scenario


def random_map(n: int) -> CognitiveMap:
    rng = np.random.default_rng(n)
    present = rng.uniform(size=(n, n)) < 8 / n
    return CognitiveMap.from_matrix(rng.uniform(-0.7, 0.7, (n, n)) * present)


def test_one_what_if_on_ten_concepts(benchmark: Any) -> None:
    found = benchmark(simulate, random_map(10), Scenario("what if", clamp={"C1": 0.3}))
    assert found.outcome[0] == 0


@pytest.mark.parametrize("n", [10, 30])
def test_ten_thousand_scenarios(benchmark: Any, n: int) -> None:
    start = np.random.default_rng(0).uniform(size=(10_000, n))
    found = benchmark(simulate, random_map(n), initial=start)
    assert (found.outcome == 0).all()


@pytest.mark.parametrize(("n", "members"), [(10, 4000), (30, 1000), (100, 100)])
def test_seven_scenarios_on_an_ensemble(benchmark: Any, n: int, members: int) -> None:
    weights = np.random.default_rng(1).uniform(-0.5, 0.5, (members, n, n))
    scenarios = [Scenario("none"), *(Scenario(f"s{k}", clamp={"C1": k / 5}) for k in range(6))]
    found = benchmark(simulate_members, random_map(n), weights, scenarios)
    assert (found.outcome == 0).all()
