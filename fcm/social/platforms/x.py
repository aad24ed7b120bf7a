"""X (API v2): answers of {data, includes, errors, meta}, with authors and places joined in.

A record that only passes on a post (referenced as "retweeted") is a share. The long text of a
note is taken where there is one; "&lt;" and its kin become the characters they stand for. The old
form of version 1.1 is not read. Authors and dates stand in an answer only if they were asked for
(``tweet.fields=author_id,created_at``).
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import Any

from fcm.social.platforms.faults import NO_POST
from fcm.social.platforms.rawpost import (
    RawPost,
    Share,
    count_of,
    items_of,
    mapping_of,
    sum_of,
    text_of,
)

__all__ = ["posts"]


def posts(document: object) -> Iterator[RawPost | Share | str]:
    """Yield the posts of an answer, of a list of answers or of single records."""
    for page in items_of(document if isinstance(document, list) else [document]):
        if not isinstance(page, Mapping):
            yield NO_POST
        elif "data" in page or ("meta" in page and "text" not in page):
            users = _by_id(page, "users")
            places = _by_id(page, "places")
            data = page.get("data")
            for record in items_of(data if isinstance(data, list) else [data] if data else []):
                yield _post(record, users, places)
        else:
            yield _post(page, {}, {})


def _by_id(page: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Any]]:
    found = mapping_of(page, "includes").get(name)
    records = [each for each in items_of(found) if isinstance(each, Mapping)]
    return {key: each for each in records if (key := text_of(each.get("id"))) is not None}


def _post(
    record: object, users: Mapping[str, Mapping[str, Any]], places: Mapping[str, Mapping[str, Any]]
) -> RawPost | Share | str:
    if not isinstance(record, Mapping) or "id" not in record:
        return NO_POST
    if "text" not in record and "note_tweet" not in record:
        return NO_POST
    reply_to = None
    for each in items_of(record.get("referenced_tweets")):
        kind = mapping_of(each).get("type")
        if kind == "retweeted":
            return Share()
        if kind == "replied_to":
            reply_to = text_of(mapping_of(each).get("id"))
    author = text_of(record.get("author_id"))
    name = text_of(users.get(author or "", {}).get("username"))
    place = places.get(text_of(mapping_of(record, "geo").get("place_id")) or "", {})
    counts = mapping_of(record, "public_metrics")
    note = text_of(mapping_of(record, "note_tweet").get("text"))
    text = note if note is not None else text_of(record.get("text"))
    return RawPost(
        id=text_of(record.get("id")),
        author=author,
        names=() if name is None else (name,),
        text=None if text is None else html.unescape(text),
        stamp=text_of(record.get("created_at")),
        language=text_of(record.get("lang")),
        likes=count_of(counts.get("like_count")),
        shares=sum_of(counts.get("retweet_count"), counts.get("quote_count")),
        replies=count_of(counts.get("reply_count")),
        views=count_of(counts.get("impression_count")),
        reply_to=reply_to,
        area=text_of(place.get("full_name")),
    )
