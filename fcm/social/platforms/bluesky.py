"""Bluesky: views of posts, alone, in lists, feeds or threads.

The author's clock sets ``createdAt`` and may be wrong or back-dated on purpose; the earlier of it
and of ``indexedAt`` counts. A language counts only if the post states one and no more. A feed
entry that stands there because somebody reposted it is a share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
from fcm.social.platforms.stamps import moment

__all__ = ["posts"]


def posts(document: object) -> Iterator[RawPost | Share | str]:
    """Yield the posts of views, feeds and threads."""
    waiting: list[object] = [document]
    while waiting:  # every turn takes one node out of a finite document
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
        elif not isinstance(each, Mapping):
            yield NO_POST
        elif isinstance(each.get("feed"), list):
            waiting.append(each["feed"])
        elif isinstance(each.get("posts"), list):
            waiting.append(each["posts"])
        elif isinstance(each.get("thread"), Mapping):
            waiting.append(each["thread"])
        elif isinstance(each.get("post"), Mapping):
            replies = each.get("replies")
            waiting.extend(reversed(replies) if isinstance(replies, list) else [])
            if "reasonRepost" in (text_of(mapping_of(each, "reason").get("$type")) or ""):
                yield Share()
            else:
                yield _post(each["post"])
        else:
            yield _post(each)


def _post(view: Mapping[str, object]) -> RawPost | str:
    record, author = mapping_of(view, "record"), mapping_of(view, "author")
    if not record or "uri" not in view:
        return NO_POST
    stamps = [
        stamp
        for each in (record.get("createdAt"), view.get("indexedAt"))
        if (stamp := moment(text_of(each) or "")) is not None
    ]
    languages = [text_of(each) for each in items_of(record.get("langs"))]
    handle = text_of(author.get("handle"))
    return RawPost(
        id=text_of(view.get("uri")),
        author=text_of(author.get("did")),
        names=() if handle is None else (handle,),
        text=text_of(record.get("text")),
        stamp=min(stamps).isoformat() if stamps else None,
        language=languages[0] if len(languages) == 1 else None,
        likes=count_of(view.get("likeCount")),
        shares=sum_of(view.get("repostCount"), view.get("quoteCount")),
        replies=count_of(view.get("replyCount")),
        reply_to=text_of(mapping_of(record, "reply", "parent").get("uri")),
    )
