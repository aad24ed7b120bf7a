"""Signals as a CSV file: a head that carries the conditions, and one row for each cell.

::

    # fcm-signals 1
    # every: "1mo"
    # k: 10
    # purpose: "..."
    # basis: "..."
    # credit: "..."
    # lexicon: "474 terms, 0123456789abcdef"
    period,active,concept,authors,salience,valence
    2015-09,357,noise,12,0.03361344537815126,0.75

Blanks are suppressed; a suppressed cell may be zero.
"""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import EvidenceError, FileError, PrivacyError, UnsupportedVersionError
from fcm.table import read_text

if TYPE_CHECKING:
    from fcm.social.aggregates import Signals

__all__ = ["read", "write"]

FORMAT = "fcm-signals"
VERSION = 1
HEAD = {"every": str, "k": int, "purpose": str, "basis": str, "credit": str, "lexicon": str}
COLUMNS = ["period", "active", "concept", "authors", "salience", "valence"]


def write(signals: Signals, path: str | Path) -> Path:
    """Write the file and return its path; equal signals give equal bytes."""
    text = io.StringIO()
    text.write(f"# {FORMAT} {VERSION}\n")
    for name in HEAD:
        text.write(f"# {name}: {json.dumps(getattr(signals, name), ensure_ascii=False)}\n")
    rows = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for record in signals.to_records():
        rows.writerow({k: repr(v) if isinstance(v, float) else v for k, v in record.items()})
    path = Path(path)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    return path


def read(path: str | Path) -> Signals:
    """Return the signals of a file, identical to those written."""
    from fcm.social.aggregates import Signals

    text = read_text(path)
    head, offset = _head(text, path)
    body = text.split("\n", offset)[offset] if text.count("\n") >= offset else ""
    reader = csv.DictReader(io.StringIO(body, newline=""))
    if reader.fieldnames != COLUMNS:
        raise FileError(f"expected the columns {','.join(COLUMNS)}.", path=path, line=offset + 1)
    cells: dict[tuple[str, str], tuple[float, float]] = {}
    active: dict[str, float] = {}
    concepts: dict[str, None] = {}
    for row in reader:
        line = offset + reader.line_num
        if None in row or None in row.values():
            raise FileError(f"expected {len(COLUMNS)} fields.", path=path, line=line)
        period, concept = row["period"], row["concept"]
        total, authors, share, valence = (
            _number(row[name], name, path, line)
            for name in ("active", "authors", "salience", "valence")
        )
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
        if not _same(share, authors / total):
            raise FileError(
                f"salience {row['salience'] or 'blank'} of {concept!r} in {period} is not authors "
                "by active authors.",
                path=path,
                line=line,
            )
        cells[period, concept] = (authors, valence)
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
    table = table.reshape(len(active), len(concepts), 2)
    problem = ""
    try:
        return Signals(
            concepts=tuple(concepts),
            periods=tuple(active),
            active=np.array(list(active.values()), dtype=np.float64),
            authors=table[:, :, 0],
            valence=table[:, :, 1],
            **head,
        )
    except PrivacyError as error:
        raise PrivacyError(f"{path}: {error}") from None
    except EvidenceError as error:
        problem = str(error)
    raise FileError(problem, path=path)


def _head(text: str, path: str | Path) -> tuple[dict[str, Any], int]:
    """Return the values of the head and its number of lines."""
    lines = text.split("\n")
    first = lines[0].split() if lines else []
    if first[:2] != ["#", FORMAT]:
        raise FileError(
            f"not a file of signals: expected '# {FORMAT} {VERSION}' on the first line.",
            path=path,
            line=1,
        )
    if first[2:] != [str(VERSION)]:
        raise UnsupportedVersionError(
            f"version {' '.join(first[2:]) or 'missing'}; this release reads version {VERSION}. "
            "A newer release of smartgov-fcm may read it.",
            path=path,
            line=1,
        )
    head: dict[str, Any] = {}
    line = 1
    while line < len(lines) and lines[line].startswith("#"):
        name, _, value = lines[line].removeprefix("#").strip().partition(":")
        if name not in HEAD or name in head:
            raise FileError(
                f"{name!r} is unknown or stands twice; expected {', '.join(HEAD)}.",
                path=path,
                line=line + 1,
            )
        try:
            head[name] = json.loads(value)
        except json.JSONDecodeError:
            head[name] = None
        if type(head[name]) is not HEAD[name]:
            kind = "a whole number" if HEAD[name] is int else "a text in double quotes"
            raise FileError(f"{name} is not {kind}.", path=path, line=line + 1)
        line += 1
    for name in HEAD:
        if name not in head:
            raise FileError(
                f"the head does not say {name!r}; signals carry k, purpose and basis along.",
                path=path,
                line=line,
            )
    return head, line


def _number(text: str, column: str, path: str | Path, line: int) -> float:
    if text == "":
        return math.nan
    try:
        value = int(text) if column in ("active", "authors") else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        kind = "a whole number" if column in ("active", "authors") else "a number"
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
