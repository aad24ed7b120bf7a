"""SPARQL results in JSON, read block by block; an answer that breaks off is an error.

Servers write the rows of an answer alike, letter for letter, except for the values. So the text of
one row is taken as a template, and all rows that fit it are read a column at a time
(`fcm.lod.row_template`); the others, and everything around the rows, are read as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from fcm.errors import NotSparql, Truncated
from fcm.lod.answers.factors import Factors
from fcm.lod.answers.results import Columns, too_many
from fcm.lod.answers.row_template import Template, cell_term

if TYPE_CHECKING:
    import polars as pl

    from fcm.lod.answers.factors import Rows

__all__ = ["read", "read_ask"]

_BLOCK = 1 << 20
_BINDINGS = re.compile(rb'"bindings"\s*:\s*\[\s*')
_BETWEEN = re.compile(rb'\s*,\s*\{\s*"')
_CLOSE = re.compile(rb"\}\s*\}\Z")
_MAX_HEAD = 1 << 24
_MAX_REST = 1 << 24
_MAX_TEMPLATES = 8


def read(body: bytes | BinaryIO, *, max_rows: int) -> Columns:
    """Return the columns of an answer in JSON; see `fcm.lod.answers.results.parse_json`."""
    blocks = _blocks(body)
    head, text = _head(blocks)
    answer = _Answer(max_rows)
    for block in blocks:
        text = answer.take(text + block)
        if len(text) > _MAX_REST:  # rows that cannot be told apart: all of it as JSON
            text += b"".join(blocks)
    # The last row and what follows it.
    text = answer.take(text)
    try:
        rows, end = _decoder.raw_decode(whole := "[" + _utf8(text))
        about = json.loads(_utf8(head) + "]" + whole[end:])
    except json.JSONDecodeError as error:
        raise _broken(error) from None
    answer.decoded(rows)
    try:
        names = about["head"]["vars"]
        if about["results"]["bindings"] != [] or len(set(names)) != len(names):
            raise KeyError("bindings")
    except (KeyError, TypeError):
        raise NotSparql(
            "the JSON has no head.vars and results.bindings, as SPARQL results have."
        ) from None
    unknown = [each for each in answer.factors if each not in names]
    if unknown:
        raise NotSparql(f"the answer binds ?{unknown[0]}, which its head does not name.")
    factors = [answer.factors.get(name, Factors()) for name in names]
    return Columns.from_factors(names, factors, answer.rows)


def _broken(error: json.JSONDecodeError) -> NotSparql | Truncated:
    """Return the error of an answer of which the end is no JSON: cut off, or malformed."""
    end = error.doc.rstrip()
    if end.endswith("}") and error.pos < len(end) and "Unterminated" not in error.msg:
        return _malformed(error)
    return Truncated(
        f"the answer breaks off at {end[-80:]!r}; rows may be missing. Ask again, or for less."
    )


def _malformed(error: json.JSONDecodeError) -> NotSparql:
    seen = error.doc[max(error.pos - 40, 0) : error.pos + 40]
    return NotSparql(f"the answer is no JSON ({error.msg}) near {seen!r}.")


def read_ask(body: bytes | BinaryIO) -> bool:
    """Return the answer to an ASK; see `fcm.lod.answers.results.parse_ask`."""
    data = body if isinstance(body, bytes) else body.read()
    try:
        answer = json.loads(_utf8(data))
    except json.JSONDecodeError:
        raise NotSparql(f"the answer is no JSON: {_shown(data[:80])}.") from None
    said = answer.get("boolean") if isinstance(answer, dict) else None
    if isinstance(said, bool):
        return said
    try:  # Virtuoso answers with a table of one cell.
        (row,) = answer["results"]["bindings"]
        ((name, cell),) = row.items()
        if name.casefold() == "__ask_retval":
            return {"1": True, "true": True, "0": False, "false": False}[cell["value"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise NotSparql(f"the answer to an ASK says neither true nor false: {_shown(data[:80])}.")


class _Answer:
    """The rows of an answer that have been read so far."""

    def __init__(self, max_rows: int) -> None:
        self.max_rows = max_rows
        self.rows = 0
        self.factors: dict[str, Factors] = {}
        self._between: bytes | None = None
        self._templates: list[Template] = []

    def take(self, text: bytes) -> bytes:
        """Read all whole rows but the last, and return what is left of the text."""
        if self._between is None:
            self._between = _between(text)
        between = self._between
        if between is None:
            return text
        at = text.rfind(between)
        if at < 0 or not _begins_row(text[at + len(between) :][:1].decode("latin-1")):
            return text
        start = text.index(b'"') + 1
        if start > at:
            return text
        self._inner(_utf8(text[start:at]), _utf8(between))
        return b'{"' + text[at + len(between) :]

    def decoded(self, rows: list[Any]) -> None:
        """Add rows that have been read as JSON."""
        places = np.arange(self.rows, self.rows + len(rows))
        self._more(len(rows))
        self._decoded(rows, places)

    def _inner(self, text: str, between: str) -> None:
        """Read rows of which the first lacks its beginning and the last its end."""
        if not self._templates:
            self._derive(text.partition(between)[0])
        for template in self._templates[:1]:
            columns = template.read_all(text, between)
            if columns is not None:
                begin = self.rows
                self._more(len(columns[0]))
                self._add(template, slice(begin, self.rows), columns)
                return
        rows = text.split(between)
        if not all(map(_begins_row, rows)) or not self._mixed(rows):
            self.decoded(_json(text))

    def _mixed(self, rows: list[str]) -> bool:
        """Read rows of several kinds: by template, and what fits none as JSON.

        Returns False, and reads nothing, if there are rows that have not been told apart.
        """
        begin = self.rows
        fits: dict[int, tuple[list[int], list[tuple[str, ...]]]] = {}
        others: tuple[list[int], list[str]] = [], []
        for place, row in enumerate(rows, start=begin):
            i, found = self._fitting(row)
            if found is None:
                others[0].append(place)
                others[1].append(row)
            else:
                places, values = fits.setdefault(i, ([], []))
                places.append(place)
                values.append(found.groups())
        decoded = _json('}},{"'.join(others[1])) if others[0] else []
        if len(decoded) != len(others[0]):  # rows in which nothing is bound
            return False
        self._more(len(rows))
        for i, (places, values) in fits.items():
            template = self._templates[i]
            self._add(template, np.array(places), template.columns(values))
        self._decoded(decoded, np.array(others[0], dtype=np.int64))
        return True

    def _fitting(self, row: str) -> tuple[int, re.Match[str] | None]:
        for i, template in enumerate(self._templates):
            if found := template.pattern.fullmatch(row):
                return i, found
        return len(self._templates), self._derive(row)

    def _derive(self, row: str) -> re.Match[str] | None:
        """Keep the template of a row that fits none, unless there are many already."""
        if len(self._templates) >= _MAX_TEMPLATES:
            return None
        template = Template.of(row)
        if template is None:
            return None
        self._templates.append(template)
        return template.pattern.fullmatch(row)

    def _add(self, template: Template, rows: Rows, columns: Sequence[pl.Series]) -> None:
        for name, forms, datatype in template.terms(columns):
            self._factor(name).add(rows, forms, datatype)

    def _decoded(self, rows: list[Any], places: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        import polars as pl

        found: dict[tuple[str, str | None], tuple[list[int], list[str]]] = {}
        for place, row in zip(places.tolist(), rows, strict=True):
            if not isinstance(row, dict):
                raise NotSparql(f"row {place + 1} of the answer is no JSON object.")
            for name, cell in row.items():
                term = cell_term(cell)
                if term is None:
                    raise NotSparql(
                        f"row {place + 1} of the answer gives ?{name} as "
                        f"{_shown(json.dumps(cell).encode())}, which is no RDF term."
                    )
                at, forms = found.setdefault((name, term[1]), ([], []))
                at.append(place)
                forms.append(term[0])
        for (name, datatype), (at, forms) in found.items():
            self._factor(name).add(np.array(at), pl.Series(forms, dtype=pl.String), datatype)

    def _factor(self, name: str) -> Factors:
        return self.factors.setdefault(name, Factors())

    def _more(self, rows: int) -> None:
        self.rows += rows
        if self.rows > self.max_rows:
            raise too_many(self.max_rows)


_decoder = json.JSONDecoder()


def _blocks(body: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(body, bytes):
        for at in range(0, len(body), _BLOCK):
            yield body[at : at + _BLOCK]
        return
    while block := body.read(_BLOCK):
        yield block


def _head(blocks: Iterator[bytes]) -> tuple[bytes, bytes]:
    """Return what stands before the first row, and what has been read beyond it."""
    data = b""
    for block in blocks:
        data += block
        found = _BINDINGS.search(data)
        if found:
            return data[: found.end()].removeprefix(b"\xef\xbb\xbf"), data[found.end() :]
        if len(data) > _MAX_HEAD:
            break
    try:
        answer = json.loads(_utf8(data))
    except json.JSONDecodeError:
        if re.match(rb'\s*\{\s*"(head|results)"', data):
            raise Truncated(
                f"the answer breaks off before its first row: {_shown(data[-80:])}. Ask again."
            ) from None
        raise NotSparql(
            f"the answer is no SPARQL result in JSON; it begins with {_shown(data[:80])}."
        ) from None
    if isinstance(answer, dict) and "boolean" in answer:
        raise NotSparql("the answer is that of an ASK, and a SELECT was asked.")
    raise NotSparql("the JSON has no results.bindings, as the answer to a SELECT has.")


def _between(text: bytes) -> bytes | None:
    """Return what stands between the value that ends a row and the name that begins the next."""
    part = text[:_BLOCK].decode("utf-8", "ignore")
    try:
        row, end = _decoder.raw_decode(part)
    except json.JSONDecodeError:
        return None
    first = part[:end].encode()
    close, then = _CLOSE.search(first), _BETWEEN.match(text, len(first))
    if not isinstance(row, dict) or not row or close is None or then is None:
        return None
    return close.group() + then.group()


def _begins_row(text: str) -> bool:
    """Return whether a name follows: in a string, the quote before it would have ended the text."""
    return not text.startswith((",", ":", "]", "}", " ", "\t", "\r", "\n")) and text != ""


def _json(inner: str) -> list[Any]:
    try:
        rows: list[Any] = json.loads(f'[{{"{inner}}}}}]')
    except json.JSONDecodeError as error:
        raise _malformed(error) from None
    return rows


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotSparql(
            f"the answer is not UTF-8, as SPARQL results have to be (byte 0x"
            f"{data[error.start]:02x})."
        ) from None


def _shown(data: bytes) -> str:
    return repr(data.decode("utf-8", "replace"))
