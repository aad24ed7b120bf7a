from __future__ import annotations

from typing import Any

import numpy as np

from fcm.social import Signals
from fcm.social.audience import heard
from fcm.social.scored import Heard

HEARD = Heard(
    rows=1000,
    without_text=40,
    without_author=10,
    repeated=20,
    automatic=50,
    own=20,
    other_language=60,
    scored=800,
    silent=600,
    unsure=10,
)


def table(**changes: Any) -> Signals:
    values: dict[str, Any] = {
        "concepts": ["noise", "clean <b>", "never"],
        "periods": ["2018-01", "2018-02"],
        "every": "1mo",
        "active": [200, np.nan],
        "authors": [[60, 12, np.nan], [np.nan] * 3],
        "valence": [[0.5, 0, np.nan], [np.nan] * 3],
        "k": 10,
        "purpose": "concerns by month",
        "basis": "GDPR art. 6",
        "heard": HEARD,
    }
    return Signals(**values | changes)


def test_every_row_counts_or_has_a_reason_why_not() -> None:
    report = heard(table())
    assert report.counted + sum(report.reasons.values()) == report.rows
    said = " ".join(report.sentences())
    assert "800 of 1,000 (80 %) rows count (numbers of rows and posts are rounded down" in said
    assert "50 of 1,000 (5 %) rows are of automatic accounts." in said
    assert "600 of 800 (75 %) posts that count name no concept" in said
    assert "could not be read" not in said


def test_rows_without_a_stated_reason_are_not_hidden() -> None:
    report = heard(table(heard=Heard(rows=1000, scored=700, own=100)))
    assert sum(report.reasons.values()) == 300
    assert "200 of 1,000 (20 %) rows are left out for other" in " ".join(report.sentences())


def test_what_rounding_lost_is_no_reason() -> None:
    exact = Heard(rows=1009, scored=809, own=59, automatic=59, other_language=82)
    report = heard(table(heard=exact.rounded(10)))
    assert report.rows == 1000
    assert not any("other reasons" in each for each in report.sentences())


def test_the_share_of_blank_cells_and_what_is_never_heard_are_said() -> None:
    report = heard(table())
    assert (report.suppressed, report.cells, report.enough) == (4, 6, 1)
    assert (report.quiet, report.never) == (("2018-02",), ("never",))
    assert report.authors_per_cell == 36
    said = " ".join(report.sentences())
    assert "1 of 2 (50 %) periods have fewer than 10 authors and show nothing: 2018-02." in said
    assert "Suppressed in every period: never." in said
    assert "about 50 are needed; 1 of 6 (16.7 %) cells have that many" in said


def test_the_caveats_always_stand_at_the_end() -> None:
    for signals in (table(), table(heard=None)):
        *_, first, second, third = heard(signals).sentences()
        assert "is not the city" in first
        assert "Age" in second
        assert "nothing is reweighted" in second
        assert "nobody cares" in third


def test_signals_made_from_counts_have_a_report_without_rows() -> None:
    report = heard(table(heard=None))
    assert report.rows is None
    assert report.sentences()[0] == "How many posts were read and how many left out is not known."
    assert not any("rows" in each["what"] for each in report.to_records())
    assert repr(report) == "HeardReport(4 of 6 cells suppressed)"


def test_a_table_of_blanks_has_no_median() -> None:
    blank = np.full((2, 3), np.nan)
    report = heard(table(active=[np.nan] * 2, authors=blank, valence=blank))
    assert report.authors_per_cell is None
    assert not any("(median)" in each for each in report.sentences())
    empty = heard(table(periods=[], active=[], authors=blank[:0], valence=blank[:0]))
    assert {each["share"] for each in empty.to_records() if not each["of"]} == {None}


def test_long_lists_of_periods_are_cut_short() -> None:
    days = [f"2018-01-{day:02d}" for day in range(1, 21)]
    blank = np.full((20, 3), np.nan)
    signals = table(periods=days, every="1d", active=[np.nan] * 20, authors=blank, valence=blank)
    (said,) = (each for each in heard(signals).sentences() if "show nothing" in each)
    assert said.endswith("2018-01-08 and 12 more.")


def test_records_give_count_whole_and_share() -> None:
    records = {each["what"]: each for each in heard(table()).to_records()}
    assert records["rows that count"] == {
        "what": "rows that count",
        "count": 800,
        "of": 1000,
        "share": 0.8,
    }
    assert records["cells suppressed"]["share"] == 4 / 6


def test_the_picture_is_escaped_and_fetches_nothing() -> None:
    never = np.full((2, 3), np.nan)
    page = heard(table(purpose="<script>", authors=never, valence=never))._repr_html_()
    assert "<script" not in page
    assert "clean <b>" not in page
    assert "clean &lt;b&gt;" in page
    assert "http" not in page
    assert "purpose: &lt;script&gt;" in page
