"""Answers kept on disk: complete ones only, one file each, whole at every moment.

A file is written beside its place and moved there in one step, so that a program that is killed
leaves the old file or the new one. What does not agree with its own checksum counts as missing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from fcm.errors import FileError

__all__ = ["Cache", "Entry"]

_LAYER = "fcm-lod-cache-1"
_SUFFIX = ".sparql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One kept answer.

    Parameters
    ----------
    body : bytes
    content_type : str
    fetched : float
        Seconds since 1970, when it was fetched.
    reason : str
        Why it is known to be complete.
    """

    body: bytes
    content_type: str
    fetched: float
    reason: str


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of answers.

    Parameters
    ----------
    folder : Path
        Made if it is not there. Answers stand in it as they came: keep it as private as they are.

    Raises
    ------
    FileError
        If there is a file in its place.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = Cache(Path(folder))
    ...     key = cache.key(endpoint="http://x/sparql", query="SELECT ...", accept="json")
    ...     cache.put(key, Entry(body=b"{}", content_type="json", fetched=100.0, reason="end"))
    ...     cache.get(key, now=150.0, max_age=60.0).body, cache.get(key, now=161.0, max_age=60.0)
    (b'{}', None)
    """

    folder: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", Path(self.folder))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(
                f"cannot hold a cache ({error.strerror}); expected a folder.", path=self.folder
            ) from None

    @staticmethod
    def key(**parts: str) -> str:
        """Return the name of the answer to a question: a SHA-256 of all that decides it.

        Parameters
        ----------
        **parts : str
            Endpoint, query, format and whatever else decides the answer.
        """
        told = json.dumps({"layer": _LAYER, **parts}, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def get(self, key: str, *, now: float, max_age: float | None = None) -> Entry | None:
        """Return a kept answer; None if there is none, it is damaged or too old.

        Parameters
        ----------
        key : str
        now : float
            Seconds since 1970.
        max_age : float, seconds, optional
            0 takes none.
        """
        try:
            head, _, packed = self._path(key).read_bytes().partition(b"\n")
            about = json.loads(head)
            entry = Entry(
                body=gzip.decompress(packed),
                content_type=str(about["content_type"]),
                fetched=float(about["fetched"]),
                reason=str(about["reason"]),
            )
        except FileNotFoundError:
            return None
        except OSError as error:
            if isinstance(error, gzip.BadGzipFile):
                return None
            raise FileError(f"cannot be read ({error.strerror}).", path=self._path(key)) from None
        except (ValueError, KeyError, TypeError, EOFError, zlib.error):
            return None
        if about.get("key") != key or about.get("digest") != _digest(entry):
            return None
        # An answer from the future was kept by another clock: nothing is known of its age.
        if max_age is not None and not 0 <= now - entry.fetched < max_age:
            return None
        return entry

    def put(self, key: str, entry: Entry, *, about: Mapping[str, str] | None = None) -> None:
        """Keep an answer, in place of an older one.

        Parameters
        ----------
        key : str
        entry : Entry
        about : mapping, optional
            Written beside it, for people who look into the folder.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        told = asdict(entry)
        del told["body"]
        head = {**(about or {}), **told, "key": key, "digest": _digest(entry)}
        packed = gzip.compress(entry.body, compresslevel=5, mtime=0)
        data = json.dumps(head, sort_keys=True).encode() + b"\n" + packed
        path = self._path(key)
        place = None
        try:
            handle, place = tempfile.mkstemp(dir=self.folder, prefix=".new-")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(place).replace(path)
        except OSError as error:
            raise FileError(f"cannot be written ({error.strerror}).", path=path) from None
        finally:
            if place is not None:
                Path(place).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"


def _digest(entry: Entry) -> str:
    head = f"{entry.content_type}\n{entry.fetched!r}\n{entry.reason}\n".encode()
    return hashlib.sha256(head + entry.body).hexdigest()
