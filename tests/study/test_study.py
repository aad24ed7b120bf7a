"""A study of somebody's own: three concepts, and every source optional but the survey."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import fcm
from fcm.errors import FCMError, FileError, NoSuchIndicator, UnknownConceptError

STUDY = """
format = "fcm-study"
version = 1
title = "Desk"
question = "What would more staff change?"
[concepts]
file = "concepts.csv"
[survey]
file = "survey.csv"
terms = "terms.csv"
[scenarios]
file = "scenarios.csv"
[ensemble]
draws = 50
"""
CONCEPTS = "concept,role,good\nstaff,lever,none\ndelay,context,down\ntrust,outcome,up\n"
SURVEY = """source,target,term,respondent,note
staff,delay,strong negative,A,more hands
staff,delay,weak negative,B,
delay,trust,strong negative,A,
"""
TERMS = "order,term_en,centre\n-2,strong negative,-0.75\n-1,weak negative,-0.25\n"
SCENARIOS = "scenario,concept,operation,level,note\nmore staff,staff,clamp,0.9,\n"

CUBE = """
@prefix : <urn:desk:> .
:a1 :month "2020-01" ; :office "north" ; :value 4.0 .
:a2 :month "2020-02" ; :office "north" ; :value 3.0 .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("study.toml", STUDY),
        ("concepts.csv", CONCEPTS),
        ("survey.csv", SURVEY),
        ("terms.csv", TERMS),
        ("scenarios.csv", SCENARIOS),
        ("desk.ttl", CUBE),
        ("delay.rq", "SELECT ?m ?v WHERE { ?o <urn:desk:month> ?m ; <urn:desk:value> ?v }"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def add(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(STUDY + text, encoding="utf-8")
    return path


def test_a_survey_alone_is_a_study(folder: Path) -> None:
    found = fcm.Study.read(folder / "study.toml").run()
    assert dict(found.map.links()) == {("staff", "delay"): -0.5, ("delay", "trust"): -0.75}
    assert found.comparison.of("trust")[0] > 0
    assert found.panel is None
    assert found.signals is None
    assert found.estimate == found.prior
    assert "not a forecast" in found.report(folder / "note.html").read_text(encoding="utf-8")


def test_a_series_of_linked_data_becomes_a_concept_of_the_panel(folder: Path) -> None:
    path = add(
        folder,
        '[linked_data]\nfiles = ["desk.ttl"]\n[[linked_data.series]]\nconcept = "delay"\n'
        'query = "delay.rq"\nbounds = [2, 6]\nreliability = 0.8\n',
    )
    found = fcm.Study.read(path).run()
    assert found.panel is not None
    np.testing.assert_allclose(found.panel["delay"], [0.5, 0.25])
    assert found.panel.reliability.tolist() == [0.8]
    # Two months teach nothing, and the estimate says so.
    assert found.estimate.data_share.max() == 0


def test_the_dynamics_of_the_file_are_those_of_the_run(folder: Path) -> None:
    path = add(
        folder,
        '[dynamics]\nrule = "rescaled"\nmemory = 0\nslope = 2\nslope_spread = 0.1\n'
        "initial = 0.5\nslopes = [1, 2]\n",
    )
    study = fcm.Study.read(path)
    assert study.dynamics == fcm.Dynamics(
        rule=fcm.Rescaled(memory=0), transfer=fcm.Sigmoid(slope=2)
    )
    found = study.run()
    assert found.prior.slope == (2, 0.1)
    assert found.ranks.slopes.tolist() == [1, 2]
    np.testing.assert_allclose(found.comparison.baseline, 0.5)


def test_equal_seeds_give_equal_draws_and_others_do_not(folder: Path) -> None:
    first = fcm.Study.read(folder / "study.toml").run().ensemble
    again = fcm.Study.read(folder / "study.toml").run().ensemble
    path = folder / "study.toml"
    path.write_text(STUDY + "seed = 7\n", encoding="utf-8")
    other = fcm.Study.read(path).run().ensemble
    np.testing.assert_array_equal(first.delta, again.delta)
    assert not np.array_equal(first.delta, other.delta)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("survey.csv", SURVEY + "staff,trsut,weak negative,C,\n", "line 5.*'trsut'.*'trust'"),
        ("survey.csv", SURVEY + "staff,trust,huge,C,\n", "line 5.*'huge'"),
        ("survey.csv", "", "survey.csv"),
        ("scenarios.csv", SCENARIOS + "less,stuff,clamp,0,\n", "line 3.*'stuff'.*'staff'"),
        ("scenarios.csv", SCENARIOS + "less,staff,clamp,nan,\n", "line 3.*nan"),
        ("concepts.csv", CONCEPTS.replace("context", "boss"), "line 3.*'boss'"),
        ("terms.csv", TERMS.replace("-0.75", "-7.5"), "line 2.*-7.5"),
    ],
)
def test_nonsense_in_a_file_is_refused_with_its_place(
    folder: Path, file: str, text: str, message: str
) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(FCMError, match=message) as caught:
        fcm.Study.read(folder / "study.toml").run()
    assert file in str(caught.value)


@pytest.mark.parametrize(
    ("name", "query", "error", "message"),
    [
        ("nothing", "SELECT ?m ?v WHERE { ?m <urn:no> ?v }", NoSuchIndicator, "finds nothing"),
        ("wide", "SELECT ?a ?b ?c WHERE { ?a ?b ?c }", FileError, r"expected SELECT \?period"),
        ("broken", "SELECT ?m WHERE {", FCMError, "line 1|column|not"),
    ],
)
def test_a_query_that_cannot_serve_is_refused(
    folder: Path, name: str, query: str, error: type[FCMError], message: str
) -> None:
    (folder / f"{name}.rq").write_text(query, encoding="utf-8")
    path = add(
        folder,
        '[linked_data]\nfiles = ["desk.ttl"]\n[[linked_data.series]]\nconcept = "delay"\n'
        f'query = "{name}.rq"\nbounds = [2, 6]\n',
    )
    with pytest.raises(error, match=message):
        fcm.Study.read(path).run()


def test_a_query_file_that_is_missing_is_named(folder: Path) -> None:
    path = add(
        folder,
        '[linked_data]\nfiles = ["desk.ttl"]\n[[linked_data.series]]\nconcept = "delay"\n'
        'query = "gone.rq"\nbounds = [2, 6]\n',
    )
    with pytest.raises(FileError, match=r"gone\.rq: cannot be read"):
        fcm.Study.read(path).run()


def test_an_effect_of_an_unknown_scenario_is_refused(folder: Path) -> None:
    path = add(
        folder,
        '[linked_data]\nfiles = ["desk.ttl"]\n[[effects]]\nquery = "delay.rq"\ntreated = "north"\n'
        'since = "2020-02"\nscenario = "more stuff"\noutcome = "delay"\nbounds = [2, 6]\n',
    )
    with pytest.raises(fcm.errors.UnknownScenarioError, match="Did you mean 'more staff'"):
        fcm.Study.read(path).run()


def test_a_series_for_a_concept_that_is_not_in_the_map_is_refused(folder: Path) -> None:
    path = add(
        folder,
        '[linked_data]\nfiles = ["desk.ttl"]\n[[linked_data.series]]\nconcept = "dealy"\n'
        'query = "delay.rq"\nbounds = [2, 6]\n',
    )
    with pytest.raises(UnknownConceptError, match="Did you mean 'delay'"):
        fcm.Study.read(path).run()


def test_posts_for_a_study_without_posts_are_refused(folder: Path) -> None:
    with pytest.raises(FileError, match=r"no \[posts\] table"):
        fcm.Study.read(folder / "study.toml").run(posts=folder / "posts.csv")
