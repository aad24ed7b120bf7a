"""Ramps and parts of scenarios in files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fcm import io
from fcm.errors import FileError
from fcm.scenario import Scenario

PROGRAMME = Scenario(
    "programme",
    parts=[
        Scenario("trial", clamp={"road price": 0.2}, stop=10, initial={"cars": 0.6}),
        Scenario("pricing", clamp={"road price": 0.8}, start=10, ramp=5, note="by law"),
        Scenario("bus lane", push={"bus": 0.5}, links={("bus", "cars"): -0.4}, start=5),
    ],
)


def test_ramps_and_parts_survive_a_file(tmp_path: Path) -> None:
    given = (PROGRAMME, Scenario("slow", push={"bus": 1.0}, ramp=3), Scenario("none"))
    path = tmp_path / "scenarios.json"
    io.save(given, path)
    assert io.read(path) == given
    first = path.read_bytes()
    io.save(io.read(path), path)
    assert path.read_bytes() == first


def test_scenarios_without_ramps_and_parts_are_written_as_before(tmp_path: Path) -> None:
    path = tmp_path / "scenarios.json"
    io.save([Scenario("plain", clamp={"bus": 1.0})], path)
    written = json.loads(path.read_text(encoding="utf-8"))["scenarios"][0]
    assert list(written) == ["name", "clamp", "push", "links", "initial", "start", "stop", "note"]


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"clamp": {"a": 0.1}, "parts": [{"name": "p", "clamp": {"a": 1}}]}, "make that a part"),
        (
            {"parts": [{"name": "p", "clamp": {"a": 1}}, {"name": "q", "clamp": {"a": 0.5}}]},
            "both clamp 'a'",
        ),
        ({"parts": [{"name": "p", "clap": {}}]}, "clap"),
        ({"ramp": 2}, "no clamp or push"),
        ({"ramp": -2, "clamp": {"a": 1}}, "ramp"),
        ({"parts": [{"name": "p", "stop": 0}]}, "stop must come after start"),
    ],
)
def test_ramps_and_parts_that_cannot_be_are_refused(
    tmp_path: Path, part: dict[str, object], told: str
) -> None:
    path = tmp_path / "scenarios.json"
    data = {"format": "fcm-scenarios", "version": 1, "scenarios": [{"name": "s", **part}]}
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(FileError, match=told):
        io.read(path)
