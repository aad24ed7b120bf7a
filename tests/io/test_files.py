from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm import io
from fcm.concept import Concept
from fcm.errors import FileError, UnknownConceptError, UnknownFormatError
from fcm.evidence import Calibration, Claim, Effect, Origin, WeightEstimate
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
name = text.map(str.strip).filter(bool)
numbers = st.floats(-1, 1) | st.sampled_from([0.1, -1 / 3, 5e-324, 1.0, -0.0])


@st.composite
def maps(draw: st.DrawFn) -> CognitiveMap:
    names = draw(st.lists(name, min_size=1, max_size=4, unique=True))
    concepts = [
        Concept(
            name=each,
            role=draw(st.sampled_from(["lever", "outcome", "context"])),
            good=draw(st.sampled_from(["up", "down", "none"])),
            low=draw(text),
            labels=draw(st.dictionaries(st.sampled_from(["en", "es", "el"]), text, max_size=2)),
            note=draw(text),
        )
        for each in names
    ]
    n = len(names)
    weights = np.reshape(draw(st.lists(numbers, min_size=n * n, max_size=n * n)), (n, n))
    limit = draw(st.sampled_from([1.0, 2.5, None]))
    return CognitiveMap(concepts=concepts, weights=weights, limit=limit, name=draw(text))


@settings(max_examples=60, deadline=None)
@given(m=maps())
def test_json_keeps_everything(tmp_path_factory: pytest.TempPathFactory, m: CognitiveMap) -> None:
    path = tmp_path_factory.mktemp("json") / "map.json"
    io.save(m, path)
    again = io.read_map(path)
    assert again == m
    assert ((again.weights + 0.0).tobytes()) == ((m.weights + 0.0).tobytes())
    first = path.read_bytes()
    io.save(again, path)
    assert path.read_bytes() == first


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
@settings(max_examples=60, deadline=None)
@given(m=maps())
def test_a_table_keeps_names_order_and_every_bit_of_the_weights(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, m: CognitiveMap
) -> None:
    path = tmp_path_factory.mktemp("table") / f"map{suffix}"
    io.save(m, path)
    again = io.read_map(path, limit=None)
    assert again.names == m.names
    assert ((again.weights + 0.0).tobytes()) == ((m.weights + 0.0).tobytes())


def test_equal_maps_write_equal_bytes_whatever_the_order_of_their_labels(tmp_path: Path) -> None:
    one = Concept(name="traffic", labels={"en": "Traffic", "es": "Tráfico"})
    two = Concept(name="traffic", labels={"es": "Tráfico", "en": "Traffic"})
    for file, concept in (("one.json", one), ("two.json", two)):
        io.save(CognitiveMap(concepts=[concept], weights=[[0]]), tmp_path / file)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


SCENARIOS = (
    Scenario("zone", clamp={"b": 0.9, "a": 0.0}, links={("a", "b"): -0.5}, note="why"),
    Scenario("later", push={"a": -0.25}, initial={"b": 1 / 3}, start=2, stop=9),
)


def test_scenarios_go_to_json_and_back(tmp_path: Path) -> None:
    path = tmp_path / "scenarios.json"
    io.save(SCENARIOS, path)
    assert io.read(path) == SCENARIOS
    assert io.read_scenarios(path, concepts=["a", "b"]) == SCENARIOS
    io.save(SCENARIOS[0], path)
    assert io.read_scenarios(path) == SCENARIOS[:1]


def estimate() -> WeightEstimate:
    m = CognitiveMap.from_links({("a", "b"): 0.1, ("b", "c"): -0.75}, outcomes=["c"])
    status = np.full((3, 3), "", dtype="U12")
    status[0, 1], status[1, 2], status[0, 2] = "data", "conflict", "prior"
    origin = Origin(kind="policy effect", source="city", note="24 stations")
    effect = Effect(
        scenario=SCENARIOS[0],
        outcome="c",
        change=-0.19,
        spread=0.09,
        origin=origin,
        rank=1,
        of=24,
        relative=-0.16,
        interval=(-0.27, -0.04),
        placebos={"u2": 0.05, "u1": -0.1},
    )
    spread = np.where(status == "", 0.0, 1 / 3)
    return WeightEstimate(
        prior=m,
        mean=m.weights,
        spread=spread,
        data_share=np.where(status == "data", 0.6, 0.0),
        status=status,
        slope=(1.3, 0.4),
        covariance=np.eye(4) / 9 + 0.01,
        claims=(Claim("a", "b", 0.1, 0.5, Origin(kind="survey", source="Ann", note="said")),),
        notes={("a", "b"): ("calibrated", "once"), ("c", "a"): ("refused",)},
        calibrations=(
            Calibration(effect=effect, before=(-0.2, 0.1), after=(-0.19, 0.07), data_share=0.6),
        ),
    )


def test_an_estimate_goes_to_json_and_back(tmp_path: Path) -> None:
    path = tmp_path / "estimate.json"
    io.save(estimate(), path)
    again = io.read_estimate(path)
    assert again == estimate()
    assert again.calibrations == estimate().calibrations
    assert again.covariance is not None
    assert again.covariance.tobytes() == estimate().covariance.tobytes()


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    paths = {each: tmp_path / f"{each}.json" for each in ("map", "scenarios", "estimate")}
    io.save(CognitiveMap.from_links({("a", "b"): 0.5}), paths["map"])
    io.save(SCENARIOS, paths["scenarios"])
    io.save(estimate(), paths["estimate"])
    with pytest.raises(FileError, match="holds scenarios, not a map"):
        io.read_map(paths["scenarios"])
    with pytest.raises(FileError, match="holds a map, not an estimate"):
        io.read_estimate(paths["map"])
    with pytest.raises(FileError, match="holds an estimate, not scenarios"):
        io.read_scenarios(paths["estimate"])
    with pytest.raises(UnknownConceptError, match=r"scenario 'zone': 'b' is not a concept"):
        io.read_scenarios(paths["scenarios"], concepts=CognitiveMap.from_links({("a", "c"): 0.5}))


@pytest.mark.parametrize("path", ["map.docx", "map", "map.json.gz"])
def test_an_unknown_format_names_the_known_ones(tmp_path: Path, path: str) -> None:
    m = CognitiveMap.from_links({("a", "b"): 0.5})
    with pytest.raises(UnknownFormatError, match=r"'\.json', '\.csv' and '\.tsv'"):
        io.save(m, tmp_path / path)
    with pytest.raises(UnknownFormatError, match=r"'\.json', '\.csv' and '\.tsv'"):
        io.read(tmp_path / path)
    with pytest.raises(UnknownFormatError, match="format 'xml'"):
        io.read(tmp_path / path, format="xml")


def test_the_format_may_be_given(tmp_path: Path) -> None:
    m = CognitiveMap.from_links({("a", "b"): 0.5})
    io.save(m, tmp_path / "map.txt", format="JSON")
    assert io.read(tmp_path / "map.txt", format=".json") == m


def test_what_cannot_be_written_is_refused_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    m = CognitiveMap.from_links({("a", "b"): 0.5})
    io.save(m, path)
    half = CognitiveMap.from_links({("\ud800", "b"): 0.5})
    for suffix in ("json", "csv"):
        target = tmp_path / f"map.{suffix}"
        with pytest.raises(FileError, match="half a character"):
            io.save(half, target)
    with pytest.raises(FileError, match="cannot write dict"):
        io.save({}, path)  # type: ignore[arg-type]
    with pytest.raises(FileError, match="stands twice"):
        io.save([SCENARIOS[0], SCENARIOS[0]], path)
    with pytest.raises(FileError, match="a table holds a map, not scenarios"):
        io.save(SCENARIOS, tmp_path / "scenarios.csv")
    with pytest.raises(FileError, match="without concepts"):
        io.save(CognitiveMap.from_links({}), tmp_path / "empty.csv")
    with pytest.raises(FileError, match="cannot be written"):
        io.save(m, tmp_path / "nowhere" / "map.json")
    assert io.read(path) == m
    assert sorted(each.name for each in tmp_path.iterdir()) == ["map.json"]


def test_a_link_on_the_disk_is_followed_and_the_mode_is_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    io.save(CognitiveMap.from_links({("a", "b"): 0.5}), link)
    assert link.is_symlink()
    assert io.read_map(real).names == ("a", "b")
    assert real.stat().st_mode & 0o777 == 0o640


def test_what_is_no_file_is_written_to_and_not_replaced() -> None:
    io.save(CognitiveMap.from_links({("a", "b"): 0.5}), os.devnull, format="json")
    assert Path(os.devnull).is_char_device()


def test_reading_and_saving_load_no_heavy_library() -> None:
    import subprocess
    import sys

    code = (
        "import sys, fcm.io, fcm.experts; "
        "print([x for x in ('pydantic','networkx','scipy','pandas','polars') if x in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
