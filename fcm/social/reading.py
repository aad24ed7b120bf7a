"""From files of posts to `Posts`, at once or in batches; whatever is broken is counted, not read.

Error messages name lines and columns; they never quote a text, an author or an id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from fcm.errors import EvidenceError, FileError, UnknownFormatError, nearest
from fcm.social.areas import Areas
from fcm.social.platforms import (
    activitystreams,
    bluesky,
    crowdtangle,
    mastodon,
    pins,
    questionnaire,
    reddit,
    reports,
    x,
    youtube,
)
from fcm.social.platforms.columns import Wanted
from fcm.social.platforms.documents import Fault, documents, files
from fcm.social.platforms.faults import broken_report
from fcm.social.platforms.intake import Intake
from fcm.social.platforms.markup import plain_texts
from fcm.social.platforms.rawpost import RawPost, Share, raw_frame
from fcm.social.platforms.stamps import latest
from fcm.social.platforms.tables import from_csv, from_jsonl, from_parquet
from fcm.social.posts import Posts, PostsReport
from fcm.social.terms.lexicon import stated_language

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from fcm.social.platforms.tables import Columns, Found

__all__ = ["SOURCES", "read_posts", "stream_posts"]

Document = Callable[[object], Iterator[RawPost | Share | str]]

_DOCUMENTS: Mapping[str, Document] = {
    "x": x.posts,
    "mastodon": mastodon.posts,
    "bluesky": bluesky.posts,
    "reddit": reddit.posts,
    "youtube": youtube.posts,
    "activitystreams": activitystreams.posts,
    "reports": reports.posts,
}
_TABLES: Mapping[str, tuple[str, ...]] = {
    "csv": (".csv", ".tsv"),
    "jsonl": (".jsonl", ".ndjson"),
    "parquet": (".parquet",),
    "pins": (".csv", ".tsv"),
    "questionnaire": (".csv", ".tsv"),
    "crowdtangle": (".csv",),
}
SOURCES = (*list(_TABLES)[:3], *_DOCUMENTS, *list(_TABLES)[3:])
_CHUNK = 20_000


def read_posts(
    path: str | Path,
    *,
    source: str = "csv",
    columns: Mapping[str, str | Sequence[str]] | None = None,
    encoding: str | None = None,
    day_first: bool = False,
    language: str | None = None,
    own: Collection[str] = (),
    areas: Areas | None = None,
    now: date | None = None,
) -> Posts:
    r"""Return the posts of a file, opaque; `posts.report` says what was wrong with it.

    A row that cannot be read stops nothing: it is counted under its reason, with the lines of the
    first. Broken are rows that are no JSON or have a wrong number of fields, rows over 16 MB, a
    date that is none, in the future or before 1990, an id or author that a spreadsheet rounded
    ("1.2E+18"), and an id under which another post was read. "nan", "NULL" and their kin in
    place of an author, an id or a label are empty cells.

    Parameters
    ----------
    path : str or Path
        A file, or a folder of files, which are read in sorted order.
    source : str, default "csv"
        The shape of the file.

        "csv", "jsonl", "parquet"
            A table with a column for each field. CSV has a header line and is separated by
            commas, semicolons or tabs; JSON Lines have one flat object on a line. HTML in a text
            becomes text.
        "x", "mastodon", "bluesky", "reddit", "youtube", "activitystreams"
            What the platform's interface answers: records, lists or pages of them, as one JSON
            document (up to 512 MB) or as JSON Lines. Records that only pass on a post are
            counted as shares; posts that are not public are not read. X gives authors and dates
            only if ``tweet.fields=author_id,created_at,lang`` was asked for.
        "crowdtangle"
            The CSV export of posts of Facebook pages; the page is the author.
        "pins"
            A CSV file of an opinion map: ``author, comment, created_at, lon, lat``, and perhaps
            ``category``. Needs `areas`; no coordinate is kept.
        "questionnaire"
            A CSV file with a row for each respondent; ``columns={"text": ["q1", "q2"]}`` names
            the open answers, each of which is a post of the respondent.
        "reports"
            JSON of reports to the municipality in the form of Signalen. Where a report has no
            author it counts as an author of its own: **distinct authors are then distinct
            reports**, and who reports often counts often.
    columns : mapping of field to column name, optional
        For tables. Fields: ``author, text, created_at`` (needed), ``id, language, likes, shares,
        replies, views, reply_to, area, group, automatic``. A needed field that is not named is
        looked for under its own name; with no mapping at all this holds for every field.
        ``created_at`` names one column or several, in order, such as a date and a time. Times
        with an offset count in UTC, others as written. A ``reply_to`` that is empty or -1 is no
        reply. ``area`` and ``group`` are labels that the source states. Where a list of reports
        states no author, name the column of the number for both ``id`` and ``author``: each is
        then an author of its own, as with "reports".
    encoding : str, optional
        Of CSV files that are not UTF-8: "windows-1252", "windows-1253", "utf-16".
    day_first : bool, default False
        Read dates that end in their year ("3-2-2025 14:05") as day, month, year. Unless given
        they are broken, since the order cannot be told from the date. Dates with the year first
        and seconds since 1970 are read anyway.
    language : str, optional
        Tag of the language ("es") of the posts for which the file gives none or "und".
    own : collection of str
        Accounts of the municipality: ids, handles or names of pages, with or without "@". Their
        posts are marked; they are not citizens.
    areas : Areas, optional
        Areas of the municipality, for "pins".
    now : date or datetime, optional
        Later posts are in the future. Tomorrow unless given.

    Raises
    ------
    UnknownFormatError
        If `source` is not one of those that can be read.
    EvidenceError
        If pins are read without areas, an option does not fit the source or is not of its kind,
        or all pins have longitude and latitude exchanged.
    FileError
        If the file cannot be read, is empty, packed, not in its encoding, lacks a column, or
        holds nothing but broken rows; the message gives the reasons.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "posts.csv"
    ...     head, rows = "author,text,created_at\n", "ana,too loud,2018-01-31\nbo,?,soon\n"
    ...     _ = file.write_text(head + rows)
    ...     posts = read_posts(file)
    >>> posts
    Posts(1 posts, 2018-01-31 to 2018-01-31)
    >>> posts.report.sentences()
    ('1 of 2 rows are broken: no date (line 3).',)
    """
    import polars as pl

    found = _checked(path, source, columns, areas, encoding)
    intake = _intake(language, own, areas, now, day_first=day_first)
    frames, read = [], PostsReport(rows=0)
    for frame, report in found:
        read += report
        frames.append(frame)
    if not sum(frame.height for frame in frames):
        _refuse_if_nothing(read, path)
    posts = intake.take(pl.concat(frames, how="diagonal", rechunk=False))
    posts.report = read + posts.report
    _refuse_if_nothing(posts.report, path)
    return posts


def stream_posts(
    path: str | Path,
    *,
    source: str = "csv",
    columns: Mapping[str, str | Sequence[str]] | None = None,
    encoding: str | None = None,
    day_first: bool = False,
    language: str | None = None,
    own: Collection[str] = (),
    areas: Areas | None = None,
    now: date | None = None,
    batch: int = 100_000,
) -> Iterator[Posts]:
    """Yield the posts of a file in batches, so that it may be larger than memory.

    All parameters but the last are those of `read_posts`. CSV, JSON Lines and Parquet are read
    block by block; of a single JSON document only what is made of it is cut into batches. Each
    batch has a report of its own; reports add up. An id that stood in an earlier batch is known
    again (16 bytes a post are kept). Surplus copies and pins at a home are told within a batch.

    Parameters
    ----------
    batch : int, default 100,000
        Rows of a batch.

    Raises
    ------
    FileError
        As `read_posts`; that all rows are broken is said at the end.
    """
    import polars as pl

    if isinstance(batch, bool) or not isinstance(batch, int) or batch < 1:
        raise EvidenceError(f"batch is {batch!r}; expected a number of rows, from 1.")
    found = _checked(path, source, columns, areas, encoding)
    intake = _intake(language, own, areas, now, day_first=day_first)

    def batches() -> Iterator[Posts]:
        waiting: list[pl.DataFrame] = []
        read, total = PostsReport(rows=0), PostsReport(rows=0)
        for frame, report in found:
            read += report
            waiting.append(frame)
            while sum(each.height for each in waiting) >= batch:  # takes rows each time
                rows = pl.concat(waiting, how="diagonal", rechunk=False)
                waiting = [rows[batch:]]
                posts = intake.take(rows[:batch])
                posts.report, read = read + posts.report, PostsReport(rows=0)
                total += posts.report
                yield posts
        if read.rows or read.shared or sum(each.height for each in waiting):
            posts = intake.take(pl.concat(waiting, how="diagonal", rechunk=False))
            posts.report = read + posts.report
            total += posts.report
            yield posts
        _refuse_if_nothing(total, path)

    return batches()


def _checked(
    path: str | Path, source: str, columns: Columns, areas: Areas | None, encoding: str | None
) -> Found:
    """Return what a source reads, after a look at the options."""
    if source not in SOURCES:
        raise UnknownFormatError(
            f"posts of source {source!r} cannot be read. {nearest(str(source), SOURCES)} Other "
            'files: export them as CSV with a header line and name its columns (source="csv").',
            path=path,
        )
    if columns is not None and not isinstance(columns, Mapping):
        raise EvidenceError(
            f"columns is of type {type(columns).__name__}; expected the column of each field: "
            'columns={"text": "message", "author": "name"}.'
        )
    if columns is not None and (source in _DOCUMENTS or source == "crowdtangle"):
        raise EvidenceError(
            f"columns= does not fit source {source!r}, whose fields are known; leave it out."
        )
    if (source == "pins") != (areas is not None):
        raise EvidenceError(
            'pins need the areas they lie in: areas=Areas.read("areas.geojson", name="...").'
            if areas is None
            else f"areas= does not fit source {source!r}; only pins have places."
        )
    if areas is not None and not isinstance(areas, Areas):
        raise EvidenceError(
            f"areas is of type {type(areas).__name__}; expected Areas.read(path, name=...)."
        )
    if encoding is not None:
        _refuse_encoding(encoding, source)
    return _found(path, source, columns, encoding)


def _refuse_encoding(encoding: str, source: str) -> None:
    """Refuse an encoding that is unknown, or one of a file that is no CSV."""
    if ".csv" not in _TABLES.get(source, ()):
        raise EvidenceError(f"encoding= does not fit source {source!r}; leave it out.")
    known = False
    with suppress(LookupError, ValueError, TypeError):
        "".encode(encoding)  # fails for what encodes no text, such as "hex", as well
        known = True
    if not known:
        raise EvidenceError(
            f"encoding {encoding!r} is not known; expected one such as 'windows-1252' or 'utf-16'."
        )


def _found(path: str | Path, source: str, columns: Columns, encoding: str | None) -> Found:
    for frame, report in _raw(path, source, columns, encoding):
        if source in _TABLES and source != "crowdtangle" and "text" in frame.columns:
            frame = frame.with_columns(plain_texts(frame["text"]).alias("text"))
        yield frame, report


def _raw(path: str | Path, source: str, columns: Columns, encoding: str | None) -> Found:
    endings = _TABLES.get(source, (".json", ".jsonl", ".ndjson"))
    for file in files(path, *endings):
        if source == "csv":
            yield from from_csv(file, columns, Wanted(), encoding)
        elif source in ("jsonl", "parquet"):
            read = {"jsonl": from_jsonl, "parquet": from_parquet}[source]
            yield from read(file, columns, Wanted())
        elif source == "crowdtangle":
            yield from crowdtangle.posts(file, encoding)
        elif source in ("pins", "questionnaire"):
            yield from (pins if source == "pins" else questionnaire).posts(file, columns, encoding)
        else:
            yield from _records(file, _DOCUMENTS[source])


def _records(file: Path, posts: Document) -> Found:
    """Yield the posts of documents, some thousands at a time."""
    found: list[RawPost] = []
    lines: list[int] = []
    faults: list[tuple[str, int]] = []
    shares = 0
    for line, document in documents(file):
        for each in [document.reason] if isinstance(document, Fault) else posts(document):
            if isinstance(each, RawPost):
                found.append(each)
                lines.append(line)
            elif isinstance(each, Share):
                shares += 1
            else:
                faults.append((each, line))
        if len(found) + len(faults) + shares >= _CHUNK:
            yield raw_frame(found, lines), _passed_over(faults, shares)
            found, lines, faults, shares = [], [], [], 0
    yield raw_frame(found, lines), _passed_over(faults, shares)


def _passed_over(faults: list[tuple[str, int]], shares: int) -> PostsReport:
    return broken_report(faults) + PostsReport(rows=0, shared=shares)


def _intake(
    language: str | None,
    own: Collection[str],
    areas: Areas | None,
    now: date | None,
    *,
    day_first: bool,
) -> Intake:
    if now is not None and not isinstance(now, date):
        raise EvidenceError(f"now is {now!r}; expected a date: datetime.date(2025, 1, 31).")
    names = [own] if isinstance(own, str) else own
    return Intake(
        latest=latest(now),
        language=None if language is None else stated_language(language),
        own=frozenset(name.strip().removeprefix("@").lower() for name in names),
        areas=areas,
        day_first=day_first,
    )


def _refuse_if_nothing(report: PostsReport, path: str | Path) -> None:
    """Refuse a file without rows, or with broken rows only."""
    if not report.rows and not report.shared:
        raise FileError("there are no posts in it.", path=path)
    if report.rows and report.broken_rows == report.rows:
        lines = sorted(line for some in report.lines.values() for line in some)
        said = PostsReport(rows=report.rows, broken=report.broken, lines=report.lines).sentences()
        raise FileError(
            f"no row can be read. {' '.join(said)}", path=path, line=lines[0] if lines else None
        )
