from __future__ import annotations

import json
from datetime import date, datetime
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from fcm.errors import EvidenceError, FileError
from fcm.social.platforms import delimited, documents, tables
from fcm.social.platforms.seen import Seen
from fcm.social.posts import PostsReport
from fcm.social.reading import read_posts, stream_posts
from tests.social.platforms.records import tweet


def table(count: int) -> pl.DataFrame:
    number = pl.int_range(count, eager=True)
    return pl.DataFrame(
        {
            "id": "p" + number.cast(pl.String),
            "author": "a" + (number % 7).cast(pl.String),
            "text": 'say "' + number.cast(pl.String) + '",\n\u00e9 \U0001f6b2',
            "created_at": (number * 3_600_000_000 + 1_500_000_000_000_000).cast(pl.Datetime("us")),
            "likes": number % 5,
        }
    )


def written(path: Path, frame: pl.DataFrame) -> dict[str, Path]:
    text = frame.with_columns(pl.col("created_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    files = {kind: path / f"posts.{kind}" for kind in ("csv", "jsonl", "parquet")}
    text.write_csv(files["csv"])
    text.write_ndjson(files["jsonl"])
    frame.write_parquet(files["parquet"], row_group_size=10)
    return files


def test_csv_jsonl_and_parquet_give_the_same_posts(tmp_path: Path) -> None:
    files = written(tmp_path, table(50))
    frames = [read_posts(file, source=kind)._frame for kind, file in files.items()]
    assert frames[0].height == 50
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("batch", [1, 7, 50, 1000])
def test_a_stream_gives_what_reading_at_once_gives(
    tmp_path: Path, kind: str, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, table(50))[kind]
    whole = read_posts(file, source=kind)
    for module in (delimited, tables):
        monkeypatch.setattr(module, "_BLOCK", 61)  # cuts rows, quotes and characters
    monkeypatch.setattr(tables, "_ROWS", 9)
    parts = list(stream_posts(file, source=kind, batch=batch))
    assert [len(part) for part in parts[:-1]] == [batch] * (len(parts) - 1)
    assert pl.concat(part._frame for part in parts).equals(whole._frame)
    assert reduce(add, (part.report for part in parts)) == whole.report


def test_ids_of_earlier_batches_are_known_again(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    rows = [f"{i % 10},a,t{i % 10},2018-01-01\n" for i in range(30)] + ["3,a,new,2018-01-01\n"]
    file.write_text("id,author,text,created_at\n" + "".join(rows), encoding="utf-8")
    report = reduce(add, (part.report for part in stream_posts(file, batch=4)), PostsReport(rows=0))
    assert (report.rows, report.repeated) == (31, 20)
    assert report.broken == {"id of another post": 1}
    assert report.lines["id of another post"] == (32,)
    assert read_posts(file).report.repeated == 20


def test_ids_are_found_again_over_many_batches() -> None:
    seen, rng = Seen(), np.random.default_rng(1)
    ids = rng.permutation(1000).astype(np.uint64)
    for part in np.array_split(ids, 37):
        repeated, clash = seen.meet(part, part)
        assert not repeated.any()
        assert not clash.any()
    assert len(seen) == 1000
    assert len(seen._runs) < 12
    assert seen.meet(ids, ids)[0].all()
    assert seen.meet(ids, ids + np.uint64(1))[1].all()


def test_a_stream_of_broken_rows_only_is_refused_at_its_end(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text("author,text,created_at\n" + "canary,words,x\n" * 9, encoding="utf-8")
    parts = stream_posts(file, batch=4)
    with pytest.raises(FileError, match=r"9 of 9 rows are broken: no date \(lines 2, 3") as caught:
        list(parts)
    assert "canary" not in str(caught.value)


def test_the_size_of_a_batch_is_a_number_from_1(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="batch is 0"):
        stream_posts(tmp_path / "posts.csv", batch=0)


def test_a_row_that_is_too_long_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (delimited, tables, documents):
        monkeypatch.setattr(module, "LONGEST_ROW", 200)
    for module in (delimited, tables):
        monkeypatch.setattr(module, "_BLOCK", 64)
    head = "author,text,created_at\n"
    good, long = "a,b,2018-01-01\n", "canary," + "x" * 999 + ",2018-01-01\n"
    quoted = 'canary,"' + "x\n" * 500 + '",2018-01-01\n'
    file = tmp_path / "posts.csv"
    file.write_text(head + good + long + good + good, encoding="utf-8")
    posts = read_posts(file)
    assert (len(posts), posts.report.broken) == (3, {"row over 16 MB": 1})
    assert posts.report.lines["row over 16 MB"] == (3,)
    file.write_text(head + good + quoted + good, encoding="utf-8")
    posts = read_posts(file)
    assert len(posts) == 2
    assert posts.report.broken == {"quote that is not closed": 2, "wrong number of fields": 499}
    lines = [json.dumps({"author": "a", "text": t, "created_at": "2018-01-01"}) for t in "abc"]
    lines.insert(1, json.dumps({"author": "canary", "text": "x" * 999}))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    posts = read_posts(file, source="jsonl")
    assert (len(posts), posts.report.broken) == (3, {"row over 16 MB": 1})
    assert posts.report.lines["row over 16 MB"] == (2,)
    lines = [json.dumps(tweet(i, "x" * (999 if i == 1 else 1))) for i in range(3)]
    short = [line for line in lines if len(line) < 300]
    monkeypatch.setattr(documents, "LONGEST_ROW", 400)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    posts = read_posts(file, source="x")
    assert (len(posts), posts.report.broken) == (len(short), {"row over 16 MB": 1})


def test_a_document_that_is_too_large_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LARGEST_DOCUMENT", 100)
    file = tmp_path / "posts.json"
    file.write_text(json.dumps([tweet(1), tweet(2)], indent=1), encoding="utf-8")
    with pytest.raises(FileError, match="Write it as JSON Lines"):
        read_posts(file, source="x")
    file.write_text(json.dumps(tweet(1)) + "\n" + json.dumps(tweet(2)), encoding="utf-8")
    assert len(read_posts(file, source="x")) == 2


@pytest.mark.parametrize(
    "created",
    [
        pl.Series([datetime(2018, 1, 1, 0, 30)] * 2).dt.replace_time_zone("Europe/Amsterdam"),
        pl.Series([date(2017, 12, 31)] * 2),
        pl.Series([datetime(2017, 12, 31, 23, 30)] * 2, dtype=pl.Datetime("ms")),
        pl.Series(["2018-01-01T00:30:00+01:00"] * 2),
    ],
)
def test_times_of_parquet_keep_their_meaning(tmp_path: Path, created: pl.Series) -> None:
    file = tmp_path / "posts.parquet"
    pl.DataFrame(
        {"author": [1, None], "text": ["a", "b"], "created_at": created, "likes": [1.0, -1.0]}
    ).write_parquet(file)
    posts = read_posts(file, source="parquet")
    assert posts.span == (date(2017, 12, 31), date(2017, 12, 31))
    assert posts._frame["author"].to_list() == ["1"]
    assert posts.report.without_author == 1


@pytest.mark.parametrize("column", ["text", "created_at"])
def test_columns_of_parquet_that_are_no_text_are_refused(tmp_path: Path, column: str) -> None:
    file = tmp_path / "posts.parquet"
    values: dict[str, Any] = {"author": ["a"], "text": ["b"], "created_at": ["2018-01-01"]}
    pl.DataFrame(values | {column: [["canary"]]}).write_parquet(file)
    with pytest.raises(FileError, match=f"column '{column}' .*holds lists") as caught:
        read_posts(file, source="parquet")
    assert "canary" not in str(caught.value)
