"""P11: an audit log that holds counts and cannot be changed unseen."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fcm.errors import PrivacyError
from fcm.social.law.audit import AuditLog


def log_of(path: Path, entries: int = 4) -> AuditLog:
    log = AuditLog(path / "audit.jsonl", who="statistics office", purpose="concerns by month")
    for number in range(entries):
        log.record("count", when=datetime(2026, 1, 1 + number, tzinfo=UTC), cells=number, k=10)
    return log


def lines_of(log: AuditLog) -> list[bytes]:
    return Path(log.path).read_bytes().splitlines(keepends=True)


def test_p11_an_entry_says_who_when_why_and_how_many(tmp_path: Path) -> None:
    log = log_of(tmp_path, 0)
    when = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    head = log.record(
        "count", when=when, rows_in=np.int64(5633), epsilon=0.5, every="1mo",
        lexicon="471 terms, 78dd0623e8b3acce", first="2018-01", last="2018-12", spent=None,
    )  # fmt: skip
    (entry,) = log.entries()
    assert entry == {
        "action": "count",
        "who": "statistics office",
        "purpose": "concerns by month",
        "when": "2025-12-31T23:00:00+00:00",
        "rows_in": 5633,
        "epsilon": 0.5,
        "every": "1mo",
        "lexicon": "471 terms, 78dd0623e8b3acce",
        "first": "2018-01",
        "last": "2018-12",
        "number": 1,
        "previous": "",
        "hash": head,
    }
    assert log.head == head
    assert stat.S_IMODE(Path(log.path).stat().st_mode) == 0o600


def test_the_clock_is_used_if_no_time_is_given(tmp_path: Path) -> None:
    log = log_of(tmp_path, 0)
    log.record("read", posts=3)
    written = datetime.fromisoformat(log.entries()[0]["when"])
    assert abs(datetime.now(UTC) - written) < timedelta(minutes=5)


def test_p11_an_untouched_log_verifies(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    assert log.verify() == 4
    assert log.verify(head=log.head) == 4
    assert AuditLog(log.path).verify(head=log.entries()[1]["hash"]) == 4
    assert AuditLog(tmp_path / "absent").verify() == 0
    assert AuditLog(tmp_path / "absent").head == ""


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("field", "value"),
    [("cells", 99), ("when", "2020-01-01T00:00:00+00:00"), ("who", "nobody"), ("number", 7)],
)
def test_p11_a_changed_entry_is_found_by_its_number(
    tmp_path: Path, number: int, field: str, value: Any
) -> None:
    log = log_of(tmp_path)
    lines = lines_of(log)
    entry = json.loads(lines[number - 1]) | {field: value}
    lines[number - 1] = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    Path(log.path).write_bytes(b"".join(lines))
    with pytest.raises(PrivacyError, match=rf"entry {number} was changed"):
        log.verify()


def test_p11_a_changed_entry_with_a_new_hash_breaks_the_chain_behind_it(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    other = AuditLog(tmp_path / "other.jsonl", who="someone", purpose="else")
    other.record("count", cells=99)
    lines = lines_of(log)
    lines[0] = lines_of(other)[0]
    Path(log.path).write_bytes(b"".join(lines))
    with pytest.raises(PrivacyError, match="entry 2 was changed"):
        log.verify()


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_p11_a_removed_entry_is_found(tmp_path: Path, gone: int) -> None:
    log = log_of(tmp_path)
    lines = lines_of(log)
    del lines[gone]
    Path(log.path).write_bytes(b"".join(lines))
    with pytest.raises(PrivacyError, match=rf"entry {gone + 1} was changed, removed"):
        log.verify()


def test_p11_entries_that_changed_places_are_found(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    lines = lines_of(log)
    lines[1], lines[2] = lines[2], lines[1]
    Path(log.path).write_bytes(b"".join(lines))
    with pytest.raises(PrivacyError, match="entry 2 was changed"):
        log.verify()


def test_p11_entries_cut_off_at_the_end_show_against_a_noted_head(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    head = log.head
    Path(log.path).write_bytes(b"".join(lines_of(log)[:2]))
    assert log.verify() == 2
    with pytest.raises(PrivacyError, match="from 3 on were removed"):
        log.verify(head=head)
    Path(log.path).unlink()
    with pytest.raises(PrivacyError, match="from 1 on were removed"):
        log.verify(head=head)


def test_a_damaged_end_takes_no_more_entries(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    whole = Path(log.path).read_bytes()
    for damaged in (whole[:-1], whole[:-9], whole + b"\n", whole + b"[]\n"):
        Path(log.path).write_bytes(damaged)
        with pytest.raises(PrivacyError, match="last entry of the audit log is damaged"):
            log.record("count")
        assert Path(log.path).read_bytes() == damaged


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"text": "canary words"}, "no field 'text'"),
        ({"cell": 3}, "Did you mean 'cells'"),
        ({"posts": "canary words"}, "no finite number"),
        ({"posts": float("nan")}, "no finite number"),
        ({"lexicon": "canary words"}, "no label of that kind"),
        ({"first": "canary words"}, "no label of that kind"),
        ({"first": 2018}, "no label of that kind"),
        ({"every": "1y"}, "no label of that kind"),
    ],
)
def test_p11_content_has_no_way_in(tmp_path: Path, counts: dict[str, Any], words: str) -> None:
    log = log_of(tmp_path)
    with pytest.raises(PrivacyError, match=words) as caught:
        log.record("count", **counts)
    assert "canary" not in str(caught.value)
    assert log.verify() == 4


def test_p11_who_is_an_office_and_an_action_is_known(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    for who, purpose, words in (
        ("", "x", "audit.who is empty"),
        ("x", " ", "audit.purpose is empty"),
        ("canary@example.org", "x", "no person"),
        ("two\nlines", "x", "no person"),
        ("x" * 201, "x", "201 characters"),
    ):
        with pytest.raises(PrivacyError, match=words) as caught:
            AuditLog(path, who=who, purpose=purpose).record("count")
        assert "canary" not in str(caught.value)
    with pytest.raises(PrivacyError, match="Did you mean 'count'"):
        AuditLog(path, who="x", purpose="x").record("counts")
    assert not path.exists()


def test_writers_at_the_same_time_make_one_chain(tmp_path: Path) -> None:
    log = log_of(tmp_path, 0)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: log.record("add", posts=n), range(40)))
    assert log.verify() == 40
    assert sorted(each["posts"] for each in log.entries()) == list(range(40))
