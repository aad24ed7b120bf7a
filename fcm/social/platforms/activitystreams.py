"""ActivityStreams 2: notes and articles, alone, in the act of creating them, or in collections.

The content is HTML and becomes text. An Announce is a share. Where a note says to whom it goes and
that is not the public, it is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fcm.social.platforms.faults import NO_POST, PRIVATE
from fcm.social.platforms.markup import plain
from fcm.social.platforms.rawpost import RawPost, Share, count_of, items_of, mapping_of, text_of

__all__ = ["posts"]

_POSTS = frozenset({"Note", "Article", "Question", "Page"})
_WRAPPED = ("orderedItems", "items", "first")
_PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})


def posts(document: object) -> Iterator[RawPost | Share | str]:
    """Yield the posts of notes, activities and collections."""
    waiting: list[object] = [document]
    while waiting:  # every turn takes one node out of a finite document
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
        elif not isinstance(each, Mapping):
            yield NO_POST
        elif any(isinstance(each.get(name), list | Mapping) for name in _WRAPPED):
            waiting.extend(
                each[name] for name in _WRAPPED if isinstance(each.get(name), list | Mapping)
            )
        elif each.get("type") in ("Create", "Update") and isinstance(each.get("object"), Mapping):
            waiting.append(each["object"])
        elif each.get("type") == "Announce":
            yield Share()
        else:
            yield _post(each)


def _post(note: Mapping[str, Any]) -> RawPost | str:
    if text_of(note.get("type")) not in _POSTS:
        return NO_POST
    if ("to" in note or "cc" in note) and not _PUBLIC & {*_ids(note, "to"), *_ids(note, "cc")}:
        return PRIVATE
    translations = mapping_of(note, "contentMap")
    language = text_of(next(iter(translations), None)) if len(translations) == 1 else None
    content = text_of(note.get("content"))
    if content is None:
        content = text_of(next(iter(translations.values()), None)) or ""
    if note.get("mediaType") != "text/plain":
        content = plain(content)
    by = note.get("attributedTo")
    kinds = [mapping_of(each).get("type") for each in (by if isinstance(by, list) else [by])]
    return RawPost(
        id=text_of(note.get("id")),
        author=next(_ids(note, "attributedTo"), None),
        names=tuple(_ids(note, "attributedTo")),
        text=f"{plain(text_of(note.get('summary')) or '')}\n{content}".strip(),
        stamp=text_of(note.get("published")),
        language=language,
        likes=_total(note, "likes"),
        shares=_total(note, "shares"),
        replies=_total(note, "replies"),
        reply_to=next(_ids(note, "inReplyTo"), None),
        automatic=any(kind in ("Service", "Application") for kind in kinds),
    )


def _ids(note: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the ids under a name, given as text, as an object or as a list of these."""
    value = note.get(name)
    for each in items_of(value if isinstance(value, list) else [value]):
        found = text_of(each) or text_of(mapping_of(each).get("id"))
        if found is not None:
            yield found


def _total(note: Mapping[str, Any], name: str) -> int | None:
    return count_of(mapping_of(note, name).get("totalItems"))
