"""A study that reads posts of a platform, and one that names a protected topic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fcm.errors import PrivacyError
from fcm.study.document import PostsSettings, PrivacySettings
from fcm.study.sources import read_signals


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    statuses = [
        {
            "id": str(number),
            "created_at": "2025-03-01T08:00:00Z",
            "visibility": "public",
            "language": "nl",
            "content": f"<p>Te veel lawaai {number}</p>" if number < 15 else "<p>Mooi park</p>",
            "account": {"id": str(number), "acct": f"a{number}", "bot": False},
            "reblog": None,
        }
        for number in range(30)
    ]
    (tmp_path / "posts.json").write_text(json.dumps(statuses), encoding="utf-8")
    for name, term in (("plain", "lawaai"), ("protected", "kanker")):
        (tmp_path / f"{name}.csv").write_text(
            f"concept,language,term,polarity\nnoise,nl,{term},1\n", encoding="utf-8"
        )
    return tmp_path


def settings(lexicon: str, dpia: str = "") -> PostsSettings:
    return PostsSettings(
        lexicon=Path(lexicon),
        source="mastodon",
        privacy=PrivacySettings(purpose="noise", basis="GDPR art. 6(1)(e)", k=5, dpia=dpia),
    )


def test_a_study_reads_the_posts_of_the_source_it_names(folder: Path) -> None:
    signals, source = read_signals(
        settings("plain.csv"), folder, posts=folder / "posts.json", key=bytes(16)
    )
    assert signals.authors.tolist() == [[15.0]]
    assert source.read.startswith("1 concepts x 1 periods")


def test_a_study_on_a_protected_topic_needs_the_reference_of_an_assessment(folder: Path) -> None:
    posts = folder / "posts.json"
    with pytest.raises(PrivacyError, match="health"):
        read_signals(settings("protected.csv"), folder, posts=posts, key=bytes(16))
    signals, _ = read_signals(
        settings("protected.csv", dpia="DPIA 2026-4"), folder, posts=posts, key=bytes(16)
    )
    assert signals.suppressed.all()
