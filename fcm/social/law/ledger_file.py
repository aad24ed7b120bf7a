"""A ledger as a Parquet file: the rows of keyed hashes, and its conditions in the metadata."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import FCMError, FileError, PrivacyError, UnsupportedVersionError
from fcm.social.privacy import Retention
from fcm.social.scored import Heard, schema

if TYPE_CHECKING:
    import polars as pl

    from fcm.social.counts.aggregates import Signals
    from fcm.social.law.ledger import Ledger

__all__ = ["read", "write"]

FORMAT = "fcm-ledger"
VERSION = 1
PLAIN = ("concepts", "every", "late", "lexicon", "purpose", "basis")


def write(ledger: Ledger, path: str | Path) -> Path:
    """Write the file and return its path."""
    head = {
        "version": VERSION,
        "lock": ledger._lock,
        "retention": asdict(ledger.retention),
        "heard": asdict(ledger.heard),
        "closed": None if ledger.closed is None else _plain(ledger.closed),
        "purged": [{**asdict(each), "on": each.on.isoformat()} for each in ledger.purged],
        **{name: getattr(ledger, name) for name in PLAIN},
    }
    path = Path(path)
    path.touch(mode=0o600)
    path.chmod(0o600)  # also where the file was there before
    _sorted(ledger._frame).write_parquet(
        path, metadata={FORMAT: json.dumps(head, sort_keys=True, allow_nan=False)}
    )
    return path


def read(path: str | Path) -> Ledger:
    """Return the ledger of a file, equal to the one written."""
    import polars as pl

    from fcm.social.law.closing import Purge
    from fcm.social.law.ledger import Ledger

    head = _head(path)
    retention = head.get("retention") or {}
    if not retention:
        raise PrivacyError(f"{path}: states no retention; such rows may not be kept. Delete it.")
    frame = pl.read_parquet(path)
    if dict(frame.schema) != schema():
        raise FileError("its columns are not those of scored posts.", path=path)
    problem = ""
    try:
        return Ledger(
            frame=frame,
            lock=head["lock"],
            retention=Retention(**retention),
            heard=Heard(**head["heard"]),
            closed=None if head["closed"] is None else _signals(head["closed"]),
            purged=tuple(
                Purge(**{**each, "on": date.fromisoformat(each["on"])}) for each in head["purged"]
            ),
            **{name: head[name] for name in PLAIN} | {"concepts": tuple(head["concepts"])},
        )
    except FCMError as error:
        problem = str(error)
    except (KeyError, TypeError, ValueError) as error:
        problem = f"its head is damaged ({type(error).__name__})."
    raise FileError(problem, path=path)


def _head(path: str | Path) -> dict[str, Any]:
    import polars as pl

    try:
        metadata = pl.read_parquet_metadata(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        problem = f"cannot be read as Parquet ({type(error).__name__})."
    else:
        problem = ""
    if problem:
        raise FileError(problem, path=path)
    try:
        head = json.loads(metadata.get(FORMAT, ""))
    except ValueError:
        head = None
    if not isinstance(head, dict):
        raise FileError(
            "not a ledger: its metadata have no head. A ledger is written by ledger.save().",
            path=path,
        )
    if head.get("version") != VERSION:
        raise UnsupportedVersionError(
            f"version {head.get('version')}; this release reads version {VERSION}. A newer "
            "release of smartgov-fcm may read it.",
            path=path,
        )
    return head


def _sorted(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in an order that does not tell in which they came."""
    import polars as pl

    lists = [name for name, kind in schema().items() if kind.is_nested()]
    texts = [
        pl.col(name).list.eval(pl.element().cast(pl.String())).list.join(" ") for name in lists
    ]
    plain = [pl.col(name) for name in frame.columns if name not in lists]
    return frame.sort([*plain, *texts], nulls_last=True)


def _plain(signals: Signals) -> dict[str, Any]:
    """Return signals as JSON can hold them; None where a number is missing."""

    def held(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return held(value.tolist())
        if isinstance(value, list | tuple):
            return [held(each) for each in value]
        if isinstance(value, Heard):
            return asdict(value)
        return None if isinstance(value, float) and math.isnan(value) else value

    return {each.name: held(getattr(signals, each.name)) for each in fields(signals)}


def _signals(plain: dict[str, Any]) -> Signals:
    from fcm.social.counts.aggregates import Signals

    shape = (len(plain["periods"]), len(plain["concepts"]))
    named: dict[str, Any] = {}
    for name, value in plain.items():
        if name == "heard":
            named[name] = value and Heard(**value)
        elif isinstance(value, list) and name not in ("concepts", "periods"):
            table = np.array(value, dtype=np.float64)
            named[name] = table.reshape(shape[:1] if name == "active" else shape)
        else:
            named[name] = value
    return Signals(**named)
