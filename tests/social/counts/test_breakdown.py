from __future__ import annotations

import pickle
from collections import Counter, defaultdict
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import EvidenceError, FileError, PrivacyError
from fcm.social import Lexicon, Posts, PostsReport, Privacy, Signals, Term
from fcm.social.counts.breakdown import NOT_STATED, OTHER, Breakdown, breakdown
from fcm.social.counts.counting import count
from fcm.social.counts.suppression import hidden_cells
from fcm.social.posts import schema
from fcm.social.scored import Scored
from fcm.social.scoring import score
from fcm.social.terms.tokens import Tokens

K = 5
PRIVACY = Privacy(purpose="concerns", basis="GDPR art. 6", key=bytes(32), k=K)
LEXICON = Lexicon(
    terms=(
        Term(concept="noise", language="en", words=("noise",)),
        Term(concept="clean", language="en", words=("clean",)),
    )
)
WHEN = datetime(2018, 1, 15)


def crowd(number: int, text: str, start: int = 0, **more: Any) -> list[dict[str, Any]]:
    return [{"author": f"a{start + i}", "text": text, **more} for i in range(number)]


def scored(rows: list[dict[str, Any]], **options: Any) -> Scored:
    usual = {"language": "en", "automatic": False, "own": False, "created": WHEN}
    frame = pl.DataFrame([usual | row for row in rows], schema=schema())
    return score(Posts(frame, PostsReport(rows=len(rows))), LEXICON, privacy=PRIVACY, **options)


def parts_of(rows: list[dict[str, Any]], by: Any = "area") -> Breakdown:
    return breakdown(scored(rows), by=by, privacy=PRIVACY, credit="City of X")


def test_strata_are_the_people_of_the_area_and_add_up_to_the_total() -> None:
    rows = crowd(12, "noise", area="North") + crowd(8, "nothing", 20, area="North")
    rows += crowd(9, "noise", 40, area="South") + crowd(30, "clean", 60, area="South")
    parts = parts_of(rows)
    assert list(parts) == [("North",), ("South",)]
    assert parts["North"].active.tolist() == [20]
    assert parts["North"].authors[0, 0] == 12
    assert parts["South"].authors[0].tolist() == [9, 30]
    assert parts.total == count(scored(rows), privacy=PRIVACY, credit="City of X")
    assert parts["North"].credit == "City of X"


def test_an_author_stands_in_the_area_of_most_of_their_posts() -> None:
    rows = crowd(10, "noise", area="North") + crowd(10, "nothing", area="South") * 2
    rows += crowd(10, "noise", 20, area="North") + crowd(10, "nothing", 20, area="East")
    parts = parts_of(rows)
    assert ("North",) not in parts.strata  # nobody stands there
    assert parts["South"].authors[0, 0] == 10
    assert parts["East"].authors[0, 0] == 10  # as many here as there: the first by name
    assert parts.total.authors[0, 0] == 20


def test_posts_without_an_area_have_their_own_stratum() -> None:
    parts = parts_of(crowd(10, "noise", area="North") + crowd(10, "noise", 20))
    assert list(parts) == [("North",), (NOT_STATED,)]
    assert parts[NOT_STATED].authors[0, 0] == 10


def test_two_labels_make_strata_of_both() -> None:
    rows = [
        row
        for i, (area, group) in enumerate([("North", "shop"), ("North", "club"), ("South", "shop")])
        for row in crowd(10, "noise", 20 * i, area=area, group=group)
    ]
    parts = parts_of(rows, by=("group", "area"))
    assert list(parts) == [("club", "North"), ("shop", "North"), ("shop", "South")]
    assert parts["shop", "South"].authors[0, 0] == 10


class Kinds:
    def classify(self, tokens: Tokens, texts: pl.Series, language: str | None) -> list[str | None]:
        return ["question" if "?" in text else None for text in texts]


def test_kinds_make_strata_and_the_unsure_are_one_of_them() -> None:
    rows = crowd(10, "noise?") + crowd(10, "noise", 20)
    parts = breakdown(scored(rows, kinds=Kinds()), by="kind", privacy=PRIVACY)
    assert list(parts) == [("question",), ("unsure",)]


def test_a_second_stratum_is_hidden_where_the_difference_would_show_the_first() -> None:
    rows = crowd(40, "noise", area="North") + crowd(12, "noise", 50, area="South")
    rows += crowd(3, "noise", 70, area="West")
    rows += [r for i, a in enumerate(("North", "South", "West"))
             for r in crowd(20, "nothing", 100 + 30 * i, area=a)]  # fmt: skip
    parts = parts_of(rows)
    assert parts.total.authors[0, 0] == 55
    assert parts["North"].authors[0, 0] == 40
    assert np.isnan(parts["South"].authors[0, 0])
    assert np.isnan(parts["West"].authors[0, 0])
    assert np.isnan(parts["South"].valence[0, 0])
    assert np.isnan(parts["South"].effective[0, 0])
    assert parts["West"].active[0] == 23


def test_a_second_stratum_is_hidden_where_the_silent_would_be_shown() -> None:
    rows = crowd(20, "noise", area="North") + crowd(3, "nothing", 20, area="North")
    rows += crowd(30, "noise", 40, area="South") + crowd(8, "nothing", 70, area="South")
    rows += crowd(40, "noise", 100, area="West") + crowd(9, "nothing", 150, area="West")
    parts = parts_of(rows)
    assert parts.total.authors[0, 0] == 90
    assert [np.isnan(parts[a].authors[0, 0]) for a in ("North", "South", "West")] == [
        True, True, False,
    ]  # fmt: skip


def test_what_the_total_hides_no_stratum_shows() -> None:
    rows = crowd(20, "noise", area="North") + crowd(20, "noise", 40, area="South")
    rows += crowd(3, "nothing", 80, area="South")
    parts = parts_of(rows)
    assert np.isnan(parts.total.authors[0, 0])
    assert np.isnan(parts["North"].authors[0, 0])


def test_a_mean_is_blank_in_all_strata_where_one_author_dominates_one_of_them() -> None:
    copied = "so much noise in the whole of this street"
    rows = crowd(40, copied, area="North") + crowd(1, "awful noise", 50, area="North")
    rows += crowd(20, "lovely noise", 60, area="South")
    parts = parts_of(rows)
    assert parts["North"].authors[0, 0] == 41
    assert np.isnan(parts["North"].sentiment[0, 0])
    assert np.isnan(parts["South"].sentiment[0, 0])
    assert not np.isnan(parts.total.sentiment[0, 0])


Row = dict[str, Any]
rows_of = st.lists(
    st.fixed_dictionaries(
        {
            "author": st.integers(0, 60).map("a{}".format),
            "text": st.sampled_from(["noise", "clean", "noise and clean", "nothing", "bad noise"]),
            "area": st.sampled_from(["North", "North", "South", "West", "East", None]),
            "created": st.sampled_from([WHEN, WHEN, datetime(2018, 2, 3)]),
            "language": st.sampled_from(["en", "en", "en", None]),
            "likes": st.sampled_from([None, 3]),
        }
    ),
    min_size=40,
    max_size=160,
)  # fmt: skip


def truth(rows: list[Row]) -> dict[str, dict[tuple[int, str, int], set[str]]]:
    """Return the people of every cell, by (period, area, concept), counted the obvious way."""
    home: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        home[row["created"].month, row["author"]][row["area"] or NOT_STATED] += 1
    found: dict[str, dict[tuple[int, str, int], set[str]]] = {
        name: defaultdict(set) for name in ("active", "naming", "felt", "moved")
    }
    for row in rows:
        counts = home[row["created"].month, row["author"]]
        area = min(counts, key=lambda a: (-counts[a], a))
        for j, concept in enumerate(("noise", "clean")):
            cell = (row["created"].month, area, j)
            found["active"][cell].add(row["author"])
            if concept in row["text"]:
                found["naming"][cell].add(row["author"])
                if row["language"]:
                    found["felt"][cell].add(row["author"])
                if row["likes"]:
                    found["moved"][cell].add(row["author"])
    return found


@settings(max_examples=60)
@given(rows=rows_of)
def test_an_attacker_who_subtracts_finds_no_number_of_fewer_than_k_people(rows: list[Row]) -> None:
    parts, people = parts_of(rows), truth(rows)
    areas = [labels[0] for labels in parts]
    for found in people.values():  # who stands in an area of few is one of the others
        for (month, area, j), who in list(found.items()):
            if area not in areas:
                found[month, OTHER, j] |= who
    for t, period in enumerate(parts.total.periods):
        month = int(period[-2:])
        for j in range(2):
            real = {name: {a: len(people[name][month, a, j]) for a in areas} for name in people}
            silent = {a: real["active"][a] - real["naming"][a] for a in areas}
            total = parts.total
            for true, everybody, shown in (
                (real["active"], total.active[t], {a: parts[a].active[t] for a in areas}),
                (real["naming"], total.authors[t, j], {a: parts[a].authors[t, j] for a in areas}),
                (
                    silent,
                    total.active[t] - total.authors[t, j],
                    {a: parts[a].active[t] - parts[a].authors[t, j] for a in areas},
                ),
            ):
                known = [a for a in areas if not np.isnan(shown[a])]
                for a in known:
                    assert shown[a] == true[a]
                    assert true[a] == 0 or true[a] >= K
                if np.isnan(everybody):
                    assert not known
                    continue
                for size in range(len(known) + 1):
                    for chosen in combinations(known, size):
                        rest = everybody - sum(shown[a] for a in chosen)
                        assert rest == sum(true[a] for a in areas if a not in chosen)
                        assert rest == 0 or rest >= K
            for name, group in (("sentiment", "felt"), ("engagement", "moved")):
                blank = [a for a in areas if np.isnan(getattr(parts[a], name)[t, j])]
                hidden = sum(real[group][a] for a in blank)
                if not np.isnan(getattr(total, name)[t, j]):
                    assert hidden == 0 or hidden >= K


@settings(max_examples=20)
@given(rows=rows_of, seed=st.integers(0, 99))
def test_the_order_of_posts_does_not_change_a_bit(rows: list[Row], seed: int) -> None:
    mixed = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    assert parts_of(mixed) == parts_of(rows)


@settings(max_examples=50)
@given(
    counts=st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=1, max_size=6),
    k=st.integers(5, 12),
)
def test_hiding_stops_where_the_hidden_are_nobody_or_k(counts: list[list[int]], k: int) -> None:
    table = np.array(counts)
    hidden = hidden_cells(table, table < k, k=k)
    rest = np.where(hidden, table, 0).sum(axis=0)
    assert (hidden | (table >= k)).all()
    assert ((rest == 0) | (rest >= k) | hidden.all(axis=0)).all()


def signals(active: float, authors: float, **more: Any) -> Signals:
    values: dict[str, Any] = {
        "concepts": ["noise"], "periods": ["2018-01"], "every": "1mo", "active": [active],
        "authors": [[authors]], "valence": [[np.nan if np.isnan(authors) else 0.5]], "k": 10,
        "purpose": "concerns", "basis": "GDPR art. 6",
    }  # fmt: skip
    return Signals(**values | more)


@pytest.mark.parametrize(
    ("north", "south", "error", "words"),
    [
        ((40, 17), (20, np.nan), PrivacyError, "leaves fewer than 10 authors .who name it"),
        ((40, 30), (20, np.nan), EvidenceError, "do not add up"),
        ((40, 20), (20, 10), EvidenceError, "do not add up"),
        ((45, 10), (20, 10), EvidenceError, "do not add up"),
        ((55, 20), (np.nan, np.nan), PrivacyError, r"fewer than 10 authors \(the period"),
    ],
)
def test_a_breakdown_that_shows_too_much_is_refused(
    north: tuple[float, float], south: tuple[float, float], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        Breakdown(
            by=("area",),
            strata={("North",): signals(*north), ("South",): signals(*south)},
            total=signals(60, 20),
        )


def test_strata_that_do_not_fit_the_total_are_refused() -> None:
    total = signals(60, 20)
    for strata, words in (
        ({("a", "b"): signals(60, 20)}, "has 2 labels; expected one"),
        ({("a",): signals(60, 20, k=9)}, "differ in k"),
        ({("a",): signals(60, 20, purpose="another")}, "differ in purpose"),
    ):
        with pytest.raises(EvidenceError, match=words):
            Breakdown(by=("area",), strata=strata, total=total)
    with pytest.raises(PrivacyError, match="that the total hides"):
        Breakdown(by=("area",), strata={("a",): signals(60, 20)}, total=signals(60, np.nan))


def test_a_breakdown_by_something_else_is_refused() -> None:
    for by, words in (
        ("aera", "by 'aera'. Did you mean 'area'"),
        ((), "by nothing; expected one or two"),
        (("area", "group", "kind"), "expected one or two"),
        (("area", "area"), "expected one or two"),
        ("author", "no breakdown by 'author'"),
    ):
        with pytest.raises(EvidenceError, match=words):
            parts_of(crowd(10, "noise"), by=by)
    with pytest.raises(EvidenceError, match=r"'Nort' by area\. Did you mean 'North'"):
        parts_of(crowd(10, "noise", area="North"))["Nort"]


def test_a_breakdown_saves_and_reads_back_the_same(tmp_path: Path) -> None:
    rows = crowd(12, "noise", area="North, by 'X'", likes=3) + crowd(9, "clean", 40, group='"g"')
    parts = parts_of(rows, by=("area", "group"))
    path = parts.save(tmp_path / "parts.csv")
    first = path.read_bytes()
    again = Breakdown.read(path)
    assert again == parts
    assert hash(again) == hash(parts)
    assert again.save(path).read_bytes() == first
    assert pickle.loads(pickle.dumps(parts)) == parts
    text = first.decode()
    for old, new, words in (
        ("# fcm-breakdown 1", "# fcm-signals 1", "not a file of a breakdown"),
        ('# by: ["area", "group"]\n', "", "does not say 'by'"),
        ("\ntotal,", "\nwhole,", "part is 'whole'"),
    ):
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(FileError, match=words):
            Breakdown.read(path)
    path.write_text(text.replace("stratum,not stated", "stratum,x", 1), encoding="utf-8")
    with pytest.raises(FileError, match="differ in concepts"):
        Breakdown.read(path)


def test_a_panel_and_a_frame_of_a_breakdown() -> None:
    parts = parts_of(crowd(12, "noise", area="North") + crowd(9, "clean", 40, area="South"))
    assert parts.panel(stratum="North")["noise"][0] == 1
    assert parts.panel("valence", stratum=("North",))["noise"][0] == 1
    frame = parts.to_frame()
    assert frame.columns[:2].tolist() == ["part", "area"]
    assert len(frame) == 2 * 3
    assert frame.attrs["credit"] == "City of X"
    assert repr(parts) == (
        "Breakdown(2 strata by area, 2018-01..2018-01, 2 of 4 cells suppressed, k=5)"
    )
