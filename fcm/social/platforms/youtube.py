"""YouTube: threads of comments with the replies they carry, and single comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fcm.social.platforms.faults import NO_POST
from fcm.social.platforms.markup import plain
from fcm.social.platforms.rawpost import RawPost, Share, count_of, items_of, mapping_of, text_of

__all__ = ["posts"]


def posts(document: object) -> Iterator[RawPost | Share | str]:
    """Yield the comments of threads, of comments and of pages of either."""
    for page in items_of(document if isinstance(document, list) else [document]):
        whole = mapping_of(page).get("items")
        for each in items_of(whole if isinstance(whole, list) else [page]):
            top = mapping_of(each, "snippet", "topLevelComment")
            if not top:
                yield _comment(each)
                continue
            yield _comment(
                top, replies=count_of(mapping_of(each, "snippet").get("totalReplyCount"))
            )
            for reply in items_of(mapping_of(each, "replies").get("comments")):
                yield _comment(reply)


def _comment(comment: object, *, replies: int | None = None) -> RawPost | str:
    snippet = mapping_of(comment, "snippet")
    if not isinstance(comment, Mapping) or "publishedAt" not in snippet:
        return NO_POST
    text = text_of(snippet.get("textOriginal"))
    if text is None:
        text = plain(text_of(snippet.get("textDisplay")) or "")
    name = text_of(snippet.get("authorDisplayName"))
    return RawPost(
        id=text_of(comment.get("id")),
        author=text_of(mapping_of(snippet, "authorChannelId").get("value")),
        names=() if name is None else (name,),
        text=text,
        stamp=text_of(snippet.get("publishedAt")),
        likes=count_of(snippet.get("likeCount")),
        replies=replies,
        reply_to=text_of(snippet.get("parentId")),
    )
