"""P4, P7 and P8: scored posts are kept for a stated time, and deletions are exact."""

from __future__ import annotations

import csv
import pickle
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import EvidenceError, FileError, PrivacyError, UnsupportedVersionError
from fcm.social.counts.aggregates import Signals
from fcm.social.counts.counting import count
from fcm.social.law.audit import AuditLog
from fcm.social.law.deletion import moved_results
from fcm.social.law.ledger import Ledger
from fcm.social.law.replay import replay
from fcm.social.privacy import Privacy, Retention
from fcm.social.reading import read_posts
from fcm.social.scored import Heard, Scored, schema
from fcm.social.scoring import score
from fcm.social.terms.lexicon import Lexicon, Term

KEY = b"canary-key-0123456789"
PRIVACY = Privacy(
    purpose="concerns by month",
    basis="GDPR art. 6(1)(e)",
    key=KEY,
    k=5,
    retention=Retention(days=60, purpose="to honour deletions"),
)
LEXICON = Lexicon(
    terms=(
        Term(concept="noise", language="es", words=("ruido",)),
        Term(concept="noise", language="es", words=("silencio",), polarity=-1),
        Term(concept="clean", language="es", words=("limpieza",)),
        Term(concept="clean", language="es", words=("basura*",), polarity=-1),
    )
)
TEXTS = (
    "ruido",
    "nada que decir",
    "silencio y basuras",
    "otra vez el mismo ruido de cada noche",
    "limpieza y ruido",
    "basura basura",
)
Row = tuple[str, str, str, str, str]  # id, author, text, day, likes


def scored_of(folder: Path, rows: Collection[Row], **changes: Any) -> Scored:
    path = folder / "posts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "author", "text", "created_at", "likes"])
        out.writerows(rows)
    return score(read_posts(path), LEXICON, **{"privacy": PRIVACY, "every": "1mo", **changes})


def crowd(count: int, text: str, day: str = "2018-01-15", start: int = 0) -> list[Row]:
    return [
        (f"canary-post-{day}-{start + i}", f"canary-author-{start + i}", text, day, str(i))
        for i in range(count)
    ]


def rebuilt(folder: Path, rows: Collection[Row]) -> Signals:
    return count(scored_of(folder, rows), privacy=PRIVACY)


def rows_of(posts: list[tuple[int, int, int]]) -> list[Row]:
    return [
        (f"p{i}", f"a{author}", TEXTS[text], f"2018-{1 + slot // 2:02d}-{1 + slot % 2:02d}", "3")
        for i, (author, text, slot) in enumerate(posts)
    ]


POSTS = st.lists(
    st.tuples(st.integers(0, 24), st.integers(0, len(TEXTS) - 1), st.integers(0, 5)),
    min_size=40,
    max_size=120,
)


@settings(max_examples=12, deadline=None)
@given(posts=POSTS, data=st.data())
def test_p07_a_deletion_equals_a_rebuild_without_the_posts_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, posts: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("deletion")
    rows = rows_of(posts)
    ids = data.draw(st.lists(st.sampled_from([row[0] for row in rows]), max_size=10))
    people = data.draw(st.lists(st.sampled_from([row[1] for row in rows]), max_size=3))
    left = [row for row in rows if row[0] not in ids and row[1] not in people]
    gone = Ledger.open(scored_of(folder, rows), privacy=PRIVACY).delete(
        ids, people, privacy=PRIVACY
    )
    assert gone.removed == len(rows) - len(left)
    assert gone.unknown == 0
    if not left:
        assert len(gone.ledger) == 0
        return
    expected = rebuilt(folder, left)
    assert gone.ledger.signals(privacy=PRIVACY) == expected
    if gone.removed:
        assert gone.after == expected
        assert repr(gone.moved) == repr(
            moved_results(rebuilt(folder, rows), expected)
        )  # NaN is NaN


@settings(max_examples=12, deadline=None)
@given(posts=POSTS, days=st.lists(st.integers(0, 200), min_size=1, max_size=3))
def test_p08_whatever_is_purged_when_the_signals_stay_the_same_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, posts: list[tuple[int, int, int]], days: list[int]
) -> None:
    rows = rows_of(posts)
    scored = scored_of(tmp_path_factory.mktemp("purge"), rows)
    ledger = Ledger.open(scored, privacy=PRIVACY)
    for day in sorted(days):
        ledger = ledger.purge(date.fromordinal(date(2018, 1, 1).toordinal() + day), privacy=PRIVACY)
    assert ledger.signals(privacy=PRIVACY) == count(scored, privacy=PRIVACY)


@settings(max_examples=8, deadline=None)
@given(posts=POSTS, cut=st.integers(0, 160), order=st.randoms())
def test_batches_and_their_order_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory,
    posts: list[tuple[int, int, int]],
    cut: int,
    order: Any,
) -> None:
    folder = tmp_path_factory.mktemp("batches")
    rows = rows_of(posts)
    whole = rebuilt(folder, rows)
    order.shuffle(rows)
    cut = 1 + cut % (len(rows) - 1)
    ledger = Ledger.open(scored_of(folder, rows[:cut]), privacy=PRIVACY)
    ledger = ledger.add(scored_of(folder, rows[cut:]))
    assert ledger.signals(privacy=PRIVACY) == whole
    again = ledger.add(scored_of(folder, rows[cut:]))
    assert len(again) == len(ledger)
    assert again.heard.scored == ledger.heard.scored
    assert again.heard.silent == ledger.heard.silent


def test_p07_posts_without_an_id_go_with_their_author_only(tmp_path: Path) -> None:
    rows = [("", *row[1:]) for row in crowd(12, "ruido") + crowd(8, "nada", start=4)]
    ledger = Ledger.open(scored_of(tmp_path, rows), privacy=PRIVACY)
    ledger = ledger.add(scored_of(tmp_path, rows[:5]))
    assert len(ledger) == 25
    assert (ledger.heard.scored, ledger.heard.silent, ledger.heard.repeated) == (25, 8, 0)
    by_post = ledger.delete(["canary-post-2018-01-15-0"], privacy=PRIVACY)
    assert (by_post.removed, by_post.unknown, by_post.without_id) == (0, 1, 25)
    assert "25 of the posts that are left have no id" in " ".join(by_post.sentences())
    by_author = ledger.delete(authors=["canary-author-4"], privacy=PRIVACY)
    assert (by_author.removed, by_author.without_id) == (3, 0)
    assert (by_author.ledger.heard.scored, by_author.ledger.heard.silent) == (22, 7)


def test_p04_without_a_retention_nothing_is_kept(tmp_path: Path) -> None:
    plain = replace(PRIVACY, retention=None)
    scored = scored_of(tmp_path, crowd(12, "ruido"), privacy=plain)
    assert scored._frame["post"].is_null().all()
    with pytest.raises(PrivacyError, match=r"retention is missing.*Retention\(days=\.\.\."):
        Ledger.open(scored, privacy=plain)


def test_p04_a_ledger_holds_no_text_no_handle_and_no_id(tmp_path: Path) -> None:
    ledger = Ledger.open(scored_of(tmp_path, crowd(12, "canary ruido")), privacy=PRIVACY)
    path = ledger.save(tmp_path / "ledger.parquet")
    shown = (
        repr(ledger) + repr(ledger._frame.to_dicts()) + repr(ledger.delete(["x"], privacy=PRIVACY))
    )
    assert "canary" not in shown
    assert b"canary" not in path.read_bytes()
    with pytest.raises(PrivacyError, match="not pickled"):
        pickle.dumps(ledger)
    with pytest.raises(PrivacyError, match="cannot be looked into"):
        list(ledger)


def test_p07_the_log_says_which_results_moved(tmp_path: Path) -> None:
    rows = crowd(12, "ruido") + crowd(28, "nada", start=12)
    ledger = Ledger.open(scored_of(tmp_path, rows), privacy=PRIVACY)
    gone = ledger.delete(authors=["canary-author-3", "stranger"], privacy=PRIVACY)
    moved = {(each.concept, each.quantity): (each.before, each.after) for each in gone.moved}
    assert moved["", "active"] == (40, 39)
    assert moved["noise", "authors"] == (12, 11)
    assert moved["noise", "salience"] == (12 / 40, 11 / 39)
    assert ("noise", "valence") not in moved
    assert ("clean", "authors") not in moved
    assert (gone.removed, gone.unknown) == (1, 1)
    assert gone.sentences()[:2] == (
        "1 scored posts were taken out.",
        "1 ids are of no post that is held.",
    )
    assert gone.sentences()[2].startswith(f"{len(gone.moved)} published numbers moved: 1 of active")
    assert not any("noise" in each for each in gone.sentences())


def test_p07_a_deletion_that_hides_a_cell_moves_it_to_suppressed(tmp_path: Path) -> None:
    rows = crowd(5, "ruido") + crowd(28, "nada", start=12)
    ledger = Ledger.open(scored_of(tmp_path, rows), privacy=PRIVACY)
    gone = ledger.delete(["canary-post-2018-01-15-0"], privacy=PRIVACY)
    (cell,) = [each for each in gone.moved if each.quantity == "authors"]
    assert cell.before == 5
    assert np.isnan(cell.after)


def test_p07_a_second_deletion_of_the_same_finds_nothing(tmp_path: Path) -> None:
    ledger = Ledger.open(scored_of(tmp_path, crowd(12, "ruido")), privacy=PRIVACY)
    once = ledger.delete(authors=["canary-author-3"], privacy=PRIVACY).ledger
    twice = once.delete(authors=["canary-author-3"], privacy=PRIVACY)
    assert (twice.removed, twice.unknown, twice.moved) == (0, 1, ())
    assert twice.ledger.signals(privacy=PRIVACY) == once.signals(privacy=PRIVACY)
    assert "No published number moved." in twice.sentences()


def test_p07_a_deletion_is_followed_through_to_the_decision(tmp_path: Path) -> None:
    rows = crowd(12, "ruido") + crowd(28, "limpieza", start=12)
    ledger = Ledger.open(scored_of(tmp_path, rows), privacy=PRIVACY)

    def decide(signals: Signals) -> dict[str, float]:
        share = dict(zip(signals.concepts, signals.salience[0], strict=True))
        return {"quiet streets": 2 * share["noise"], "unchanged": 1.0}

    gone = ledger.delete(authors=["canary-author-3"], privacy=PRIVACY)
    (result,) = replay(gone, decide)
    assert (result.name, result.before, result.after) == ("quiet streets", 24 / 40, 22 / 39)
    nothing = ledger.delete(authors=["stranger"], privacy=PRIVACY)
    assert replay(nothing, decide) == ()
    everyone = ledger.delete(authors=[row[1] for row in rows], privacy=PRIVACY)
    assert everyone.after is None
    assert len(everyone.moved) == len(moved_results(ledger.signals(privacy=PRIVACY), None))
    with pytest.raises(EvidenceError, match="took the last posts out"):
        replay(everyone, decide)


def test_a_deletion_with_another_key_or_purpose_is_refused_not_missed(tmp_path: Path) -> None:
    ledger = Ledger.open(scored_of(tmp_path, crowd(12, "ruido")), privacy=PRIVACY)
    for changes, words in (
        ({"key": bytes(32)}, "not the key of the ledger"),
        ({"purpose": "public order"}, "kept for one purpose"),
        ({"basis": "consent"}, "privacy.basis is not that of the ledger"),
    ):
        other = replace(PRIVACY, **changes)
        for act in (
            lambda other=other: ledger.delete(["x"], privacy=other),
            lambda other=other: ledger.signals(privacy=other),
            lambda other=other: ledger.purge(date(2020, 1, 1), privacy=other),
        ):
            with pytest.raises(PrivacyError, match=words):
                act()
    with pytest.raises(PrivacyError, match="list of ids"):
        ledger.delete("canary-post", privacy=PRIVACY)


def test_p08_a_period_is_closed_when_its_last_day_is_too_old(tmp_path: Path) -> None:
    rows = crowd(12, "ruido") + crowd(14, "ruido", "2018-02-01") + crowd(16, "ruido", "2018-04-30")
    ledger = Ledger.open(scored_of(tmp_path, rows), privacy=PRIVACY)
    # 31 January is 60 days before 1 April, and 61 before 2 April.
    assert len(ledger.purge(date(2018, 4, 1), privacy=PRIVACY)) == 42
    purged = ledger.purge(datetime(2018, 4, 2, 23, tzinfo=UTC), privacy=PRIVACY)
    assert len(purged) == 30
    assert purged.closed is not None
    assert purged.closed.periods == ("2018-01",)
    assert [(each.first, each.last, each.rows) for each in purged.purged] == [
        ("2018-01", "2018-01", 12)
    ]
    assert purged.purge(date(2018, 4, 2), privacy=PRIVACY).purged == purged.purged
    last = purged.purge(date(2030, 1, 1), privacy=PRIVACY)
    assert len(last) == 0
    assert last.signals(privacy=PRIVACY) == ledger.signals(privacy=PRIVACY)
    assert last.signals(privacy=PRIVACY).periods == ("2018-01", "2018-02", "2018-03", "2018-04")
    assert "4 closed" in repr(last)


def test_p08_a_deletion_in_a_closed_period_is_not_claimed(tmp_path: Path) -> None:
    rows = crowd(12, "ruido") + crowd(14, "ruido", "2018-05-01")
    ledger = Ledger.open(scored_of(tmp_path, rows), privacy=PRIVACY)
    ledger = ledger.purge(date(2018, 5, 2), privacy=PRIVACY)
    gone = ledger.delete(authors=["canary-author-3"], privacy=PRIVACY)
    assert (gone.removed, gone.unknown, gone.closed) == (1, 0, 1)
    assert gone.ledger.signals(privacy=PRIVACY).active.tolist()[0] == 12
    assert "Counts cannot tell" in gone.sentences()[-1]


def test_p08_posts_of_a_closed_period_come_too_late(tmp_path: Path) -> None:
    rows = crowd(12, "ruido") + crowd(14, "ruido", "2018-05-01")
    ledger = Ledger.open(scored_of(tmp_path, rows), privacy=PRIVACY)
    ledger = ledger.purge(date(2018, 5, 2), privacy=PRIVACY)
    more = crowd(3, "ruido", "2018-01-20", start=50) + crowd(2, "ruido", "2018-05-03", start=50)
    later = ledger.add(scored_of(tmp_path, more))
    assert (len(later), later.late) == (16, 3)
    assert later.signals(privacy=PRIVACY).active.tolist()[0] == 12


def test_closed_cells_are_suppressed_further_under_a_larger_threshold(tmp_path: Path) -> None:
    rows = crowd(8, "ruido") + crowd(28, "nada", start=12) + crowd(14, "ruido", "2018-05-01")
    ledger = Ledger.open(scored_of(tmp_path, rows), privacy=PRIVACY)
    ledger = ledger.purge(date(2018, 5, 2), privacy=PRIVACY)
    strict = ledger.signals(privacy=replace(PRIVACY, k=10))
    assert strict.k == 10
    assert np.isnan(strict.authors[0, 0])
    assert strict.active[0] == 36
    assert ledger.signals(privacy=PRIVACY).authors[0, 0] == 8


def test_a_ledger_that_is_saved_and_read_is_the_same(tmp_path: Path) -> None:
    rows = crowd(12, "ruido") + crowd(14, "basura", "2018-05-01")
    ledger = Ledger.open(scored_of(tmp_path, rows), privacy=PRIVACY)
    ledger = ledger.purge(date(2018, 5, 2), privacy=PRIVACY)
    path = ledger.save(tmp_path / "ledger.parquet")
    again = Ledger.read(path)
    assert again.signals(privacy=PRIVACY, credit="city") == ledger.signals(
        privacy=PRIVACY, credit="city"
    )
    for name in ("purged", "retention", "heard", "late", "closed", "purpose"):
        assert getattr(again, name) == getattr(ledger, name)
    assert again.delete(authors=["canary-author-3"], privacy=PRIVACY).removed == 1
    assert again.save(tmp_path / "again.parquet").read_bytes() == path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    shuffled = Ledger.open(scored_of(tmp_path, rows[::-1]), privacy=PRIVACY)
    shuffled = shuffled.purge(date(2018, 5, 2), privacy=PRIVACY)
    assert shuffled.save(tmp_path / "shuffled.parquet").read_bytes() == path.read_bytes()


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.parquet"
    path.write_bytes(b"no parquet")
    with pytest.raises(FileError, match="cannot be read as Parquet"):
        Ledger.read(path)
    with pytest.raises(FileError, match="cannot be read as Parquet"):
        Ledger.read(tmp_path / "absent.parquet")
    empty = pl.DataFrame(schema=schema())
    for head, error, words in (
        ({}, FileError, "not a ledger"),
        ({"fcm-ledger": '{"version": 2}'}, UnsupportedVersionError, "version 2"),
        ({"fcm-ledger": '{"version": 1}'}, PrivacyError, "states no retention"),
        (
            {"fcm-ledger": '{"version": 1, "retention": {"days": 9, "purpose": "x"}}'},
            FileError,
            "head is damaged",
        ),
        (
            {"fcm-ledger": '{"version": 1, "retention": {"days": 0, "purpose": "x"}, "lock": 1}'},
            FileError,
            "retention.days is 0",
        ),
    ):
        empty.write_parquet(path, metadata=head)
        with pytest.raises(error, match=words):
            Ledger.read(path)
    empty.drop("area").write_parquet(
        path,
        metadata={"fcm-ledger": '{"version": 1, "retention": {"days": 9, "purpose": "x"}}'},
    )
    with pytest.raises(FileError, match="columns"):
        Ledger.read(path)


def test_posts_scored_in_another_way_are_not_added(tmp_path: Path) -> None:
    ledger = Ledger.open(scored_of(tmp_path, crowd(12, "ruido")), privacy=PRIVACY)
    with pytest.raises(EvidenceError, match="differ from the ledger in every"):
        ledger.add(scored_of(tmp_path, crowd(12, "ruido"), every="1w"))


def test_an_empty_ledger_has_nothing_to_count() -> None:
    nothing = Scored(
        pl.DataFrame(schema=schema()),
        concepts=("noise",),
        every="1mo",
        lexicon="",
        heard=Heard(),
    )
    ledger = Ledger.open(nothing, privacy=PRIVACY)
    with pytest.raises(EvidenceError, match="no posts and no closed periods"):
        ledger.signals(privacy=PRIVACY)
    assert ledger.delete(["x"], ["y"], privacy=PRIVACY).unknown == 2


def test_p11_what_is_done_to_a_ledger_is_logged_in_counts(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", who="statistics office", purpose=PRIVACY.purpose)
    scored = scored_of(tmp_path, crowd(12, "ruido"))
    ledger = Ledger.open(scored, privacy=PRIVACY, audit=log)
    ledger = ledger.add(scored, audit=log)
    ledger = ledger.delete(authors=["canary-author-3"], privacy=PRIVACY, audit=log).ledger
    ledger.purge(date(2020, 1, 1), privacy=PRIVACY, audit=log)
    done = [(each["action"], each.get("removed"), each.get("rows_out")) for each in log.entries()]
    assert done == [("open", None, 12), ("add", None, 0), ("delete", 1, None), ("purge", 11, 0)]
    assert "canary" not in (tmp_path / "audit.jsonl").read_text()
