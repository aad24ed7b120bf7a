"""A post as a platform's record gives it, and the careful reading of values of unknown type.

Records come from outside: any value may be missing, of another type, or out of all bounds. The
functions here return None, an empty list or an empty mapping then, and never raise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "RawPost",
    "Share",
    "count_of",
    "items_of",
    "mapping_of",
    "raw_frame",
    "raw_schema",
    "stamp_of_epoch",
    "sum_of",
    "text_of",
]

_LARGEST = 2**62


@dataclass(slots=True, kw_only=True)
class RawPost:
    """One post as found, nothing checked.

    Parameters
    ----------
    id, author, text, stamp, language, reply_to, area, group : str or None
        ``stamp`` is a time in ISO form.
    names : tuple of str
        Other names of the author (handle, page), by which own accounts are told; not kept.
    likes, shares, replies, views : int or None
    automatic : bool
    floored : bool
        Whether the likes were a score below zero.
    unnamed : bool
        Whether the author is made up of the id, for want of one.
    """

    id: str | None = None
    author: str | None = None
    names: tuple[str, ...] = ()
    text: str | None = None
    stamp: str | None = None
    language: str | None = None
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    views: int | None = None
    reply_to: str | None = None
    area: str | None = None
    group: str | None = None
    automatic: bool = False
    floored: bool = False
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A record that passes on somebody's post and is none itself."""


def raw_schema() -> dict[str, Any]:
    """Return the columns of posts as found; readers may leave out all but ``line``."""
    import polars as pl

    kinds = {"likes", "shares", "replies", "views"}
    flags = {"automatic", "floored", "unnamed"}
    schema: dict[str, Any] = {"line": pl.Int64()}
    for each in fields(RawPost):
        schema[each.name] = (
            pl.Int64()
            if each.name in kinds
            else pl.Boolean()
            if each.name in flags
            else pl.List(pl.String())
            if each.name == "names"
            else pl.String()
        )
    return schema


def raw_frame(posts: Sequence[RawPost], lines: Sequence[int]) -> pl.DataFrame:
    """Return posts as found as columns."""
    import polars as pl

    schema = raw_schema()
    columns: dict[str, Any] = {"line": lines}
    for each in fields(RawPost):
        columns[each.name] = [getattr(post, each.name) for post in posts]
    return pl.DataFrame(columns, schema=schema)


def text_of(value: object) -> str | None:
    """Return a text, or a number as text; None for anything else.

    Halves of surrogate pairs become question marks, since no file can hold them.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40:
        return str(value)
    return None


def count_of(value: object) -> int | None:
    """Return a count, negative ones as well; None if it is no number.

    Examples
    --------
    >>> count_of(3.0), count_of("1,204"), count_of(True), count_of(float("nan"))
    (3, 1204, None, None)
    """
    if isinstance(value, str):
        plain = value.strip().replace(",", "")
        value = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 18 else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or abs(value) > _LARGEST:
        return None
    return int(value)


def sum_of(*values: object) -> int | None:
    """Return the sum of counts that are given, or None if none is."""
    found = [count for count in map(count_of, values) if count is not None]
    return min(sum(found), _LARGEST) if found else None


def mapping_of(value: object, *names: str) -> Mapping[str, Any]:
    """Return what stands under names, one inside the other, if it is a mapping; else an empty one.

    Examples
    --------
    >>> mapping_of({"a": {"b": {"c": 1}}}, "a", "b")
    {'c': 1}
    >>> mapping_of({"a": 5}, "a", "b")
    {}
    """
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def items_of(value: object) -> Iterator[object]:
    """Yield the items of a list; nothing if it is none."""
    if isinstance(value, list):
        yield from value


def stamp_of_epoch(value: object) -> str | None:
    """Return seconds since 1970 as a time in ISO form, or None.

    Examples
    --------
    >>> stamp_of_epoch(1740816000.0)
    '2025-03-01T08:00:00'
    """
    seconds = count_of(value)
    if seconds is None or not 0 <= seconds < 253_402_300_800:
        return None
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()
