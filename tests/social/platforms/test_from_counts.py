from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fcm.errors import EvidenceError, FileError, PrivacyError
from fcm.social.counts.aggregates import Signals
from fcm.social.counts.from_counts import from_counts

WHY: dict[str, Any] = {"purpose": "concerns by month", "basis": "no personal data"}
HEAD = "period,concept,authors,active,valence,area\n"


def counted(tmp_path: Path, text: str, **options: Any) -> Signals:
    file = tmp_path / "counts.csv"
    file.write_text(HEAD + text, encoding="utf-8")
    return from_counts(file, **WHY | options)


def test_counts_become_signals_and_small_cells_are_suppressed(tmp_path: Path) -> None:
    seen = counted(
        tmp_path,
        "2018-01,noise,12,40,0.5,\n"
        "2018-01,trees,35,40,0.5,\n"
        "2018-03,noise,4,45,-1,\n"
        "2018-03,trees,,45,,\n",
        credit="City of X",
    )
    assert seen.periods == ("2018-01", "2018-02", "2018-03")
    assert seen.authors[0, 0] == 12
    assert seen.valence[0, 0] == 0.5
    assert np.isnan(seen.sentiment).all()
    assert np.isnan(seen.authors).sum() == 5
    assert np.isnan(seen.active[1])
    assert seen.provenance["lexicon"] == "counted elsewhere; 2 small cells suppressed here"
    assert seen.provenance["credit"] == "City of X"


def test_records_give_what_the_file_gives(tmp_path: Path) -> None:
    rows = [
        {"period": "2018-W01", "concept": "noise", "authors": 12, "active": 40.0, "valence": None},
        {"period": "2018-W02", "concept": "noise", "authors": 20, "active": 40, "sentiment": -0.5},
    ]
    seen = from_counts(rows, every="1w", k=5, **WHY)
    assert seen.authors.ravel().tolist() == [12, 20]
    assert seen.sentiment[1, 0] == -0.5
    assert seen.lexicon == "counted elsewhere"
    assert seen.panel()["noise"].tolist() == [0.3, 0.5]


def test_people_are_not_added_up_over_areas(tmp_path: Path) -> None:
    rows = "2018-01,noise,12,40,,North\n2018-01,noise,15,50,,South\n"
    with pytest.raises(EvidenceError, match=r"cannot be added up.*area='North'"):
        counted(tmp_path, rows)
    assert counted(tmp_path, rows, where={"area": "South"}).authors[0, 0] == 15
    assert counted(tmp_path, rows + "2018-01,noise,20,80,,\n").authors[0, 0] == 20
    with pytest.raises(EvidenceError, match=r"where= names 'areas'\. Did you mean 'area'"):
        counted(tmp_path, rows, where={"areas": "South"})


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2018-01,noise,12.5,40,,\n", "line 2: authors is no whole number"),
        ("2018-01,noise,many,40,,\n", "line 2: authors is no number"),
        ("2018-01,noise,41,40,,\n", "more authors than the period"),
        ("2018-01,noise,12,40,,\n2018-01,noise,12,40,,\n", "line 3: 'noise' in 2018-01 stands"),
        ("2018-01,noise,12,40,,\n2018-01,trees,12,41,,\n", "line 3: 2018-01 has another number"),
        ("2018-1,noise,12,40,,\n", "'2018-1' is no label of a period of '1mo'"),
        ("2018-01,,12,40,,\n", "period or concept is empty"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(FileError, match=words):
        counted(tmp_path, rows)


def test_a_total_that_is_not_known_hides_its_cells(tmp_path: Path) -> None:
    seen = counted(tmp_path, "2018-01,noise,12,,0.5,\n2018-02,noise,12,40,,\n")
    assert np.isnan(seen.authors[:, 0]).tolist() == [True, False]


def test_purpose_and_threshold_are_needed() -> None:
    rows = [{"period": "2018-01", "concept": "noise", "authors": 12, "active": 40}]
    with pytest.raises(PrivacyError, match="purpose is empty"):
        from_counts(rows, purpose=" ", basis="none")
    with pytest.raises(PrivacyError, match="k is 2"):
        from_counts(rows, k=2, **WHY)
    with pytest.raises(FileError, match="record 1: 'active' is missing"):
        from_counts([{"period": "2018-01", "concept": "noise", "authors": 12}], **WHY)
