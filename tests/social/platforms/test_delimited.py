"""The reader of tables gives what the csv module of Python gives, and knows the lines."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fcm.errors import FileError
from fcm.social.platforms import delimited
from fcm.social.platforms.delimited import Delimited

cells = st.text(alphabet='ab ,;"\n\u00e9\U0001f6b2', max_size=6)
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(path: Path, text: str) -> tuple[pl.DataFrame, list[tuple[str, int]]]:
    file = path / "t.csv"
    file.write_text(text, encoding="utf-8", newline="")
    table = Delimited(file)
    parts = list(table.tables(range(len(table.header))))
    faults = sorted((fault for _, some in parts for fault in some), key=lambda each: each[1])
    empty = pl.DataFrame(schema={"line": pl.Int64(), **dict.fromkeys("012", pl.String())})
    return pl.concat([empty, *(part for part, _ in parts)]), faults


def rows(table: pl.DataFrame) -> list[list[str]]:
    return [list(row) for row in table.drop("line").fill_null("").rows()]


@quick
@given(
    table=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=6),
    block=st.integers(1, 50),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_was_written_is_read(
    table: list[list[str]], block: int, end: str, quoting: int, tmp_path: Path
) -> None:
    text = io.StringIO()
    out = csv.writer(text, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    out.writerow(["x", "y", "z"])
    out.writerows(table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_BLOCK", block)
        found, faults = read(tmp_path, text.getvalue())
    # A line of delimiters only is no row unless its cells are in quotes.
    filled = [row for row in table if any(row) or quoting == csv.QUOTE_ALL]
    assert faults == []
    assert rows(found) == filled


@quick
@given(body=st.text(alphabet='ab,"\n', max_size=40))
def test_rows_of_any_text_are_those_of_the_csv_module(body: str, tmp_path: Path) -> None:
    found, faults = read(tmp_path, "x,y,z\n" + body)
    if not any(reason == "quote that is not closed" for reason, _ in faults):
        theirs = csv.reader(io.StringIO(body, newline=""))
        assert [row for row in rows(found) if any(row)] == [
            row for row in theirs if len(row) == 3 and any(row)
        ]


def test_every_row_knows_the_line_on_which_it_begins(tmp_path: Path) -> None:
    text = '\n\nx,y,z\n1,"a\nb",c\n\n2,d,e\n3,f\n4,g"h,i\n5,"j",k\n'
    found, faults = read(tmp_path, text)
    assert found["line"].to_list() == [4, 7, 9, 10]
    assert faults == [("wrong number of fields", 8)]
    assert rows(found)[2] == ["4", 'g"h', "i"]


def test_bytes_that_are_no_utf8_are_named_in_any_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_BLOCK", 7)
    file = tmp_path / "t.csv"
    data = b"\xef\xbb\xbfx,y\n" + b"1,\xc3\xa9\n" * 9 + b"2,\xf1\n"
    file.write_bytes(data)
    words = rf"line 11: byte {data.index(0xF1)} \(0xf1\)"
    with pytest.raises(FileError, match=words):
        list(Delimited(file).tables([0, 1]))
