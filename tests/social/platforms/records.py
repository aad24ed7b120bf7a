"""Small made-up records of every source, for the tests of its reader."""

from __future__ import annotations

from typing import Any

WHEN = "2025-03-01T08:00:00.000Z"


def tweet(number: int, text: str = "Te druk", **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "author_id": "77",
        "text": text,
        "created_at": WHEN,
        "lang": "nl",
        "public_metrics": {"like_count": 5, "retweet_count": 2, "quote_count": 1},
        **more,
    }


def status(number: int, content: str = "<p>Mooi</p>", **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "created_at": WHEN,
        "content": content,
        "account": {"id": "5", "acct": "demo", "bot": False},
        "favourites_count": 7,
        "reblog": None,
        **more,
    }


def view(number: int, **record: Any) -> dict[str, Any]:
    return {
        "uri": f"at://did:plc:demo/post/{number}",
        "author": {"did": "did:plc:demo", "handle": "demo.example"},
        "record": {"createdAt": WHEN, "langs": ["es"], "text": "ruido", **record},
        "indexedAt": "2025-03-02T08:00:00Z",
        "likeCount": 4,
    }


def comment(number: int, **data: Any) -> dict[str, Any]:
    return {
        "kind": "t1",
        "data": {
            "name": f"t1_{number}",
            "author": "demo",
            "author_fullname": "t2_x",
            "created_utc": 1740816000.0,
            "body": "Zu laut",
            "score": 3,
            "subreddit": "utrecht",
            **data,
        },
    }


def remark(number: int, **snippet: Any) -> dict[str, Any]:
    return {
        "kind": "youtube#comment",
        "id": f"Ug{number}",
        "snippet": {
            "textOriginal": "Bravo",
            "authorDisplayName": "@demo",
            "authorChannelId": {"value": "UCx"},
            "likeCount": 2,
            "publishedAt": WHEN,
            **snippet,
        },
    }


def note(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"https://example.social/{number}",
        "type": "Note",
        "attributedTo": "https://example.social/users/demo",
        "published": WHEN,
        "content": "<p>Mooi</p>",
        "contentMap": {"nl": "<p>Mooi</p>"},
        **more,
    }


def report(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "text": "Lamp kapot",
        "created_at": WHEN,
        "location": {"buurt_code": "A01", "stadsdeel": "Centrum"},
        "category": {"main_slug": "wegen", "sub": "lantaarns"},
        **more,
    }


RECORDS = {
    "x": tweet,
    "mastodon": status,
    "bluesky": view,
    "reddit": comment,
    "youtube": remark,
    "activitystreams": note,
    "reports": report,
}
