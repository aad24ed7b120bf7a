from __future__ import annotations

import copy
import pickle
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fcm.errors import FileError, PrivacyError, UnknownFormatError
from fcm.social import Posts, read_posts

HEAD = "id,author,text,created_at\n"


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "posts.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(tmp_path: Path, text: str | bytes, **options: Any) -> Posts:
    return read_posts(write(tmp_path, text), **options)


def test_posts_show_counts_and_span_only(tmp_path: Path) -> None:
    posts = read(tmp_path, HEAD + "7,canary,my secret words,2018-01-31\n8,bo,b,2018-03-01\n")
    assert repr(posts) == "Posts(2 posts, 2018-01-31 to 2018-03-01)"
    assert len(posts) == 2
    assert "canary" not in f"{posts!s}{posts.report}{posts.report.sentences()}"
    assert not hasattr(posts, "_repr_html_")


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy, list])
def test_posts_cannot_be_taken_out(tmp_path: Path, way: Any) -> None:
    posts = read(tmp_path, HEAD + "1,ana,hola,2018-01-31\n")
    with pytest.raises(PrivacyError, match=r"signals\(\)"):
        way(posts)
    with pytest.raises(TypeError):
        posts[0]  # type: ignore[index]


def test_columns_are_renamed_and_a_date_may_stand_in_two(tmp_path: Path) -> None:
    posts = read(
        tmp_path,
        ",who,what,date,time\n0,ana,hola,2015-09-15,0 days 10:50:19\n1,bo,b,2015-09-16,\n",
        columns={"author": "who", "text": "what", "created_at": ["date", "time"]},
    )
    assert posts.span == (date(2015, 9, 15), date(2015, 9, 16))


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2018-01-01T00:30:00+02:00", date(2017, 12, 31)),
        ("2018-01-01T00:30:00Z", date(2018, 1, 1)),
        ("2018-01-01 23:59:59", date(2018, 1, 1)),
        ("20180101", date(2018, 1, 1)),
    ],
)
def test_times_with_an_offset_count_in_utc(tmp_path: Path, stamp: str, day: date) -> None:
    assert read(tmp_path, HEAD + f"1,ana,hola,{stamp}\n").span == (day, day)


def test_the_report_counts_every_defect(tmp_path: Path) -> None:
    posts = read(
        tmp_path,
        "id,author,text,created_at,reply_to\n"
        "1,ana,Hola  a todos,2018-01-01,-1\n"
        "2,bo,hola a TODOS,2018-01-01,1\n"
        "3,bo,,2018-01-01,\n"
        "4,,adios,2018-01-01,99\n"
        "1,ana,Hola  a todos,2018-01-01,-1\n"
        "\n"
        "5,cy,si,2018-01-01,98\n",
    )
    report = posts.report
    assert (report.rows, report.without_text, report.without_author) == (6, 1, 1)
    assert (report.repeated, report.copies, report.orphans) == (1, 1, 2)
    assert len(posts) == 3
    assert len(report.sentences()) == 5


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = "\ufeff" + (HEAD + '1,ana,"ho\nla",2018-01-01\n').replace("\n", "\r\n")
    assert len(read(tmp_path, text)) == 1


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", None, "is empty"),
        (HEAD, None, "no posts under the header"),
        (HEAD + "1,ana,hola,01/02/2018\n", 2, "'01/02/2018' of created_at is no date"),
        (HEAD + '1,ana,"a\nb",2018-01-01\n\n2,bo,b,2018-13-01\n', 5, "'2018-13-01'"),
        (HEAD + "1,ana,hola,\n", 2, "an empty value"),
        (HEAD + "1,ana\n", 2, "an empty value"),
        (HEAD + "1,ana,hola,0001-01-01T00:00:00+05:00\n", 2, "is no date"),
        (HEAD + "1,ana,a,2018-01-01\n2,bo,a, b,2018-01-01\n", 3, "5 fields, the header 4"),
        (HEAD + '1,ana,"a,2018-01-01\n', None, "quote that is not closed"),
        (HEAD + "1,ana,a,2018-01-01\n1,ana,b,2018-01-01\n", 3, "id of the one on line 2"),
        ("id,author,txt,created_at\n", 1, "no column 'text'"),
        (HEAD.replace(",", ";"), 1, "semicolons"),
        ("id,author,text,text,created_at\n", 1, "two columns 'text'"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    with pytest.raises(FileError, match=re.escape(words)) as caught:
        read(tmp_path, text)
    assert caught.value.line == line


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"'userID'.*Did you mean 'userId'\?.*'id', 'userId'"):
        read(tmp_path, "id,userId,text,date\n", columns={"author": "userID"})


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"'auther', which is no field.*Did you mean 'author'"):
        read(tmp_path, HEAD, columns={"auther": "author"})
    with pytest.raises(FileError, match="2 columns for 'text'"):
        read(tmp_path, HEAD, columns={"text": ["text", "id"]})


def test_a_file_that_is_not_utf8_is_refused_with_the_byte(tmp_path: Path) -> None:
    data = HEAD.encode() + "1,ana,mañana,2018-01-01\n".encode("latin-1")
    with pytest.raises(FileError, match=rf"line 2: byte {data.index(0xF1)} \(0xf1\)") as caught:
        read(tmp_path, data)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "rows",
    [
        "1,canary,secret words,secret words\n",
        '1,canary,"secret words",2018-01-01,more\n',
        '1,canary,"secret words,2018-01-01\n',
        "77,canary,a,2018-01-01\n77,canary,secret words,2018-01-01\n",
    ],
)
def test_errors_quote_no_text_and_no_author(tmp_path: Path, rows: str) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path, HEAD + rows)
    assert not re.search("secret|canary|77", str(caught.value))
    assert caught.value.__context__ is None


def test_other_sources_are_refused_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError, match="'mastodon' cannot be read; there is: 'csv'"):
        read(tmp_path, HEAD, source="mastodon")
