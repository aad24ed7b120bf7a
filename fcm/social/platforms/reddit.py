"""Reddit: comments (t1) and posts (t3), alone, in listings or as bare records of an archive.

The score is ups minus downs and no count of likes: below zero it is taken as 0 and counted in the
report. A text that its author or a moderator took away is no text. The subreddit is the group.
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
    mapping_of,
    stamp_of_epoch,
    text_of,
)

__all__ = ["posts"]

_GONE = ("[deleted]", "[removed]")


def posts(document: object) -> Iterator[RawPost | Share | str]:
    """Yield the posts and comments of things and listings, replies included."""
    waiting: list[object] = [document]
    while waiting:  # every turn takes one node out of a finite document
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
            continue
        if not isinstance(each, Mapping):
            yield NO_POST
            continue
        kind, data = each.get("kind"), mapping_of(each, "data") or each
        children = data.get("children")
        if kind == "more":
            continue
        if isinstance(children, list) and kind in (None, "Listing"):
            waiting.extend(reversed(children))
            continue
        if isinstance(data.get("replies"), Mapping):
            waiting.append(data["replies"])
        yield _post(data)


def _post(data: Mapping[str, Any]) -> RawPost | str:
    comment = "body" in data
    if not comment and "title" not in data:
        return NO_POST
    body = text_of(data.get("body" if comment else "selftext")) or ""
    title = "" if comment else text_of(data.get("title")) or ""
    plain_id, name = text_of(data.get("id")), text_of(data.get("author"))
    if name in _GONE:
        name = None
    score = count_of(data.get("score"))
    return RawPost(
        id=text_of(data.get("name"))
        or (None if plain_id is None else f"{'t1' if comment else 't3'}_{plain_id}"),
        author=text_of(data.get("author_fullname")) or name,
        names=() if name is None else (name,),
        text=None if body.strip() in _GONE else html.unescape(f"{title}\n{body}").strip(),
        stamp=stamp_of_epoch(data.get("created_utc")),
        likes=None if score is None else max(0, score),
        replies=count_of(data.get("num_comments")),
        reply_to=text_of(data.get("parent_id")),
        group=text_of(data.get("subreddit")),
        automatic=name == "AutoModerator",
        floored=score is not None and score < 0,
    )
