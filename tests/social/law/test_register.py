"""P13: a record for the Dutch Algorithm Register, checked against its publication standard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict, Field

from fcm.errors import EvidenceError
from fcm.social.counts.aggregates import Signals
from fcm.social.law.register import OPEN, algorithm_register_record, register_faults
from fcm.social.privacy import Privacy, Retention

PRIVACY = Privacy(purpose="noise by month", basis="GDPR art. 6(1)(e)", key=b"canary-key-01234")
SIGNALS = Signals(
    concepts=["noise"],
    periods=["2018-01", "2018-02"],
    every="1mo",
    active=[40, 25],
    authors=[[12], [np.nan]],
    valence=[[0.5], [np.nan]],
    k=10,
    purpose=PRIVACY.purpose,
    basis=PRIVACY.basis,
    lexicon="471 terms, 78dd0623e8b3acce",
)


class Record(BaseModel):
    """The fields that the library fills in, by the standard, written a second time."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(max_length=100)
    organization: str = Field(max_length=100)
    description_short: str = Field(max_length=350)
    status: Literal["In ontwikkeling", "In gebruik", "Buiten gebruik"]
    begin_date: str = Field(max_length=7, pattern=r"^\d{4}-\d{2}$")
    contact_email: str = Field(max_length=500)
    publication_category: Literal[
        "Hoog-risico AI-systeem", "Impactvolle algoritmes", "Overige algoritmes"
    ]
    goal: str = Field(max_length=2500)
    proportionality: str = Field(max_length=2500)
    human_intervention: str = Field(max_length=2500)
    risks: str = Field(max_length=2500)
    lawful_basis: str = Field(max_length=2500)
    impacttoetsen: str | None = Field(default=None, max_length=2500)
    impacttoetsen_grouping: list[dict[str, str]] | None = None
    source_data: str = Field(max_length=2500)
    methods_and_models: str = Field(max_length=5000)
    provider: str = Field(max_length=200)
    lang: Literal["nld"]
    standard_version: Literal["1.0"]


def record(privacy: Privacy = PRIVACY, **told: Any) -> dict[str, Any]:
    given = {
        "organisation": "Gemeente Voorbeeld",
        "name": "Zorgen van inwoners in beeld",
        "contact": "algoritmes@example.org",
        "source": "participatieplatform",
    }
    return algorithm_register_record(SIGNALS, privacy=privacy, **(given | told))


COMPLETE = {
    "status": "In gebruik",
    "publication_category": "Impactvolle algoritmes",
    "begin_date": "2026-01",
    "proportionality": "Afgewogen.",
    "provider": "Intern ontwikkeld",
    "human_intervention": "De raad beslist.",
    "methods_and_models": "Tellen.",
    "risks": "Beperkt.",
    "impacttoetsen": "Uitgevoerd.",
}


def test_p13_a_record_that_the_organisation_completed_fits_the_standard() -> None:
    full = record(**COMPLETE)
    assert register_faults(full) == ()
    assert Record(**full).status == "In gebruik"


def test_p13_what_only_the_organisation_knows_is_open_and_never_invented() -> None:
    found = record()
    still = {each.split("'")[1] for each in register_faults(found)}
    assert still == set(COMPLETE)
    for field in ("status", "publication_category", "begin_date", "proportionality", "provider"):
        assert found[field] == OPEN
    Record(**(found | COMPLETE))


def test_the_record_says_what_this_run_did() -> None:
    found = record()
    assert "1 van 2 cellen" in found["risks"]
    assert "2018-01 tot en met 2018-02" in found["source_data"]
    assert "471 terms" in found["methods_and_models"]
    assert "noise by month" in found["goal"]
    assert "niet bewaard" in found["risks"]
    assert "canary" not in str(found)
    keeping = replace(PRIVACY, retention=Retention(days=30, purpose="x"), dpia="2026-17")
    assert "30 dagen" in record(keeping)["risks"]
    (assessment,) = record(keeping)["impacttoetsen_grouping"]
    assert "2026-17" in assessment["title"]
    assert "impacttoetsen" not in record(keeping)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": "x" * 101}, "'name' has 101 characters; the register takes 100"),
        ({"name": ""}, "'name' is missing"),
        ({"status": "actief"}, "'status' is not one of 'In ontwikkeling'"),
        ({"begin_date": "2026"}, "'begin_date' is no month"),
        ({"statuss": "x"}, "'statuss' is no field of the standard"),
        ({"category": ["Verkeer"] * 4}, "has 4 entries; the register takes 3"),
        ({"category": ["Vervoer"]}, "an entry of 'category' is not one of"),
        ({"category": "Verkeer"}, "'category' is of type str, not array"),
        ({"lawful_basis_grouping": [{"title": "Wet"}]}, "has no 'link'"),
        ({"lawful_basis_grouping": [{"title": "a", "link": "b", "x": "c"}]}, "has 'x', which"),
        ({"goal": OPEN + "x" * 2500}, "'goal' has 25"),
    ],
)
def test_what_does_not_fit_the_standard_is_refused(told: dict[str, Any], words: str) -> None:
    with pytest.raises(EvidenceError, match=words):
        record(**told)


def test_a_record_without_its_obliged_fields_is_faulty() -> None:
    assert "'lang' is missing" in register_faults({})
    assert len(register_faults({})) == 7
