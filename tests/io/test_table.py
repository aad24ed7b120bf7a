from __future__ import annotations

from pathlib import Path

import pytest

from fcm import io
from fcm.errors import FileError


def written(folder: Path, text: str, name: str = "map.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_matrix_has_causes_in_rows_and_effects_in_columns(tmp_path: Path) -> None:
    m = io.read_map(written(tmp_path, ",rain,wet street\nrain,,0.8\nwet street,0,\n"))
    assert m.names == ("rain", "wet street")
    assert dict(m.links()) == {("rain", "wet street"): 0.8}


def test_rows_of_a_matrix_may_stand_in_any_order(tmp_path: Path) -> None:
    m = io.read_map(written(tmp_path, "concept\ta\tb\nb\t-0.5\t0\na\t0\t0.25\n", "map.tsv"))
    assert m.names == ("a", "b")
    assert dict(m.links()) == {("a", "b"): 0.25, ("b", "a"): -0.5}


def test_a_list_of_links_is_told_by_its_header(tmp_path: Path) -> None:
    text = "Weight,note,Source,Target\n-0.5,often,rain,traffic\n0.8,,rain,wet street\n"
    m = io.read_map(written(tmp_path, text))
    assert m.names == ("rain", "traffic", "wet street")
    assert dict(m.links()) == {("rain", "traffic"): -0.5, ("rain", "wet street"): 0.8}


def test_a_matrix_of_concepts_that_are_called_source_target_and_weight_is_a_matrix(
    tmp_path: Path,
) -> None:
    rows = "source,0,1,0\ntarget,0,0,1\nweight,0,0,0\n"
    for corner in ("", "concept"):
        m = io.read_map(written(tmp_path, f"{corner},source,target,weight\n{rows}"))
        assert dict(m.links()) == {("source", "target"): 1.0, ("target", "weight"): 1.0}


def test_semicolons_and_decimal_commas_are_read(tmp_path: Path) -> None:
    m = io.read_map(written(tmp_path, "source;target;weight\nrain;traffic;-0,5\n"))
    assert dict(m.links()) == {("rain", "traffic"): -0.5}


def test_a_wider_scale_is_read_with_its_limit(tmp_path: Path) -> None:
    path = written(tmp_path, "source,target,weight\nrain,traffic,-5\n")
    assert io.read_map(path, limit=5).weights[0, 1] == -5
    assert io.read_map(path, limit=None).limit is None


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("source,target,weight\na,b,0.5\nb,c,5\n", 3, "weight 'b' -> 'c' is '5'; weights must lie"),
        ("source,target,weight\na,b,nan\n", 2, "expected a finite number"),
        ("source,target,weight\na,b,1e999\n", 2, "expected a finite number"),
        ("source,target,weight\na,b,\n", 2, "is blank"),
        ("source,target,weight\n", 1, "there are no links below the header"),
        ("source,target,weight\na,,1\n", 2, "target is blank"),
        ("source,target,weight\na,b,1\na,b,1\n", 3, "stands twice, first in line 2"),
        ("source,target,wieght\na,b,1\n", 1, "'weight' is missing. Did you mean 'wieght'?"),
        (",a,b\na,0,5\nb,0,0\n", 2, "weight 'a' -> 'b' is '5'"),
        (",a,b\na,0,x\nb,0,0\n", 2, "expected a finite number"),
        (",a,b\na,0,0\nc,0,0\n", 3, "row 'c' is not in the header"),
        (",a,b\na,0,0\na,0,0\n", 3, "row 'a' stands twice, first in line 2"),
        (",a,b\na,0,0\n", 1, "'b' stands in the header but has no row"),
        (",a,a\na,0,0\n", 1, "'a' stands twice in the header"),
        (",a,\na,0,0\n", 1, "a name is blank"),
        (",a,b\na,0\n", 2, "the row has 2 cells but the header has 3"),
        ("name\na\n", 1, "the header has one cell"),
        ("", None, "the file is empty"),
        ("\n \n", None, "the file is empty"),
    ],
)
def test_a_bad_table_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int | None, message: str
) -> None:
    with pytest.raises(FileError) as caught:
        io.read(written(tmp_path, text))
    assert message in str(caught.value)
    assert caught.value.line == line


def test_a_weight_of_five_comes_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"divide by its top, or read it with limit=5\."):
        io.read(written(tmp_path, "source,target,weight\na,b,5\n"))
