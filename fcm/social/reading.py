"""From a file of posts to `Posts`: columns found, dates checked, text and authors put out of sight.

Error messages name lines and columns; they never quote a text or an author.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from fcm.errors import FileError, UnknownFormatError, nearest
from fcm.social.lexicon import primary_language
from fcm.social.posts import Posts, PostsReport, schema
from fcm.table import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

__all__ = ["FIELDS", "read_posts"]

FIELDS = (
    "id",
    "author",
    "text",
    "created_at",
    "language",
    "likes",
    "shares",
    "replies",
    "reply_to",
    "area",
)
REQUIRED = ("author", "text", "created_at")


def read_posts(
    path: str | Path,
    *,
    source: str = "csv",
    columns: Mapping[str, str | Sequence[str]] | None = None,
    language: str | None = None,
) -> Posts:
    """Return the posts of a file, opaque; `posts.report` says what was wrong with it.

    Parameters
    ----------
    path : str or Path
        A CSV file with a header line: UTF-8, commas.
    source : {"csv"}, default "csv"
        The shape of the file.
    columns : mapping of field to column name, optional
        Fields: ``author, text, created_at`` (needed), ``id, language, reply_to`` (used where
        given), ``likes, shares, replies, area`` (may be named; nothing here uses them, so they
        are not read). A needed field that is not named is looked for under its own name; with no
        mapping at all this holds for every field. ``created_at`` names one column or several, in
        order, such as a date and a time. Times with an offset count in UTC, others as written;
        only the day is kept. A ``reply_to`` that is empty or -1 is no reply.
    language : str, optional
        Language of the posts ("es"); where the file has a column for it, of the posts in which
        that column is empty or "und".

    Raises
    ------
    UnknownFormatError
        If `source` is not one of those that can be read.
    FileError
        If the file cannot be read, is empty or not UTF-8, a column is missing, a date is none, or
        an id stands for two different posts; with the line.
    """
    import polars as pl

    if source != "csv":
        raise UnknownFormatError(
            f"posts of source {source!r} cannot be read; there is: 'csv'. Export them as a CSV "
            "file with a header line and name its columns.",
            path=path,
        )
    table = _table(path)
    chosen = _columns(table.columns, columns, path)
    frame = table.select(
        **{
            field: pl.concat_str(
                [pl.col(name).str.strip_chars() for name in names], separator=" "
            ).str.strip_chars()
            for field, names in chosen.items()
        }
    ).with_row_index("row")
    for field in FIELDS:
        if field not in frame.columns:
            frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(field))
    frame = frame.with_columns(pl.col(pl.String).replace("", None))
    rows = frame.height
    if not rows:
        raise FileError("there are no posts under the header.", path=path)
    frame, repeated = _distinct(frame, path)
    orphans = _orphans(frame)
    frame = frame.with_columns(day=_days(frame, path))
    without_text = int(frame["text"].is_null().sum())
    frame = frame.filter(pl.col("text").is_not_null())
    without_author = int(frame["author"].is_null().sum())
    frame = frame.filter(pl.col("author").is_not_null())
    copies = frame["text"].str.to_lowercase().str.replace_all(r"\s+", " ")
    tags = frame["language"].unique().drop_nulls().to_list()
    frame = frame.with_columns(
        pl.col("day").cast(pl.Datetime("us")).alias("created"),
        pl.col("language")
        .replace({tag: primary_language(tag) for tag in tags})
        .replace("und", None)
        .fill_null(pl.lit(None if language is None else primary_language(language), pl.String)),
        automatic=False,
        own=False,
    )
    columns_of = schema()
    posts = frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in columns_of.items()
    )
    report = PostsReport(
        rows=rows,
        without_text=without_text,
        without_author=without_author,
        repeated=repeated,
        copies=posts.height - copies.n_unique(),
        orphans=orphans,
    )
    return Posts(posts, report)


def _table(path: str | Path) -> pl.DataFrame:
    """Return all columns as text."""
    import polars as pl

    text = read_text(path)
    if not text.strip():
        raise FileError("the file is empty; expected a header line and posts.", path=path)
    try:
        table = pl.read_csv(io.BytesIO(text.encode()), infer_schema=False).fill_null("")
        return table.filter(pl.any_horizontal(pl.all() != ""))  # lines without anything
    except pl.exceptions.PolarsError:
        pass  # its message may quote a row, so the reason is looked for below
    width = 0
    reader = csv.reader(io.StringIO(text, newline=""))
    for row in _readable(reader):
        width = width or len(row)
        if len(row) > width:
            raise FileError(
                f"the row has {len(row)} fields, the header {width}; a text that holds commas "
                'must stand in quotes ("...").',
                path=path,
                line=reader.line_num,
            )
    raise FileError("this is no CSV file; look for a quote that is not closed.", path=path)


def _columns(
    header: Sequence[str],
    columns: Mapping[str, str | Sequence[str]] | None,
    path: str | Path,
) -> dict[str, list[str]]:
    """Return the columns of every field that is used."""
    shown = [name[:30] for name in header if name]
    for field in columns or ():
        if field not in FIELDS:
            raise FileError(
                f"columns= names {field!r}, which is no field of a post. {nearest(field, FIELDS)}",
                path=path,
            )
    wanted = {field: field for field in REQUIRED} | dict(columns or {})
    if columns is None:
        wanted |= {field: field for field in FIELDS if field in header}
    chosen: dict[str, list[str]] = {}
    for field, given in wanted.items():
        names = [given] if isinstance(given, str) else list(given)
        if len(names) != 1 and field != "created_at":
            raise FileError(
                f"columns= names {len(names)} columns for {field!r}; expected one.", path=path
            )
        for name in names:
            if f"{name}_duplicated_0" in header:
                raise FileError(f"there are two columns {name!r}.", path=path, line=1)
            if name in header:
                continue
            hint = nearest(name, shown)
            if len(header) == 1 and ";" in header[0]:
                hint = "The file seems to be separated by semicolons; expected commas."
            elif hint.startswith("Did"):
                hint += f" There are: {', '.join(map(repr, shown[:12]))}."
            raise FileError(
                f"there is no column {name!r} (for {field!r}). {hint} Name it with "
                f"columns={{{field!r}: ...}}.",
                path=path,
                line=1,
            )
        if field not in ("likes", "shares", "replies", "area"):
            chosen[field] = names
    return chosen


def _distinct(frame: pl.DataFrame, path: str | Path) -> tuple[pl.DataFrame, int]:
    """Leave out rows that repeat a post, and refuse an id that stands for two posts."""
    import polars as pl

    content = ["id", "author", "text", "created_at", "language", "reply_to"]
    named = frame.filter(pl.col("id").is_not_null())
    once = named.unique(content, keep="first", maintain_order=True)
    clash = once.filter(pl.col("id").is_duplicated()).sort("row")
    if clash.height:
        same = clash.filter(pl.col("id") == clash["id"][0])["row"].to_list()
        first, second = _lines(path, same[:2])
        raise FileError(
            f"the post has the id of the one on line {first or '?'} but is another post; an id "
            "stands for one post. Keep one of them, or do not name an id column.",
            path=path,
            line=second,
        )
    kept = pl.concat([once, frame.filter(pl.col("id").is_null())]).sort("row")
    return kept, frame.height - kept.height


def _orphans(frame: pl.DataFrame) -> int:
    import polars as pl

    parents = frame.filter(pl.col("reply_to").is_not_null() & (pl.col("reply_to") != "-1"))
    if not frame["id"].count():
        return 0
    ids = frame.select(pl.col("id").drop_nulls().unique())
    return parents.join(ids, left_on="reply_to", right_on="id", how="anti").height


def _days(frame: pl.DataFrame, path: str | Path) -> pl.Series:
    """Return the day of every post."""
    import polars as pl

    stamps = frame["created_at"].fill_null("")
    distinct = stamps.unique().to_list()
    days = {stamp: _day(stamp) for stamp in distinct}
    if None in days.values():
        bad = [stamp for stamp in distinct if days[stamp] is None]
        row = frame.filter(stamps.is_in(bad))["row"][0]
        stamp = stamps.filter(frame["row"] == row)[0]
        (line,) = _lines(path, [row])
        # A wrong column may hold text: only what looks like a date is shown.
        shown = f"{stamp!r}" if re.fullmatch(r"[\d\sTZ:.,/+-]{1,40}", stamp) else "a value"
        raise FileError(
            f"{shown if stamp else 'an empty value'} of created_at is no date; expected for "
            "example 2015-09-15 or 2015-09-15T10:50:19Z (year, month, day).",
            path=path,
            line=line,
        )
    return pl.Series("day", [days[stamp] for stamp in stamps.to_list()], dtype=pl.Date)


def _day(stamp: str) -> date | None:
    """Return the day of a date or time in ISO form, or None.

    Times written as a duration ("0 days 10:50:19") are read as well.
    """
    try:
        moment = datetime.fromisoformat(re.sub(r"\b0 days ", "", stamp))
    except ValueError:
        return None
    if moment.tzinfo is None:
        return moment.date()
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:
        return None


def _lines(path: str | Path, rows: Sequence[int]) -> list[int | None]:
    """Return the lines on which rows of the file start, for messages; None if not known."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""))
    starts, last = [], 0
    for fields in _readable(reader):
        if any(fields):
            starts.append(last + 1)
        last = reader.line_num
    found = dict(enumerate(starts[1:]))
    return [found.get(row) for row in rows]


def _readable(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield rows up to the first that the csv module cannot read (a field that is too long)."""
    with suppress(csv.Error):
        yield from rows
