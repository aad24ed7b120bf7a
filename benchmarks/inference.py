"""How fast the inference core is, beside what one would use instead, in one run.

Run ``python benchmarks/inference.py`` for a quick look (about ten seconds) and ``--full`` for the
figures to quote; ``--env FOLDER`` adds FCMpy, which is installed there. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import threadpoolctl

from benchmarks.fcmpy_peer import against_fcmpy
from benchmarks.measure import Row, interleaved, machine, must_agree, publish, random_map, repeated
from fcm import (
    CognitiveMap,
    Dynamics,
    ModifiedKosko,
    Scenario,
    SparseMap,
    compare,
    sensitivity,
    simulate,
)
from fcm.inference import Simulation, simulate_members
from fcm.inference.loop.sparse import pays

ROOT = Path(__file__).resolve().parent.parent
DYNAMICS = Dynamics(rule=ModifiedKosko(), tol=1e-5)
# Settings of OpenBLAS that change its kernels; the figures are for what it chooses itself.
UNWANTED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def textbook(
    weights: np.ndarray, start: np.ndarray, tol: float = 1e-5
) -> tuple[np.ndarray, np.ndarray]:
    """The vectorised loop that one writes first: exact settling per row, no other care."""
    state, steps = start, np.zeros(len(start), dtype=int)
    running = np.ones(len(start), dtype=bool)
    for step in range(1, 1001):
        after = np.where(running[:, None], 1 / (1 + np.exp(-(state + state @ weights))), state)
        settled = running & (np.abs(after - state).max(axis=1) < tol)
        steps[settled] = step
        running &= ~settled
        state = after
        if not running.any():
            break
    return state, steps


def batches(full: bool) -> Iterator[Row]:
    """Measure (a) against the textbook loop and (b) against GEMM + sigmoid, the least work."""
    limit_works = _limit_works()
    for n, runs, times, share in (
        (10, 100_000, 5.0, 30),
        (30, 50_000, 5.0, 35),
        (100, 20_000, 2.5, 45),
        (300, 4_000, 1.5, 65),
    ):
        m = random_map(n)
        start = np.random.default_rng(n).uniform(size=(runs if full else runs // 20, n))

        def ours_by(
            sparse: bool | None, m: CognitiveMap = m, start: np.ndarray = start
        ) -> Simulation:
            return simulate(m, initial=start, dynamics=DYNAMICS, sparse=sparse)

        found, chosen = ours_by(False), ours_by(None)
        state, steps = textbook(m.weights, start)
        for way, each in (("by the matrix", found), ("as chosen", chosen)):
            must_agree(f"states of {n} concepts, {way}", each.final, state, 1e-12)
            must_agree(f"steps of {n} concepts, {way}", each.steps, steps, 0)
        by_links = pays(m.weights, len(start))
        works: dict[str, Callable[[], Any]] = {
            "matrix": lambda ours_by=ours_by: ours_by(False),
            "textbook": lambda m=m, start=start: textbook(m.weights, start),
        }
        if by_links:
            works["links"] = lambda ours_by=ours_by: ours_by(None)
        seconds = interleaved(works | limit_works, 7 if full else 3)
        updates = float(found.steps.sum()) * n
        ours, theirs = (1e9 * seconds[each] / updates for each in ("matrix", "textbook"))
        flops, sigmoid = 2 / seconds["gemm"], 1e9 * seconds["sigmoid"] / 2**15 / 8
        yield Row(
            what=f"{len(start):,} scenarios, {n} concepts, against textbook numpy",
            reached=theirs / ours,
            unit="x",
            asked=times,
            note=f"{ours:.2f} against {theirs:.2f} ns per concept and step, "
            f"{found.steps.mean():.1f} steps; both by the matrix",
        )
        least = 2 * n / flops + sigmoid
        fixed = 2 * n / 77 + 0.97
        if ours < least:
            raise SystemExit(
                f"{n} concepts take {ours:.2f} ns, less than the limit of {least:.2f} ns: what ran "
                "does less work than the limit counts, so their ratio says nothing."
            )
        yield Row(
            what=f"the same, share of the GEMM + sigmoid limit, {n} concepts",
            reached=100 * least / ours,
            unit="%",
            asked=share,
            note=f"limit {least:.2f} ns: GEMM {flops:.0f} GFLOP/s, numpy sigmoid {sigmoid:.2f} ns; "
            f"{100 * fixed / ours:.1f} % of {fixed:.2f} ns (77 GFLOP/s and a fused C sigmoid)",
        )
        if by_links:
            links = 1e9 * seconds["links"] / updates
            yield Row(
                what=f"the same as simulate chooses to run it, by its links, {n} concepts",
                reached=theirs / links,
                unit="x",
                note=f"{links:.2f} ns; density {np.count_nonzero(m.weights) / n**2:.1%}, so less "
                "work than the textbook's matrix: no measure of the kernel",
            )


def _limit_works() -> dict[str, Callable[[], Any]]:
    square = np.random.default_rng(0).uniform(-1, 1, (1000, 1000))
    product, z = np.empty_like(square), np.zeros(2**15)

    def sigmoid() -> None:
        for _ in range(8):
            np.exp(z, out=z)
            np.add(z, 1.0, out=z)
            np.reciprocal(z, out=z)

    return {"gemm": lambda: np.matmul(square, square, out=product), "sigmoid": sigmoid}


def single_calls(full: bool) -> Iterator[Row]:
    """Measure (d): what an analyst types, once."""
    m, what_if = random_map(10), Scenario("what if", clamp={"C1": 0.3})
    five = [Scenario(f"s{k}", clamp={"C1": k / 5}) for k in range(5)]
    often = 2000 if full else 200
    seconds = interleaved(
        {
            "one": repeated(lambda: simulate(m, what_if, dynamics=DYNAMICS), often),
            "five": repeated(lambda: compare(m, five, dynamics=DYNAMICS), often // 10),
        },
        7 if full else 3,
    )
    steps = int(simulate(m, what_if, dynamics=DYNAMICS).steps[0])
    yield Row(
        what="one what-if of 10 concepts, public simulate",
        reached=1e6 * seconds["one"] / often,
        unit="us",
        asked=70,
        most=True,
        note=f"{steps} steps",
    )
    yield Row(
        what="compare of 5 scenarios, 10 concepts",
        reached=1e3 * seconds["five"] / (often // 10),
        unit="ms",
        asked=1,
        most=True,
    )


def many_starts(full: bool) -> Iterator[Row]:
    """Measure (e): a million starts, in time, memory and threads."""
    m, runs = random_map(12), 1_000_000 if full else 50_000
    start = np.random.default_rng(12).uniform(size=(runs, 12))

    def work(**settings: Any) -> Any:
        return simulate(m, initial=start, dynamics=DYNAMICS, **settings)

    seconds = interleaved({"cpu": work}, 3)["cpu"]
    yield Row(
        what=f"{runs:,} starts, 12 concepts, to 1e-5",
        reached=seconds,
        unit="CPU-s",
        asked=2 * runs / 1e6,
        most=True,
        note="" if full else "asked is in proportion to 2 s for a million",
    )
    tracemalloc.start()
    found = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    size = sum(
        getattr(found, each).nbytes for each in ("final", "outcome", "steps", "period", "residual")
    )
    yield Row(
        what="the same, peak memory against the result",
        reached=peak / size,
        unit="x",
        asked=3,
        most=True,
        note=f"{peak / 1e6:.0f} MB; the result is {size / 1e6:.0f} MB (last states, outcome, "
        "steps, period, residual)",
    )
    name = "the same, two threads against one, wall time"
    wall = interleaved(
        {f"{k}": lambda k=k: work(threads=k) for k in (1, 2)}, 5, clock=time.perf_counter
    )
    yield Row(
        what=name,
        reached=wall["1"] / wall["2"],
        unit="x",
        asked=1.4,
        note=f"{wall['1']:.2f} against {wall['2']:.2f} s; load {os.getloadavg()[0]:.1f}",
    )


def ensembles(full: bool) -> Iterator[Row]:
    """Measure (f): own weights per member."""
    for n, members, asked in ((10, 20_000, 0.9), (30, 4_000, 0.4), (100, 400, 0.25)):
        m, members = random_map(n), members if full else members // 10
        present = m.weights != 0
        weights = np.random.default_rng(n).uniform(-0.7, 0.7, (members, n, n)) * present

        def work(m: CognitiveMap = m, weights: np.ndarray = weights) -> Any:
            return simulate_members(m, weights, None, dynamics=DYNAMICS)

        steps = work().steps
        seconds = interleaved({"fcm": work}, 5 if full else 3)["fcm"]
        yield Row(
            what=f"ensemble of {members:,}, {n} concepts, per weight and step",
            reached=1e9 * seconds / (steps.sum() * n * n),
            unit="ns",
            asked=asked,
            most=True,
            note=f"{steps.mean():.1f} steps, checks of the weights included",
        )


def sparse(full: bool) -> Iterator[Row]:
    """Measure (g): one step of a huge map, as the time of ten more steps over ten."""
    n = 1_000_000 if full else 100_000
    what = f"{n:,} concepts, {6 * n:,} links, one step"
    asked = 40 * n / 1e6
    from scipy.sparse import csr_array

    rng = np.random.default_rng(0)
    effects = np.sort(rng.integers(n, size=(n, 6)), axis=1).ravel()
    links = csr_array((rng.uniform(-0.3, 0.3, 6 * n), effects, np.arange(0, 6 * n + 1, 6)), (n, n))
    m = SparseMap(links, limit=None)

    def work(steps: int) -> Any:
        endless = Dynamics(rule=ModifiedKosko(), tol=1e-300, max_steps=steps)
        return simulate(m, dynamics=endless)

    after = 1 / (1 + np.exp(-1 - np.bincount(effects, links.data, minlength=n)))
    must_agree(what, work(1).final[0], after, 1e-12)
    seconds = interleaved({"short": lambda: work(2), "long": lambda: work(12)}, 5 if full else 3)
    yield Row(
        what=what,
        reached=1e3 * (seconds["long"] - seconds["short"]) / 10,
        unit="ms",
        asked=asked,
        most=True,
        note=f"12 steps in all {1e3 * seconds['long']:,.0f} ms",
    )


def gradient(full: bool) -> Iterator[Row]:
    """Measure (h): the gradient to all links, by the adjoint and link by link."""
    for n in (10, 30, 100):
        yield _gradient_row(random_map(n), 200 if full else 20)


def _gradient_row(m: CognitiveMap, often: int) -> Row:
    fine, by = Dynamics(rule=ModifiedKosko(), tol=1e-11), 1e-5
    links, outcome, weights = list(m.links()), m.names[-1], m.links()
    some = links[:: max(len(links) // 10, 1)]
    moved = [m.with_link(a, b, weights[a, b] + by) for a, b in some]
    rest = simulate(m, dynamics=fine)[outcome][0]
    slopes = [(simulate(each, dynamics=fine)[outcome][0] - rest) / by for each in moved]
    found = sensitivity(m, outcome, dynamics=DYNAMICS)
    exact = [found.weights[m.names.index(a), m.names.index(b)] for a, b in some]
    must_agree(f"gradient, {len(m)} concepts", np.array(exact), np.array(slopes), 1e-4)
    seconds = interleaved(
        {
            "adjoint": repeated(lambda: sensitivity(m, outcome, dynamics=DYNAMICS), often),
            "one": repeated(lambda: simulate(moved[0], dynamics=fine), often),
        },
        5,
    )
    adjoint, all_links = seconds["adjoint"] / often, seconds["one"] / often * len(links)
    return Row(
        what=f"gradient to all {len(links)} links of {len(m)} concepts, against differences",
        reached=all_links / adjoint,
        unit="x",
        asked=400,
        note=f"{1e6 * adjoint:.0f} us against {1e3 * all_links:.1f} ms (one run per link, one link "
        "timed)",
    )


PARTS: dict[str, Callable[[bool, Path | None], Iterator[Row]]] = {
    "batches": lambda full, _: batches(full),
    "fcmpy": against_fcmpy,
    "single": lambda full, _: single_calls(full),
    "starts": lambda full, _: many_starts(full),
    "ensembles": lambda full, _: ensembles(full),
    "sparse": lambda full, _: sparse(full),
    "gradient": lambda full, _: gradient(full),
}


def main() -> None:
    set_here = [name for name in UNWANTED if name in os.environ]
    if set_here:
        clean = {name: value for name, value in os.environ.items() if name not in UNWANTED}
        clean["FCM_BENCHMARK_UNSET"] = ", ".join(set_here)
        os.execve(sys.executable, [sys.executable, *sys.argv], clean)
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="the figures to quote, some minutes")
    size.add_argument("--quick", action="store_true", help="small sizes (the default)")
    parser.add_argument("--env", type=Path, help="folder for an environment with FCMpy")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--json", type=Path, default=ROOT / ".benchmarks" / "inference.json")
    asked = parser.parse_args()
    about = machine()
    if "FCM_BENCHMARK_UNSET" in os.environ:
        about["unset for this run"] = os.environ["FCM_BENCHMARK_UNSET"]
    with threadpoolctl.threadpool_limits(1, "blas"):
        rows = [row for part in asked.only for row in PARTS[part](asked.full, asked.env)]
    publish(rows, about, title="Inference core", full=asked.full, path=asked.json)


if __name__ == "__main__":
    main()
