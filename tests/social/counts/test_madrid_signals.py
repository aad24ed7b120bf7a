"""The comments of Decide Madrid, read again, give the aggregates that ship."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from fcm import examples
from fcm.social import Lexicon, Posts, Privacy, Signals, read_posts, signals
from fcm.social.counts.counting import count
from fcm.social.scored import Scored
from fcm.social.scoring import score

FOLDER = examples.path("madrid")
COLUMNS = {
    "id": "id",
    "author": "userId",
    "text": "text",
    "created_at": ["date", "time"],
    "reply_to": "parentId",
}


@pytest.fixture(scope="module")
def shipped() -> Signals:
    return Signals.read(FOLDER / "signals.csv")


@pytest.fixture(scope="module")
def comments(shared: Path) -> Posts:
    path = shared / "data" / "madrid" / "raw" / "comments.csv"
    return read_posts(path, columns=COLUMNS, language="es")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.read(FOLDER / "lexicon.csv", exclude=FOLDER / "lexicon_exclude.csv")


@pytest.fixture(scope="module")
def privacy(shipped: Signals) -> Privacy:
    return Privacy(purpose=shipped.purpose, basis=shipped.basis, key=bytes(range(16)), k=10)


@pytest.fixture(scope="module")
def counted(comments: Posts, lexicon: Lexicon, privacy: Privacy, shipped: Signals) -> Signals:
    return signals(comments, lexicon, privacy=privacy, every="1mo", credit=shipped.credit)


def test_the_known_defects_of_the_comments_are_reported(comments: Posts) -> None:
    report = comments.report
    assert (report.rows, report.without_text, report.without_author) == (5633, 62, 0)
    assert (report.copies, report.orphans, report.repeated) == (308, 268, 0)


def test_the_shipped_people_are_those_of_the_comments(counted: Signals, shipped: Signals) -> None:
    for name in ("concepts", "periods", "every", "k", "purpose", "basis", "credit"):
        assert getattr(counted, name) == getattr(shipped, name)
    assert np.array_equal(counted.active, shipped.active, equal_nan=True)
    assert np.array_equal(counted.authors, shipped.authors, equal_nan=True)


def test_copied_comments_weigh_as_one_voice_and_move_the_valence_a_little(
    comments: Posts, lexicon: Lexicon, privacy: Privacy, counted: Signals
) -> None:
    scored = score(comments, lexicon, privacy=privacy, every="1mo")
    uncopied = Scored(
        scored._frame.with_columns(copy=pl.lit(None, pl.UInt64)),
        concepts=scored.concepts,
        every=scored.every,
        lexicon=scored.lexicon,
        heard=scored.heard,
    )
    plain = count(uncopied, privacy=privacy, credit=counted.credit)
    shown = ~counted.suppressed
    assert np.array_equal(plain.authors, counted.authors, equal_nan=True)
    moved = np.abs(plain.valence - counted.valence)[shown]
    assert 1 <= (moved > 1e-9).sum() <= 10
    assert moved.max() < 0.03
    assert 0.98 < (counted.effective / counted.authors)[shown].min() <= 1  # whole voices


def test_the_mood_of_the_comments_is_known_and_so_is_how_surely(counted: Signals) -> None:
    shown = ~counted.suppressed
    assert not np.isnan(counted.sentiment[shown]).any()
    low, high = counted.interval("sentiment")
    assert (low[shown] < counted.sentiment[shown]).all()
    assert (counted.sentiment[shown] < high[shown]).all()
    assert np.isnan(counted.engagement).all()
    assert counted.heard is not None
    assert counted.heard.scored == 5570


def test_85_cells_are_published_and_each_has_the_independent_count(
    shipped: Signals, shared: Path
) -> None:
    table = shared / "data" / "madrid" / "derived" / "concept_cells_k10.csv"
    with table.open(encoding="utf-8", newline="") as file:
        months = [row for row in csv.DictReader(file) if row["period_type"] == "month"]
    theirs = {
        (row["period"], row["concept"]): int(row["n_authors"])
        for row in months
        if row["n_authors"] != "<10"
    }
    ours = {
        (row["period"], row["concept"]): row["authors"]
        for row in shipped.to_records()
        if row["authors"] is not None
    }
    assert len(months) == shipped.suppressed.size == 720
    assert len(ours) == 85
    assert ours == theirs


def test_talk_of_rubbish_is_not_talk_of_clean_streets(shipped: Signals) -> None:
    clean = shipped.panel("valence")["street_cleanliness"]
    assert np.nanmean(clean) < 0
    assert np.nanmin(shipped.panel("valence")["cycling"]) == 1
