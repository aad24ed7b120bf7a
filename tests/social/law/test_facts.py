"""P13: facts for the impact assessment, made from the run, each duty met or open."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from fcm.social.counts.aggregates import Signals
from fcm.social.law.audit import AuditLog
from fcm.social.law.facts import OPEN, DpiaFacts, dpia_facts
from fcm.social.law.ledger import Ledger
from fcm.social.law.noise import Budget, noisy
from fcm.social.platforms.cards import source_card
from fcm.social.privacy import Privacy, Retention
from fcm.social.scored import Heard, Scored, schema
from fcm.social.terms.lexicon import Lexicon, Term

LEXICON = Lexicon(terms=(Term(concept="noise", language="en", words=("noisy",)),))
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
    lexicon=f"{len(LEXICON)} terms, {LEXICON.fingerprint}",
)


def facts(signals: Signals = SIGNALS, privacy: Privacy = PRIVACY, **shown: Any) -> DpiaFacts:
    return dpia_facts(signals, privacy=privacy, **{"source": "portal", **shown})


def duty(number: str, *given: Any, **shown: Any) -> tuple[bool, str]:
    (found,) = [each for each in facts(*given, **shown).duties if each.number == number]
    return found.met, found.said


def ledger_of(privacy: Privacy) -> Ledger:
    import polars as pl

    empty = pl.DataFrame(schema=schema())
    row = {name: None for name in empty.columns} | {
        "period": 2018 * 12, "day": date(2018, 1, 2), "author": 1, "post": 2,
        "concepts": [], "mentions": [], "polarity": [],
    }  # fmt: skip
    frame = pl.DataFrame([row | {"author": n, "post": n} for n in range(12)], schema=schema())
    scored = Scored(frame, concepts=("noise",), every="1mo", lexicon="", heard=Heard(scored=12))
    return Ledger.open(scored, privacy=privacy)


def test_p13_all_eighteen_duties_are_met_or_open_with_a_sentence() -> None:
    found = facts().duties
    assert [each.number for each in found] == [f"P{n}" for n in range(1, 19)]
    assert all(each.said.endswith(".") and "\n" not in each.said for each in found)
    assert {each.number for each in found if not each.met} == {
        "P7",
        "P11",
        "P13",
        "P14",
        "P15",
        "P17",
    }


def test_p02_and_p12_other_conditions_than_those_of_the_signals_are_open() -> None:
    other = replace(PRIVACY, basis="consent", k=20)
    for number in ("P2", "P12"):
        met, said = duty(number, privacy=other)
        assert not met
        assert "differ from those of the signals in basis, k" in said
    assert "128 bits" in duty("P2")[1]


def test_p03_the_smallest_cell_and_rest_are_of_this_run() -> None:
    met, said = duty("P3")
    assert met
    assert "stands for 12 distinct authors and the smallest rest of a period for 28" in said
    assert "1 of 2 cells" in said
    nothing = replace(SIGNALS, authors=[[np.nan]] * 2, valence=[[np.nan]] * 2)
    assert "All 2 cells are suppressed" in duty("P3", nothing)[1]
    assert "not enough data" in duty("P16", nothing)[1]


def test_p04_p07_and_p08_follow_retention_and_ledger() -> None:
    assert duty("P4")[0]
    assert duty("P8") == (True, "No retention: nothing is kept.")
    keeping = replace(PRIVACY, retention=Retention(days=30, purpose="to honour deletions"))
    assert "30 days" in duty("P4", privacy=keeping)[1]
    assert not duty("P7", privacy=keeping)[0]
    assert not duty("P8", privacy=keeping)[0]
    ledger = ledger_of(keeping)
    assert not duty("P4", ledger=ledger)[0]
    assert "12 scored posts" in duty("P7", privacy=keeping, ledger=ledger)[1]
    assert "never purged" in duty("P8", privacy=keeping, ledger=ledger)[1]
    purged = ledger.purge(date(2020, 1, 1), privacy=keeping)
    met, said = duty("P8", privacy=keeping, ledger=purged)
    assert met
    assert "12 scored posts were dropped in 1 purges, last for 2020-01-01" in said
    assert "in 1 closed periods they cannot be" in duty("P7", privacy=keeping, ledger=purged)[1]


def test_p10_special_topics_are_open_without_an_assessment() -> None:
    assert "terms were not shown" in duty("P10")[1]
    assert "the 1 terms" in duty("P10", lexicon=LEXICON)[1]
    health = replace(SIGNALS, concepts=["public health"])
    assert duty("P10", health) == (
        False,
        "Topics of health are counted without reference to an assessment.",
    )
    assert duty("P10", health, privacy=replace(PRIVACY, dpia="2026-17"))[0]
    other = Lexicon(terms=(Term(concept="noise", language="en", words=("loud",)),))
    assert "not the one by which" in duty("P10", lexicon=other)[1]


def test_p11_a_broken_log_is_open(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", who="office", purpose="noise by month")
    assert duty("P11", audit=log) == (False, "The audit log is empty.")
    log.record("read", posts=9)
    assert not duty("P11", audit=log)[0]
    log.record("count", cells=2)
    assert "2 entries in an unbroken chain, 1 of them" in duty("P11", audit=log)[1]
    path = tmp_path / "audit.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"posts":9', b'"posts":8'))
    met, said = duty("P11", audit=log)
    assert not met
    assert "entry 1 was changed" in said


def test_p14_p15_p17_and_p18_follow_what_is_shown() -> None:
    assert "2026" in duty("P14", card=source_card("mastodon"))[1]
    budget = Budget(1.0)
    assert not duty("P15", budget=budget)[0]
    noisy(SIGNALS, epsilon=0.5, budget=budget, cells=1, rng=np.random.default_rng(1))
    assert "spent 0.5 of 1" in duty("P15", budget=budget)[1]
    heard = replace(SIGNALS, heard=Heard(rows=100, scored=90, unsure=20))
    assert "About 20 of 90 posts" in duty("P17", heard)[1]
    assert not duty("P18", source="https://example.org/posts")[0]
    odd = replace(SIGNALS, concepts=["@someone"])
    assert not duty("P1", odd)[0]


def test_the_page_says_plainly_what_software_cannot_do() -> None:
    page = facts(recipients=["the council | its staff"]).to_markdown()
    for words in (
        "Software cannot supply a lawful basis",
        "is not differential privacy",
        "still personal data",
        ".47 to .58",
        "**open**",
        "12 of 18 met",
        "nothing is kept but the counts",
        "the council \\| its staff",
    ):
        assert words in page
    assert f"| Impact assessment | {OPEN} |" in page
    assert all(
        line.count("|") - line.count("\\|") in (3, 5)
        for line in page.splitlines()
        if line.startswith("|")
    )


def test_the_facts_are_plain_values_and_hold_no_key() -> None:
    keeping = replace(PRIVACY, retention=Retention(days=30, purpose="deletions"), dpia="2026-17")
    found = facts(replace(SIGNALS, heard=Heard(scored=40)), keeping)
    again = json.loads(found.to_json())
    assert again == json.loads(json.dumps(found.to_dict()))
    assert again["retention"] == {"days": 30, "purpose": "deletions"}
    assert found.to_json() == facts(replace(SIGNALS, heard=Heard(scored=40)), keeping).to_json()
    for text in (found.to_json(), found.to_markdown(), repr(found)):
        assert "canary" not in text
    assert "scored 40" in found.to_markdown()


def test_signals_without_periods_have_facts_too() -> None:
    empty = replace(
        SIGNALS, periods=[], active=[], authors=np.zeros((0, 1)), valence=np.zeros((0, 1)),
        sentiment=None, effective=None, engagement=None,
    )  # fmt: skip
    assert "All 0 cells" in duty("P3", empty)[1]
    assert "none, by 1mo" in facts(empty).to_markdown()
