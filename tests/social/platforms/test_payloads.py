from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fcm.errors import EvidenceError, FileError
from fcm.social.areas import Areas
from fcm.social.posts import Posts
from fcm.social.reading import read_posts
from tests.social.platforms.records import (
    RECORDS,
    comment,
    note,
    remark,
    report,
    status,
    tweet,
    view,
)


def read(path: Path, source: str, document: object, **options: Any) -> Posts:
    file = path / "answer.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return read_posts(file, source=source, **options)


def rows(posts: Posts) -> list[dict[str, Any]]:
    return posts._frame.to_dicts()


@pytest.mark.parametrize(
    ("source", "file", "likes", "replies"),
    [
        ("x", "x_v2.json", 5, 1),
        ("mastodon", "mastodon_status.json", 7, 0),
        ("bluesky", "bluesky_postview.json", 4, 1),
        ("reddit", "reddit_comment.json", 3, None),
        ("youtube", "youtube_commentThread.json", 2, 1),
        ("crowdtangle", "crowdtangle.csv", 7, 3),
        ("activitystreams", "activitystreams_note.json", 7, 0),
    ],
)
def test_the_published_shapes_are_read(
    shared: Path, source: str, file: str, likes: int, replies: int | None
) -> None:
    (row,) = rows(read_posts(shared / "data/social/payloads" / file, source=source))
    assert row["created"] == datetime(2025, 3, 1, 8)
    assert (row["likes"], row["replies"]) == (likes, replies)
    assert row["id"]
    assert row["author"]


@pytest.mark.parametrize("source", sorted(RECORDS))
def test_one_record_a_list_and_lines_are_the_same_posts(tmp_path: Path, source: str) -> None:
    records = [RECORDS[source](number) for number in range(3)]
    whole = read(tmp_path, source, records)
    lines = tmp_path / "lines.jsonl"
    lines.write_text("\n".join(map(json.dumps, records)) + "\n\n", encoding="utf-8")
    pretty = tmp_path / "pretty.json"
    pretty.write_text("\ufeff" + json.dumps(records, indent=1), encoding="utf-8")
    assert len(whole) == 3
    for file in (lines, pretty):
        assert read_posts(file, source=source)._frame.equals(whole._frame)
    assert read(tmp_path, source, records[0])._frame.equals(whole._frame[:1])


def test_an_answer_of_x_is_joined_with_its_users_and_places(tmp_path: Path) -> None:
    page = {
        "data": [
            tweet(1, geo={"place_id": "p"}, referenced_tweets=[{"type": "replied_to", "id": "9"}]),
            tweet(2, referenced_tweets=[{"type": "retweeted", "id": "1"}]),
            tweet(3, referenced_tweets=[{"type": "quoted", "id": "1"}], author_id="78"),
            tweet(4, note_tweet={"text": "the long form"}),
        ],
        "includes": {
            "users": [{"id": "77", "username": "City_X"}, {"id": "78", "username": "ana"}],
            "places": [{"id": "p", "full_name": "Utrecht"}],
        },
        "errors": [{"title": "Not Found"}],
        "meta": {"result_count": 4},
    }
    posts = read(tmp_path, "x", page, own=("@city_x",))
    assert posts._frame["area"].to_list() == ["Utrecht", None, None]
    assert posts._frame["own"].to_list() == [True, False, True]
    assert posts._frame["reply_to"].to_list() == ["9", None, None]
    assert posts._frame["text"][2] == "the long form"
    assert posts._frame["shares"].to_list() == [3, 3, 3]
    assert (posts.report.rows, posts.report.shared) == (3, 1)
    assert len(read(tmp_path, "x", {"data": tweet(1)})) == 1


def test_a_page_of_shares_holds_no_posts_and_is_no_fault(tmp_path: Path) -> None:
    share = tweet(2, referenced_tweets=[{"type": "retweeted", "id": "1"}])
    posts = read(tmp_path, "x", [share, share])
    assert (len(posts), posts.report.rows, posts.report.shared) == (0, 0, 2)
    assert posts.report.sentences() == (
        "2 records only pass on a post; they are shares, not posts.",
    )


def test_an_answer_of_x_without_posts_is_no_fault(tmp_path: Path) -> None:
    posts = read(tmp_path, "x", [{"meta": {"result_count": 0}}, {"data": [tweet(1)]}])
    assert (len(posts), posts.report.rows) == (1, 1)


def test_the_markup_of_mastodon_becomes_text(tmp_path: Path) -> None:
    link = (
        '<a href="https://example.org/a/long/path"><span class="invisible">https://www.</span>'
        '<span class="ellipsis">example.org/a</span><span class="invisible">/long/path</span></a>'
    )
    posts = read(
        tmp_path,
        "mastodon",
        [
            status(1, f"<p>a &lt; b &amp; c<br>d {link}</p><p>\U0001f6b2</p>"),
            status(2, "plain", spoiler_text="warning", account={"id": "6", "bot": True}),
            status(3, reblog=status(1)),
            status(4, visibility="direct"),
        ],
    )
    assert posts._frame["text"].to_list() == [
        "a < b & c\nd example.org/a\n\U0001f6b2",
        "warning\nplain",
    ]
    assert posts._frame["automatic"].to_list() == [False, True]
    assert posts.report.shared == 1
    assert posts.report.broken == {"post that is not public": 1}


def test_threads_and_searches_of_mastodon_are_read(tmp_path: Path) -> None:
    thread = {"ancestors": [status(1)], "descendants": [status(2), status(3)]}
    assert len(read(tmp_path, "mastodon", thread)) == 3
    assert len(read(tmp_path, "mastodon", {"statuses": [status(1)], "accounts": []})) == 1


def test_the_earlier_clock_of_bluesky_counts_and_a_sole_language(tmp_path: Path) -> None:
    feed = {
        "feed": [
            {"post": view(1)},
            {"post": view(2, createdAt="2031-01-01T00:00:00Z", langs=["es", "en"])},
            {"post": view(3), "reason": {"$type": "app.bsky.feed.defs#reasonRepost"}},
        ]
    }
    posts = read(tmp_path, "bluesky", feed)
    assert posts._frame["created"].to_list() == [datetime(2025, 3, 1, 8), datetime(2025, 3, 2, 8)]
    assert posts._frame["language"].to_list() == ["es", None]
    assert posts.report.shared == 1
    thread = {"thread": {"post": view(1), "replies": [{"post": view(2), "replies": []}]}}
    assert read(tmp_path, "bluesky", thread)._frame["id"].len() == 2


def test_listings_of_reddit_give_posts_and_all_replies(tmp_path: Path) -> None:
    inner = {"kind": "Listing", "data": {"children": [comment(3, score=-4), {"kind": "more"}]}}
    link = {
        "kind": "t3",
        "data": {
            "id": "p",
            "title": "Lärm",
            "selftext": "am Ring",
            "author": "demo",
            "created_utc": 1740816000,
            "num_comments": 2,
        },
    }
    page = [
        {"kind": "Listing", "data": {"children": [link]}},
        {
            "kind": "Listing",
            "data": {
                "children": [
                    comment(1, replies=inner),
                    comment(2, body="[removed]"),
                    comment(4, author="[deleted]", author_fullname=None),
                ]
            },
        },
    ]
    posts = read(tmp_path, "reddit", page)
    assert posts._frame["text"].to_list() == ["Lärm\nam Ring", "Zu laut", "Zu laut"]
    assert posts._frame["id"].to_list() == ["t3_p", "t1_1", "t1_3"]
    assert posts._frame["likes"].to_list() == [None, 3, 0]
    report_ = posts.report
    assert (report_.without_text, report_.without_author, report_.floored) == (1, 1, 1)
    assert posts._frame["group"].to_list() == [None, "utrecht", "utrecht"]


def test_threads_of_youtube_carry_their_replies(tmp_path: Path) -> None:
    page = {
        "items": [
            {
                "kind": "youtube#commentThread",
                "snippet": {"topLevelComment": remark(1), "totalReplyCount": 1},
                "replies": {
                    "comments": [
                        remark(2, parentId="Ug1", textOriginal=None, textDisplay="a<br>b &amp; c")
                    ]
                },
            }
        ]
    }
    posts = read(tmp_path, "youtube", page)
    assert posts._frame["text"].to_list() == ["Bravo", "a\nb & c"]
    assert posts._frame["replies"].to_list() == [1, None]
    assert posts._frame["reply_to"].to_list() == [None, "Ug1"]
    assert posts.report.orphans == 0


def test_collections_of_activities_give_notes_and_shares(tmp_path: Path) -> None:
    public = "https://www.w3.org/ns/activitystreams#Public"
    outbox = {
        "type": "OrderedCollection",
        "orderedItems": [
            {"type": "Create", "object": note(1, to=[public])},
            {"type": "Announce", "object": "https://example.social/9"},
            {"type": "Create", "object": note(2, to=["https://example.social/followers"])},
            note(3, attributedTo={"id": "https://example.social/bot", "type": "Service"}),
        ],
    }
    posts = read(tmp_path, "activitystreams", outbox)
    assert posts._frame["text"].to_list() == ["Mooi", "Mooi"]
    assert posts._frame["automatic"].to_list() == [False, True]
    assert posts._frame["language"].to_list() == ["nl", "nl"]
    assert posts.report.shared == 1
    assert posts.report.broken == {"post that is not public": 1}


def test_reports_without_a_reporter_are_authors_of_their_own(tmp_path: Path) -> None:
    page = {
        "results": [
            report(1, reporter={"email": "canary@example.org"}),
            report(2, author="ana", location={"stadsdeel": "Oost"}, category="groen"),
        ]
    }
    posts = read(tmp_path, "reports", page)
    assert posts._frame["author"].to_list() == ["report 1", "ana"]
    assert posts._frame["area"].to_list() == ["A01", "Oost"]
    assert posts._frame["group"].to_list() == ["wegen", "groen"]
    assert posts.report.unnamed == 1
    assert "canary" not in repr(rows(posts))
    assert "1 reports have no author; each counts as an author" in " ".join(
        posts.report.sentences()
    )


def test_the_zones_of_crowdtangle_are_known_by_name(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(
        "Page Name,User Name,Post Created,Likes,Comments,Shares,Love,URL,Message\n"
        'City,city_x,2020-07-01 09:00:00 CEST,"1,204",3,2,1,u1,a\n'
        "City,city_x,2020-07-01 09:00:00 EDT,,3,2,,u2,b\n"
        "City,city_x,2020-07-01 09:00:00 XYZ,5,3,2,1,u3,c\n"
        "City,city_x,yesterday CET,5,3,2,1,u4,d\n",
        encoding="utf-8",
    )
    posts = read_posts(file, source="crowdtangle", own=("City_X",))
    assert [each.hour for each in posts._frame["created"].to_list()] == [7, 13]
    assert posts._frame["likes"].to_list() == [1205, None]
    assert posts._frame["own"].to_list() == [True, True]
    assert posts.report.broken == {"unknown time zone": 1, "no date": 1}
    assert posts.report.rows == 4


def test_each_answer_of_a_questionnaire_is_a_post_of_its_respondent(tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(
        "id,respondent,created_at,group,q1,q2\n"
        "1,r1,2025-03-01,resident,too loud,more trees\n"
        "2,r2,2025-03-01,shop,too loud,\n",
        encoding="utf-8",
    )
    columns = {
        "id": "id",
        "author": "respondent",
        "created_at": "created_at",
        "group": "group",
        "text": ["q1", "q2"],
    }
    posts = read_posts(file, source="questionnaire", columns=columns)
    found = sorted((row["author"], row["text"], row["group"]) for row in rows(posts))
    assert found == [
        ("r1", "more trees", "resident"),
        ("r1", "too loud", "resident"),
        ("r2", "too loud", "shop"),
    ]
    assert posts._frame["id"].n_unique() == 3
    assert posts.report.without_text == 1
    with pytest.raises(FileError, match="name the columns with the answers"):
        read_posts(file, source="questionnaire")


def square(path: Path) -> Areas:
    ring = [[4, 52], [5, 52], [5, 53], [4, 53], [4, 52]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"naam": "Centrum"}, "geometry": polygon}
    file = path / "areas.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return Areas.read(file, name="naam")


def test_pins_keep_their_area_and_no_coordinate(tmp_path: Path) -> None:
    file = tmp_path / "pins.csv"
    file.write_text(
        "author;comment;created_at;lon;lat;category\n"
        "ana;too loud;2025-03-01;4,123456;52,5;noise\n"
        "bo;nice;2025-03-01;9.5;52.5;green\n"
        "cy;unsafe;2025-03-01;;;\n" + "di;my street;2025-03-01;4.654321;52.5;x\n" * 3,
        encoding="utf-8",
    )
    posts = read_posts(file, source="pins", areas=square(tmp_path))
    assert posts._frame["area"].to_list() == ["Centrum", None, None, None, None, None]
    assert posts._frame["group"].to_list()[:2] == ["noise", "green"]
    assert (posts.report.outside, posts.report.home_like) == (2, 3)
    shown = f"{rows(posts)}{posts.report}{posts!r}"
    assert "123456" not in shown
    assert "654321" not in shown
    with pytest.raises(EvidenceError, match="pins need the areas"):
        read_posts(file, source="pins")


def test_a_folder_is_read_in_sorted_order(tmp_path: Path) -> None:
    for name, number in (("b.json", 2), ("a.jsonl", 1), ("c.txt", 3)):
        (tmp_path / name).write_text(json.dumps(tweet(number)), encoding="utf-8")
    assert read_posts(tmp_path, source="x")._frame["id"].to_list() == ["1", "2"]
    with pytest.raises(FileError, match=r"no files that end in \.parquet"):
        read_posts(tmp_path, source="parquet")


def test_lines_that_are_no_record_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    half = json.dumps(tweet(2))[:40]
    file.write_text(f'{json.dumps(tweet(1))}\n{half}\n\n[5]\n"\\ud800"\n', encoding="utf-8")
    posts = read_posts(file, source="x")
    assert posts.report.broken == {"no JSON": 1, "no post of this source": 2}
    assert posts.report.lines == {"no JSON": (2,), "no post of this source": (4, 5)}


def test_halves_of_surrogates_do_not_stop_reading(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    line = (
        '{"id": "1", "author": "a", "text": "hi \\ud800 \\u0000 there", "created_at": "2018-01-01"}'
    )
    file.write_text(line + "\n", encoding="utf-8")
    assert read_posts(file, source="jsonl")._frame["text"].to_list() == ["hi ?  there"]
