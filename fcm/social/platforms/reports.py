"""Reports of citizens to their municipality, in the form of Signalen.

Such exports leave the reporter out, as they should. Each report then counts as an author of its
own, and the report of what was read says so: a person who reports ten times counts ten times. The
contact data of a reporter are not looked at even where they are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fcm.social.platforms.faults import NO_POST
from fcm.social.platforms.rawpost import RawPost, Share, items_of, mapping_of, text_of

__all__ = ["posts"]


def posts(document: object) -> Iterator[RawPost | Share | str]:
    """Yield the reports of a list, a page of results or a single one."""
    for page in items_of(document if isinstance(document, list) else [document]):
        results = mapping_of(page).get("results")
        for report in items_of(results if isinstance(results, list) else [page]):
            yield _post(report)


def _post(report: object) -> RawPost | str:
    if not isinstance(report, Mapping) or "text" not in report or "created_at" not in report:
        return NO_POST
    number = text_of(report.get("id")) or text_of(report.get("signal_id"))
    author = text_of(report.get("author"))
    unnamed = author is None and number is not None
    place = mapping_of(report, "location")
    category = report.get("category")
    kinds = mapping_of(category)
    return RawPost(
        id=number,
        author=f"report {number}" if unnamed else author,
        text=text_of(report.get("text")),
        stamp=text_of(report.get("created_at")),
        area=text_of(place.get("buurt_code"))
        or text_of(place.get("area_code"))
        or text_of(place.get("stadsdeel")),
        group=text_of(category)
        or text_of(kinds.get("main_slug"))
        or text_of(kinds.get("main"))
        or text_of(kinds.get("sub")),
        unnamed=unnamed,
    )
