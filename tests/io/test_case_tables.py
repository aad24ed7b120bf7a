"""Concepts and scenarios from tables, and those of the Madrid case."""

from __future__ import annotations

from pathlib import Path

import pytest

import fcm.examples
from fcm import io
from fcm.errors import FileError


def written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_concepts_are_read_with_all_that_is_said_of_them(tmp_path: Path) -> None:
    text = (
        "concept,role,label_en,label_es,good,low,middle,high,uri,note\n"
        "noise,outcome,Noise,Ruido,down,55,65,75,urn:noise,LAeq\ntax,,,,,,,,,\n"
    )
    noise, tax = io.read_concepts(written(tmp_path, text))
    assert (noise.name, noise.role, noise.good) == ("noise", "outcome", "down")
    assert (noise.low, noise.middle, noise.high) == ("55", "65", "75")
    assert dict(noise.labels) == {"en": "Noise", "es": "Ruido"}
    assert (noise.uri, noise.note) == ("urn:noise", "LAeq")
    assert (tax.role, tax.good, dict(tax.labels)) == ("context", "none", {})


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("name,role\na,lever\n", 1, "column 'concept' is missing"),
        ("concept,rolle\na,lever\n", 1, "column 'rolle' is not known. Did you mean 'role'?"),
        ("concept,role\na,driver\n", 2, "role of 'a' is 'driver'"),
        ("concept,good\na,dwn\n", 2, "Did you mean 'down'?"),
        ("concept,role\na,lever\na,lever\n", 3, "'a' stands twice, first in line 2"),
        ("concept,role\n,lever\n", 2, "concept is blank"),
    ],
)
def test_bad_concepts_are_refused_with_their_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    with pytest.raises(FileError) as caught:
        io.read_concepts(written(tmp_path, text))
    assert message in str(caught.value)
    assert caught.value.line == line


HEAD = "scenario,concept,operation,level,note\n"


def test_rows_of_a_scenario_are_gathered_in_the_order_of_the_table(tmp_path: Path) -> None:
    text = HEAD + (
        "baseline,,,,nothing is done\nzone,tax,clamp,0,one\ncheap,fare,push,-0.5,\n"
        "zone,fare,initial,0.25,two\nzone,noise,clamp,0.5,one\n"
    )
    zone, cheap = io.read_scenarios(written(tmp_path, text), concepts=["tax", "fare", "noise"])
    assert (zone.name, dict(zone.clamp)) == ("zone", {"tax": 0.0, "noise": 0.5})
    assert dict(zone.initial) == {"fare": 0.25}
    assert zone.note == "one; two"
    assert dict(cheap.push) == {"fare": -0.5}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("zone,trafic,clamp,1,", "'zone': 'trafic' is not a concept. Did you mean 'traffic'?"),
        ("zone,traffic,clmp,1,", "operation is 'clmp'. Did you mean 'clamp'?"),
        ("zone,traffic,,1,", "There are: 'clamp', 'push', 'initial'."),
        ("zone,traffic,clamp,much,", "level is 'much'; expected a number"),
        ("zone,traffic,clamp,,", "level is blank"),
        ("zone,traffic,clamp,nan,", "level is 'nan'"),
        ("zone,,clamp,1,", "concept is blank, but scenario 'zone' has an operation"),
        (",traffic,clamp,1,", "scenario is blank"),
        ("first,traffic,clamp,1,", "'first' has a second clamp of 'traffic'"),
        ("first,,,,nothing", "concept is blank, but scenario 'first' changes something"),
    ],
)
def test_bad_scenarios_are_refused_with_their_line(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(FileError) as caught:
        io.read_scenarios(
            written(tmp_path, f"{HEAD}first,traffic,clamp,0.5,\n{row}\n"), concepts=["traffic"]
        )
    assert message in str(caught.value)
    assert caught.value.line == 3


def test_the_madrid_concepts_say_what_their_values_mean() -> None:
    concepts = io.read_concepts(fcm.examples.path("madrid") / "concepts.csv")
    by_name = {each.name: each for each in concepts}
    assert len(concepts) == 15
    assert sum(each.role == "lever" for each in concepts) == 6
    assert sum(each.role == "outcome" for each in concepts) == 4
    air = by_name["air_pollution"]
    assert (air.low, air.high, air.good) == ("20 ug/m3", "60 ug/m3", "down")
    assert "40 ug/m3" in air.middle
    assert by_name["noise"].middle == "65 dB(A)"
    assert all(each.low and each.high and each.note for each in concepts)
    assert all(set(each.labels) == {"en", "es"} for each in concepts)


def test_the_madrid_scenarios_are_the_six_of_the_case(shared: Path) -> None:
    folder = fcm.examples.path("madrid")
    concepts = io.read_concepts(folder / "concepts.csv")
    ours = io.read_scenarios(folder / "scenarios.csv", concepts=concepts)
    theirs = io.read_scenarios(shared / "data" / "madrid" / "case" / "scenarios.csv")
    assert len(ours) == 6
    assert [(each.name, each.clamp) for each in ours] == [
        (each.name, each.clamp) for each in theirs
    ]
    assert all(each.note for each in ours)
