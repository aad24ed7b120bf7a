"""What is wrong with a published file is said with its thing and its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fcm import io
from fcm.concept import Concept
from fcm.errors import FileError, UnknownFormatError
from fcm.evidence import Calibration, Claim, Effect, Origin, WeightEstimate
from fcm.lod.publishing.read_map import read_published
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

MAP = CognitiveMap(
    concepts=[Concept(name="a", labels={"es": "A"}, role="lever"), Concept(name="b")],
    weights=[[0, 0.1], [0, 0]],
    name="m",
)

HAND = """
@prefix fcm: <urn:fcm:vocabulary:> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<#m> a fcm:Map ;
  skos:prefLabel "by hand" ;
  fcm:hasConcept <#rain>, <#street>, [ a fcm:Concept ; skos:prefLabel "mood", "Laune"@de ] ;
  fcm:hasLink <#link> .
<#rain> a fcm:Concept ; skos:prefLabel "rain" ; fcm:role fcm:LeverRole ;
  skos:note "water"@en ; skos:broader <http://example.org/weather> .
<#street> a fcm:Concept ; skos:prefLabel "wet street" .
<#link> a fcm:Link ; fcm:source <#rain> ; fcm:target <#street> ; fcm:weight 0.8 .
"""


def hand(folder: Path, right: str = "", wrong: str = "", more: str = "") -> Path:
    assert right in HAND
    path = folder / "hand.ttl"
    path.write_text(HAND.replace(right, wrong, 1) + more, encoding="utf-8")
    return path


def test_a_map_written_by_hand_is_read_and_ordered_by_name(tmp_path: Path) -> None:
    m = io.read_map(hand(tmp_path))
    assert m.names == ("mood", "rain", "wet street")
    assert dict(m.links()) == {("rain", "wet street"): 0.8}
    assert m["mood"].label("de") == "Laune"
    assert m["rain"].note == "water"
    assert (m.levers, m.limit, m.name) == (("rain",), 1.0, "by hand")


@pytest.mark.parametrize(
    ("right", "wrong", "message", "line"),
    [
        ("fcm:weight 0.8 .", "fcm:weight 0.8", "mend that line", 13),
        ("fcm:weight 0.8", "fcm:wieght 0.8", r"fcm:wieght is not a term .* mean 'weight'", 12),
        ("fcm:weight 0.8", "fcm:weight 5", r"must lie in \[-1, 1\]", 12),
        ("fcm:weight 0.8", 'fcm:weight "0,8"', r"'0,8' of type xsd:string; expected a num", 12),
        ("fcm:weight 0.8", "fcm:weight 0.8, 0.7", "fcm:weight is given 2 times", 12),
        ("fcm:weight 0.8", "fcm:weight <#rain>", "expected a literal", 12),
        ("; fcm:weight 0.8", "", "fcm:weight is given not at all", 12),
        ("fcm:target <#street>", "fcm:target <#steet>", "of which the file says nothing", 12),
        ("fcm:target <#street>", "fcm:target <#m>", "not a concept of the map", 12),
        ("fcm:target <#street>", 'fcm:target "wet street"', "expected the IRI of a thing", 12),
        ("fcm:target <#street>", "fcm:target <#street>, <#rain>", "fcm:target is given 2 ti", 12),
        ('"wet street"', '"rain"', "a second concept 'rain'", 11),
        ('"wet street"', '"wet street", "x"', "is given 2 times; expected one text", 11),
        ('"wet street"', '"wet street"@en', "has no skos:prefLabel without a language", 11),
        ('"wet street"', "7", "'7' of type xsd:integer; expected a text", 11),
        ('"wet street"', '" wet "', "without blanks at its ends", 11),
        ("fcm:role fcm:LeverRole", "fcm:role fcm:Up", "expected one of fcm:LeverRole", 9),
        ("fcm:role fcm:LeverRole", "fcm:role fcm:LeverRole, fcm:ContextRole", "2 times", 9),
        ("fcm:role fcm:LeverRole", "fcm:position 1", "has no fcm:position, although", None),
        ("fcm:role fcm:LeverRole", "fcm:position 1.5", "expected a whole number", 9),
        ('"Laune"@de', '"Laune"@de, "L"@de', "twice in the language 'de'", None),
        ('"by hand"', '"by hand" ; fcm:limit -1', "above 0", 5),
        ("skos:broader", "skos:exactMatch <urn:a> ; skos:exactMatch", "2 values of skos:exact", 9),
        ("skos:broader", 'skos:exactMatch "Q1" ; skos:broader', "exactMatch is 'Q1'; expected", 9),
    ],
)
def test_a_fault_is_given_with_its_thing_and_its_line(
    tmp_path: Path, right: str, wrong: str, message: str, line: int | None
) -> None:
    with pytest.raises(FileError, match=message) as caught:
        io.read(hand(tmp_path, right, wrong))
    assert caught.value.line == line


LINK = "<#l2> a fcm:Link ; fcm:source <#rain> ; fcm:target <#street> ; fcm:weight 0.1 .\n"
CLAMP = '<#c> a fcm:Clamp ; fcm:conceptName "rain" ; fcm:value 1 .\n'


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("<#m> fcm:hasLink <#l2> .\n" + LINK, "a second link 'rain' -> 'wet street'"),
        ('<#s> a fcm:Scenario . <#t> a fcm:Scenario ; skos:prefLabel "t" .', "not at all"),
        ('<#s> a fcm:Scenario ; skos:prefLabel "s" ; fcm:does <#m> .', "is of 0 kinds of setting"),
        (
            '<#s> a fcm:Scenario ; skos:prefLabel "s" ; fcm:does <#c>, <#d> .\n'
            + CLAMP
            + CLAMP.replace("#c", "#d"),
            "a second clamp of 'rain'",
        ),
        (
            '<#s> a fcm:Scenario ; skos:prefLabel "s" ; fcm:does <#c> .\n'
            + CLAMP.replace(";", "; fcm:concept <#street> ;", 1),
            "name 'rain' and 'wet street'; expected one",
        ),
        (
            '<#s> a fcm:Scenario ; skos:prefLabel "s" ; fcm:does <#c> .\n<#c> a fcm:Clamp .',
            "name nothing; expected one",
        ),
        (
            '<#s> a fcm:Scenario ; skos:prefLabel "s" ; fcm:part <#t> .\n'
            '<#t> a fcm:Scenario ; skos:prefLabel "t" ; fcm:part <#s> .\n'
            '<#u> a fcm:Scenario ; skos:prefLabel "u" ; fcm:part <#t> .',
            "is a part of itself",
        ),
        (
            '<#s> a fcm:Scenario ; skos:prefLabel "s" ; fcm:fromStep 4 ; fcm:untilStep 4 .',
            "stop must come after start",
        ),
        (
            '<#s> a fcm:Scenario ; skos:prefLabel "s" .\n<#t> a fcm:Scenario ; '
            'skos:prefLabel "s" .',
            "a second scenario 's'",
        ),
        (
            '<#s> a fcm:Scenario ; skos:prefLabel "s" ; fcm:position 1 .\n<#t> a fcm:Scenario ; '
            'skos:prefLabel "t" ; fcm:position 1 .',
            "has fcm:position 1, and so has",
        ),
        (
            "".join(
                f'<#s{k}> a fcm:Scenario ; skos:prefLabel "s{k}" ; fcm:part <#s{k + 1}> .\n'
                for k in range(3000)
            )
            + '<#s3000> a fcm:Scenario ; skos:prefLabel "s" .',
            "have fewer levels",
        ),
        ("<#e> a fcm:WeightEstimate ; fcm:prior <#rain> .", "which is no fcm:Map of the file"),
        (
            "<#e> a fcm:WeightEstimate ; fcm:prior <#m> ; fcm:hasWeight <#l2> .\n" + LINK,
            "fcm:mean is given not at all",
        ),
        (
            "<#e> a fcm:WeightEstimate ; fcm:prior <#m> ; fcm:hasWeight <#l2> .\n"
            + LINK.replace("weight 0.1", "mean 0.1 ; fcm:spread 0.1"),
            "hasQualityMeasurement of fcm:DataShare is given not at all",
        ),
        ('<#e> a fcm:WeightEstimate ; fcm:prior <#m> ; fcm:covariance "1 2;3" .', "square matrix"),
        ('<#e> a fcm:WeightEstimate ; fcm:prior <#m> ; fcm:covariance "x" .', "holds 'x'"),
        ('<#e> a fcm:WeightEstimate ; fcm:prior <#m> ; fcm:covariance "NaN" .', "not finite"),
        ('<#e> a fcm:WeightEstimate ; fcm:prior <#m> ; fcm:covariance "1" .', "need (0, 0)"),
        (
            "<#e> a fcm:WeightEstimate ; fcm:prior <#m> ; fcm:slopeMean 1 .",
            "fcm:slopeSpread is given not at all",
        ),
    ],
)
def test_what_no_map_scenario_or_estimate_can_be_is_refused(
    tmp_path: Path, more: str, message: str
) -> None:
    with pytest.raises(FileError) as caught:
        io.read(hand(tmp_path, more=more))
    assert message in str(caught.value)


def estimate() -> WeightEstimate:
    effect = Effect(
        scenario=Scenario("x", clamp={"a": 1}),
        outcome="b",
        change=-0.1,
        spread=0.1,
        origin=Origin(kind="study"),
        interval=(-0.2, 0.0),
        placebos={"u": 0.1, "v": 0.2},
    )
    zero = np.zeros((2, 2))
    return WeightEstimate(
        prior=MAP,
        mean=MAP.weights,
        spread=zero,
        data_share=zero,
        status=[["", "prior"], ["", ""]],
        claims=[Claim("a", "b", 0.5, 1.0, Origin(kind="survey"))],
        notes={("b", "a"): ("none",)},
        calibrations=[Calibration(effect=effect, before=(0, 1), after=(0, 1), data_share=0.5)],
    )


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('fcm:intervalLow "-0.2"^^xsd:double ;', "", "one end of its interval"),
        ('fcm:unit "v"', 'fcm:unit "u"', "a second placebo of 'u'"),
        ('fcm:value "0.5"^^xsd:double', "fcm:value 5", r"value 5\.0; expected a number in \[-1"),
        ('fcm:spread "0.1"^^xsd:double', "fcm:spread 0", "spread 0.0; expected a number above 0"),
        ("fcm:effect ", "skos:related ", "fcm:effect is given not at all"),
        ('fcm:kind "survey"', 'skos:note "survey"', "fcm:kind is given not at all"),
        ("fcm:status fcm:Prior", "fcm:status fcm:Up", "expected one of fcm:Prior"),
        ("weight.b.a a fcm:Weight", "weight.b.a a fcm:Weight ; fcm:source map:concept.a", "one c"),
    ],
)
def test_evidence_that_cannot_be_is_refused(
    tmp_path: Path, right: str, wrong: str, message: str
) -> None:
    path = tmp_path / "x.ttl"
    io.save(estimate(), path)
    written = path.read_text(encoding="utf-8")
    assert right in written
    path.write_text(written.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(FileError, match=message):
        io.read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"@context": "http://127.0.0.1:1/c", "@id": "urn:a", "name": 1}', "is not fetched"),
        ('{"@id": "urn:a", "urn:b": 1, "name": "x"}', "key 'name' stands for no IRI"),
        ('{"@id": "http://x/a b", "urn:b": 1}', "'http://x/a b' is not a valid IRI"),
        ('{"@id": "urn:a",\n "urn:b"', "line 2"),
        ('{"@id": "urn:a", "urn:b": 1}', "holds no map, scenarios or estimate"),
        ("{}", "holds no statements"),
    ],
)
def test_json_ld_that_says_no_map_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "x.jsonld"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileError, match=message):
        io.read(path)


def test_a_fault_in_json_ld_gives_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonld"
    io.save(MAP, path)
    lines = path.read_text(encoding="utf-8").replace('"0.1"', '"much"').split("\n")
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FileError, match="'much' of type xsd:double") as caught:
        io.read(path)
    assert caught.value.line is not None
    assert 'link.a.b"' in lines[caught.value.line - 1]


def test_text_that_is_not_utf_8_and_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(HAND.encode() + b"# \xe9")
    with pytest.raises(FileError, match="not UTF-8") as caught:
        io.read(path)
    assert caught.value.line == 13
    with pytest.raises(FileError, match="cannot be read"):
        io.read(tmp_path / "gone.ttl")


@pytest.mark.parametrize("suffix", [".rdf", ".xml", ".nt"])
def test_other_forms_of_rdf_are_not_read_as_maps(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(UnknownFormatError, match="is not known"):
        io.read(tmp_path / f"x{suffix}")
    with pytest.raises(UnknownFormatError, match=r"expected Turtle \(\.ttl\) or JSON-LD"):
        read_published(tmp_path / f"x{suffix}")
