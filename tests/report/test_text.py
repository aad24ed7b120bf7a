"""The tables of the command: complete, narrow enough, the same for equal findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.analysis import compare
from fcm.errors import FCMError
from fcm.inference import Dynamics, Rescaled, Sigmoid, sample
from fcm.report import Findings, tables
from fcm.report.numerals import change, percent
from fcm.report.table import Table, as_html, as_text


def test_no_line_is_longer_than_100_characters(found: Findings) -> None:
    assert max(len(line) for line in tables(found).splitlines()) <= 100


def test_equal_findings_give_equal_text(found: Findings, again: Findings) -> None:
    assert tables(found) == tables(again)


def test_every_table_of_changes_says_that_it_is_no_forecast(found: Findings) -> None:
    text = tables(found)
    for heading in ("What would change", "Does the order hold"):
        assert "Change against no intervention, not a forecast" in text.split(heading)[1][:500]


def row_of(text: str, name: str) -> str:
    """Return the first row of a table that begins with a name, blanks made single."""
    return next(
        " ".join(line.split()) for line in text.splitlines() if line.startswith(f"{name}  ")
    )


def test_changes_and_intervals_are_those_of_the_results(found: Findings) -> None:
    changes = tables(found).split("What would change")[1]
    for outcome, heading in (("dust", "Dust <PM10> & soot ("), ("trust", "Trust (")):
        table = changes.split(heading)[1]
        for s, name in enumerate(("Road toll", "Plant trees", "Both")):
            low, high = found.ensemble.quantiles(outcome, (0.05, 0.95))[s]
            rises = found.ensemble.probability_of_increase(outcome)[s]
            expected = (
                f"{name} {change(found.comparison.of(outcome)[s])} {change(low)} to {change(high)} "
                f"{percent(rises)} yes; 100 % of draws"
            )
            assert row_of(table, name) == expected


def test_every_link_stands_with_both_shares(found: Findings) -> None:
    text = tables(found)
    for record in found.estimate.to_records():
        link = f"{found.label(record['source'])} -> {found.label(record['target'])}"
        line = next(line for line in text.splitlines() if line.startswith(link))
        assert percent(record["data_share"]) in line
        assert percent(1 - record["data_share"]) in line
        assert record["status"] in line


def test_the_weights_that_are_the_experts_are_counted_first(found: Findings) -> None:
    assert "5 of 6 links have a data share under 0.1: they are the experts'." in tables(found)


def test_arguments_are_matched_in_either_direction(found: Findings) -> None:
    assert "30 % attack of 10 arguments" in tables(found)


def test_a_conflict_without_arguments_says_so(found: Findings) -> None:
    assert "no arguments" in tables(replace(found, arguments=()))


def test_a_refused_association_is_given_with_its_reason(found: Findings) -> None:
    words = " ".join(tables(found).split())
    assert "bicycles and sales: refused." in words
    assert found.screenings[0].reason in words


def test_only_cells_that_reach_the_threshold_are_counted(found: Findings) -> None:
    text = tables(found)
    assert "3 of 108 cells stand for at least 10 distinct authors" in text
    assert "Noise at night            0 of 36" in text


def test_a_study_that_lacks_everything_optional_still_reads(bare: Findings) -> None:
    text = tables(bare)
    assert "No policy effect was looked at." in text
    assert "The study reads no posts." in text
    assert "No two disagree on a sign." in text


def test_what_does_not_settle_is_never_shown_as_a_number(found: Findings) -> None:
    hasty = Dynamics(rule=Rescaled(memory=0), transfer=Sigmoid(slope=1.3), max_steps=1)
    plans = found.comparison.scenarios
    findings = replace(
        found,
        comparison=compare(found.map, plans, hasty),
        ensemble=sample(found.estimate, plans, 20, np.random.default_rng(0), dynamics=hasty),
    )
    text = tables(findings)
    assert "No package settled with the mean weights" in text
    assert row_of(text, "Road toll") == "Road toll not settled not settled unknown no; 0 % of draws"
    assert "nan" not in text.lower()


@given(
    rows=st.lists(
        st.tuples(
            st.text("xyz ", max_size=40),
            st.text("abc -", max_size=60),
            st.text("abc -", max_size=60),
            st.text("+-0123456789.", max_size=9),
        ),
        max_size=4,
    ),
    width=st.integers(40, 110),
)
@settings(max_examples=40, deadline=None)
def test_a_table_keeps_its_width_and_loses_no_word(
    rows: list[tuple[str, str, str, str]], width: int
) -> None:
    head = ("I", "J", "K", "L")
    text = as_text(
        Table(title="T", head=head, rows=tuple(rows), numeric=frozenset({3})), width=width
    )
    assert max(len(line) for line in text.splitlines()) <= width
    blocks = text.count("I")
    for letters, times in (("xyz", blocks), ("abc0123456789", 1)):
        given = sorted(char for row in rows for cell in row for char in cell if char in letters)
        assert sorted(char for char in text if char in letters) == sorted(given * times)


def test_columns_that_do_not_fit_follow_below_with_the_first_repeated() -> None:
    head = ("name", *(f"column {k:02}" for k in range(15)))
    table = Table(
        title="Wide",
        head=head,
        rows=(("row", *["0.123456"] * 15),),
        numeric=frozenset(range(1, 16)),
    )
    text = as_text(table, width=60)
    assert max(map(len, text.splitlines())) <= 60
    assert text.count("row ") > 1
    assert text.count("0.123456") == 15


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(FCMError, match="1 cells; the head has 2"):
        Table(title="t", head=("a", "b"), rows=(("x",),))


def test_a_html_table_escapes_its_cells() -> None:
    html = as_html(Table(title="<t>", head=("<a>",), rows=(("<script>",),), remarks=("<r>",)))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<caption>&lt;t&gt;</caption>" in html
