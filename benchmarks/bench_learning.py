"""False weights: how often a learner finds an edge between series that have nothing in common.

Run ``python benchmarks/bench_learning.py``. Two kinds of independent pairs, as in a published tool
whose rule (own-range scaling, five bins, quarter steps away from zero) is shown beside ours: noise,
and a common trend with noise. The third, sluggish series, is harder. An edge is found if the 95 %
interval of its weight excludes 0. The last column is the test without the help of a prior: 5 % is
what it should be.
"""

from __future__ import annotations

import time

import numpy as np

from fcm.learning import Ridge


def pairs(kind: str, length: int, rng: np.random.Generator) -> np.ndarray:
    """Return two independent series scaled to 0..1 over their own range, shape (length, 2)."""
    values = rng.normal(size=(length, 2))
    if kind == "trend":
        values = 2 * np.arange(length)[:, None] / length + 0.4 * values
    if kind == "sluggish":
        for t in range(1, length):
            values[t] += 0.8 * values[t - 1]
    return (values - values.min(axis=0)) / np.ptp(values, axis=0)


def false_edges(
    kind: str, length: int, trials: int, rng: np.random.Generator, alpha: float = 1.0
) -> float:
    """Return the share of the links between independent series that `Ridge` finds."""
    found = 0
    for _ in range(trials):
        learned = Ridge(alpha=alpha).fit(pairs(kind, length, rng))
        found += int(
            (np.abs(learned.estimate_.mean) > 1.96 * learned.weights_sd_)[[0, 1], [1, 0]].sum()
        )
    return found / (2 * trials)


def bins_rule(x: np.ndarray, y: np.ndarray) -> float:
    """Return the weight that the published rule gives a pair; NaN for a dropped zero."""

    def scaled(v: np.ndarray) -> np.ndarray:
        b = 0.2 * np.clip(np.floor((v - v.min()) / np.ptp(v) / 0.2) + 1, 1, 5)
        return (b - b.min()) / np.ptp(b) * 2 - 1

    slope = round(float(np.polyfit(scaled(x), scaled(y), 1)[0]), 2)
    if slope == 0:
        return float("nan")
    return float(np.clip(np.sign(slope) * np.ceil(abs(slope) * 4) / 4, -1, 1))


def main(trials: int = 400) -> None:
    """Print the table."""
    print(
        f"{'pairs':>9} {'n':>3}  {'rule: |w| >= .5':>16}  {'Ridge: found':>13}  {'flat prior':>10}"
    )
    for kind in ("noise", "trend", "sluggish"):
        for length in (8, 15, 30):
            rng = np.random.default_rng(0)
            weights = [bins_rule(*pairs(kind, length, rng).T) for _ in range(trials)]
            strong = np.mean(np.abs(np.array(weights)[np.isfinite(weights)]) >= 0.5)
            start = time.process_time()
            share = false_edges(kind, length, trials, np.random.default_rng(1))
            each = (time.process_time() - start) / trials
            flat = false_edges(kind, length, trials, np.random.default_rng(1), alpha=1e-8)
            print(
                f"{kind:>9} {length:>3}  {strong:>16.0%}  {share:>13.1%}  {flat:>10.1%}"
                f"  {1e3 * each:.1f} ms"
            )


if __name__ == "__main__":
    main()
