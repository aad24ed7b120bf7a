"""Opinion maps: a pin and what its author says of the place.

The place becomes the area it lies in and is forgotten; `fcm.social.Areas` knows the areas.
"""

from __future__ import annotations

from pathlib import Path

from fcm.social.platforms.columns import FIELDS, Wanted
from fcm.social.platforms.tables import Columns, Found, from_csv

__all__ = ["posts"]

_FIELDS = tuple(each for each in FIELDS if each != "area")
_WANTED = Wanted(
    fields=(*_FIELDS, "lon", "lat"),
    required=("author", "text", "created_at", "lon", "lat"),
    names={"text": "comment", "group": "category"},
)


def posts(path: Path, columns: Columns, encoding: str | None = None) -> Found:
    """Yield blocks of a CSV file of pins, with ``lon`` and ``lat`` as numbers or null."""
    import polars as pl

    for table, report in from_csv(path, columns, _WANTED, encoding):
        yield (
            table.with_columns(
                pl.col("lon", "lat")
                .str.strip_chars()
                .str.replace(",", ".")
                .cast(pl.Float64(), strict=False)
                .fill_nan(None)
            ),
            report,
        )
