"""What the benchmarks share: maps to run, clocks that take turns, and the table."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import threadpoolctl

from fcm import CognitiveMap


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table; `asked` is a least value, or with `most` a greatest one."""

    what: str
    reached: float | None
    unit: str
    asked: float | None = None
    most: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.reached is None or self.asked is None:
            return ""
        met = self.reached <= self.asked if self.most else self.reached >= self.asked
        ratio = self.asked / self.reached if self.most else self.reached / self.asked
        return f"{'met' if met else 'missed'} ({ratio:.2f})"


def random_map(n: int, seed: int = 0) -> CognitiveMap:
    """A map of density min(1, 8 / n) without self-loops, weights up to 0.7 either way."""
    rng = np.random.default_rng([n, seed])
    weights = np.zeros((n, n))
    for i in range(n):
        others = np.delete(np.arange(n), i)
        chosen = rng.choice(others, min(8, n - 1), replace=False)
        weights[i, chosen] = rng.uniform(-0.7, 0.7, len(chosen))
    return CognitiveMap.from_matrix(weights)


def interleaved(
    works: Mapping[str, Callable[[], Any]],
    rounds: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:
    """Median seconds of each work, all of them once per round."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            begin = clock()
            work()
            if number:
                times[name].append(clock() - begin)
    return {name: statistics.median(each) for name, each in times.items()}


def repeated(work: Callable[[], Any], times: int) -> Callable[[], None]:
    """Return a function that does the work so often that a clock can time it."""

    def many() -> None:
        for _ in range(times):
            work()

    return many


def must_agree(what: str, ours: np.ndarray, theirs: np.ndarray, tol: float) -> None:
    apart = float(np.abs(np.asarray(ours, dtype=float) - theirs).max(initial=0.0))
    if not apart <= tol:
        raise SystemExit(f"{what}: results are {apart:.3g} apart, more than {tol:g}.")


def machine() -> dict[str, str]:
    """What the figures depend on."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        pass
    blas = [
        f"{each['internal_api']} {each['version']} ({each.get('architecture', '?')})"
        for each in threadpoolctl.threadpool_info()
        if each["user_api"] == "blas"
    ]
    found = np.show_config(mode="dicts") or {}
    vectors = found.get("SIMD Extensions", {}).get("found", [])
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "vector instructions": str(vectors[-1] if vectors else "baseline"),
        "BLAS": "; ".join(blas),
        "numpy": np.__version__,
        "Python": platform.python_version(),
        "load when started": f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "?",
    }


def publish(
    rows: list[Row], about: Mapping[str, str], *, title: str, full: bool, path: Path
) -> None:
    """Print the table and write the same as JSON."""
    print(markdown(rows, about, title=title, full=full))
    path.parent.mkdir(parents=True, exist_ok=True)
    saved = {
        "full": full,
        "machine": about,
        "rows": [asdict(row) | {"verdict": row.verdict if full else ""} for row in rows],
    }
    path.write_text(json.dumps(saved, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def markdown(rows: list[Row], about: Mapping[str, str], *, title: str, full: bool) -> str:
    """The table; a quick run is too small to be held against what is asked."""
    lines = [f"# {title}: " + ("full" if full else "quick, not for quoting"), ""]
    lines += [f"- {name}: {value}" for name, value in about.items()]
    lines += ["", "| what | reached | asked | verdict (margin) | note |", "|--|--|--|--|--|"]
    for row in rows:
        shown = "-" if row.reached is None else f"{row.reached:,.3g} {row.unit}"
        if row.reached is not None and row.reached >= 1000:
            shown = f"{row.reached:,.0f} {row.unit}"
        sign = "<=" if row.most else ">="
        asked = "" if row.asked is None else f"{sign} {row.asked:,g} {row.unit}"
        lines.append(
            f"| {row.what} | {shown} | {asked} | {row.verdict if full else ''} | {row.note} |"
        )
    return "\n".join(lines)
