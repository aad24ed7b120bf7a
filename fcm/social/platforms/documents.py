"""JSON from files: one record or page on a line, or one document in the whole file.

Lines are read one by one, so a file of them may be larger than memory. A single document is read
whole, up to `LARGEST_DOCUMENT` bytes. A line that is no JSON is a fault and stops nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from fcm.errors import FileError
from fcm.social.platforms.faults import LONG, NO_JSON

__all__ = ["LARGEST_DOCUMENT", "LONGEST_ROW", "Fault", "documents", "files"]

LARGEST_DOCUMENT = 512 * 2**20
LONGEST_ROW = 16 * 2**20

_PACKED = {
    b"\x1f\x8b": "a gzip archive; unpack it first",
    b"BZh": "a bzip2 archive; unpack it first",
    b"\xfd7zXZ": "an xz archive; unpack it first",
    b"PK\x03\x04": "an Excel workbook or a ZIP archive; export the sheet as CSV, or unpack it",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; export the sheet as CSV",
}


class Fault:
    """A place that could not be read, and why."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason


def files(path: str | Path, *endings: str) -> list[Path]:
    """Return the file, or those of a folder with one of the endings, in sorted order.

    Raises
    ------
    FileError
        If there is no such file in the folder, or one that is packed.
    """
    path = Path(path)
    if not path.is_dir():
        _refuse_if_packed(path)
        return [path]
    shown = sorted(each for each in path.iterdir() if not each.name.startswith("."))
    found = [each for each in shown if each.suffix.casefold() in endings]
    for each in shown:
        if each in found or {*map(str.casefold, each.suffixes[:-1])} & {*endings}:
            _refuse_if_packed(each)
    if not found:
        raise FileError(f"the folder has no files that end in {', '.join(endings)}.", path=path)
    return found


def _refuse_if_packed(path: Path) -> None:
    head = b""
    with suppress(OSError), path.open("rb") as file:  # whoever reads it says what is wrong
        head = file.read(8)
    for mark, what in _PACKED.items():
        if head.startswith(mark):
            raise FileError(f"this is {what}.", path=path)


def documents(path: Path) -> Iterator[tuple[int, object]]:
    """Yield line and value of each document of a file; a `Fault` for what is none.

    Raises
    ------
    FileError
        If the file cannot be read or is one document of more than `LARGEST_DOCUMENT` bytes.
    """
    problem = ""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            first = file.readline(LONGEST_ROW + 1)
            for _ in range(1000):  # blank lines before the first
                if first.strip(b"\xef\xbb\xbf \t\r\n") or not first:
                    break
                first = file.readline(LONGEST_ROW + 1)
            rest = file.read(64).strip()
    except OSError as error:
        problem = error.strerror or type(error).__name__
    if problem:
        raise FileError(f"cannot be read ({problem}).", path=path)
    if isinstance(_parsed(first), Fault) or not rest:
        if size <= LARGEST_DOCUMENT:
            whole = _parsed(path.read_bytes())
            if not isinstance(whole, Fault):
                yield 1, whole
                return
        elif len(first) > LONGEST_ROW or first.strip() in (b"[", b"{"):
            raise FileError(
                f"this is one JSON document of {size:,} bytes; up to {LARGEST_DOCUMENT:,} are read "
                "at once. Write it as JSON Lines, one record on a line.",
                path=path,
            )
    yield from _lines(path)


def _lines(path: Path) -> Iterator[tuple[int, object]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_ROW + 1):  # ends with the file
            number += 1
            if len(line) > LONGEST_ROW:
                while line and not line.endswith(b"\n"):  # ends with the line
                    line = file.readline(LONGEST_ROW + 1)
                yield number, Fault(LONG)
            elif line.strip(b"\xef\xbb\xbf \t\r\n\x00"):
                yield number, _parsed(line)


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # no UTF-8, no JSON, a number of endless digits, too deep
        return Fault(NO_JSON)
