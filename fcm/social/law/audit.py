"""An audit log: who did what, when, for which purpose, in counts; nobody can change it unseen.

One line of JSON for each entry, chained: an entry carries the SHA-256 of the one before. Fields
and strings are from a fixed vocabulary, so that no content can get in. It knows no posts.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fcm.errors import PrivacyError, nearest
from fcm.periods import frequency

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["AuditLog"]

ACTIONS = (
    "add", "breakdown", "claims", "count", "delete", "export", "noise", "open", "purge", "read",
    "refuse", "save", "score",
)  # fmt: skip
NUMBERS = (
    "automatic", "broken", "cells", "closed", "concepts", "days", "epsilon", "k", "moved", "own",
    "periods", "posts", "removed", "rows_in", "rows_out", "silent", "spent", "strata", "suppressed",
    "terms", "unknown", "unsure",
)  # fmt: skip
STRINGS = {
    "every": re.compile(r"1(d|w|mo|q)"),
    "lexicon": re.compile(r"\d{1,9} terms, [0-9a-f]{16}"),
    "use": re.compile(r"salience|valence|sentiment|engagement"),
}
PERIODS = ("first", "last")
_ROLE = 200
_ENTRY = 8192


@dataclass(frozen=True, slots=True)
class AuditLog:
    """An append-only log in a file, each entry chained to the one before.

    Parameters
    ----------
    path : Path or str
        A file of JSON lines; made with the first entry, readable by its owner only.
    who : str
        The office or role that acts, up to 200 characters, no address and no "@"; entries need
        one, reading does not.
    purpose : str
        What the posts are processed for; entries need one.

    Notes
    -----
    The chain shows that an entry in the middle was changed, removed or moved. Entries cut off at
    the end show only against a head that was noted elsewhere, and whoever can write the whole
    file can write a new chain: keep `head` where they cannot reach it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log = AuditLog(folder + "/audit.jsonl", who="statistics office",
    ...                    purpose="concerns by month")
    ...     _ = log.record("score", rows_in=5633, rows_out=5571, every="1mo")
    ...     head = log.record("count", k=10, cells=585, suppressed=201)
    ...     log.verify(head=head)
    2
    """

    path: Path | str
    who: str = ""
    purpose: str = ""

    def record(
        self, action: str, *, when: datetime | None = None, **counts: float | str | None
    ) -> str:
        """Append an entry and return its hash.

        Parameters
        ----------
        action : str
            One of ``fcm.social.law.audit.ACTIONS``.
        when : datetime, optional
            The clock, unless given; without offset it counts as UTC.
        **counts : number or str
            Numbers by the names in `NUMBERS`, settings by those in `STRINGS`, and labels of
            periods as ``first`` and ``last``. None is left out.

        Raises
        ------
        PrivacyError
            If who or purpose is missing, a name or value is not of the vocabulary, or the last
            entry of the file is damaged.
        """
        entry: dict[str, Any] = {
            "action": _action(action),
            "who": _stated("who", self.who, "the statistics office"),
            "purpose": _stated("purpose", self.purpose, "concerns about clean streets, by month"),
            "when": _instant(when),
        }
        entry |= {name: _value(name, value) for name, value in counts.items() if value is not None}
        with _locked(Path(self.path)) as file:
            last = _last_entry(file)
            entry["number"] = last["number"] + 1 if last else 1
            entry["previous"] = last["hash"] if last else ""
            entry["hash"] = _hash(entry)
            os.write(file, (_canonical(entry) + "\n").encode())
            os.fsync(file)
        return str(entry["hash"])

    def entries(self) -> tuple[dict[str, Any], ...]:
        """Return the entries as they stand, after `verify`."""
        return tuple(self._chain())

    @property
    def head(self) -> str:
        """Hash of the last entry, "" if there is none; note it where the file's writers cannot."""
        return next((str(each["hash"]) for each in reversed(self.entries())), "")

    def verify(self, *, head: str | None = None) -> int:
        """Return the number of entries, all of which are as they were written.

        Parameters
        ----------
        head : str, optional
            Hash that `record` or `head` gave; the log must hold it, so that entries cut off at
            the end show.

        Raises
        ------
        PrivacyError
            With the number of the first entry that was changed, removed or moved.
        """
        hashes = [each["hash"] for each in self._chain()]
        if head and head not in hashes:
            raise PrivacyError(
                f"{self.path}: the log ends at entry {len(hashes)} and does not hold the head "
                f"that was noted; entries from {len(hashes) + 1} on were removed, or the chain "
                "was written anew."
            )
        return len(hashes)

    def _chain(self) -> Iterator[dict[str, Any]]:
        path = Path(self.path)
        previous = ""
        lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
        for number, line in enumerate(lines[:-1] if not lines[-1] else lines, start=1):
            entry = _parsed(line)
            if (
                entry is None
                or entry["number"] != number
                or entry["previous"] != previous
                or entry["hash"] != _hash(entry)
                or line != _canonical(entry).encode()
            ):
                raise PrivacyError(
                    f"{path}: entry {number} was changed, removed or moved; what comes after it "
                    "cannot be trusted. Compare with a copy."
                )
            previous = entry["hash"]
            yield entry


def _action(action: str) -> str:
    if action not in ACTIONS:
        raise PrivacyError(f"{action!r} is no action of the audit log. {nearest(action, ACTIONS)}")
    return action


def _stated(name: str, value: str, example: str) -> str:
    if not value.strip():
        raise PrivacyError(f"audit.{name} is empty; give AuditLog({name}=...), as {example!r}.")
    if len(value) > _ROLE or "@" in value or not value.isprintable():
        raise PrivacyError(
            f"audit.{name} has {len(value)} characters; expected one line of up to {_ROLE} "
            "without '@': an office or a purpose, no person."
        )
    return value


def _instant(when: datetime | None) -> str:
    if when is None:
        when = datetime.now(UTC)
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return when.isoformat(timespec="seconds")


def _value(name: str, value: float | str) -> float | str:
    """Return a value that is a number or a setting; the error never quotes it."""
    if name in NUMBERS:
        if isinstance(value, str) or not math.isfinite(value):
            raise PrivacyError(f"{name} of an audit entry is no finite number; give a count.")
        return value if isinstance(value, float) and value % 1 else int(value)
    if name in PERIODS and isinstance(value, str) and frequency(value):
        return value
    if name in STRINGS and isinstance(value, str) and STRINGS[name].fullmatch(value):
        return value
    if name in PERIODS or name in STRINGS:
        raise PrivacyError(
            f"{name} of an audit entry is no label of that kind; the log holds counts, settings "
            "and labels of periods only."
        )
    known = (*NUMBERS, *STRINGS, *PERIODS)
    raise PrivacyError(f"an audit entry has no field {name[:40]!r}. {nearest(name, known)}")


def _canonical(entry: dict[str, Any]) -> str:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _hash(entry: dict[str, Any]) -> str:
    content = {name: value for name, value in entry.items() if name != "hash"}
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    needed = {"number": int, "previous": str, "hash": str}
    if not isinstance(entry, dict):
        return None
    return entry if all(type(entry.get(n)) is kind for n, kind in needed.items()) else None


def _last_entry(file: int) -> dict[str, Any] | None:
    """Return the last entry of an open file, or None if it is empty; it must be whole."""
    size = os.lseek(file, 0, os.SEEK_END)
    if not size:
        return None
    os.lseek(file, max(0, size - _ENTRY), os.SEEK_SET)
    *_, line, end = [b"", *os.read(file, _ENTRY).split(b"\n")]
    entry = _parsed(line)
    if end or entry is None or entry["hash"] != _hash(entry):
        raise PrivacyError(
            "the last entry of the audit log is damaged; nothing was added. Keep the file, look "
            "with verify() and begin another."
        )
    return entry


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open a file for appending and hold it against other writers."""
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)  # released when the file is closed
        yield file
    finally:
        os.close(file)
