"""The command: fcm demo | run | simulate | check | convert.

Exit code 0 is success, 1 a map that `fcm check` finds faulty, 2 a usage or input error with one
message on the error stream. The library does the work; this file reads arguments and prints.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fcm.errors import FCMError, FileError, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fcm.inference import Dynamics, Rule
    from fcm.report.findings import Findings

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``fcm``; those of the process unless given.
    """
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except FCMError as error:
        return _fail(str(error))
    except BrokenPipeError:
        # The reader of a pipe has seen enough; let nothing complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(f"{error.filename or 'output'}: {error.strerror or error}.")
    except KeyboardInterrupt:
        print("fcm: stopped.", file=sys.stderr)
        return 130
    return code


def _fail(message: str) -> int:
    print(f"fcm: {message}", file=sys.stderr)
    return 2


def _demo(options: argparse.Namespace) -> int:
    from fcm import examples

    note = Path("madrid-note.html")
    findings = examples.load("madrid").run(progress=_watched())
    return _show(findings, note, quiet=options.quiet)


def _run(options: argparse.Namespace) -> int:
    from fcm.io import save
    from fcm.study import Study

    study = Study.read(options.study)
    findings = study.run(posts=options.posts, progress=_watched())
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    save(findings.map, out / "map.json")
    save(findings.estimate, out / "estimate.json")
    _write_table(out / "what-if.csv", findings.ensemble.to_records())
    _write_table(out / "weights.csv", findings.estimate.to_records())
    return _show(findings, out / "note.html", quiet=options.quiet)


def _show(findings: Findings, note: Path, *, quiet: bool) -> int:
    from fcm.report import tables

    findings.report(note)
    if not quiet:
        print(tables(findings))
    print(f"Decision note: {note}")
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from fcm.analysis import compare
    from fcm.io import read_map
    from fcm.scenario import Scenario

    m = read_map(options.map)
    scenario = Scenario(
        "what if", clamp=_assignments(options.clamp), push=_assignments(options.push, "--push")
    )
    comparison = compare(m, [scenario], _dynamics(options))
    print(f"{m!r}\n{_dynamics(options)!r}")
    print("Change against no intervention, not a forecast.\n")
    width = max([len(name) for name in m.names] + [7])
    print(f"{'concept':{width}}  no intervention  what if   change")
    for j, name in enumerate(comparison.names):
        print(
            f"{name:{width}}  {comparison.baseline[j]:15.4f}  {comparison.final[0, j]:7.4f}  "
            f"{comparison.delta[0, j]:+7.4f}"
        )
    print()
    for what, outcome in (
        ("no intervention", comparison.baseline_outcome),
        ("what if", comparison.outcome[0]),
    ):
        print(f"{what}: {_verdict(outcome)}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from fcm.analysis import check
    from fcm.io import read_map

    m = read_map(options.map)
    result = check(m)
    print(repr(m))
    for finding in result.findings:
        print(f"{finding.severity}: {finding.what} {finding.mend}".rstrip())
    if not result.findings:
        print("Nothing to mend.")
    return 1 if any(each.severity == "error" for each in result.findings) else 0


def _convert(options: argparse.Namespace) -> int:
    from fcm.io import read, save

    save(read(options.source), options.target)
    print(f"{options.source} -> {options.target}")
    return 0


def _verdict(outcome: int) -> str:
    from fcm.inference import Outcome

    return Outcome(int(outcome)).advice


def _watched() -> bool:
    return sys.stderr.isatty()


def _assignments(words: Sequence[str], option: str = "--clamp") -> dict[str, float]:
    values: dict[str, float] = {}
    for word in words:
        name, separator, number = word.rpartition("=")
        try:
            if not separator or not name.strip():
                raise ValueError
            values[name.strip()] = float(number)
        except ValueError:
            raise ScenarioError(
                f'{option} {word!r} is not of the form "concept=value"; write '
                f'{option} "car traffic=0.2".'
            ) from None
    return values


def _dynamics(options: argparse.Namespace) -> Dynamics:
    from fcm import inference

    rules: dict[str, Rule] = {
        "kosko": inference.Kosko(),
        "modified-kosko": inference.ModifiedKosko(),
        "rescaled": inference.Rescaled(),
    }
    transfers: dict[str, Any] = {
        "sigmoid": inference.Sigmoid,
        "tanh": inference.Tanh,
        "saturated": inference.Saturated,
        "bivalent": inference.Bivalent,
        "trivalent": inference.Trivalent,
    }
    if options.slope is not None and options.transfer not in ("sigmoid", "tanh"):
        raise ScenarioError(
            f"--slope has no meaning for --transfer {options.transfer}; leave it out."
        )
    slope = {} if options.slope is None else {"slope": options.slope}
    transfer = transfers[options.transfer](**slope)
    return inference.Dynamics(
        rule=rules[options.rule], transfer=transfer, max_steps=options.max_steps
    )


def _write_table(path: Path, records: Sequence[dict[str, Any]]) -> None:
    if not records:
        raise FileError("there is nothing to write.", path=path)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def _parser() -> argparse.ArgumentParser:
    import fcm

    parser = argparse.ArgumentParser(
        prog="fcm",
        description="Decision support with fuzzy cognitive maps: what would change, how sure that "
        "is and why. Results are changes against no intervention, not forecasts.",
    )
    parser.add_argument("--version", action="version", version=f"fcm {fcm.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    demo = commands.add_parser(
        "demo",
        help="run the Madrid study and write madrid-note.html",
        description="Run the shipped Madrid study: a survey, citizens' posts as aggregates and "
        "Linked Open Data become weights; scenarios run; madrid-note.html is written here.",
    )
    demo.set_defaults(run=_demo)

    run = commands.add_parser(
        "run",
        help="run a study file",
        description="Run a study and write note.html, what-if.csv, weights.csv, map.json and "
        "estimate.json, which keeps the links whose sign is contested and their evidence.",
    )
    run.add_argument("study", type=Path, help="the study file, for example study.toml")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    run.add_argument(
        "--posts",
        type=Path,
        metavar="FILE",
        help="compute the signals from these posts instead of the study's aggregates; set "
        "FCM_PRIVACY_KEY to use a key of your own for the keyed hash of authors",
    )
    run.set_defaults(run=_run)
    for each in (demo, run):
        each.add_argument("--quiet", action="store_true", help="write the note, print no tables")

    simulate = commands.add_parser(
        "simulate",
        help="run one what-if on a map",
        description="Run a map with and without an intervention and print the difference.",
        epilog='example: fcm simulate map.json --clamp "car traffic=0.2" --clamp "green space=0.8"',
    )
    simulate.add_argument("map", type=Path, help="a map: .json, .csv or .tsv")
    simulate.add_argument(
        "--clamp",
        action="append",
        default=[],
        metavar="CONCEPT=VALUE",
        help="hold a concept at a value; may be given several times",
    )
    simulate.add_argument(
        "--push",
        action="append",
        default=[],
        metavar="CONCEPT=VALUE",
        help="add to a concept's net input in every step",
    )
    simulate.add_argument(
        "--rule", choices=["kosko", "modified-kosko", "rescaled"], default="kosko"
    )
    simulate.add_argument(
        "--transfer",
        choices=["sigmoid", "tanh", "saturated", "bivalent", "trivalent"],
        default="sigmoid",
    )
    simulate.add_argument("--slope", type=float, help="of the sigmoid or tanh; default 1")
    simulate.add_argument("--max-steps", type=int, default=1000, metavar="N")
    simulate.set_defaults(run=_simulate)

    check = commands.add_parser(
        "check",
        help="look a map over",
        description="Look a map over: loose ends, double counting, names that hide a sign, "
        "saturation, whether it settles. Exit code 1 if something is wrong.",
    )
    check.add_argument("map", type=Path, help="a map: .json, .csv or .tsv")
    check.set_defaults(run=_check)

    convert = commands.add_parser(
        "convert",
        help="write a map in another format",
        description="Read a map in one format and write it in another; suffixes say which.",
    )
    convert.add_argument("source", type=Path)
    convert.add_argument("target", type=Path)
    convert.set_defaults(run=_convert)
    return parser


if __name__ == "__main__":
    sys.exit(main())
