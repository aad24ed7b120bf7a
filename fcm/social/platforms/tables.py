"""Posts from tables without a platform: CSV, JSON Lines with flat records, and Parquet.

They are read column by column and block by block; rows are looked at one by one only where they
are broken.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fcm.errors import FileError
from fcm.social.platforms.columns import COUNTS, Wanted, chosen_columns, raw_columns, unnamed
from fcm.social.platforms.delimited import Delimited
from fcm.social.platforms.documents import LONGEST_ROW
from fcm.social.platforms.faults import LONG, NO_JSON, NO_POST, broken_report
from fcm.social.platforms.rawpost import text_of
from fcm.social.posts import PostsReport

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Columns", "Found", "from_csv", "from_jsonl", "from_parquet"]

Columns = Mapping[str, str | Sequence[str]] | None
Found = Iterator[tuple["pl.DataFrame", PostsReport]]

_BLOCK = 16 * 2**20
_ROWS = 262_144


def from_csv(path: Path, columns: Columns, wanted: Wanted, encoding: str | None = None) -> Found:
    """Yield blocks of a CSV file, and what was wrong with their rows."""
    file = Delimited(path, encoding=encoding)
    chosen = chosen_columns(file.header, columns, wanted, path=path, line=file.line)
    used = sorted({name for names in chosen.values() for name in names})
    places = sorted(file.header.index(name) for name in used)
    for table, faults in file.tables(places):
        named = table.rename({str(place): f"column {file.header[place]}" for place in places})
        fields = {field: [f"column {name}" for name in names] for field, names in chosen.items()}
        yield raw_columns(named, fields), broken_report(faults)


def from_jsonl(path: Path, columns: Columns, wanted: Wanted) -> Found:
    """Yield blocks of a file with one flat JSON object on a line."""
    chosen: dict[str, list[str]] | None = None
    line = 1
    for block, cut in _blocks(path):
        if line == 1 and block.lstrip().startswith((b"[{", b"[\n", b"[\r\n", b"[ {")):
            raise FileError(
                "this is one JSON document; write it as JSON Lines, one flat object on a line.",
                path=path,
            )
        head = _keys(block) if chosen is None else []
        if chosen is None and head:
            chosen = chosen_columns(head, columns, wanted, path=path, line=None)
        used = sorted({name for names in (chosen or {}).values() for name in names})
        table, faults = _objects(block, line, used)
        line += block.count(b"\n")
        faults += [(reason, line) for reason in cut]
        line += len(cut)
        yield raw_columns(table, chosen or {}), broken_report(faults)


def _blocks(path: Path) -> Iterator[tuple[bytes, list[str]]]:
    """Yield whole lines, and the reason for each line behind them that is not read."""
    problem = ""
    try:
        with path.open("rb") as file:
            if file.read(3) != b"\xef\xbb\xbf":
                file.seek(0)
            held = b""
            while data := file.read(_BLOCK):
                whole, end, held = (held + data).rpartition(b"\n")
                if end:
                    yield whole + end, []
                if len(held) > LONGEST_ROW:
                    while data and not data.endswith(b"\n"):
                        data = file.readline(_BLOCK)
                    held = b""
                    yield b"", [LONG]
            if held:
                yield held + b"\n", []
    except OSError as error:
        problem = error.strerror or type(error).__name__
    if problem:
        raise FileError(f"cannot be read ({problem}).", path=path)


def _keys(block: bytes) -> list[str]:
    """Return the keys of the first objects."""
    keys: dict[str, None] = {}
    for line in io.BytesIO(block[: 2**20]).readlines()[:100]:
        value = _parsed(line)
        if isinstance(value, dict):
            keys |= dict.fromkeys(key for key in value if text_of(key) == key)
    return list(keys)


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _objects(
    block: bytes, line: int, used: Sequence[str]
) -> tuple[pl.DataFrame, list[tuple[str, int]]]:
    import polars as pl

    schema: dict[str, Any] = dict.fromkeys(used, pl.String())
    lines = block.count(b"\n")
    # polars makes a null byte of half a surrogate pair.
    if used and b"\\ud" not in block and b"\\uD" not in block:
        try:
            table = pl.read_ndjson(io.BytesIO(block), schema=schema, infer_schema_length=None)
        except pl.exceptions.PolarsError:  # its message quotes the line
            table = pl.DataFrame()
        if table.height == lines:
            return table.insert_column(
                0, pl.int_range(line, line + lines, eager=True).alias("line")
            ), []
    faults: list[tuple[str, int]] = []
    rows: list[list[Any]] = []
    for at, text in enumerate(io.BytesIO(block), start=line):
        if not text.strip(b" \t\r\n\x00"):
            continue
        value = _parsed(text)
        if isinstance(value, dict):
            rows.append([at, *(_shown(value.get(name)) for name in used)])
        else:
            faults.append((NO_JSON if value is None else NO_POST, at))
    return pl.DataFrame(rows, schema={"line": pl.Int64(), **schema}, orient="row"), faults


def _shown(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else text_of(value)


def from_parquet(path: Path, columns: Columns, wanted: Wanted) -> Found:
    """Yield blocks of a Parquet file; times, numbers and marks may have their own types."""
    import polars as pl

    problem, header, rows = "", pl.Schema(), 0
    try:
        scan = pl.scan_parquet(path, glob=False)
        header = scan.collect_schema()
        rows = int(scan.select(pl.len()).collect().item())
    except OSError as error:
        problem = f"cannot be read ({error.strerror or type(error).__name__})"
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        problem = "this is no Parquet file, or it is damaged"
    if problem:
        raise FileError(f"{problem}.", path=path)
    chosen = chosen_columns(list(header), columns, wanted, path=path, line=None)
    fields = _typed(chosen, header, path)
    if not rows:
        raise FileError("the file has no rows.", path=path)
    for start in range(0, rows, _ROWS):
        try:
            block = scan.slice(start, _ROWS).select(**fields).collect()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
            problem = "this Parquet file is damaged"  # polars panics on some that are
        if problem:
            raise FileError(f"{problem} near row {start:,}.", path=path)
        numbers = pl.int_range(start + 1, start + 1 + block.height, eager=True).alias("line")
        yield block.insert_column(0, numbers), PostsReport(rows=0)


def _typed(
    chosen: Mapping[str, Sequence[str]], header: Mapping[str, Any], path: Path
) -> dict[str, pl.Expr]:
    """Return each field with its own type if that fits, else as text."""
    import polars as pl

    fields: dict[str, pl.Expr] = {}
    for field, names in chosen.items():
        for name in names:
            kind = header[name]
            if kind.is_nested() or kind in (pl.Binary(), pl.Object()):
                raise FileError(
                    f"column {name!r} (for {field!r}) holds lists, records or bytes; expected "
                    "text, numbers or times.",
                    path=path,
                )
        kind, column = header[names[0]], pl.col(names[0])
        if field == "created_at" and len(names) == 1 and kind.is_temporal():
            if kind == pl.Date():
                fields["created"] = column.cast(pl.Datetime("us"))
            elif isinstance(kind, pl.Datetime):
                moment = column.dt.convert_time_zone("UTC") if kind.time_zone else column
                fields["created"] = moment.dt.replace_time_zone(None).cast(pl.Datetime("us"))
            else:
                raise FileError(f"column {names[0]!r} holds times without a day.", path=path)
        elif field in COUNTS and kind.is_numeric():
            fields[field] = column
        elif field == "automatic":
            fields[field] = (
                column
                if kind == pl.Boolean()
                else column.cast(pl.String())
                .str.to_lowercase()
                .is_in(["true", "1", "yes", "t", "y"])
            )
        else:
            parts = [pl.col(name).cast(pl.String()) for name in names]
            text = parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=" ")
            fields["stamp" if field == "created_at" else field] = text
    if unnamed(chosen):
        fields["unnamed"] = pl.lit(value=True)
    return fields
