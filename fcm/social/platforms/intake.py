"""From posts as found to posts as they count: dates, counts, repeats, areas, own accounts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError
from fcm.social.platforms.columns import COUNTS
from fcm.social.platforms.faults import (
    CLASH,
    DAY_OR_MONTH,
    FUTURE,
    NO_DATE,
    NO_MONTH,
    NO_PLACE,
    OLD,
    ROUNDED,
    broken_report,
)
from fcm.social.platforms.rawpost import raw_schema
from fcm.social.platforms.seen import Seen
from fcm.social.platforms.stamps import EARLIEST, YEAR_LAST, moments
from fcm.social.posts import Posts, PostsReport, schema
from fcm.social.terms.lexicon import primary_language

if TYPE_CHECKING:
    import polars as pl

    from fcm.social.areas import Areas

__all__ = ["LONGEST_TEXT", "Intake"]

LONGEST_TEXT = 100_000
_HOME = 3
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
_KEYS = ("id", "author", "reply_to", "area", "group")
_TEXTS = ("text", "id", "author", "language", "reply_to", "area", "group", "stamp")
# One pass over the texts finds those with a control character or a blank that is not single.
_ODD = r"[^\S ]|  |" + _CONTROL
# Tags that name no language; X has some of its own, such as "qht" for hashtags only.
_UNSTATED = re.compile("unknown|und|mul|mis|zxx|q[a-t][a-z]|")
# What other programs make of an empty cell, of a whole number in a column with empty cells, and
# of an id that they took for a number.
_EMPTY = ("nan", "NaN", "None", "NULL", "null", "N/A", "#N/A", "<NA>")
_WHOLE = r"^(\d{1,15})\.0$"
_ROUNDED = r"^\d([.,]\d+)?[eE]\+\d\d$"
_COUNT = r"^[+-]?\d{1,18}(\.0)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What holds for all batches of a reading.

    Parameters
    ----------
    language : str or None
        Of posts that state none.
    own : frozenset of str
        Accounts of the municipality, as `account` writes them.
    areas : Areas or None
        Where pins lie.
    latest : datetime
        Posts after it are in the future.
    day_first : bool
        Whether the day stands first in dates with the year last.
    seen : Seen
        Ids of earlier batches.
    """

    latest: datetime
    language: str | None = None
    own: frozenset[str] = frozenset()
    areas: Areas | None = None
    day_first: bool = False
    seen: Seen = field(default_factory=Seen)

    def take(self, found: pl.DataFrame) -> Posts:
        """Return the posts of a batch and what was wrong with it."""
        import polars as pl

        rows = found.height
        frame, cut = _tidy(found)
        frame, report = self._dated(frame)
        frame, repeated, clashes = self._distinct(frame)
        orphans = self._orphans(frame)
        without_text = int(frame["text"].null_count())
        frame = frame.filter(pl.col("text").is_not_null())
        without_author = int(frame["author"].null_count())
        frame = frame.filter(pl.col("author").is_not_null())
        frame, miscounts = _counted(frame)
        frame, outside, home_like = self._placed(frame)
        report += broken_report(((CLASH, line) for line in clashes), rows=rows - report.rows)
        report += PostsReport(
            rows=0,
            without_text=without_text,
            without_author=without_author,
            repeated=repeated,
            copies=_copies(frame["text"], frame["odd"]),
            orphans=orphans,
            cut=cut,
            miscounts=miscounts,
            floored=int(frame["floored"].sum()),
            unnamed=int(frame["unnamed"].sum()),
            outside=outside,
            home_like=home_like,
        )
        tags = frame["language"].unique().drop_nulls().to_list()
        frame = frame.with_columns(
            pl.col("language")
            .replace({tag: _language(tag) for tag in tags})
            .fill_null(pl.lit(self.language, pl.String)),
            pl.col("automatic").fill_null(value=False),
            own=self._own(),
        )
        return Posts(frame.select(pl.col(n).cast(kind) for n, kind in schema().items()), report)

    def _dated(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, PostsReport]:
        import polars as pl

        if frame["stamp"].null_count() < frame.height:
            frame = frame.with_columns(
                created=pl.coalesce(
                    "created", moments(frame["stamp"], day_first=self.day_first).alias("moment")
                )
            )
        at = pl.col("created")
        year_last = at.is_null() & pl.col("stamp").str.contains(YEAR_LAST)
        reason = (
            pl.when(year_last)
            .then(pl.lit(NO_MONTH if self.day_first else DAY_OR_MONTH))
            .when(at.is_null())
            .then(pl.lit(NO_DATE))
            .when(at < EARLIEST)
            .then(pl.lit(OLD))
            .when(at > self.latest)
            .then(pl.lit(FUTURE))
            .when(pl.any_horizontal(pl.col("id", "author").str.contains(_ROUNDED)))
            .then(pl.lit(ROUNDED))
        )
        if {"lon", "lat"} <= set(frame.columns):
            placed = pl.col("lon").abs().le(180) & pl.col("lat").abs().le(90)
            reason = reason.when(~placed).then(pl.lit(NO_PLACE))
        reasons = frame.select("line", reason=reason)
        wrong = reasons.filter(pl.col("reason").is_not_null())
        if not wrong.height:
            return frame, PostsReport(rows=0)
        pairs = zip(wrong["reason"].to_list(), wrong["line"].to_list(), strict=True)
        return frame.filter(reasons["reason"].is_null()), broken_report(pairs)

    def _distinct(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, int, list[int]]:
        """Leave out posts with an id that was met; give the lines of those that differ from it."""
        import polars as pl

        named = frame["id"].is_not_null()
        if not named.any():
            return frame, 0, []
        rows = frame.filter(named)
        content = rows.select("author", "text", "created", "language", "reply_to")
        repeated, clash = self.seen.meet(
            _hashes(rows["id"]), content.hash_rows(seed=7).to_numpy().astype(np.uint64)
        )
        if not repeated.any() and not clash.any():
            return frame, 0, []
        lines = rows["line"].filter(pl.Series(clash)).to_list()
        kept = np.ones(frame.height, dtype=np.bool_)
        kept[named.to_numpy()] = ~(repeated | clash)
        return frame.filter(pl.Series(kept)), int(repeated.sum()), lines

    def _orphans(self, frame: pl.DataFrame) -> int:
        parents = frame["reply_to"].drop_nulls()
        if not parents.len() or not len(self.seen):
            return 0
        return int((~self.seen.holds(_hashes(parents))).sum())

    def _placed(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, int, int]:
        """Put the area in the place of a coordinate, but not of one that looks like a home."""
        import polars as pl

        if self.areas is None or not {"lon", "lat"} <= set(frame.columns):
            return frame, 0, 0
        area = self.areas.locate(
            frame["lon"].fill_null(np.nan).to_numpy(), frame["lat"].fill_null(np.nan).to_numpy()
        )
        if not any(area) and any(
            self.areas.locate(
                frame["lat"].fill_null(np.nan).to_numpy(), frame["lon"].fill_null(np.nan).to_numpy()
            )
        ):
            raise EvidenceError(
                "no pin lies in an area, but with lon and lat exchanged some do. Exchange them, in "
                'the pins (columns={"lon": ..., "lat": ...}) or in the outlines of the areas.'
            )
        given = pl.col("lon").is_not_null() & pl.col("lat").is_not_null()
        frame = frame.with_columns(
            pl.Series("area", area, dtype=pl.String),
            home=given & (pl.len().over("author", "lon", "lat") >= _HOME),
        )
        home_like = int(frame["home"].sum())
        outside = int(frame.filter(~pl.col("home"))["area"].null_count())
        area_if = pl.when(~pl.col("home")).then(pl.col("area")).alias("area")
        return frame.with_columns(area_if), outside, home_like

    def _own(self) -> pl.Expr:
        import polars as pl

        if not self.own:
            return pl.lit(value=False)
        own = pl.Series(sorted(self.own))
        name = pl.element().str.strip_chars().str.strip_prefix("@").str.to_lowercase()
        return pl.col("author").str.strip_prefix("@").str.to_lowercase().is_in(
            own.implode()
        ) | pl.col("names").list.eval(name.is_in(own.implode())).list.any().fill_null(value=False)


def _tidy(found: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return all columns of a post as found, blanks and control characters off, texts cut."""
    import polars as pl

    columns = raw_schema() | {"created": pl.Datetime("us")}
    frame = found.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in columns.items()
        if name not in found.columns
    )
    texts = [name for name in _TEXTS if name in found.columns]
    frame = frame.with_columns(odd=pl.col("text").str.contains(_ODD).fill_null(value=False))
    dirty = [
        name
        for name in ("language", "area", "group")  # these are shown, others never
        if name in texts and frame[name].str.contains(_CONTROL).any()
    ]
    frame = frame.with_columns(pl.col(dirty).str.replace_all(_CONTROL, "")) if dirty else frame
    if frame["odd"].any():
        odd = frame["odd"].arg_true()
        clean = frame["text"].gather(odd).str.replace_all(_CONTROL, "")
        frame = frame.with_columns(frame["text"].scatter(odd, clean))
    frame = frame.with_columns(pl.col(dirty).str.replace_all(_CONTROL, "")) if dirty else frame
    frame = frame.with_columns(pl.col(texts).str.strip_chars())
    blank = [name for name in texts if (frame[name].str.len_bytes() == 0).any()]
    frame = frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)) for name in blank)
    frame = frame.with_columns(
        pl.when(~pl.col(name).is_in(_EMPTY)).then(pl.col(name)) for name in _KEYS
    )
    frame = frame.with_columns(pl.when(pl.col("reply_to") != "-1").then(pl.col("reply_to")))
    whole = [name for name in _KEYS if frame[name].str.contains(_WHOLE).any()]
    frame = frame.with_columns(pl.col(whole).str.replace(_WHOLE, "$1")) if whole else frame
    long = (pl.col("text").str.len_bytes() > LONGEST_TEXT) & (
        pl.col("text").str.len_chars() > LONGEST_TEXT
    )
    places = frame.select(long.fill_null(value=False).arg_true()).to_series()
    if not places.len():
        return frame, 0
    short = [_shortened(text) for text in frame["text"].gather(places).to_list()]
    text = frame["text"].scatter(places, short)
    return frame.with_columns(text), places.len()


def _language(tag: str) -> str | None:
    """Return a tag, None if the source does not know, "other" for what is none and is not shown."""
    primary = primary_language(tag)
    if tag in _EMPTY or _UNSTATED.fullmatch(primary):
        return None
    return primary if re.fullmatch("[a-z]{2,3}", primary) else "other"


def _shortened(text: str) -> str:
    """Cut a text at the last blank before the limit, or at the limit."""
    head = text[: LONGEST_TEXT + 1]
    at = max(head.rfind(" "), head.rfind("\n"))
    return head[: at if at > 0 else LONGEST_TEXT].rstrip() or head[:LONGEST_TEXT]


def _counted(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return counts as whole numbers, and how many posts have one that is none or negative."""
    import polars as pl

    wrong = pl.lit(value=False)
    counts = {}
    for name in COUNTS:
        given = pl.col(name)
        present = given.is_not_null()
        if frame.schema[name] == pl.String():
            given = given.str.strip_chars()
            present = present & (given != "")
            # A point may stand for thousands: "1.204" and "1.000" are no counts.
            given = pl.when(given.str.contains(_COUNT)).then(given).cast(pl.Float64(), strict=False)
        elif frame.schema[name].is_float():
            given = pl.when(given == given.floor()).then(given)
        number = given.cast(pl.Int64(), strict=False)
        counts[name] = pl.when(number >= 0).then(number)
        wrong = wrong | (present & (number.is_null() | (number < 0)))
    miscounts = int(frame.select(wrong.sum().alias("wrong")).item())
    return frame.with_columns(**counts), miscounts


def _copies(texts: pl.Series, odd: pl.Series) -> int:
    """Count texts that an earlier one equals without regard to case and blanks."""
    low = texts.str.to_lowercase()
    odd = odd.arg_true()
    if odd.len():
        low = low.scatter(odd, low.gather(odd).str.replace_all(r"\s+", " "))
    return texts.len() - low.hash(seed=13).n_unique()


def _hashes(values: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return values.hash(seed=11).to_numpy().astype(np.uint64)
