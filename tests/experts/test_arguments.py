from __future__ import annotations

import csv
from pathlib import Path

import pytest

import fcm.examples
from fcm import experts, io
from fcm.errors import EvidenceError, FileError

HEAD = "source_concept,target_concept,relations,support,attack,cause_or_consequence\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "arguments.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_counts_are_read_pair_by_pair(tmp_path: Path) -> None:
    (pair,) = experts.read_arguments(written(tmp_path, HEAD + "cycling,cars,15,11,4,2\n"))
    assert (pair.source, pair.target, pair.relations) == ("cycling", "cars", 15)
    assert (pair.support, pair.attack, pair.cause_or_consequence) == (11, 4, 2)
    assert pair.attack_share == pytest.approx(4 / 15)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a,b,2,1,1.5,0", "attack is '1.5'; expected a whole number"),
        ("a,b,2,1,-1,0", "attack is '-1'"),
        ("a,b,2,,1,0", "support is blank"),
        ("a,b,0,0,0,0", "at least one relation"),
        ("a,b,2,2,1,0", "only 2 relations"),
        ("a,b,2,1,1,3", "only 2 relations"),
        ("a,cycing,2,1,1,0", "Did you mean 'cycling'?"),
        ("b,a,2,1,1,0", "stands twice, first in line 2"),
    ],
)
def test_counts_that_cannot_be_are_refused_with_their_line(
    tmp_path: Path, row: str, message: str
) -> None:
    path = written(tmp_path, f"{HEAD}b,a,2,1,1,0\n{row}\n")
    with pytest.raises(FileError) as caught:
        experts.read_arguments(path, concepts=["a", "b", "cycling"])
    assert message in str(caught.value)
    assert caught.value.line == 3


def test_counts_that_cannot_be_are_refused_without_a_file_too() -> None:
    with pytest.raises(EvidenceError, match="expected counts"):
        experts.Contestedness(source="a", target="b", relations=2, support=3, attack=-1)


def test_the_shipped_arguments_are_the_counted_ones_between_concepts_of_the_map(
    shared: Path,
) -> None:
    folder = fcm.examples.path("madrid")
    names = {each.name for each in io.read_concepts(folder / "concepts.csv")}
    arguments = experts.read_arguments(folder / "arguments.csv", concepts=names)
    source = shared / "data" / "madrid" / "derived" / "argument_concept_pairs.csv"
    with source.open(encoding="utf-8") as file:
        counted = [
            row for row in csv.DictReader(file) if {row["concept_1"], row["concept_2"]} <= names
        ]
    assert len(arguments) == len(counted) == 61
    for ours, row in zip(arguments, counted, strict=True):
        assert (ours.source, ours.target) == (row["concept_1"], row["concept_2"])
        assert (ours.relations, ours.attack) == (int(row["relations"]), int(row["attack"]))
    assert sum(each.relations for each in arguments) == 176
