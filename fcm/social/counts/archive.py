"""Signals and breakdowns as CSV files: a head that carries the conditions, a row for each cell.

::

    # fcm-signals 2
    # every: "1mo"
    # k: 10
    # purpose: "..."
    # basis: "..."
    # credit: "..."
    # lexicon: "474 terms, 0123456789abcdef"
    # heard: {"automatic": 20, ...}
    period,active,concept,authors,salience,valence,sentiment,effective,engagement
    2015-09,357,noise,12,0.03361344537815126,0.75,-0.1,11.5,1.2

Blanks are suppressed or not known; a suppressed cell may be zero. Version 1 has neither `heard` nor
the last three columns. A breakdown (``# fcm-breakdown 1``) says ``by`` in its head, and its rows
begin with ``total`` or ``stratum`` and the labels of the stratum.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import EvidenceError, FileError, PrivacyError, UnsupportedVersionError
from fcm.social.scored import Heard
from fcm.table import read_text

if TYPE_CHECKING:
    from fcm.social.counts.aggregates import Signals
    from fcm.social.counts.breakdown import Breakdown

__all__ = ["read", "read_breakdown", "write", "write_breakdown"]

FORMAT, BREAKDOWN = "fcm-signals", "fcm-breakdown"
VERSIONS = {FORMAT: ("1", "2"), BREAKDOWN: ("1",)}
HEAD = {"every": str, "k": int, "purpose": str, "basis": str, "credit": str, "lexicon": str}
KINDS = {
    int: "a whole number",
    str: "a text in double quotes",
    dict: "numbers of posts by name in braces",
    list: "names in square brackets",
}
COUNTS = ("active", "authors")
COLUMNS = ("period", "active", "concept", "authors", "salience", "valence")
MORE = ("sentiment", "effective", "engagement")
TOTAL, STRATUM = "total", "stratum"


def write(signals: Signals, path: str | Path) -> Path:
    """Write the file and return its path; equal signals give equal bytes."""
    return _write(path, FORMAT, _head_of(signals), signals.to_records())


def write_breakdown(breakdown: Breakdown, path: str | Path) -> Path:
    """Write the file and return its path; equal breakdowns give equal bytes."""
    head = _head_of(breakdown.total) | {"by": list(breakdown.by)}
    return _write(path, BREAKDOWN, head, breakdown.to_records())


def _head_of(signals: Signals) -> dict[str, Any]:
    head = {name: getattr(signals, name) for name in HEAD}
    return head | ({} if signals.heard is None else {"heard": asdict(signals.heard)})


def _write(
    path: str | Path, name: str, head: Mapping[str, Any], records: list[dict[str, Any]]
) -> Path:
    text = io.StringIO()
    text.write(f"# {name} {VERSIONS[name][-1]}\n")
    for key, value in head.items():
        text.write(f"# {key}: {json.dumps(value, ensure_ascii=False, sort_keys=True)}\n")
    first = [each for each in records[0] if each not in (*COLUMNS, *MORE)] if records else []
    rows = csv.DictWriter(text, [*first, *COLUMNS, *MORE], lineterminator="\n")
    rows.writeheader()
    for record in records:
        rows.writerow({k: repr(v) if isinstance(v, float) else v for k, v in record.items()})
    path = Path(path)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    return path


def read(path: str | Path) -> Signals:
    """Return the signals of a file, identical to those written."""
    text = read_text(path)
    version, head, offset = _head(text, path, FORMAT)
    columns = COLUMNS if version == "1" else COLUMNS + MORE
    return _signals(_rows(text, offset, columns, path), head, path)


def read_breakdown(path: str | Path) -> Breakdown:
    """Return the breakdown of a file, identical to the one written."""
    from fcm.social.counts.breakdown import Breakdown

    text = read_text(path)
    _, head, offset = _head(text, path, BREAKDOWN)
    by = tuple(map(str, head.pop("by")))
    parts: dict[tuple[str, ...], list[tuple[int, dict[str, str]]]] = {}
    for line, row in _rows(text, offset, ("part", *by, *COLUMNS, *MORE), path):
        if row["part"] not in (TOTAL, STRATUM):
            raise FileError(
                f"part is {row['part']!r}; expected {TOTAL!r} or {STRATUM!r}.", path=path, line=line
            )
        labels = tuple(row[name] for name in by) if row["part"] == STRATUM else ()
        parts.setdefault(labels, []).append((line, row))
    if () not in parts:
        raise FileError("there are no rows of the total.", path=path)
    total = _signals(parts.pop(()), head, path)
    head.pop("heard", None)
    strata = {labels: _signals(rows, head, path) for labels, rows in parts.items()}
    problem = ""
    try:
        return Breakdown(by=by, strata=strata, total=total)
    except PrivacyError as error:
        raise PrivacyError(f"{path}: {error}") from None
    except EvidenceError as error:
        problem = str(error)
    raise FileError(problem, path=path)


def _rows(
    text: str, offset: int, columns: tuple[str, ...], path: str | Path
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of the table below the head, each with its line."""
    body = text.split("\n", offset)[offset] if text.count("\n") >= offset else ""
    reader = csv.DictReader(io.StringIO(body, newline=""))
    if reader.fieldnames != list(columns):
        raise FileError(f"expected the columns {','.join(columns)}.", path=path, line=offset + 1)
    for row in reader:
        line = offset + reader.line_num
        if None in row or None in row.values():
            raise FileError(f"expected {len(columns)} fields.", path=path, line=line)
        yield line, row


def _signals(
    rows: Iterable[tuple[int, dict[str, str]]], head: Mapping[str, Any], path: str | Path
) -> Signals:
    """Return the signals of the rows of one table."""
    from fcm.social.counts.aggregates import Signals

    names = ("authors", "valence", *MORE)
    cells: dict[tuple[str, str], list[float]] = {}
    active: dict[str, float] = {}
    concepts: dict[str, None] = {}
    for line, row in rows:
        period, concept = row["period"], row["concept"]
        number = {
            name: _number(row.get(name, ""), name, path, line)
            for name in ("active", "salience", *names)
        }
        total, authors = number["active"], number["authors"]
        if (period, concept) in cells:
            raise FileError(f"{concept!r} in {period} stands twice.", path=path, line=line)
        if not _same(active.setdefault(period, total), total):
            raise FileError(
                f"{period} has {row['active'] or 'no'} active authors here and another number "
                "above.",
                path=path,
                line=line,
            )
        _check_cell(f"{concept!r} in {period}", total, authors, head["k"], path, line)
        if not _same(number["salience"], authors / total):
            raise FileError(
                f"salience {row['salience'] or 'blank'} of {concept!r} in {period} is not authors "
                "by active authors.",
                path=path,
                line=line,
            )
        cells[period, concept] = [number[name] for name in names]
        concepts[concept] = None
    for period in active:
        for concept in concepts:
            if (period, concept) not in cells:
                raise FileError(
                    f"the row of {concept!r} in {period} is missing; suppressed cells have a row "
                    "with blanks.",
                    path=path,
                )
    table = np.array([[cells[p, c] for c in concepts] for p in active], dtype=np.float64)
    table = table.reshape(len(active), len(concepts), len(names))
    arrays: dict[str, Any] = {name: table[:, :, place] for place, name in enumerate(names)}
    arrays["active"] = np.array(list(active.values()), dtype=np.float64)
    problem = ""
    try:
        return Signals(concepts=tuple(concepts), periods=tuple(active), **arrays, **head)
    except PrivacyError as error:
        raise PrivacyError(f"{path}: {error}") from None
    except EvidenceError as error:
        problem = str(error)
    raise FileError(problem, path=path)


def _head(text: str, path: str | Path, name: str) -> tuple[str, dict[str, Any], int]:
    """Return the version, the values of the head and its number of lines."""
    lines = text.split("\n")
    known = VERSIONS[name]
    first = lines[0].split() if lines else []
    if first[:2] != ["#", name]:
        kind = "signals" if name == FORMAT else "a breakdown"
        raise FileError(
            f"not a file of {kind}: expected '# {name} {known[-1]}' on the first line.",
            path=path,
            line=1,
        )
    if len(first) != 3 or first[2] not in known:
        raise UnsupportedVersionError(
            f"version {' '.join(first[2:]) or 'missing'}; this release reads version "
            f"{' and '.join(known)}. A newer release of smartgov-fcm may read it.",
            path=path,
            line=1,
        )
    needed = HEAD | ({"by": list} if name == BREAKDOWN else {})
    expected = needed | ({} if (name, first[2]) == (FORMAT, "1") else {"heard": dict})
    head: dict[str, Any] = {}
    line = 1
    while line < len(lines) and lines[line].startswith("#"):
        key, _, value = lines[line].removeprefix("#").strip().partition(":")
        if key not in expected or key in head:
            raise FileError(
                f"{key!r} is unknown or stands twice; expected {', '.join(expected)}.",
                path=path,
                line=line + 1,
            )
        try:
            head[key] = json.loads(value)
        except json.JSONDecodeError:
            head[key] = None
        if type(head[key]) is not expected[key] or (key == "heard" and not _counts(head[key])):
            raise FileError(f"{key} is not {KINDS[expected[key]]}.", path=path, line=line + 1)
        line += 1
    for key in needed:
        if key not in head:
            raise FileError(
                f"the head does not say {key!r}; signals carry k, purpose and basis along.",
                path=path,
                line=line,
            )
    if "heard" in head:
        head["heard"] = Heard(**head["heard"])
    return first[2], head, line


def _counts(heard: Mapping[str, Any]) -> bool:
    names = {each.name for each in fields(Heard)}
    return all(key in names and type(n) is int and n >= 0 for key, n in heard.items())


def _number(text: str, column: str, path: str | Path, line: int) -> float:
    if text == "":
        return math.nan
    try:
        value = int(text) if column in COUNTS else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        kind = "a whole number" if column in COUNTS else "a number"
        raise FileError(
            f"{column} is {text!r}; expected {kind}, or nothing where it is suppressed.",
            path=path,
            line=line,
        )
    return value


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def _check_cell(
    name: str, total: float, authors: float, k: int, path: str | Path, line: int
) -> None:
    """Refuse a published number that stands for too few people."""
    rest = total - authors
    if total < k or authors < k or 0 < rest < k:
        raise PrivacyError(
            f"{path}, line {line}: {name} stands for fewer than {k} authors, or leaves fewer than "
            "that; such a cell must be blank. Do not pass this file on."
        )
