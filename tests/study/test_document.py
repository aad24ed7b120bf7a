from __future__ import annotations

from pathlib import Path

import pytest

from fcm.errors import FileError, UnsupportedVersionError
from fcm.study.document import read_document

HEAD = 'format = "fcm-study"\nversion = 1\ntitle = "T"\nquestion = "Q?"\n'
TABLES = """
[concepts]
file = "concepts.csv"
[survey]
file = "survey.csv"
terms = "terms.csv"
[scenarios]
file = "scenarios.csv"
"""


def study(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "study.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_smallest_study_needs_concepts_survey_and_scenarios(tmp_path: Path) -> None:
    document = read_document(study(tmp_path, HEAD + TABLES))
    assert document.survey.file == Path("survey.csv")
    assert document.ensemble.draws == 1000
    assert document.posts is None


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere\.toml: cannot be read"):
        read_document(tmp_path / "nowhere.toml")


def test_bytes_that_are_not_utf8_are_refused_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"line 2: byte 31 \(0xed\) is not UTF-8"):
        read_document(study(tmp_path, b'format = "fcm-study"\ntitle = "M\xedstico"\n'))


def test_a_toml_syntax_error_gives_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"not a TOML document: .*line 2"):
        read_document(study(tmp_path, 'format = "fcm-study"\nversion = = 1\n'))


def test_an_empty_file_is_told_how_a_study_begins(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="a study file begins with format = 'fcm-study'"):
        read_document(study(tmp_path, ""))


def test_another_version_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedVersionError, match="this release reads version 1"):
        read_document(study(tmp_path, HEAD.replace("version = 1", "version = 2") + TABLES))


def test_a_misspelt_setting_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(
        FileError, match=r"dynamics\.slop is not a key of this document\. Did you mean 'slope'"
    ):
        read_document(study(tmp_path, HEAD + TABLES + "[dynamics]\nslop = 2\n"))


def test_a_misspelt_setting_deep_in_a_list_is_found(tmp_path: Path) -> None:
    text = """
[linked_data]
files = ["a.ttl"]
[[linked_data.series]]
concept = "no2"
query = "a.rq"
bounds = [0, 1]
reliabilty = 0.5
"""
    with pytest.raises(FileError, match=r"series\[0\]\.reliabilty .*Did you mean 'reliability'"):
        read_document(study(tmp_path, HEAD + TABLES + text))


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"survey is missing\."):
        read_document(study(tmp_path, HEAD + '[concepts]\nfile = "c.csv"\n'))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[dynamics]\nslope = -1\n", r"dynamics\.slope: .*greater than 0 \(seen: -1\)"),
        ('[dynamics]\nrule = "koskow"\n', r"dynamics\.rule: .*'kosko'"),
        ('[dynamics]\ntransfer = "bivalent"\nslope = 2\n', "transfer 'bivalent' has no slope"),
        ("[dynamics]\nslope_spread = 0.2\n", "slope_spread needs a slope"),
        ("[ensemble]\ndraws = 0\n", r"ensemble\.draws"),
        ("[linked_data]\nfiles = []\n", r"linked_data\.files"),
        (
            '[[associations]]\nsource = { name = "a", query = "a.rq" }\n'
            'target = { name = "b", query = "b.rq" }\n',
            r"need a \[linked_data\] table",
        ),
        ('[[associations]]\nsource = { query = "a.rq" }\ntarget = { concept = "b" }\n', "name"),
        (
            '[linked_data]\nfiles = ["a.ttl"]\n[[associations]]\n'
            'source = { name = "a", query = "a.rq" }\ntarget = { concept = "b" }\n',
            r"needs a \[posts\] table",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(FileError, match=message):
        read_document(study(tmp_path, HEAD + TABLES + text))
