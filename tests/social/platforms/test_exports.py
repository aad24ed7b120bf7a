"""What files look like that people really export: dates, encodings, ids, empty cells, archives."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fcm.errors import EvidenceError, FileError
from fcm.social.areas import Areas
from fcm.social.platforms import delimited
from fcm.social.posts import Posts
from fcm.social.reading import read_posts, stream_posts
from tests.social.platforms.records import RECORDS, comment, report, status, tweet

HEAD = "author,text,created_at\n"
DUTCH = {"author": "Naam", "text": "Bericht", "created_at": "Datum"}
MESSY = (
    "Nr;Naam;Datum;Bericht\r\n"
    '1;Jan;3-2-2025 14:05;"Café is te <b>luid</b>; nu al"\r\n'
    ";;;\r\n"
    "2;Zoë;13-2-2025;Zeeën\r\n"
)


def read(path: Path, data: str | bytes, name: str = "posts.csv", **options: Any) -> Posts:
    file = path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_posts(file, **options)


def stamped(path: Path, stamp: str, **options: Any) -> datetime:
    found = read(path, f'{HEAD}ana,a,"{stamp}"\n', **options)._frame["created"][0]
    assert isinstance(found, datetime)
    return found


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16", "utf-16-le", "utf-8", "UTF-8-SIG"])
def test_a_table_of_a_spreadsheet_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    data = MESSY.encode(encoding)
    posts = read(tmp_path, data, columns=DUTCH, encoding=encoding, day_first=True)
    assert posts._frame["text"].to_list() == ["Café is te luid; nu al", "Zeeën"]
    assert posts._frame["author"].to_list() == ["Jan", "Zoë"]
    assert posts._frame["created"].to_list() == [datetime(2025, 2, 3, 14, 5), datetime(2025, 2, 13)]
    assert posts.report.rows == 2


def test_an_encoding_holds_for_blocks_and_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_BLOCK", 11)
    file = tmp_path / "p.csv"
    file.write_bytes((HEAD + 'λ,"άκου\nεδώ",2025-01-01\n' * 9).encode("windows-1253"))
    parts = list(stream_posts(file, encoding="windows-1253", batch=2))
    assert [len(part) for part in parts] == [2, 2, 2, 2, 1]
    assert {text for part in parts for text in part._frame["text"]} == {"άκου\nεδώ"}


def test_another_encoding_is_never_guessed_nor_forced_on_utf8(tmp_path: Path) -> None:
    row = HEAD + "ana,Café,2025-01-01\n"
    with pytest.raises(FileError, match=r'line 2: byte 30 \(0xe9\).*encoding="windows-1252"'):
        read(tmp_path, row.encode("windows-1252"))
    with pytest.raises(FileError, match='UTF-16: name it with encoding="utf-16"'):
        read(tmp_path, row.encode("utf-16"))
    with pytest.raises(FileError, match="is UTF-8; leave out encoding='windows-1252'"):
        read(tmp_path, row, encoding="windows-1252")
    with pytest.raises(FileError, match="not in encoding='ascii'") as caught:
        read(tmp_path, (HEAD + "canary,Café,2025-01-01\n").encode("latin-1"), encoding="ascii")
    assert caught.value.__context__ is None
    assert len(read(tmp_path, HEAD + "ana,a,2025-01-01\n", encoding="windows-1252")) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"encoding": "win-1252"}, "'win-1252' is not known; expected one such as 'windows-1252'"),
        ({"encoding": "hex"}, "'hex' is not known"),
        ({"encoding": "utf-16", "source": "x"}, "encoding= does not fit source 'x'"),
        ({"encoding": "utf-16", "source": "parquet"}, "does not fit source 'parquet'"),
        ({"columns": ["author"]}, "columns is of type list; expected the column of each field"),
        ({"now": "2025-01-01"}, "now is '2025-01-01'; expected a date"),
        ({"language": "Vlaanderen"}, "language is 'Vlaanderen'; expected a tag"),
        ({"source": "pins", "areas": "a.geojson"}, r"areas is of type str; expected Areas.read"),
    ],
)
def test_options_of_another_kind_are_refused(
    tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(EvidenceError, match=words):
        read(tmp_path, HEAD + "ana,a,2025-01-01\n", **options)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("3-2-2025 14:05", datetime(2025, 2, 3, 14, 5)),
        ("03/02/2025 9:05:07", datetime(2025, 2, 3, 9, 5, 7)),
        ("13.2.2025", datetime(2025, 2, 13)),
        ("13.2.2025, 14:05", datetime(2025, 2, 13, 14, 5)),
        ("2025-02-03", datetime(2025, 2, 3)),
    ],
)
def test_the_day_stands_first_only_where_it_is_said(
    tmp_path: Path, stamp: str, expected: datetime
) -> None:
    assert stamped(tmp_path, stamp, day_first=True) == expected
    if not stamp.startswith("2025"):
        with pytest.raises(FileError, match="ends in its year; if the day stands first, read with"):
            stamped(tmp_path, stamp)


def test_a_month_over_12_shows_that_the_day_is_not_first(tmp_path: Path) -> None:
    rows = HEAD + "ana,a,2/13/2025\nbo,b,2/3/2025\n"
    assert read(tmp_path, rows, day_first=True).report.sentences() == (
        "1 of 2 rows are broken: date that is no day-month-year, as day_first=True says it is "
        "(line 2).",
    )


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2025/2/3 9:05", datetime(2025, 2, 3, 9, 5)),
        ("2025-02-03 14:05:00 UTC", datetime(2025, 2, 3, 14, 5)),
        ("1740816000", datetime(2025, 3, 1, 8)),
        ("1740816000.5", datetime(2025, 3, 1, 8)),
        ("1740816000123", datetime(2025, 3, 1, 8)),
        ("1740816000123456789", datetime(2025, 3, 1, 8)),
    ],
)
def test_dates_that_can_be_told_are_read(tmp_path: Path, stamp: str, expected: datetime) -> None:
    assert stamped(tmp_path, stamp) == expected


@pytest.mark.parametrize(
    "stamp", ["45691", "03-02-25", "2025-02-03 2:05 PM", "2025-02-03 14:05 CET", "3 feb 2025"]
)
def test_dates_that_cannot_be_told_are_none(tmp_path: Path, stamp: str) -> None:
    with pytest.raises(FileError, match="no date"):
        stamped(tmp_path, stamp, day_first=True)


@pytest.mark.parametrize("times", [[1740816000] * 2, [1740816000000.0] * 2])
def test_numbers_of_parquet_are_seconds_since_1970(tmp_path: Path, times: list[float]) -> None:
    file = tmp_path / "p.parquet"
    pl.DataFrame({"author": "a", "text": ["x", "y"], "created_at": times}).write_parquet(file)
    posts = read_posts(file, source="parquet")
    assert posts._frame["created"].to_list() == [datetime(2025, 3, 1, 8)] * 2


def test_empty_cells_of_other_programs_are_no_author(tmp_path: Path) -> None:
    empty = ("", "nan", "NaN", "None", "NULL", "N/A", " ")
    rows = "".join(f"{name},text {n},2025-01-01\n" for n, name in enumerate([*empty, "nanette"]))
    posts = read(tmp_path, HEAD + rows)
    assert posts._frame["author"].to_list() == ["nanette"]
    assert posts.report.without_author == len(empty)


def test_empty_cells_of_other_programs_name_no_area(tmp_path: Path) -> None:
    posts = read(tmp_path, "author,text,created_at,area\na,a,2025-01-01,nan\nb,b,2025-01-01,East\n")
    assert posts._frame["area"].to_list() == [None, "East"]


def test_whole_numbers_with_a_point_are_whole_numbers(tmp_path: Path) -> None:
    head = "id,reply_to,author,text,created_at,area\n"
    posts = read(tmp_path, head + "1,,5,a,2025-01-01,3\n2.0,1.0,5.0,b,2025-01-01,3.0\n")
    assert posts._frame["author"].to_list() == ["5", "5"]
    assert posts._frame["area"].to_list() == ["3", "3"]
    assert posts._frame["id"].to_list() == ["1", "2"]
    assert posts.report.orphans == 0


def test_ids_that_a_spreadsheet_rounded_do_not_merge_people(tmp_path: Path) -> None:
    rows = "ana,a,2025-01-01\n1.89E+18,b,2025-01-01\n1.8952341e+18,c,2025-01-01\n"
    posts = read(tmp_path, HEAD + rows)
    assert len(posts) == 1
    assert posts.report.broken == {
        "id or author rounded to a number such as 1.2E+18; export these columns as text": 2
    }
    file = tmp_path / "p.parquet"
    row = {"author": [1.8952341e18, 7.0], "text": ["a", "b"], "created_at": ["2025-01-01"] * 2}
    pl.DataFrame(row).write_parquet(file)
    assert read_posts(file, source="parquet")._frame["author"].to_list() == ["7"]


@pytest.mark.parametrize("count", ["1.204", "1.000", "1,5", "2k", "1e3"])
def test_a_count_with_a_point_is_not_taken_for_a_smaller_one(tmp_path: Path, count: str) -> None:
    posts = read(tmp_path, f"author;text;created_at;likes\nana;a;2025-01-01;{count}\n")
    assert posts._frame["likes"].to_list() == [None]
    assert posts.report.miscounts == 1


def test_counts_may_be_written_with_point_zero(tmp_path: Path) -> None:
    posts = read(tmp_path, "author,text,created_at,likes\nana,a,2025-01-01,12.0\n")
    assert posts._frame["likes"].to_list() == [12]
    file = tmp_path / "p.parquet"
    row = {"author": "a", "text": ["a", "b"], "created_at": "2025-01-01", "likes": [1.204, 3.0]}
    pl.DataFrame(row).write_parquet(file)
    posts = read_posts(file, source="parquet")
    assert posts._frame["likes"].to_list() == [None, 3]


def test_html_in_a_table_becomes_text(tmp_path: Path) -> None:
    texts = ["<p>te <b>luid</b></p>", "caf&eacute; &amp; bar", "5 < 6 & <3 <ana@x.nl>"]
    posts = read(tmp_path, HEAD + "".join(f"a{t},{t},2025-01-01\n" for t in texts))
    assert posts._frame["text"].to_list() == ["te luid", "café & bar", texts[2]]


def test_characters_that_x_and_reddit_escape_are_themselves(tmp_path: Path) -> None:
    for source, record in (
        ("x", tweet(1, "I &lt;3 R&amp;D")),
        ("reddit", comment(1, body="&gt; a")),
    ):
        posts = read(tmp_path, json.dumps(record), "p.json", source=source)
        assert posts._frame["text"][0] in ("I <3 R&D", "> a")


def test_a_record_of_another_platform_is_no_post_of_x(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no post of this source"):
        read(tmp_path, json.dumps(status(1)), "p.json", source="x")


def test_people_of_two_mastodon_servers_are_not_told_by_their_number(tmp_path: Path) -> None:
    def account(server: str) -> dict[str, Any]:
        return {"id": "5", "acct": "demo", "url": f"https://{server}.example/@demo"}

    records = [status(n, account=account("ab"[n])) for n in (0, 1)]
    posts = read(tmp_path, json.dumps(records), "p.json", source="mastodon", own=("5",))
    assert posts._frame["author"].n_unique() == 2


def test_a_report_has_the_area_that_its_export_has(tmp_path: Path) -> None:
    record = {**report(1), "location": {"area_code": "north"}}
    posts = read(tmp_path, json.dumps(record), "p.json", source="reports")
    assert posts._frame["area"].to_list() == ["north"]


def test_names_of_languages_are_tags_and_other_words_are_not_shown(tmp_path: Path) -> None:
    none = ("qht", "und", "zxx", "nan", "NULL", "unknown")
    words = ("Dutch", "nld", "nl-BE", *none, "canary wrote this here")
    rows = "".join(f"a,t{n},2025-01-01,{word}\n" for n, word in enumerate(words))
    posts = read(tmp_path, "author,text,created_at,language\n" + rows)
    assert posts._frame["language"].to_list() == ["nl"] * 3 + [None] * 6 + ["other"]


def test_the_first_line_of_a_spreadsheet_may_name_the_separator(tmp_path: Path) -> None:
    posts = read(tmp_path, "sep=;\r\nauthor;text;created_at\r\nana;a, b;x\r\nbo;b;2025-01-01\r\n")
    assert (len(posts), posts.report.lines["no date"]) == (1, (3,))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (gzip.compress(HEAD.encode()), "this is a gzip archive; unpack it first"),
        (b"PK\x03\x04 and more", "an Excel workbook or a ZIP archive; export the sheet as CSV"),
        (b'{"author":"canary","text":"b"}\n', 'this is JSON: source="jsonl" reads flat records'),
        (b"[\n {}\n]", "this is JSON"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words) as caught:
        read(tmp_path, data)
    assert "canary" not in str(caught.value)


def test_a_document_is_not_json_lines(tmp_path: Path) -> None:
    row = {"author": "a", "text": "x", "created_at": "2025-01-01"}
    for indent in (None, 1):
        with pytest.raises(FileError, match="one JSON document; write it as JSON Lines"):
            read(tmp_path, json.dumps([row], indent=indent), "p.jsonl", source="jsonl")


def test_a_folder_passes_over_hidden_files_but_not_over_packed_ones(tmp_path: Path) -> None:
    for name in ("a.csv", "B.CSV"):
        (tmp_path / name).write_text(HEAD + f"ana,{name},2025-01-01\n")
    (tmp_path / "._a.csv").write_bytes(b"\x00\x05")
    (tmp_path / "readme.txt").write_text("not read")
    assert len(read_posts(tmp_path)) == 2
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(HEAD.encode()))
    with pytest.raises(FileError, match=r"c\.csv\.gz: this is a gzip archive"):
        read_posts(tmp_path)


@pytest.fixture
def areas() -> Areas:
    ring = [[4, 52, 5, 52], [5, 52, 5, 53], [5, 53, 4, 53], [4, 53, 4, 52]]
    return Areas(names=("centre",), outlines=(ring,))  # type: ignore[arg-type]


def test_pins_that_are_not_in_degrees_are_not_outside(tmp_path: Path, areas: Areas) -> None:
    head = "author,comment,created_at,lon,lat\n"
    rows = "ana,a,2025-01-01,4.5,52.5\nbo,b,2025-01-01,121000,487000\n"
    posts = read(tmp_path, head + rows, source="pins", areas=areas)
    assert posts.report.outside == 0
    assert posts.report.broken == {
        "place that is not in degrees; convert the coordinates to EPSG:4326": 1
    }
    posts = read(tmp_path, head + "ana,a,2025-01-01,nan,\n", source="pins", areas=areas)
    assert (len(posts), posts.report.outside) == (1, 1)
    with pytest.raises(EvidenceError, match="lon and lat exchanged"):
        read(tmp_path, head + "ana,a,2025-01-01,52.5,4.5\n", source="pins", areas=areas)


def test_an_answer_is_not_asked_for_twice(tmp_path: Path) -> None:
    columns = {"author": "author", "created_at": "created_at", "text": ["text", "text"]}
    with pytest.raises(FileError, match="names a column twice"):
        read(tmp_path, HEAD + "a,b,2025-01-01\n", source="questionnaire", columns=columns)


def test_every_platform_is_still_read_with_its_own_dates(tmp_path: Path) -> None:
    for source, record in RECORDS.items():
        data = json.dumps([record(1)])
        posts = read(tmp_path, data, "p.json", source=source, day_first=True)
        assert posts._frame["created"].to_list() == [datetime(2025, 3, 1, 8)]


def test_a_name_in_a_file_without_a_header_is_not_shown(tmp_path: Path) -> None:
    for row in ("arthur,te druk,2025-01-31", "arthur,te druk,31-1-2025 9:05", "arthur,druk,x,3"):
        with pytest.raises(FileError, match="is the first line a header") as caught:
            read(tmp_path, row + "\n" + row + "\n")
        assert "arthur" not in str(caught.value)
    with pytest.raises(FileError, match="Did you mean 'auteur'"):
        read(tmp_path, "auteur,text,created_at\n")


@pytest.mark.parametrize("source", ["csv", "parquet"])
def test_reports_in_a_table_may_have_no_author(tmp_path: Path, source: str) -> None:
    frame = pl.DataFrame({"nr": [1, 2], "text": ["a", "b"], "created_at": ["2025-01-01"] * 2})
    file = tmp_path / f"p.{source}"
    frame.write_csv(file) if source == "csv" else frame.write_parquet(file)
    named = {"id": "nr", "author": "nr", "text": "text", "created_at": "created_at"}
    posts = read_posts(file, source=source, columns=named)
    assert (len(posts), posts.report.unnamed) == (2, 2)
    assert "each counts as an author of its own" in posts.report.sentences()[0]


def test_an_answer_of_x_without_the_fields_that_are_needed_says_which(tmp_path: Path) -> None:
    bare = {"data": [{"id": "1", "text": "canary"}]}
    with pytest.raises(FileError, match="no date"):
        read(tmp_path, json.dumps(bare), "p.json", source="x")
    bare["data"][0]["created_at"] = "2025-01-01T00:00:00Z"
    posts = read(tmp_path, json.dumps(bare), "p.json", source="x")
    assert posts.report.without_author == 1
