from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import FileError, PrivacyError, UnsupportedVersionError
from fcm.social import Signals
from fcm.social.scored import Heard

OLD = """\
# fcm-signals 1
# every: "1mo"
# k: 10
# purpose: "concerns, by month"
# basis: "GDPR art. 6"
# credit: "City of X"
# lexicon: "5 terms"
period,active,concept,authors,salience,valence
2018-01,40,noise,12,0.3,0.5
2018-01,40,clean,,,
2018-02,,noise,,,
2018-02,,clean,,,
"""


GOOD = """\
# fcm-signals 2
# every: "1mo"
# k: 10
# purpose: "concerns, by month"
# basis: "GDPR art. 6"
# credit: "City of X"
# lexicon: "5 terms"
# heard: {"automatic": 0, "broken": 0, "other_language": 0, "own": 0, "repeated": 0, "rows": 90, \
"scored": 80, "silent": 50, "unsure": 0, "without_author": 0, "without_text": 10}
period,active,concept,authors,salience,valence,sentiment,effective,engagement
2018-01,40,noise,12,0.3,0.5,-0.25,11.5,
2018-01,40,clean,,,,,,
2018-02,,noise,,,,,,
2018-02,,clean,,,,,,
"""
CELL = "12,0.3,0.5,-0.25,11.5,"


def read(tmp_path: Path, text: str) -> Signals:
    path = tmp_path / "signals.csv"
    path.write_text(text, encoding="utf-8")
    return Signals.read(path)


def test_a_file_reads_as_what_it_says(tmp_path: Path) -> None:
    seen = read(tmp_path, GOOD)
    assert seen.concepts == ("noise", "clean")
    assert (seen.k, seen.every, seen.purpose) == (10, "1mo", "concerns, by month")
    assert seen.salience[0, 0] == 0.3
    assert int(seen.suppressed.sum()) == 3
    assert (seen.sentiment[0, 0], seen.effective[0, 0]) == (-0.25, 11.5)
    assert np.isnan(seen.engagement).all()
    assert seen.heard == Heard(rows=90, without_text=10, scored=80, silent=50)
    assert seen.save(tmp_path / "again.csv").read_text(encoding="utf-8") == GOOD


def test_a_file_of_version_1_reads_with_the_new_columns_unknown(tmp_path: Path) -> None:
    old, new = read(tmp_path, OLD), read(tmp_path, GOOD)
    for name in ("concepts", "periods", "every", "k", "purpose", "basis", "credit", "lexicon"):
        assert getattr(old, name) == getattr(new, name)
    for name in ("active", "authors", "valence"):
        assert np.array_equal(getattr(old, name), getattr(new, name), equal_nan=True)
    assert np.isnan([old.sentiment, old.effective, old.engagement]).all()
    assert old.heard is None
    old.save(tmp_path / "new.csv")
    assert Signals.read(tmp_path / "new.csv") == old


@settings(max_examples=40, deadline=None)
@given(data=st.data(), text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_is_saved_reads_back_identical(
    data: st.DataObject, text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("signals") / "s.csv"
    shape = (3, 2)
    active = np.array(data.draw(st.lists(st.integers(30, 9000), min_size=3, max_size=3)), float)
    authors = np.array([[10, a // 2 if a >= 40 else 10] for a in active], float)
    valence = np.reshape(
        data.draw(st.lists(st.floats(-1, 1), min_size=6, max_size=6)), shape
    ).astype(float)
    blank = np.reshape(data.draw(st.lists(st.booleans(), min_size=6, max_size=6)), shape)
    authors[blank] = valence[blank] = np.nan
    unknown = np.reshape(data.draw(st.lists(st.booleans(), min_size=6, max_size=6)), shape)
    seen = Signals(
        concepts=("a, 'b'", 'c "d"'),
        periods=("2018-W01", "2018-W02", "2018-W03"),
        every="1w",
        active=active,
        authors=authors,
        valence=valence,
        sentiment=np.where(unknown, np.nan, -valence),
        effective=np.where(unknown, np.nan, authors / 3),
        engagement=np.where(unknown, np.nan, np.abs(valence) * 6),
        heard=data.draw(st.sampled_from([None, Heard(rows=30, scored=20)])),
        k=10,
        purpose="x" + text,
        basis="y" + text,
        credit=text,
    )
    seen.save(path)
    first = path.read_bytes()
    again = Signals.read(path)
    assert again == seen
    assert np.array_equal(again.salience, seen.salience, equal_nan=True)
    again.save(path)
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("# fcm-signals 2\n", "", 1, "not a file of signals"),
        ("# k: 10\n", "", 7, "does not say 'k'"),
        ("# k: 10\n", "# k: ten\n", 3, "k is not a whole number"),
        ("# k: 10\n", "# k: true\n", 3, "k is not a whole number"),
        ('"City of X"', "City of X", 6, "credit is not a text"),
        ("# lexicon", "# words", 7, "'words' is unknown"),
        ('"rows": 90', '"rows": -1', 8, "heard is not numbers of posts"),
        ('"rows": 90', '"rows": true', 8, "heard is not numbers of posts"),
        ('"rows": 90', '"people": 90', 8, "heard is not numbers of posts"),
        ("period,active", "when,active", 9, "expected the columns"),
        (CELL, "12,0.3,0.5,,", 10, "expected 9 fields"),
        (CELL, CELL + ",1", 10, "expected 9 fields"),
        (CELL, "12,0.31,0.5,,,", 10, "is not authors by active authors"),
        (CELL, "12,,0.5,,,", 10, "salience blank"),
        (CELL, "12.5,0.3,0.5,,,", 10, "authors is '12.5'; expected a whole number"),
        (CELL, "12,0.3,inf,,,", 10, "valence is 'inf'"),
        (CELL, "12,0.3,0.5,nan,,", 10, "sentiment is 'nan'"),
        ("2018-01,40,clean", "2018-01,41,clean", 11, "another number above"),
        ("2018-01,40,clean", "2018-01,40,noise", 11, "stands twice"),
        ("2018-02,,clean,,,,,,\n", "", None, "row of 'clean' in 2018-02 is missing"),
        (CELL, "12,0.3,-1.5,,,", None, "valence must lie"),
        (CELL, "12,0.3,0.5,,12.5,", None, "effective must lie"),
        (CELL, "12,0.3,0.5,,,9", None, "engagement must lie"),
        ("2018-01,40,clean,,,,", "2018-01,40,clean,,,,0.5", None, "sentiment must lie"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int | None, words: str
) -> None:
    assert old in GOOD
    with pytest.raises(FileError, match=words) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert caught.value.line == line


@pytest.mark.parametrize("cell", ["9,0.225,0.5,,,", "31,0.775,0.5,,,"])
def test_a_published_cell_that_stands_for_too_few_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(PrivacyError, match=r"line 10: 'noise' in 2018-01.*Do not pass"):
        read(tmp_path, GOOD.replace(CELL, cell))


def test_a_published_total_and_a_small_threshold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PrivacyError, match="line 12"):
        read(tmp_path, GOOD.replace("2018-02,,", "2018-02,9,"))
    with pytest.raises(PrivacyError, match=r"signals.csv: k is 2"):
        read(tmp_path, GOOD.replace("k: 10", "k: 2"))
    with pytest.raises(PrivacyError, match=r"signals.csv: purpose is empty"):
        read(tmp_path, GOOD.replace("concerns, by month", ""))


def test_a_newer_version_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(
        UnsupportedVersionError, match="version 3; this release reads version 1 and 2"
    ):
        read(tmp_path, GOOD.replace("fcm-signals 2", "fcm-signals 3"))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="not a file of signals"):
        read(tmp_path, "")
