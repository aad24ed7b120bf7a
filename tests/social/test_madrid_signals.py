"""The comments of Decide Madrid, read again, give the aggregates that ship."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from fcm import examples
from fcm.social import Lexicon, Posts, Privacy, Signals, read_posts, signals

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
def counted(comments: Posts, shipped: Signals) -> Signals:
    lexicon = Lexicon.read(FOLDER / "lexicon.csv", exclude=FOLDER / "lexicon_exclude.csv")
    privacy = Privacy(purpose=shipped.purpose, basis=shipped.basis, key=bytes(range(16)), k=10)
    return signals(comments, lexicon, privacy=privacy, every="1mo", credit=shipped.credit)


def test_the_known_defects_of_the_comments_are_reported(comments: Posts) -> None:
    report = comments.report
    assert (report.rows, report.without_text, report.without_author) == (5633, 62, 0)
    assert (report.copies, report.orphans, report.repeated) == (308, 268, 0)


def test_the_shipped_signals_are_those_of_the_comments(
    counted: Signals, shipped: Signals, tmp_path: Path
) -> None:
    assert counted == shipped
    assert counted.save(tmp_path / "s.csv").read_bytes() == (FOLDER / "signals.csv").read_bytes()


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
