"""Maps, scenarios and estimates as Turtle and JSON-LD, and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm import io, lod
from fcm.analysis import compare
from fcm.concept import Concept
from fcm.errors import FileError, UnknownConceptError, UnknownFormatError
from fcm.evidence import Calibration, Claim, Effect, Origin, WeightEstimate
from fcm.lod.publishing.publish import publish
from fcm.lod.publishing.read_map import read_published
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from tests import strategies as some

SUFFIXES = ("ttl", "jsonld")
both = pytest.mark.parametrize("suffix", SUFFIXES)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
name = text.map(str.strip).filter(bool)
numbers = st.floats(-1, 1) | st.sampled_from([0.1, -1 / 3, 5e-324, 1.0, -0.0])
tags = st.sampled_from(["en", "es", "el", "pt-BR", "sr-Latn-RS"])


@st.composite
def maps(draw: st.DrawFn) -> CognitiveMap:
    names = draw(st.lists(name, min_size=0, max_size=4, unique=True))
    concepts = [
        Concept(
            name=each,
            role=draw(st.sampled_from(["lever", "outcome", "context"])),
            good=draw(st.sampled_from(["up", "down", "none"])),
            low=draw(text),
            high=draw(text),
            labels=draw(st.dictionaries(tags, text, max_size=2)),
            uri=draw(st.sampled_from(["", "http://example.org/é", "urn:x:%20", "xsd:double"])),
            note=draw(text),
        )
        for each in names
    ]
    n = len(names)
    weights = np.reshape(draw(st.lists(numbers, min_size=n * n, max_size=n * n)), (n, n))
    limit = draw(st.sampled_from([1.0, 2.5, None]))
    return CognitiveMap(concepts=concepts, weights=weights, limit=limit, name=draw(text))


@st.composite
def estimates(draw: st.DrawFn) -> WeightEstimate:
    m = draw(maps().filter(len))
    n = len(m)
    status = np.where(m.weights != 0, draw(st.sampled_from(["prior", "data", "conflict"])), "")
    linked = status != ""
    shares = st.floats(0, 1)
    names = st.sampled_from(m.names) | name
    origin = st.builds(Origin, kind=name, source=text, date=text, licence=text, note=text)
    slope = draw(st.none() | st.tuples(st.floats(0.1, 5), st.floats(0, 2)))
    k = int(linked.sum()) + (slope is not None)
    scenario = some.anything_done(m, name=draw(name)) if n else st.just(Scenario("x"))
    effect = st.builds(
        Effect,
        scenario=scenario,
        outcome=names,
        change=numbers,
        spread=st.floats(0.01, 1),
        origin=origin,
        treated=text,
        rank=st.none() | st.integers(1, 99),
        of=st.none() | st.integers(1, 99),
        p=st.none() | shares,
        interval=st.none() | st.tuples(numbers, numbers),
        placebos=st.dictionaries(text, numbers, max_size=2),
    )
    pair = st.tuples(numbers, shares)
    return WeightEstimate(
        prior=m,
        mean=m.weights * draw(shares),
        spread=np.where(linked, draw(st.floats(0, 2)), 0.0),
        data_share=np.where(linked, draw(shares), 0.0),
        status=status,
        slope=slope,
        covariance=None if k == 0 else draw(st.none() | st.just(np.eye(k) / 3 + 1e-9)),
        claims=draw(st.lists(st.builds(Claim, names, names, numbers, shares, origin), max_size=3)),
        notes=draw(
            st.dictionaries(
                st.tuples(st.sampled_from(m.names), st.sampled_from(m.names)),
                st.lists(text, min_size=1, max_size=2).map(tuple),
                max_size=2,
            )
        ),
        calibrations=draw(
            st.lists(
                st.builds(Calibration, effect=effect, before=pair, after=pair, data_share=shares),
                max_size=2,
            )
        ),
    )


@both
@settings(max_examples=40, deadline=None)
@given(m=maps())
def test_a_map_comes_back_with_every_bit(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, m: CognitiveMap
) -> None:
    path = tmp_path_factory.mktemp("rdf") / f"map.{suffix}"
    io.save(m, path)
    again = io.read_map(path)
    assert again == m
    assert again.names == m.names
    assert (again.weights + 0.0).tobytes() == (m.weights + 0.0).tobytes()
    first = path.read_bytes()
    io.save(again, path)
    assert path.read_bytes() == first


@both
@settings(max_examples=25, deadline=None)
@given(estimate=estimates())
def test_an_estimate_comes_back_with_all_its_evidence(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, estimate: WeightEstimate
) -> None:
    path = tmp_path_factory.mktemp("rdf") / f"estimate.{suffix}"
    io.save(estimate, path)
    assert io.read_estimate(path) == estimate
    assert io.read(path) == estimate


@both
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_scenarios_come_back_in_order_with_their_parts(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject
) -> None:
    m = data.draw(some.maps())
    names = data.draw(st.lists(name, min_size=1, max_size=3, unique=True))
    scenarios = tuple(data.draw(some.anything_done(m, name=each)) for each in names)
    path = tmp_path_factory.mktemp("rdf") / f"scenarios.{suffix}"
    io.save(scenarios, path)
    assert io.read(path) == scenarios
    assert io.read_scenarios(path, concepts=m) == scenarios


def test_ten_and_more_of_a_kind_keep_their_order(tmp_path: Path) -> None:
    m = CognitiveMap.from_matrix(np.zeros((12, 12)), [f"c{k}" for k in range(12, 0, -1)])
    scenarios = tuple(Scenario(f"s{k}") for k in range(12, 0, -1))
    io.save(m, tmp_path / "m.ttl")
    io.save(scenarios, tmp_path / "s.ttl")
    assert io.read_map(tmp_path / "m.ttl").names == m.names
    assert io.read_scenarios(tmp_path / "s.ttl") == scenarios


MAP = CognitiveMap(
    concepts=[Concept(name="a", labels={"es": "A"}, role="lever"), Concept(name="b")],
    weights=[[0, 0.1], [0, 0]],
    name="m",
)


@both
def test_a_run_gives_back_its_map_and_its_scenarios(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"run.{suffix}"
    io.save(compare(MAP, [Scenario("x", clamp={"a": 0.2})]), path)
    assert io.read_map(path) == MAP
    assert [each.name for each in io.read_scenarios(path)] == ["no intervention", "x"]
    with pytest.raises(FileError, match=r"holds the results of runs; read_map\(\)"):
        io.read(path)
    with pytest.raises(FileError, match="holds a map and scenarios, not one estimate"):
        io.read_estimate(path)
    with pytest.raises(UnknownConceptError, match="'a' is not a concept"):
        io.read_scenarios(path, concepts=["b"])


def test_results_go_to_linked_data_only(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot write Comparison"):
        io.save(compare(MAP, [Scenario("x")]), tmp_path / "x.json")


def test_what_cannot_be_published_is_refused_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    with pytest.raises(FileError, match=r"x\.ttl: cannot be written: .*half a character"):
        io.save(CognitiveMap.from_links({("\ud800", "b"): 0.5}), path)
    with pytest.raises(FileError, match="cannot publish dict"):
        io.save({}, path)  # type: ignore[arg-type]
    assert not path.exists()


def test_the_format_may_be_given(tmp_path: Path) -> None:
    io.save(MAP, tmp_path / "map.txt", format="ttl")
    assert io.read(tmp_path / "map.txt", format="TTL") == MAP
    with pytest.raises(UnknownFormatError, match=r"Formats are '\.ttl', '\.jsonld'"):
        io.read(tmp_path / "map.txt")


def merged(folder: Path, *values: object) -> Path:
    """Several publications in one file, as a store would give them out."""
    graph = rdflib.Graph()
    for each in values:
        graph.parse(data=publish(each).to_turtle(), format="turtle")  # type: ignore[arg-type]
    path = folder / "merged.ttl"
    graph.serialize(path, format="turtle", encoding="utf-8")
    return path


def test_another_librarys_turtle_gives_the_same_values(tmp_path: Path) -> None:
    # Few digits: rdflib's Turtle writer rounds xsd:double to seven.
    scenarios = (Scenario("y", push={"a": 0.25}), Scenario("x", links={("a", "b"): 0.0}))
    path = merged(tmp_path, MAP, scenarios)
    assert io.read_map(path) == MAP
    assert io.read_scenarios(path) == scenarios
    with pytest.raises(FileError, match="holds a map and scenarios; say which"):
        io.read(path)


def test_two_maps_in_one_file_are_told_apart(tmp_path: Path) -> None:
    other = MAP.with_link("a", "b", 0.2)
    path = merged(tmp_path, MAP, other)
    assert set(read_published(path).maps) == {MAP, other}
    with pytest.raises(FileError, match="holds 2 maps; expected one map"):
        io.read(path)


def test_a_real_estimate_of_thirty_concepts_comes_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    m = CognitiveMap.from_matrix(rng.uniform(-1, 1, (30, 30)) * (rng.random((30, 30)) < 0.2))
    linked = m.weights != 0
    value = WeightEstimate(
        prior=m,
        mean=m.weights,
        spread=np.where(linked, 0.2, 0.0),
        data_share=np.where(linked, 0.1, 0.0),
        status=np.where(linked, "data", ""),
        claims=[Claim(a, b, w, 0.5, Origin(kind="survey")) for (a, b), w in m.links().items()],
    )
    for suffix in SUFFIXES:
        io.save(value, tmp_path / f"x.{suffix}")
        assert io.read(tmp_path / f"x.{suffix}") == value


def test_the_source_of_linked_data_reads_what_was_saved(tmp_path: Path) -> None:
    io.save(MAP, tmp_path / "x.jsonld")
    source = lod.open(tmp_path / "x.jsonld")
    assert source.report.sentences() == ()
    weights = source.select("SELECT ?w { ?l <urn:fcm:vocabulary:weight> ?w }")["w"]
    assert weights.tolist() == [0.1]
