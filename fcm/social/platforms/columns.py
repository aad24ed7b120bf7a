"""Which columns of a table stand for which fields of a post."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fcm.errors import FileError, nearest
from fcm.social.platforms.stamps import moment

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

__all__ = ["COUNTS", "FIELDS", "Wanted", "chosen_columns", "joined", "raw_columns", "unnamed"]

COUNTS = ("likes", "shares", "replies", "views")
FIELDS = (
    "id",
    "author",
    "text",
    "created_at",
    "language",
    *COUNTS,
    "reply_to",
    "area",
    "group",
    "automatic",
)
_NAME = re.compile(r"[\w .()/-]{1,40}")
_TRUE = ("true", "1", "yes", "t", "y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a source has: its fields, those that must be there, those that may have several columns.

    ``names`` gives the column that a field has unless the caller names another.
    """

    fields: tuple[str, ...] = FIELDS
    required: tuple[str, ...] = ("author", "text", "created_at")
    several: tuple[str, ...] = ("created_at",)
    names: Mapping[str, str] | None = None


def chosen_columns(
    header: Sequence[str],
    columns: Mapping[str, str | Sequence[str]] | None,
    wanted: Wanted,
    *,
    path: str | Path,
    line: int | None = 1,
) -> dict[str, list[str]]:
    """Return the columns of every field that is used.

    Raises
    ------
    FileError
        If a field is unknown, or a column is missing or there twice.
    """
    for field in columns or ():
        if field not in wanted.fields:
            raise FileError(
                f"columns= names {field!r}, which is no field of a post. "
                f"{nearest(str(field), wanted.fields)}",
                path=path,
            )
    usual = {field: (wanted.names or {}).get(field, field) for field in wanted.fields}
    asked = {field: usual[field] for field in wanted.required} | dict(columns or {})
    if columns is None:
        asked |= {field: name for field, name in usual.items() if name in header}
    chosen: dict[str, list[str]] = {}
    for field, given in asked.items():
        names = [given] if isinstance(given, str) else list(given)
        if not names or (len(names) > 1 and field not in wanted.several):
            raise FileError(
                f"columns= names {len(names)} columns for {field!r}; expected one.", path=path
            )
        for name in names:
            _check(name, field, header, path, line)
        chosen[field] = names
    return chosen


def _check(
    name: str, field: str, header: Sequence[str], path: str | Path, line: int | None
) -> None:
    if list(header).count(name) > 1:
        raise FileError(f"there are two columns {name!r}.", path=path, line=line)
    if name in header:
        return
    # The first line of a file may be no header but a post: only a name like the asked one is shown,
    # and none if a number or a date stands beside it.
    close = difflib.get_close_matches(name.casefold(), [n.casefold() for n in header], n=1)
    post = any(each.isdigit() or moment(each, day_first=True) is not None for each in header)
    near = [each for each in header if each.casefold() in close and _NAME.fullmatch(each)]
    near = [] if post else near
    hint = (
        f"Did you mean {near[0]!r}?"
        if near
        else f"There are {len(header)} columns and none of a like name: is the first line a header?"
    )
    raise FileError(
        f"there is no column {name!r} (for {field!r}). {hint} Name it with "
        f"columns={{{field!r}: ...}}.",
        path=path,
        line=line,
    )


def joined(names: Iterable[str]) -> pl.Expr:
    """Return the text of one column as it is, or of several with a blank between."""
    import polars as pl

    columns = [pl.col(name) for name in names]
    if len(columns) == 1:
        return columns[0]
    parts = [each.str.strip_chars().fill_null("") for each in columns]
    return pl.concat_str(parts, separator=" ")


def unnamed(columns: Mapping[str, Sequence[str]]) -> bool:
    """Say whether the id stands in for the author, so that each row is an author of its own."""
    return columns.get("author") is not None and columns.get("author") == columns.get("id")


def raw_columns(table: pl.DataFrame, columns: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Return a table of text, with its ``line``, under the names of posts as found."""
    import polars as pl

    found: dict[str, pl.Expr] = {}
    for field, names in columns.items():
        if field == "automatic":
            found[field] = joined(names).str.strip_chars().str.to_lowercase().is_in(_TRUE)
        else:
            found["stamp" if field == "created_at" else field] = joined(names)
    if unnamed(columns):
        found["unnamed"] = pl.lit(value=True)
    return table.select("line", **found)
