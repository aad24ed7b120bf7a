"""CrowdTangle: the CSV files it exported until Meta closed it. Posts of pages, not of people.

The page is the author, since the files hold no other. All reactions are likes. "Post Created" is
local time with the name of its zone, which is taken as its offset.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from fcm.social.platforms.columns import Wanted, chosen_columns, joined
from fcm.social.platforms.delimited import Delimited
from fcm.social.platforms.faults import NO_DATE, NO_ZONE, broken_report
from fcm.social.platforms.rawpost import sum_of
from fcm.social.platforms.tables import Found

__all__ = ["posts"]

# Hours ahead of UTC.
_ZONES = {
    **{"UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3},
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
}
_REACTIONS = ("Likes", "Love", "Wow", "Haha", "Sad", "Angry", "Care")
_WANTED = Wanted(
    fields=("author", "text", "created_at", "likes", "shares", "replies", "views", "id"),
    names={"author": "Page Name", "text": "Message", "created_at": "Post Created"},
)


def posts(path: Path, encoding: str | None = None) -> Found:
    """Yield blocks of an export."""
    import polars as pl

    file = Delimited(path, encoding=encoding)
    chosen_columns(file.header, None, _WANTED, path=path, line=file.line)
    header = {name: str(place) for place, name in reversed(list(enumerate(file.header)))}
    numbers = [name for name in (*_REACTIONS, "Shares", "Comments") if name in header]
    used = ["Page Name", "Message", "Post Created", *numbers]
    used += [name for name in ("User Name", "Facebook Id", "URL") if name in header]
    for table, faults in file.tables(sorted(int(header[name]) for name in used)):
        stamps = table[header["Post Created"]].fill_null("").str.strip_chars()
        utc = {stamp: _utc(stamp) for stamp in stamps.unique().to_list()}
        found = [utc[stamp] for stamp in stamps.to_list()]
        readable = pl.Series([each not in (NO_DATE, NO_ZONE) for each in found], dtype=pl.Boolean)
        faults += [
            (reason, line)
            for line, reason in zip(table["line"].to_list(), found, strict=True)
            if reason in (NO_DATE, NO_ZONE)
        ]
        likes = [
            sum_of(*row)
            for row in table.select(
                header[name] for name in _REACTIONS if name in header
            ).iter_rows()
        ]
        fields = {
            "author": joined([header["Page Name"]]),
            "text": joined([header["Message"]]),
            **{
                field: joined([header[name]]).str.replace_all(",", "")
                for field, name in (("shares", "Shares"), ("replies", "Comments"))
                if name in header
            },
        }
        ids = [joined([header[name]]) for name in ("URL", "Facebook Id") if name in header]
        if ids:
            fields["id"] = pl.coalesce([pl.when(each != "").then(each) for each in ids])
        names = [joined([header[n]]) for n in ("User Name", "Facebook Id") if n in header]
        if names:
            fields["names"] = pl.concat_list(names)
        raw = table.select(
            "line",
            stamp=pl.Series(found, dtype=pl.String),
            likes=pl.Series(likes or [None] * table.height, dtype=pl.Int64),
            **fields,
        )
        yield raw.filter(readable), broken_report(faults)


def _utc(stamp: str) -> str:
    """Return a local time in UTC, in ISO form, or the reason why it cannot be read."""
    clock, _, zone = stamp.rpartition(" ")
    try:
        moment = datetime.fromisoformat(clock)
        if zone not in _ZONES:
            return NO_ZONE
        return (moment.replace(tzinfo=None) - timedelta(hours=_ZONES[zone])).isoformat()
    except (ValueError, OverflowError):
        return NO_DATE
