from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import EvidenceError
from fcm.evidence import Panel
from fcm.social import Posts, PostsReport, Privacy, read_posts
from fcm.social.accounts import own_accounts
from fcm.social.posts import schema

PRIVACY = Privacy(purpose="how we answer", basis="GDPR art. 6(1)(e)", key=bytes(32), k=5)
MONDAY = datetime(2024, 1, 1, 9, 30)
NAMES = ("municipal posts", "municipal response time", "municipal share answered")
Row = dict[str, Any]


def posts_of(rows: list[Row]) -> Posts:
    columns = schema()
    blank: Row = {name: None for name in columns} | {"text": "canary-text", "automatic": False}
    frame = pl.DataFrame([blank | {"own": False} | row for row in rows], schema=columns)
    return Posts(frame, PostsReport(rows=len(rows)))


def call(number: int = 0, at: datetime = MONDAY) -> Row:
    """A post of the municipality."""
    return {"id": f"call-{number}", "author": "canary-town", "created": at, "own": True}


def asks(who: int, at: datetime = MONDAY, to: str | None = "call-0", number: int = 0) -> Row:
    """A citizen's post."""
    author = f"canary-{who}"
    return {"id": f"{author}-{number}", "author": author, "created": at, "reply_to": to}


def answer(row: Row, hours: float) -> Row:
    at = row["created"] + timedelta(hours=hours)
    return {"author": "canary-town", "created": at, "reply_to": row["id"], "own": True}


def panel_of(rows: list[Row], **options: Any) -> Panel:
    """Return posts and answers; `test_whom_own_posts_reach` looks at the rest."""
    return own_accounts(posts_of(rows), **{"privacy": PRIVACY, **options}).subset(NAMES)


def test_whom_own_posts_reach() -> None:
    rows = [call(0) | {"likes": 3, "shares": 2, "views": 99}, call(1) | {"views": 9}, call(2)]
    rows += [asks(i) | {"likes": 900, "views": 900} for i in range(9)]
    later = call(3, MONDAY + timedelta(weeks=1))
    panel = own_accounts(posts_of([*rows, later]), privacy=PRIVACY)
    assert panel.names[3:] == ("municipal engagement", "municipal views")
    assert panel["municipal engagement"] == pytest.approx([np.log(8), np.nan], nan_ok=True)
    assert panel["municipal views"] == pytest.approx(
        [(np.log(100) + np.log(10)) / 2, np.nan], nan_ok=True
    )
    assert panel.confidence[:, 3:].tolist() == [[1 / 21, 2 / 22], [0, 0]]


def test_posts_answers_and_waiting_times_are_counted_by_period() -> None:
    asked = [asks(i) for i in range(12)]
    answers = [answer(row, hours) for row, hours in zip(asked, [1, 2, 3, 4, 5, 90], strict=False)]
    panel = panel_of([call(), *asked, *answers])
    assert panel.periods == ("2024-W01",)
    assert panel.names == NAMES
    assert panel.values.tolist() == [[7, 3.5, 0.5]]
    assert panel.confidence[0].tolist() == [7 / 27, 6 / 26, 12 / 32]


def test_the_first_reply_counts_and_one_before_the_question_does_not() -> None:
    asked = [asks(i) for i in range(6)]
    answers = [answer(row, hours) for row in asked for hours in (-1, 7, 2, 30)]
    assert panel_of([call(), *asked, *answers])[NAMES[1]].tolist() == [2]
    early = [answer(row, -1) for row in asked]
    assert panel_of([call(), *asked, *early]).values[0, 1:].tolist() == pytest.approx(
        [np.nan, 0], nan_ok=True
    )


def test_one_citizen_has_one_voice_however_often_they_ask() -> None:
    asked = [asks(i) for i in range(6)]
    often = [asks(99, number=n) for n in range(200)]
    quick = [answer(row, 4) for row in asked]
    panel = panel_of([call(), *asked, *often, *quick, *[answer(row, 100) for row in often]])
    assert panel[NAMES[1]].tolist() == [4]
    # The seventh citizen is one who got no answer, and one must not be seen.
    assert np.isnan(panel_of([call(), *asked, *often, *quick]).values[0, 1:]).all()


def test_posts_that_do_not_reply_to_the_municipality_have_a_waiting_time_but_no_share() -> None:
    asked = [asks(i, to=None) for i in range(6)]
    panel = panel_of([call(), *asked, *[answer(row, 4) for row in asked]])
    assert panel.values[0].tolist() == pytest.approx([7, 4, np.nan], nan_ok=True)


@pytest.mark.parametrize(("citizens", "shown"), [(4, False), (5, True)])
def test_fewer_than_k_citizens_are_not_shown(citizens: int, shown: bool) -> None:
    asked = [asks(i) for i in range(citizens)]
    panel = panel_of([call(), *asked, *[answer(row, 4) for row in asked]])
    assert np.isfinite(panel.values).tolist() == [[True, shown, shown]]
    assert (panel.confidence[0, 1:] > 0).tolist() == [shown, shown]


@pytest.mark.parametrize("answered", range(13))
def test_neither_the_answered_nor_the_rest_are_one_to_k_less_one(answered: int) -> None:
    asked = [asks(i) for i in range(12)]
    panel = panel_of([call(), *asked, *[answer(row, 4) for row in asked[:answered]]])
    safe = answered in (0, 5, 6, 7, 12)
    assert np.isfinite(panel[NAMES[2]]).tolist() == [safe]
    assert np.isfinite(panel[NAMES[1]]).tolist() == [safe and answered > 0]


def test_two_numbers_that_differ_by_a_few_citizens_are_not_both_shown() -> None:
    asked = [asks(i) for i in range(20)] + [asks(i, to=None) for i in range(20, 32)]
    both = panel_of([call(), *asked, *[answer(row, 4) for row in asked[10:26]]])
    assert np.isfinite(both.values).all()
    # Three of the citizens with an answer have asked elsewhere: 13 less 10 would show them.
    few = panel_of([call(), *asked, *[answer(row, 4) for row in asked[10:23]]])
    assert np.isfinite(few.values).tolist() == [[True, False, True]]


def test_dates_without_a_time_of_day_have_no_waiting_time() -> None:
    day = datetime(2024, 1, 1)
    asked = [asks(i, at=day) for i in range(6)]
    panel = panel_of([call(at=day), *asked, *[answer(row, 24) for row in asked]])
    assert panel.values[0].tolist() == pytest.approx([7, np.nan, 1], nan_ok=True)
    # Replies of the same day with a date only came after the question, as far as is known.
    timed = [asks(i) for i in range(6)]
    replies = [answer(row, 0) | {"created": day} for row in timed]
    panel = panel_of([call(at=day), *timed, *replies])
    assert panel.values[0].tolist() == pytest.approx([7, np.nan, 1], nan_ok=True)


def test_no_own_post_is_zero_where_enough_citizens_post_and_missing_elsewhere() -> None:
    weeks = [MONDAY + timedelta(weeks=n) for n in range(5)]
    many = [asks(i, at=weeks[1]) for i in range(5)]
    few = [asks(i, at=weeks[2]) for i in range(4)]
    panel = panel_of([call(at=weeks[0]), *many, *few, call(1, at=weeks[4])])
    expected = [1, 0, np.nan, np.nan, 1]
    assert panel[NAMES[0]].tolist() == pytest.approx(expected, nan_ok=True)
    assert panel.confidence[:, 0].tolist() == [1 / 21, 5 / 25, 0, 0, 1 / 21]


def test_automatic_accounts_are_no_citizens_but_own_ones_may_be_automatic() -> None:
    asked = [asks(i) | {"automatic": True} for i in range(6)]
    rows = [call() | {"automatic": True}, *asked, *[answer(row, 4) for row in asked]]
    assert panel_of(rows).values[0].tolist() == pytest.approx([7, np.nan, np.nan], nan_ok=True)


def test_accounts_that_are_named_when_reading_are_found(tmp_path: Path) -> None:
    lines = ["id,author,text,created_at,reply_to", "1,TownHall,works begin,2024-01-01T09:30:00Z,"]
    for i in range(6):
        lines.append(f"a{i},canary-{i},when?,2024-01-01T10:00:00Z,1")
        lines.append(f"b{i},TownHall,soon,2024-01-01T12:30:00Z,a{i}")
    path = tmp_path / "posts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    panel = own_accounts(read_posts(path, own=("TownHall",)), privacy=PRIVACY)
    assert panel.subset(NAMES).values.tolist() == [[7, 2.5, 1]]


def test_without_an_own_account_the_error_says_how_to_name_it() -> None:
    with pytest.raises(EvidenceError, match=r"none of the 1 posts.*own=\('account',\)"):
        panel_of([asks(1)])
    with pytest.raises(EvidenceError, match="every='1y'"):
        panel_of([call()], every="1y")


def test_the_panel_says_where_it_comes_from_and_holds_nobody() -> None:
    asked = [asks(i) for i in range(6)]
    panel = panel_of([call(), *asked, *[answer(row, 4) for row in asked]], name="water board")
    origin = panel.origins[NAMES[1]]
    assert (origin.kind, origin.source) == ("posts", "water board")
    assert "at least 5 citizens; purpose: how we answer; basis: GDPR" in origin.note
    seen = repr(pickle.dumps(panel)) + panel.to_frame().to_csv() + repr(panel.origins)
    for canary in ("canary", "call-0", "09:30"):
        assert canary not in seen


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), people=st.integers(4, 40))
def test_shown_figures_are_those_of_a_slow_count_and_no_two_differ_by_a_few(
    seed: int, people: int
) -> None:
    rng = np.random.default_rng(seed)
    asked = [
        asks(int(rng.integers(people)), to=str(rng.choice(["call-0", "elsewhere"])), number=n)
        for n in range(60)
    ]
    answers = [
        answer(row, float(rng.integers(1, 90))) for row in asked for _ in range(rng.integers(3))
    ]
    _, hours, share = panel_of([call(), *asked, *answers], every="1q").values[0]
    waits: dict[str, list[float]] = {}
    came: dict[str, list[bool]] = {}
    for row in asked:
        found = [r["created"] - row["created"] for r in answers if r["reply_to"] == row["id"]]
        if found:
            waits.setdefault(row["author"], []).append(min(found).total_seconds() / 3600)
        if row["reply_to"] == "call-0":
            came.setdefault(row["author"], []).append(bool(found))
    everyone = {row["author"] for row in asked}
    published = []
    if np.isfinite(hours):
        assert hours == pytest.approx(np.median([np.median(w) for w in waits.values()]), abs=0.051)
        published += [set(waits)]
    if np.isfinite(share):
        assert share == pytest.approx(np.mean([np.mean(each) for each in came.values()]))
        published += [set(came), {who for who, each in came.items() if any(each)}]
        published += [{who for who, each in came.items() if not all(each)}]
    for one in published:
        assert len(one) == 0 or len(one) >= 5
        assert len(everyone - one) == 0 or len(everyone - one) >= 5
    if np.isfinite(hours) and np.isfinite(share):
        for other in published[1:3]:
            assert all(
                len(a - b) == 0 or len(a - b) >= 5
                for a, b in ((published[0], other), (other, published[0]))
            )


@settings(max_examples=15)
@given(seed=st.integers(0, 1000))
def test_the_order_of_posts_does_not_change_a_bit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    asked = [
        asks(int(rng.integers(40)), at=MONDAY + timedelta(hours=rng.uniform(0, 500)), number=n)
        for n in range(90)
    ]
    some = [answer(row, float(rng.uniform(0, 90))) for row in asked if rng.random() < 0.6]
    rows = [call(), *asked, *some]
    mixed = [rows[i] for i in rng.permutation(len(rows))]
    for every in ("1w", "1mo"):
        assert panel_of(rows, every=every) == panel_of(mixed, every=every)
    assert np.isfinite(panel_of(rows, every="1mo").values).any()
