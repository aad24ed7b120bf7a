"""Mastodon: statuses, as single records, timelines, threads or answers to a search.

The content is HTML and becomes text; a content warning stands before it. A boost is a share, not
a post. Posts for followers or addressees only are not read: their authors did not publish them.
An author is known by the address of the account, the same on every server; its number is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fcm.social.platforms.faults import NO_POST, PRIVATE
from fcm.social.platforms.markup import plain
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
    """Yield the posts of statuses, alone or in lists."""
    for each in items_of(document if isinstance(document, list) else [document]):
        lists = [
            each[name]
            for name in ("statuses", "ancestors", "descendants")
            if isinstance(each, Mapping) and isinstance(each.get(name), list)
        ]
        if lists:
            for statuses in lists:
                for status in statuses:
                    yield _post(status)
        else:
            yield _post(each)


def _post(status: object) -> RawPost | Share | str:
    if not isinstance(status, Mapping) or "account" not in status or "content" not in status:
        return NO_POST
    if status.get("reblog") is not None:
        return Share()
    if status.get("visibility", "public") not in ("public", "unlisted"):
        return PRIVATE
    account = mapping_of(status, "account")
    names = (text_of(account.get(name)) for name in ("acct", "username", "url"))
    warning = text_of(status.get("spoiler_text")) or ""
    return RawPost(
        id=text_of(status.get("id")) or text_of(status.get("uri")),
        author=next(
            (name for key in ("url", "uri", "id", "acct") if (name := text_of(account.get(key)))),
            None,
        ),
        names=tuple(name for name in names if name),
        text=f"{plain(warning)}\n{plain(text_of(status.get('content')) or '')}".strip(),
        stamp=text_of(status.get("created_at")),
        language=text_of(status.get("language")),
        likes=count_of(status.get("favourites_count")),
        shares=sum_of(status.get("reblogs_count"), status.get("quotes_count")),
        replies=count_of(status.get("replies_count")),
        reply_to=text_of(status.get("in_reply_to_id")),
        automatic=account.get("bot") is True,
    )
