from __future__ import annotations

import csv
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import EvidenceError, PrivacyError, UnknownConceptError
from fcm.social import Lexicon, Posts, Privacy, Signals, Term, read_posts, signals
from fcm.social.counts.aggregates import suppress

PRIVACY = Privacy(purpose="concerns by month", basis="GDPR art. 6", key=bytes(32))
LEXICON = Lexicon(
    terms=(
        Term(concept="noise", language="es", words=("ruido",)),
        Term(concept="noise", language="es", words=("silencio",), polarity=-1),
        Term(concept="noise", language="en", words=("fines",)),
        Term(concept="clean", language="es", words=("limpieza",)),
        Term(concept="clean", language="es", words=("basura*",), polarity=-1),
    )
)
Row = tuple[Any, ...]  # author, text, day, language


def posts_of(path: Path, rows: list[Row]) -> Posts:
    with (path / "posts.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "author", "text", "created_at", "language"])
        out.writerows([i, *row, *[""] * (4 - len(row))] for i, row in enumerate(rows))
    return read_posts(path / "posts.csv")


def crowd(count: int, text: str, day: str = "2018-01-15", start: int = 0) -> list[Row]:
    return [(f"canary-{start + i}", text, day) for i in range(count)]


def count(path: Path, rows: list[Row], **options: Any) -> Signals:
    return signals(posts_of(path, rows), LEXICON, **{"privacy": PRIVACY, **options})


def test_an_author_has_one_vote_in_a_cell(tmp_path: Path) -> None:
    rows = crowd(12, "ruido") + crowd(28, "nada", start=12) + crowd(12, "ruido y ruido otra vez")
    seen = count(tmp_path, rows)
    assert seen.active.tolist() == [40]
    assert seen.authors[0, 0] == 12
    assert seen.salience[0, 0] == 12 / 40
    assert seen.valence[0, 0] == 1
    assert seen.concepts == ("noise", "clean")


def test_62_copies_of_one_notice_count_as_one_author(tmp_path: Path) -> None:
    rows = [("one", "aviso: ruido", "2018-01-02")] * 62 + crowd(40, "nada")
    seen = count(tmp_path, rows)
    assert np.isnan(seen.authors[0, 0])
    assert seen.active[0] == 41


def test_valence_is_the_mean_over_authors_of_their_mean_polarity(tmp_path: Path) -> None:
    rows = crowd(5, "basura") + crowd(5, "limpieza", start=5) + crowd(20, "nada", start=10)
    rows += crowd(5, "limpieza limpieza limpieza")  # now at (-1 + 3) / 4 each
    assert count(tmp_path, rows).valence[0, 1] == pytest.approx((5 * 0.5 + 5 * 1) / 10)


def test_a_text_that_an_author_repeats_counts_once_for_valence(tmp_path: Path) -> None:
    rows = crowd(10, "basura") + crowd(10, "limpieza") * 30 + crowd(20, "nada", start=10)
    assert count(tmp_path, rows).valence[0, 1] == 0


def test_cells_under_k_and_cells_that_leave_under_k_are_suppressed(tmp_path: Path) -> None:
    rows = crowd(9, "ruido") + crowd(31, "limpieza", start=9)
    seen = count(tmp_path, rows)
    assert seen.suppressed.tolist() == [[True, True]]
    assert np.isnan(seen.valence).all()
    assert np.isnan(seen.salience).all()
    assert seen.active.tolist() == [40]


def test_a_period_under_k_is_suppressed_with_all_its_cells(tmp_path: Path) -> None:
    rows = crowd(9, "ruido", "2018-01-01") + crowd(20, "ruido", "2018-03-01")
    seen = count(tmp_path, rows)
    assert seen.periods == ("2018-01", "2018-02", "2018-03")
    assert seen.active[2] == 20
    assert np.isnan(seen.active[:2]).all()
    assert seen.suppressed[:, 0].tolist() == [True, True, False]


@settings(max_examples=100, deadline=None)
@given(
    active=st.integers(0, 60), shares=st.lists(st.floats(0, 1), max_size=5), k=st.integers(5, 15)
)
def test_no_difference_of_published_numbers_stands_for_fewer_than_k(
    active: int, shares: list[float], k: int
) -> None:
    cells = np.floor(np.array([shares]) * active)
    total, shown, _ = suppress([active], cells, np.zeros(cells.shape), k=k)
    for number in [*total, *shown[0]]:
        assert np.isnan(number) or number >= k
    for number in shown[0]:
        rest = total[0] - number
        assert np.isnan(number) or rest == 0 or rest >= k


def test_an_attacker_who_adds_one_author_sees_no_cell_appear_below_k(tmp_path: Path) -> None:
    others = crowd(40, "nada")
    before = count(tmp_path, others + crowd(8, "ruido"))
    after = count(tmp_path, others + crowd(9, "ruido"))
    assert np.array_equal(before.suppressed, after.suppressed)
    assert before == after


@pytest.mark.parametrize(
    ("every", "periods"),
    [
        ("1d", ("2015-12-30", "2015-12-31", "2016-01-01")),
        ("1w", ("2015-W53",)),
        ("1mo", ("2015-12", "2016-01")),
        ("1q", ("2015-Q4", "2016-Q1")),
    ],
)
def test_periods_are_labelled_by_their_length(
    tmp_path: Path, every: str, periods: tuple[str, ...]
) -> None:
    rows = crowd(12, "ruido", "2015-12-30") + crowd(12, "ruido", "2016-01-01")
    assert count(tmp_path, rows, every=every).periods == periods


def test_an_unknown_length_of_period_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"every='1y'.*'1d', '1w', '1mo', '1q'"):
        count(tmp_path, crowd(12, "ruido"), every="1y")


def test_posts_are_matched_in_their_own_language(tmp_path: Path) -> None:
    rows = [(f"a{i}", "fines ruido", "2018-01-01", "es-ES") for i in range(12)]
    rows += [(f"b{i}", "ruido fines", "2018-01-01", "en") for i in range(20)]
    rows += [(f"c{i}", "nothing here", "2018-01-01", "en") for i in range(20)]
    seen = count(tmp_path, rows)
    assert seen.authors[0, 0] == 32
    assert seen.active[0] == 52


def test_posts_in_a_language_without_terms_are_no_silence_on_the_concept(tmp_path: Path) -> None:
    rows = [(f"f{i}", "bruit", "2018-01-01", "fr") for i in range(30)]
    with pytest.raises(EvidenceError, match=r"\(en, es\); the posts are in fr"):
        count(tmp_path, rows)
    rows += [(f"a{i}", "ruido", "2018-01-01", "es") for i in range(20)]
    assert count(tmp_path, rows).active.tolist() == [20]


def test_posts_without_text_or_author_leave_nothing_to_count(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="no posts at all"):
        count(tmp_path, [("", "ruido", "2018-01-01"), ("ana", "", "2018-01-01")])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_and_the_key_do_not_change_a_bit(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("posts")
    rows = crowd(15, "ruido basura") + crowd(15, "limpieza", start=8) + crowd(30, "no", start=30)
    rows += crowd(13, "limpieza y silencio y basuras y ruido", start=3) + crowd(
        9, "ruido", start=60
    )
    mixed = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    other = Privacy(purpose="concerns by month", basis="GDPR art. 6", key=bytes([seed % 256] * 16))
    count(path, rows).save(path / "a.csv")
    count(path, mixed, privacy=other).save(path / "b.csv")
    assert (path / "a.csv").read_bytes() == (path / "b.csv").read_bytes()
    assert not count(path, rows).suppressed.any()


def test_nothing_of_a_post_is_in_any_output(tmp_path: Path) -> None:
    secret = "ruido secreto-de-ana"
    with (tmp_path / "p.csv").open("w", encoding="utf-8") as file:
        file.write("id,author,text,created_at\n")
        for i in range(40):
            file.write(f"postid{i}-x,canary-{i},{secret} {i},2018-01-15T07:08:09\n")
    seen = signals(read_posts(tmp_path / "p.csv"), LEXICON, privacy=PRIVACY)
    assert seen.authors[0, 0] == 40
    frame, panel = seen.to_frame(), seen.panel()
    shown = [
        repr(seen),
        str(seen),
        seen._repr_html_(),
        repr(pickle.dumps(seen)),
        seen.save(tmp_path / "s.csv").read_text(encoding="utf-8"),
        frame.to_csv() + repr(frame.attrs),
        repr(seen.to_records()),
        repr(dict(seen.provenance)),
        repr(panel) + panel.to_frame().to_csv() + repr(panel.origins) + repr(pickle.dumps(panel)),
    ]
    for text in shown:
        for canary in ("canary", "secreto", "postid", "07:08", "2018-01-15"):
            assert canary not in text
    assert pickle.loads(pickle.dumps(seen)) == seen


def table(**changes: Any) -> Signals:
    values: dict[str, Any] = {
        "concepts": ["noise", "clean"],
        "periods": ["2018-01", "2018-02"],
        "every": "1mo",
        "active": [40, np.nan],
        "authors": [[12, np.nan], [np.nan, np.nan]],
        "valence": [[0.5, np.nan], [np.nan, np.nan]],
        "k": 10,
        "purpose": "concerns",
        "basis": "GDPR art. 6",
        "credit": "City of X",
    }
    return Signals(**values | changes)


def test_a_panel_carries_missing_cells_and_where_it_comes_from() -> None:
    panel = table().panel("valence", reliability=0.5)
    assert panel["noise"][0] == 0.5
    assert np.isnan(panel.values).sum() == 3
    assert panel.confidence.tolist() == [[12 / 32, 0], [0, 0]]
    assert panel.reliability.tolist() == [0.5, 0.5]
    origin = panel.origins["noise"]
    assert (origin.kind, origin.licence) == ("posts", "City of X")
    assert "polarity of mention; cells of at least 10 distinct authors" in origin.note
    assert "; purpose: concerns; basis: GDPR" in origin.note
    assert table().panel(reliability={"clean": 0.2}).reliability.tolist() == [1, 0.2]


def test_every_quantity_makes_a_panel_in_its_own_unit() -> None:
    seen = table(
        sentiment=[[-0.2, np.nan], [np.nan] * 2],
        engagement=[[2.5, np.nan], [np.nan] * 2],
        effective=[[10, np.nan], [np.nan] * 2],
    )
    for use, value, n in (
        ("salience", 0.3, 40),
        ("valence", 0.5, 10),
        ("sentiment", -0.2, 10),
        ("engagement", 2.5, 10),
    ):
        panel = seen.panel(use)  # type: ignore[arg-type]
        assert panel["noise"][0] == pytest.approx(value)
        assert panel.confidence[0, 0] == n / (n + 20)
        assert np.isnan(panel["clean"]).all()
        low, high = seen.interval(use)  # type: ignore[arg-type]
        assert low[0, 0] < value < high[0, 0]
    assert "log1p(likes + replies + 2 shares)" in seen.panel("engagement").origins["noise"].note


def test_what_is_not_known_is_missing_in_every_panel() -> None:
    seen = table()
    assert np.isnan(seen.panel("sentiment").values).all()
    assert seen.panel("sentiment").confidence.sum() == 0
    assert np.isnan(seen.interval("engagement")).all()
    assert table(valence=[[np.nan] * 2] * 2).authors[0, 0] == 12


def test_shrinking_draws_small_cells_towards_what_is_usual_for_the_concept() -> None:
    seen = table(
        active=[400, 400],
        authors=[[10, 100], [300, 100]],
        valence=[[1, 0.5], [0, 0.5]],
        effective=[[10, 100], [300, 100]],
    )
    drawn = seen.shrunk("valence")
    usual = 10 / 310
    assert drawn[0, 0] == pytest.approx(10 / 30 + 20 / 30 * usual)
    assert drawn[1, 0] == pytest.approx(20 / 320 * usual)
    assert drawn[:, 1].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("level", [0, 1, 90])
def test_a_level_that_is_no_probability_is_refused(level: float) -> None:
    with pytest.raises(EvidenceError, match="expected a number between 0 and 1"):
        table().interval("salience", level=level)


def test_a_panel_of_something_else_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"no 'salence'\. Did you mean 'salience'"):
        table().panel("salence")  # type: ignore[arg-type]
    with pytest.raises(EvidenceError, match="'salience'"):
        table().shrunk("salence")  # type: ignore[arg-type]
    with pytest.raises(UnknownConceptError, match=r"'noize'.*Did you mean 'noise'"):
        table().panel(reliability={"noize": 0.5})


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"authors": [[9, np.nan], [np.nan] * 2]}, PrivacyError, "fewer than 10"),
        ({"authors": [[35, np.nan], [np.nan] * 2]}, PrivacyError, "leaves fewer"),
        ({"active": [40, 3]}, PrivacyError, "2018-02 stands for fewer than 10"),
        ({"k": 2}, PrivacyError, "k is 2"),
        ({"purpose": " "}, PrivacyError, "purpose is empty"),
        ({"authors": [[41, np.nan], [np.nan] * 2]}, EvidenceError, "more authors"),
        ({"active": [np.nan, np.nan]}, EvidenceError, "more authors"),
        ({"authors": [[12.5, np.nan], [np.nan] * 2]}, EvidenceError, "no whole number"),
        ({"valence": [[2, np.nan], [np.nan] * 2]}, EvidenceError, r"\[-1, 1\]"),
        ({"valence": [[0.5, 0], [np.nan] * 2]}, EvidenceError, r"valence must lie in \[-1, 1\]"),
        ({"sentiment": [[-2, np.nan], [np.nan] * 2]}, EvidenceError, "sentiment must lie"),
        ({"engagement": [[7, np.nan], [np.nan] * 2]}, EvidenceError, r"\[0, 6.909\]"),
        ({"effective": [[13, np.nan], [np.nan] * 2]}, EvidenceError, "not above authors"),
        ({"effective": [[np.nan, 3], [np.nan] * 2]}, EvidenceError, "NaN where they are"),
        ({"effective": [3]}, EvidenceError, "effective has shape"),
        ({"periods": ["2018-02", "2018-01"]}, EvidenceError, "ascending"),
        ({"periods": ["2018-01", "2018-1"]}, EvidenceError, "'2018-1' is no label"),
        ({"concepts": ["noise", "noise"]}, EvidenceError, "twice"),
        ({"active": [40]}, EvidenceError, "active has shape"),
    ],
)
def test_a_table_that_cannot_be_is_refused(
    changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        table(**changes)


def test_the_picture_is_escaped_and_fetches_nothing() -> None:
    page = table(concepts=["<b>noise", "clean"], purpose="<script>")._repr_html_()
    assert "<b>" not in page
    assert "<script" not in page
    assert "http" not in page
    assert page.count("<rect") == 1
    assert "&lt;b&gt;noise, 2018-01: 30 % of authors (19.7 to 42.9 %)" in page
    assert "may be zero" in page


def test_a_long_series_shows_its_last_periods_and_says_so() -> None:
    days = [f"2018-{m:02d}-{d:02d}" for m in (1, 2, 3) for d in range(1, 29)]
    long = table(
        periods=days,
        every="1d",
        active=[40] * 84,
        authors=[[12, np.nan]] * 84,
        valence=[[0, np.nan]] * 84,
    )
    page = long._repr_html_()
    assert page.count("<rect") == 60
    assert "24 earlier periods are not shown" in page


def test_signals_are_equal_by_content_and_cannot_be_changed() -> None:
    assert table() == table()
    assert hash(table()) == hash(table())
    assert table() != table(k=11)
    assert table() != "signals"
    with pytest.raises(ValueError, match="read-only"):
        table().authors[0, 0] = 1
    assert repr(table()) == (
        "Signals(2018-01..2018-02, 2 periods x 2 concepts, 3 of 4 cells suppressed, k=10)"
    )


def test_importing_the_room_loads_no_table_library() -> None:
    code = "import sys, fcm.social; print(*{'polars', 'pandas', 'scipy'} & set(sys.modules))"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == ""
