"""FCMpy itself, by its public call, in an environment and a process of its own.

It is installed without its dependencies, which are pinned to versions of 2021, and then with
current versions of what its simulator imports. Its process stays alive, so that its rounds and
ours take turns.
"""

from __future__ import annotations

import inspect
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Row, interleaved, must_agree, random_map, repeated
from fcm import Dynamics, ModifiedKosko, simulate

FCMPY = "fcmpy==0.0.21"
DYNAMICS = Dynamics(rule=ModifiedKosko(), tol=1e-5)
NEEDS = ("numpy", "pandas", "scipy", "tqdm", "openpyxl", "scikit-fuzzy", "networkx", "packaging")


def serve_fcmpy() -> None:
    """Answer requests about FCMpy, line by line; runs in an environment of its own."""
    import contextlib
    import io
    import json
    import sys
    import time
    import warnings
    from importlib.metadata import version

    import numpy as np
    import pandas as pd
    from fcmpy import FcmSimulator

    warnings.simplefilter("ignore")
    out = sys.stdout
    print(json.dumps({each: version(each) for each in ("fcmpy", "pandas", "numpy")}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        names, starts = asked["names"], asked["starts"]
        weights = pd.DataFrame(np.array(asked["weights"]), index=names, columns=names)
        states = [dict(zip(names, start, strict=True)) for start in starts]
        ends, steps = [], []
        with contextlib.redirect_stdout(io.StringIO()):
            begin = time.process_time()
            for state in states:
                table = FcmSimulator.simulate(
                    initial_state=state,
                    weight_matrix=weights,
                    transfer="sigmoid",
                    inference="mKosko",
                    thresh=asked["tol"],
                    iterations=1000,
                    l=1,
                )
                ends.append(table.iloc[-1].tolist())
                steps.append(len(table) - 1)
            seconds = time.process_time() - begin
        answer = {"seconds": seconds, "ends": ends, "steps": steps}
        print(json.dumps(answer), file=out, flush=True)


def fcmpy_python(folder: Path) -> Path:
    """Return the interpreter of an environment with FCMpy, made if it is not there."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    for command in (
        [*pip, "--no-deps", FCMPY],
        [*pip, *NEEDS],
        [str(python), "-c", "import fcmpy"],
    ):
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    return python


def against_fcmpy(full: bool, folder: Path | None) -> Iterator[Row]:
    """Measure (c): one small map, and a batch that FCMpy can only run one by one."""
    runs = 1000 if full else 20
    cases = (
        ("one map of 10 concepts, against FCMpy", 10, 1, 100.0),
        (f"{runs:,} scenarios, 30 concepts, against FCMpy", 30, runs, 4000.0),
    )
    why = "skipped: no --env folder to install FCMpy into"
    python = None
    if folder is not None:
        try:
            python = fcmpy_python(folder)
        except (OSError, subprocess.SubprocessError) as error:
            told = str(getattr(error, "stderr", "") or error).strip().splitlines()
            why = (
                f"skipped: FCMpy cannot be installed: {told[-1] if told else type(error).__name__}"
            )
    if python is None:
        yield from (Row(what=c[0], reached=None, unit="x", asked=c[3], note=why) for c in cases)
        return
    with subprocess.Popen(
        [str(python), "-c", f"{inspect.getsource(serve_fcmpy)}\nserve_fcmpy()\n"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    ) as peer:
        versions = json.loads(peer.stdout.readline())  # type: ignore[union-attr]
        for what, n, runs, asked in cases:
            yield _fcmpy_row(peer, versions, full, what, n, runs, asked)
        peer.stdin.close()  # type: ignore[union-attr]


def _fcmpy_row(
    peer: Any, versions: Mapping[str, str], full: bool, what: str, n: int, runs: int, asked: float
) -> Row:
    m = random_map(n)
    if not m.weights.any(axis=0).all():
        raise SystemExit(f"the map of {n} concepts has one without causes, which FCMpy holds.")
    starts = np.random.default_rng(n).uniform(size=(runs, n))
    initial = starts[0] if runs == 1 else starts
    request = {"names": m.names, "weights": m.weights.tolist(), "tol": DYNAMICS.tol}
    times, often = (50, 200) if runs == 1 else (1, 5)  # per round, so that the clock can see it
    line = json.dumps(request | {"starts": starts.tolist() * times}) + "\n"
    ours_often = repeated(lambda: simulate(m, initial=initial, dynamics=DYNAMICS), often)
    found = simulate(m, initial=initial, dynamics=DYNAMICS)
    theirs, ours = [], []
    for _ in range(3 if full or runs == 1 else 1):
        peer.stdin.write(line)
        peer.stdin.flush()
        answer = json.loads(peer.stdout.readline())
        theirs.append(answer["seconds"] / times)
        ours.append(interleaved({"fcm": ours_often}, 3)["fcm"] / often)
    must_agree(f"{what}: states", found.final, np.array(answer["ends"][:runs]), 1e-9)
    must_agree(f"{what}: steps", found.steps, np.array(answer["steps"][:runs]), 0)
    a, b = statistics.median(ours), statistics.median(theirs)
    named = ", ".join(f"{name} {number}" for name, number in versions.items())
    return Row(
        what=what,
        reached=b / a,
        unit="x",
        asked=asked,
        note=f"{1e6 * a:,.0f} against {1e6 * b:,.0f} us, results equal; {named}",
    )
