"""Tables of text, read in blocks: comma, semicolon or tab, quotes, and lines that are known.

A file in another encoding than UTF-8 is read as if it had been saved as UTF-8 before.

Records with the right number of fields go to polars as they stand; those with a stray quote are
read one by one; the rest are faults, with their line.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from fcm.errors import FileError
from fcm.social.platforms.documents import LONGEST_ROW
from fcm.social.platforms.faults import LONG, NO_QUOTE, UNREADABLE, WIDTH
from fcm.social.platforms.records import MARK, Records, find_records, joined_records

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Delimited"]

_BLOCK = 16 * 2**20
_SEPARATOR = re.compile(rb'"?sep=([,;\t])"?\s*', re.IGNORECASE)  # Excel's own first line
_JSON = re.compile(rb'[\[{]\s*(["\[{]|$)')

Faults = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Header:
    names: tuple[str, ...]
    line: int
    delimiter: str
    size: int  # bytes up to the first record


class Delimited:
    """A table of text in a file.

    Attributes
    ----------
    header : tuple of str
        Names of the columns, without blanks at the ends.
    line : int
        The line of the header.
    encoding : str or None
        As Python names it; UTF-8 if None.
    """

    __slots__ = ("_delimiter", "_start", "encoding", "header", "line", "path")

    # The file is opened anew for every reading; only its header is kept.
    def __init__(self, path: Path, *, encoding: str | None = None) -> None:
        self.path = path
        utf8 = encoding is None or codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
        self.encoding = None if utf8 else encoding
        head = _header(path, self.encoding)
        self.header, self.line = head.names, head.line
        self._delimiter, self._start = head.delimiter, head.size

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma can stand in a number."""
        return self._delimiter == ";"

    def tables(self, columns: Sequence[int]) -> Iterator[tuple[pl.DataFrame, Faults]]:
        """Yield blocks of rows: ``line`` and the chosen columns, named by number, as text.

        Parameters
        ----------
        columns : sequence of int
            Ascending, each once.

        Raises
        ------
        FileError
            If the file is not UTF-8; with the byte and its line. If it is not in its encoding.
        """
        with _opened(self.path, self.encoding) as file:
            skipped = file.read(self._start)
            line, offset, held = 1 + skipped.count(b"\n"), self._start, b""
            while True:  # ends with the file
                data = file.read(_BLOCK)
                block = held + data
                if not block:
                    return
                table, faults, used = self._block(block, line, offset, columns, last=not data)
                yield table, faults
                line += block.count(b"\n", 0, used)
                offset += used
                held = block[used:]
                if used and not held and data and not block.endswith(b"\n"):
                    rest = b"-"  # the row is too long: what is left of it is passed over
                    while rest and not rest.endswith(b"\n"):  # ends with the line
                        rest = file.readline(_BLOCK)
                        offset += len(rest)
                    line += 1

    def _block(
        self, block: bytes, line: int, offset: int, columns: Sequence[int], *, last: bool
    ) -> tuple[pl.DataFrame, Faults, int]:
        """Return rows, faults and the number of bytes that are done with."""
        if last and not block.endswith(b"\n"):
            block += b"\n"
        records = find_records(block, self._delimiter)
        used = int(records.ends[-1]) + 1 if len(records.ends) else 0
        faults: Faults = []
        left = len(block) - used
        done = block[:used]
        if left and (last or left > LONGEST_ROW):
            # A record that does not end is given up to the end of the line with its open quote,
            # behind which there is no quote; the rest is looked at anew.
            reason = LONG if records.open is None else NO_QUOTE
            faults.append((reason, line + block.count(b"\n", 0, used)))
            following = block.find(b"\n", records.open or used)
            used = len(block) if following < 0 else following + 1
        problem = -1
        try:
            done.decode("utf-8")
        except UnicodeDecodeError as error:
            problem = error.start
        if problem >= 0:
            raise FileError(
                _not_utf8(offset + problem, done[problem]),
                path=self.path,
                line=line + done.count(b"\n", 0, problem),
            )
        table, more = self._rows(block, records, line, columns)
        return table, faults + more, used

    def _rows(
        self, block: bytes, records: Records, line: int, columns: Sequence[int]
    ) -> tuple[pl.DataFrame, Faults]:
        import polars as pl

        size = records.ends - records.starts
        lines = line + records.lines
        filled = size - records.delimiters > records.returns
        long = filled & (size > LONGEST_ROW)
        narrow = filled & ~long & (records.delimiters + 1 != len(self.header))
        faults = [(LONG, int(at)) for at in lines[long]]
        faults += [(WIDTH, int(at)) for at in lines[narrow]]
        good = filled & ~long & ~narrow
        names = [str(each) for each in columns]
        plain = np.flatnonzero(good & ~records.stray)
        frames = [pl.DataFrame(schema={"line": pl.Int64(), **dict.fromkeys(names, pl.String())})]
        odd = np.flatnonzero(good & records.stray)
        if len(plain):
            table = self._parsed(joined_records(block, records, plain), columns)
            if table is not None and table.height == len(plain):
                table = table.insert_column(0, pl.Series("line", lines[plain], dtype=pl.Int64))
                frames.append(table)
            else:
                odd = np.flatnonzero(good)
        cells = []
        for each in odd:
            text = block[records.starts[each] : records.ends[each]].decode("utf-8", "replace")
            row = _cells(text, self._delimiter)
            if row is None or len(row) != len(self.header):
                faults.append((UNREADABLE if row is None else WIDTH, int(lines[each])))
            else:
                cells.append([int(lines[each]), *(row[place] for place in columns)])
        if cells:
            frames.append(pl.DataFrame(cells, schema=frames[0].schema, orient="row"))
        return pl.concat(frames).sort("line") if odd.size else frames[-1], faults

    def _parsed(self, data: bytes, columns: Sequence[int]) -> pl.DataFrame | None:
        import polars as pl

        try:
            table = pl.read_csv(
                io.BytesIO(data),
                has_header=False,
                separator=self._delimiter,
                columns=list(columns),
                infer_schema=False,
            )
        except pl.exceptions.PolarsError:  # its message may quote a row
            return None
        if table.width != len(columns):
            return None
        table.columns = [str(place) for place in columns]
        return table


class _Recoded(io.RawIOBase):
    """The text of a file as UTF-8."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._text = path.open(encoding=encoding, newline="\n")
        self._path, self._encoding = path, encoding

    def read(self, size: int = -1) -> bytes:
        return self._bytes(self._text.read, size)

    def readline(self, size: int | None = -1) -> bytes:
        return self._bytes(self._text.readline, -1 if size is None else size)

    def close(self) -> None:
        self._text.close()
        super().close()

    def _bytes(self, read: Callable[[int], str], size: int) -> bytes:
        text = None
        with suppress(UnicodeError):  # its message quotes the file
            text = read(size)
        if text is None:
            raise FileError(f"the file is not in encoding={self._encoding!r}.", path=self._path)
        return text.encode("utf-8", "replace")


def _opened(path: Path, encoding: str | None) -> BinaryIO | _Recoded:
    return path.open("rb") if encoding is None else _Recoded(path, encoding)


def _refuse_if_utf8(path: Path, encoding: str) -> None:
    """Refuse a file that is UTF-8: read in another encoding, every accent would be wrong."""
    with path.open("rb") as file:
        data = file.read(2**20)
    with suppress(UnicodeDecodeError):
        codecs.getincrementaldecoder("utf-8")().decode(data)
        if not data.isascii():
            raise FileError(f"the file is UTF-8; leave out encoding={encoding!r}.", path=path)


def _not_utf8(at: int, byte: int) -> str:
    return (
        f"byte {at} (0x{byte:02x}) is not UTF-8. Save the file as UTF-8, or name the encoding it "
        'has: encoding="windows-1252" is common in Western Europe, "windows-1253" in Greece.'
    )


def _header(path: Path, encoding: str | None) -> _Header:
    problem, data = "", b""
    try:
        if encoding is not None:
            _refuse_if_utf8(path, encoding)
        with _opened(path, encoding) as file:
            data = file.read(2**20)
    except OSError as error:
        problem = error.strerror or type(error).__name__
    if problem:
        raise FileError(f"cannot be read ({problem}).", path=path)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError('the file is UTF-16: name it with encoding="utf-16".', path=path)
    marked = len(MARK) * data.startswith(MARK)
    records = find_records(data + b"\n", ",")
    first, delimiter = 0, ""
    start = end = marked
    for first in range(len(records.ends)):
        start, end = max(marked, int(records.starts[first])), int(records.ends[first])
        stated = _SEPARATOR.fullmatch(data[start:end])
        delimiter = stated[1].decode() if stated else delimiter
        if data[start:end].strip() and not stated:
            break
    row = data[start:end]
    if not row.strip():
        if data.strip():
            raise FileError("the header has a quote that is not closed.", path=path, line=1)
        raise FileError("the file is empty; expected a header line and posts.", path=path)
    line = int(records.lines[first]) + 1
    if _JSON.match(row.strip()):
        raise FileError(
            'this is JSON: source="jsonl" reads flat records, one on a line; the name of a '
            "platform reads what its interface answers.",
            path=path,
        )
    text = ""
    try:
        text = row.decode("utf-8")
    except UnicodeDecodeError as error:
        problem, at = "not UTF-8", start + error.start
    if problem:
        raise FileError(
            _not_utf8(at, data[at]),
            path=path,
            line=line,
        )
    delimiter = delimiter or max(",;\t", key=text.count)
    cells = _cells(text, delimiter)
    if cells is None:
        raise FileError("the header cannot be read as names of columns.", path=path, line=1)
    return _Header(
        tuple(cell.strip() for cell in cells),
        line,
        delimiter,
        min(end + 1, len(data)),
    )


def _cells(text: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return None
