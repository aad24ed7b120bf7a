from __future__ import annotations

import copy
import pickle
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from fcm.errors import EvidenceError, FileError, PrivacyError, UnknownFormatError
from fcm.social.posts import Posts, PostsReport
from fcm.social.reading import read_posts

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
        (HEAD, None, "no posts in it"),
        (HEAD.replace(",", ";"), None, "no posts in it"),
        (HEAD + "1,ana,hola,1 feb 2018\n", 2, "1 of 1 rows are broken: no date (line 2)"),
        (HEAD + '1,ana,"a\nb",x\n\n2,bo,b,2018-13-01\n', 2, "no date (lines 2, 5)"),
        (HEAD + "1,ana,hola,\n", 2, "no date"),
        (HEAD + "1,ana\n", 2, "wrong number of fields"),
        (HEAD + "1,ana,hola,0001-01-01T00:00:00+05:00\n", 2, "no date"),
        (HEAD + "1,ana,hola,1989-12-31\n", 2, "date before 1990"),
        (HEAD + "1,ana,hola,2999-12-31\n", 2, "date in the future"),
        (HEAD + "2,bo,a, b,2018-01-01\n", 2, "wrong number of fields (line 2)"),
        (HEAD + '1,ana,"a,2018-01-01\n', 2, "quote that is not closed (line 2)"),
        ("id,author,txt,created_at\n", 1, "no column 'text'"),
        ("id,author,text,text,created_at\n", 1, "two columns 'text'"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    with pytest.raises(FileError, match=re.escape(words)) as caught:
        read(tmp_path, text)
    assert caught.value.line == line


def test_broken_rows_are_counted_by_reason_and_the_rest_is_read(tmp_path: Path) -> None:
    posts = read(
        tmp_path,
        HEAD + "1,ana,a,2018-01-01\n"
        "2,bo,b,yesterday\n"
        "3,cy,c, d,2018-01-01\n"
        '4,di,"e\nf",2018-01-02\n'
        "5,ed,g,2999-01-01\n"
        "1,ana,other,2018-01-01\n"
        "6,flo,h,soon\n",
    )
    assert len(posts) == 2
    assert posts.report.rows == 7
    assert posts.report.broken == {
        "no date": 2,
        "wrong number of fields": 1,
        "date in the future": 1,
        "id of another post": 1,
    }
    assert posts.report.broken_rows == 5
    said = "\n".join(posts.report.sentences())
    assert "2 of 7 rows are broken: no date (lines 3, 9)." in said
    assert "id of another post (line 8)." in said


def test_only_the_lines_of_the_first_broken_rows_are_kept(tmp_path: Path) -> None:
    posts = read(tmp_path, HEAD + "1,a,a,2018-01-01\n" + "2,b,b,x\n" * 1234)
    assert posts.report.lines["no date"] == (3, 4, 5, 6, 7)
    assert "1,234 of 1,235 rows are broken: no date (lines 3, 4, 5, 6, 7, ...)." in (
        posts.report.sentences()
    )


def test_reports_add_up() -> None:
    a = PostsReport(rows=3, copies=1, broken={"no date": 2}, lines={"no date": (1, 2)})
    b = PostsReport(rows=9, cut=4, broken={"no date": 5, "no JSON": 1}, lines={"no date": (3,) * 5})
    both = a + b
    assert (both.rows, both.copies, both.cut) == (12, 1, 4)
    assert both.broken == {"no date": 7, "no JSON": 1}
    assert both.lines["no date"] == (1, 2, 3, 3, 3)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_are_told_from_the_header(tmp_path: Path, mark: str) -> None:
    text = (HEAD + '1,ana,"a\nb",2018-01-31\n').replace(",", mark)
    posts = read(tmp_path, text)
    assert repr(posts) == "Posts(1 posts, 2018-01-31 to 2018-01-31)"


def test_a_quote_inside_a_text_is_a_character(tmp_path: Path) -> None:
    posts = read(tmp_path, HEAD + '1,ana,5" pipe,2018-01-01\n2,bo,"a ""b"", c",2018-01-01\n')
    assert posts._frame["text"].to_list() == ['5" pipe', 'a "b", c']


def test_counts_below_zero_are_not_given_and_said(tmp_path: Path) -> None:
    posts = read(
        tmp_path,
        "author,text,created_at,likes,views\n"
        "a,x,2018-01-01,-3,7\nb,y,2018-01-01,5.0,many\nc,z,2018-01-01,,\n",
    )
    assert posts._frame["likes"].to_list() == [None, 5, None]
    assert posts._frame["views"].to_list() == [7, None, None]
    assert posts.report.miscounts == 2


def test_own_and_automatic_accounts_are_marked(tmp_path: Path) -> None:
    posts = read(
        tmp_path,
        "author,text,created_at,automatic\n"
        "@City_X,x,2018-01-01,false\nbot,y,2018-01-01,True\nana,z,2018-01-01,\n",
        own=("city_x",),
    )
    assert posts._frame["own"].to_list() == [True, False, False]
    assert posts._frame["automatic"].to_list() == [False, True, False]


def test_texts_lose_control_characters_and_what_is_beyond_the_limit(tmp_path: Path) -> None:
    long = "word " * 30_000
    posts = read(
        tmp_path, HEAD + f"1,a,a\x00b\x07c\u202e\U0001f6b2,2018-01-01\n2,b,{long},2018-01-01\n"
    )
    texts = posts._frame["text"].to_list()
    assert texts[0] == "abc\u202e\U0001f6b2"
    assert len(texts[1]) == 99_999
    assert texts[1].endswith("word")
    assert posts.report.cut == 1


def test_a_time_after_now_is_in_the_future(tmp_path: Path) -> None:
    text = HEAD + "1,a,a,2018-01-31T23:59:59\n2,b,b,2018-02-01T00:00:01\n"
    assert len(read(tmp_path, text, now=date(2018, 1, 31))) == 1
    with pytest.raises(FileError, match="2 of 2 rows are broken: date in the future"):
        read(tmp_path, text, now=datetime(2018, 1, 31, 12))
    assert len(read(tmp_path, text, now=date(2018, 2, 1))) == 2


def test_the_names_of_columns_are_not_shown_where_they_may_be_a_post(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="3 columns and none of a like name") as caught:
        read(tmp_path, "canary,secret words,2018-01-01\nbo,b,2018-01-01\n")
    assert not re.search("canary|secret", str(caught.value))


def test_a_missing_column_is_named_with_the_one_like_it(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"'userID' \(for 'author'\)\. Did you mean 'userId'\?"):
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
        "post-id-1,canary,secret words,secret words\n",
        'post-id-1,canary,"secret words",2018-01-01,more\n',
        'post-id-1,canary,"secret words,2018-01-01\n',
        "post-id-7,canary,secret words,2999-01-01\npost-id-7,canary,secret words,1066-01-01\n",
    ],
)
def test_errors_quote_no_text_and_no_author(tmp_path: Path, rows: str) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path, HEAD + rows)
    assert not re.search("secret|canary|post-id", str(caught.value))
    assert caught.value.__context__ is None


def test_other_sources_are_refused_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError, match=r"'mastodont' cannot.*Did you mean 'mastodon'"):
        read(tmp_path, HEAD, source="mastodont")
    with pytest.raises(EvidenceError, match=r"columns= does not fit source 'x'"):
        read(tmp_path, HEAD, source="x", columns={"text": "t"})
