"""A table in a text file: rows that know their line, and errors that give it.

Comma, semicolon or tab separated, UTF-8, one header line. It knows nothing of concepts or claims.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fcm.errors import FileError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Cells", "Row", "parse_number", "read_cells", "read_rows", "read_text"]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table, by column.

    Parameters
    ----------
    path : Path
        The file.
    line : int
        The line on which the row begins, counted from 1.
    cells : mapping of column to text
        Without blanks at the ends.
    decimal_comma : bool, default False
        Whether "0,5" is a number, as in tables separated by semicolons.
    """

    path: Path
    line: int
    cells: Mapping[str, str]
    decimal_comma: bool = False

    def fault(self, message: str) -> FileError:
        """Return the error that says what is wrong with this row, with its place."""
        return FileError(message, path=self.path, line=self.line)

    def get(self, column: str) -> str:
        """Return a cell's text; "" where the table has no such column."""
        return self.cells.get(column, "")

    def text(self, column: str) -> str:
        """Return a cell's text; an empty cell raises FileError."""
        text = self.get(column)
        if not text:
            raise self.fault(f"{column} is blank; every row needs one.")
        return text

    def number(self, column: str) -> float:
        """Return a cell's number; anything else raises FileError."""
        text = self.text(column)
        number = parse_number(text, decimal_comma=self.decimal_comma)
        if number is None:
            raise self.fault(f"{column} is {text!r}; expected a number such as 0.5.")
        return number

    def count(self, column: str) -> int:
        """Return a cell's whole number from 0; anything else raises FileError."""
        text = self.text(column)
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise self.fault(f"{column} is {text!r}; expected a whole number, 0 or more.")
        return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A table as it stands: the header, and each row with the line on which it begins.

    Parameters
    ----------
    path : Path
        The file.
    line : int
        The header's line, counted from 1.
    header : tuple of str
        Cells of the header, without blanks at the ends.
    rows : tuple of (int, tuple of str)
        Line and cells; wholly blank rows are left out.
    decimal_comma : bool
        Whether "0,5" is a number in this table.
    """

    path: Path
    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    decimal_comma: bool


def read_text(path: str | Path) -> str:
    """Return the text of a UTF-8 file, without a byte-order mark and with its own line ends.

    The error carries no content of the file, not even as the context of the exception: the file
    may hold what citizens wrote.

    Raises
    ------
    FileError
        If the file cannot be read or is not UTF-8; the message gives the byte and its line.
    """
    problem, data = "", b""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        problem = error.strerror or type(error).__name__
    if problem:
        raise FileError(f"cannot be read ({problem}).", path=path)
    at = -1
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The decoder counts from behind a byte-order mark.
        at = error.start + 3 * data.startswith(b"\xef\xbb\xbf")
    raise FileError(
        f"byte {at} (0x{data[at]:02x}) is not UTF-8; the file is perhaps Latin-1. Save it as "
        "UTF-8 first.",
        path=path,
        line=data.count(b"\n", 0, at) + 1,
    )


def read_cells(path: str | Path, *, delimiter: str | None = None) -> Cells:
    """Return a table as it stands.

    Parameters
    ----------
    path : path
        The file.
    delimiter : str, optional
        Told from the header if not given: a comma if there is one, else a semicolon or a tab.

    Raises
    ------
    FileError
        If the file cannot be read, is not UTF-8, is empty, or a row has another number of cells
        than the header.
    """
    path = Path(path)
    text = read_text(path)
    if delimiter is None:
        first = next((each for each in text.split("\n") if each.strip()), "")
        delimiter = next((each for each in ",;\t" if each in first), ",")
    lines = list(_records(path, text, delimiter))
    if not lines:
        raise FileError("the file is empty; expected a header line and rows.", path=path)
    start, header = lines[0]
    for line, row in lines[1:]:
        if len(row) != len(header):
            raise FileError(
                f"the row has {len(row)} cells but the header has {len(header)}; a text that "
                f"holds {delimiter!r} must stand in double quotes.",
                path=path,
                line=line,
            )
    return Cells(
        path=path,
        line=start,
        header=header,
        rows=tuple(lines[1:]),
        decimal_comma=delimiter == ";",
    )


def read_rows(
    path: str | Path,
    *,
    columns: Collection[str],
    optional: Collection[str] = (),
) -> tuple[Row, ...]:
    """Return the rows of a table with named columns.

    Columns that are neither needed nor known are left unread, unless their name comes so near to
    a column that is absent that it must be a slip.

    Parameters
    ----------
    path : path
        The file.
    columns : collection of str
        Columns that must be there.
    optional : collection of str
        Columns that may be there.

    Raises
    ------
    FileError
        As `read_cells`, and if a column is missing, misspelt or there twice, or no row follows.
    """
    table = read_cells(path)
    path = table.path
    header = [_column(each) for each in table.header]
    for name in header:
        if name and header.count(name) > 1:
            raise FileError(f"column {name!r} stands twice.", path=path, line=table.line)
    for name in columns:
        if name not in header:
            found = [each for each in header if each]
            raise FileError(
                f"column {name!r} is missing. {nearest(name, found)}", path=path, line=table.line
            )
    absent = [each for each in optional if each not in header]
    for name in header:
        if name and name not in columns and name not in optional:
            close = difflib.get_close_matches(name, absent, n=1, cutoff=0.75)
            if close:
                raise FileError(
                    f"column {name!r} is not known. Did you mean {close[0]!r}?",
                    path=path,
                    line=table.line,
                )
    if not table.rows:
        raise FileError("there are no rows below the header.", path=path, line=table.line)
    return tuple(
        Row(
            path=path,
            line=line,
            cells=dict(zip(header, cells, strict=True)),
            decimal_comma=table.decimal_comma,
        )
        for line, cells in table.rows
    )


def parse_number(text: str, *, decimal_comma: bool = False) -> float | None:
    r"""Return the finite number that a text is, or None.

    Examples
    --------
    >>> parse_number("\u22120.5"), parse_number("nan"), parse_number("0,5", decimal_comma=True)
    (-0.5, None, 0.5)
    """
    plain = text.replace("\u2212", "-")
    if decimal_comma and _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        return None
    number = float(plain)
    return number if abs(number) < float("inf") else None


def _records(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:  # ends with the text
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileError(
                f"not a table ({error}); look for a double quote that is not closed.",
                path=path,
                line=line,
            ) from None
        row = tuple(cell.strip() for cell in cells)
        if any(row):
            yield line, row


def _column(name: str) -> str:
    return "_".join(name.casefold().split())
