"""P1: what leaves the duties of privacy holds no content, after deletions and purges too."""

from __future__ import annotations

import pkgutil
from datetime import date
from pathlib import Path

import numpy as np

import fcm.social.law
from fcm.social.law.audit import AuditLog
from fcm.social.law.facts import dpia_facts
from fcm.social.law.ledger import Ledger
from fcm.social.law.noise import Budget, noisy
from fcm.social.law.register import algorithm_register_record
from fcm.social.privacy import Privacy, Retention
from fcm.social.reading import read_posts
from fcm.social.scoring import score
from fcm.social.terms.lexicon import Lexicon, Term

PRIVACY = Privacy(
    purpose="noise by month",
    basis="GDPR art. 6(1)(e)",
    key=b"canary-key-0123456789",
    k=5,
    retention=Retention(days=60, purpose="to honour deletions"),
)
LEXICON = Lexicon(terms=(Term(concept="noise", language="en", words=("noisy",)),))


def test_p01_no_output_holds_a_text_a_handle_an_id_or_the_key(tmp_path: Path) -> None:
    lines = ["id,author,text,created_at,language"]
    for n in range(20):
        lines += [
            f"canary-id-{word}-{n},canary-handle-{n},canary text is {word} {n},{day},en"
            for word, day in (("noisy", f"2018-01-{1 + n:02d}"), ("calm", "2018-05-02"))
        ]
    (tmp_path / "posts.csv").write_text("\n".join(lines))
    scored = score(read_posts(tmp_path / "posts.csv"), LEXICON, privacy=PRIVACY)
    out = tmp_path / "out"
    out.mkdir()
    log = AuditLog(out / "audit.jsonl", who="statistics office", purpose=PRIVACY.purpose)
    ledger = Ledger.open(scored, privacy=PRIVACY, audit=log)
    gone = ledger.delete(["canary-id-noisy-3"], ["canary-handle-4"], privacy=PRIVACY, audit=log)
    ledger = gone.ledger.purge(date(2018, 5, 3), privacy=PRIVACY, audit=log)
    signals = ledger.signals(privacy=PRIVACY)
    facts = dpia_facts(
        signals, privacy=PRIVACY, source="portal", lexicon=LEXICON, ledger=ledger, audit=log
    )
    record = algorithm_register_record(
        signals, privacy=PRIVACY, organisation="o", name="n", contact="c", source="portal"
    )
    blurred = noisy(signals, epsilon=1, budget=Budget(1), cells=1, rng=np.random.default_rng(1))
    ledger.save(out / "ledger.parquet")
    signals.save(out / "signals.csv")
    (out / "facts.md").write_text(facts.to_markdown())
    (out / "facts.json").write_text(facts.to_json())
    shown = [ledger, gone, gone.moved, gone.sentences(), facts, record, blurred, log, PRIVACY]
    assert signals.authors[0, 0] == 18
    assert (gone.removed, gone.closed, len(ledger)) == (3, 0, 19)
    for path in out.iterdir():
        assert b"canary" not in path.read_bytes(), path.name
    for each in shown:
        assert "canary" not in repr(each), type(each).__name__


def test_the_duties_load_nothing_heavier_than_numpy_until_they_are_used() -> None:
    import subprocess
    import sys

    modules = [
        each.name for each in pkgutil.iter_modules(fcm.social.law.__path__, "fcm.social.law.")
    ]
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "fcm.social.law.ledger" in loaded
    assert not {"polars", "pydantic", "pandas", "sklearn", "pyarrow"} & set(loaded)
