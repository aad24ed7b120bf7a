"""SPARQL results in tab-separated values, strictly: a line that is no row of terms is an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from fcm.errors import NotSparql, Truncated
from fcm.frozen import FrozenDict
from fcm.lod.answers.columns import typed
from fcm.lod.answers.factors import Factors, distinct
from fcm.lod.answers.literals import XSD
from fcm.lod.answers.results import Columns, too_many

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from fcm.lod.answers.factors import Rows

__all__ = ["read"]

_NAME = re.compile(r"\?[^\W\u00b7](?:\w|[\u00b7\u203f-\u2040])*")
_LANGUAGE_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_IRI = r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*"

# One term of Turtle on one line. Escapes are undone below.
_TERM = re.compile(
    rf"""<(?P<iri>[A-Za-z][A-Za-z0-9+.\-]*:(?:[^\x00-\x20<>"{{}}|^`\\]|\\u[0-9A-Fa-f]{{4}}
            |\\U[0-9A-Fa-f]{{8}})*)>
    |(?P<form>"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
        (?:\^\^<(?P<datatype>{_IRI})>|(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--(?:ltr|rtl))?))?
    |(?P<double>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+)
    |(?P<decimal>[+-]?[0-9]*\.[0-9]+)
    |(?P<integer>[+-]?[0-9]+)
    |(?P<boolean>true|false)
    |(?P<triple><<\([^\t\r\n]*\)>>)
    |(?P<blank>_:[\w:](?:[\w.\-\u00b7:]*[\w\-\u00b7:])?)""",
    re.VERBOSE,
)
_IRIS = re.compile(rf"(?:<{_IRI}>)+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_MARKS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_BREAK = b"\n"
_MANY = 1000
_SMALL = 1 << 16
_SAMPLE = 1 << 16


def read(body: bytes | BinaryIO, *, max_rows: int) -> Columns:
    """Return the columns of an answer in TSV; see `fcm.lod.answers.results.parse_tsv`."""
    import polars as pl

    data = body if isinstance(body, bytes) else body.read()
    names, data = _header(data)
    if len(data) <= _SMALL:
        return _read_small(names, data, max_rows)
    frame = _frame(names, data)
    if len(frame) > max_rows:
        raise too_many(max_rows)
    factors = []
    for title in frame.columns:
        factors.append(Factors())
        try:
            _decode(frame[title], factors[-1])
        except ValueError as error:
            at = frame[title].cast(pl.String).index_of(error.args[0])
            raise _no_term(title, error, at or 0, len(frame)) from None
    return Columns.from_factors(names, factors, len(frame))


def _read_small(names: tuple[str, ...], data: bytes, max_rows: int) -> Columns:
    """Read an answer for which it does not pay to set up the reader of large ones."""
    rows = [line.split("\t") for line in _utf8(data).split("\n")[1:-1]]
    if any(len(row) != len(names) for row in rows):
        raise _ragged(data, len(names))
    if len(rows) > max_rows:
        raise too_many(max_rows)
    arrays, issues = {}, {}
    for i, name in enumerate(names):
        places: dict[str, int] = {}
        codes = np.array([places.setdefault(row[i], len(places)) for row in rows], dtype=np.int64)
        forms: list[str | None] = []
        datatypes: list[str | None] = []
        for text, place in places.items():
            try:
                form, datatype = _term(text) if text else (None, None)
            except ValueError as error:
                at = int(np.argmax(codes == place))
                raise _no_term(f"?{name}", error, at, len(rows)) from None
            forms.append(form)
            datatypes.append(datatype)
        arrays[name], wrong = typed(forms, datatypes, codes)
        if wrong is not None:
            issues[name] = wrong
    return Columns(
        names=names, rows=len(rows), arrays=FrozenDict(arrays), issues=FrozenDict(issues)
    )


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotSparql("the answer is not UTF-8, as SPARQL results have to be.") from None


def _header(data: bytes) -> tuple[tuple[str, ...], bytes]:
    """Return the variables, and the data with one kind of line break."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    end = data.find(_BREAK)
    line = data if end < 0 else data[:end]
    if line.endswith(b"\r"):
        data = data.replace(b"\r\n", b"\n")
        line = line[:-1]
    titles = line.decode("utf-8", "replace").split("\t")
    if not all(_NAME.fullmatch(each) for each in titles) or len(set(titles)) != len(titles):
        raise NotSparql(
            f"the answer begins with {_shown(line)}; TSV of SPARQL begins with the variables, each "
            "once, with their question marks. This server does not keep to the format: ask for "
            "JSON."
        )
    if end < 0 or not data.endswith(_BREAK):
        raise Truncated(
            f"the answer breaks off after {_shown(data[data.rfind(_BREAK) + 1 :])}; every row of "
            "TSV ends with a line break. Ask again, or for less."
        )
    return tuple(each[1:] for each in titles), data


def _frame(names: tuple[str, ...], data: bytes) -> pl.DataFrame:
    """Return the fields as text; null is an empty field, which is an unbound variable."""
    import polars as pl

    titles = [f"?{each}" for each in names]
    begin = data.index(_BREAK) + 1
    if begin == len(data):
        return pl.DataFrame(schema=dict.fromkeys(titles, pl.String))
    first = data[begin : data.index(_BREAK, begin)].split(b"\t")
    if len(first) != len(titles):
        raise _ragged(data, len(titles))
    schema = dict(zip(titles, map(_kept_as, _sample(data, begin, len(titles))), strict=True))
    try:
        frame = pl.read_csv(data, separator="\t", quote_char=None, schema=schema)
    except pl.exceptions.ComputeError as error:
        _utf8(data)
        raise _ragged(data, len(titles)) from error
    # A row that is too long is an error of the reader; one that is too short leaves its end empty.
    if frame[titles[-1]].null_count() and not (
        data.count(b"\n") == len(frame) + 1
        and data.count(b"\t") == (len(titles) - 1) * (len(frame) + 1)
    ):
        raise _ragged(data, len(titles))
    return frame


def _sample(data: bytes, begin: int, columns: int) -> list[list[bytes]]:
    """Return the fields of the first rows, by column."""
    rows = data[begin : begin + _SAMPLE].split(_BREAK)[:-1] or [
        data[begin : data.index(_BREAK, begin)]
    ]
    whole = [row.split(b"\t") for row in rows if row.count(b"\t") == columns - 1]
    return [list(each) for each in zip(*whole, strict=True)]


def _kept_as(fields: Sequence[bytes]) -> type[pl.DataType]:
    """Return Categorical for a column in which few terms seem to stand again and again."""
    import polars as pl

    if fields[0].startswith(b"<"):
        return pl.Categorical
    if re.match(rb"[0-9.+-]", fields[0]) or len(set(fields)) > len(fields) // 2:
        return pl.String
    return pl.Categorical


def _decode(column: pl.Series, into: Factors) -> None:
    """Read the terms of one column; ValueError holds the field that is none."""
    import polars as pl

    rows: Rows = slice(0, len(column))
    if column.null_count():
        rows = np.flatnonzero(column.is_not_null().to_numpy())
        column = column.drop_nulls()
    if not len(column):
        return
    if column.dtype == pl.String and (values := _bare(column)) is not None:
        into.add(rows, column, XSD + "double", values=values)
        return
    texts, codes = distinct(column)
    if len(texts) <= max(_MANY, len(column) // 4):
        _decode_each(texts, codes, rows, into)
        return
    column = column.cast(pl.String)
    places = np.arange(rows.stop) if isinstance(rows, slice) else rows
    # Some servers write 1.5 bare and "1"^^xsd:decimal in one column.
    quoted = column.str.starts_with('"')
    for part in (quoted, ~quoted):
        some, at = column.filter(part), places[part.to_numpy()]
        if len(some) and not _decode_alike(some, at, into):
            _decode_each(*distinct(some), at, into)


def _decode_each(texts: list[str], codes: NDArray[np.int64], rows: Rows, into: Factors) -> None:
    joined = "".join(texts)
    if (
        all(text.startswith("<") for text in texts)
        and joined.count("<") == len(texts)
        and _IRIS.fullmatch(joined)
    ):
        into.add_coded(rows, [text[1:-1] for text in texts], [None] * len(texts), codes)
        return
    terms = [_term(text) for text in texts]
    into.add_coded(rows, [form for form, _ in terms], [each for _, each in terms], codes)


def _bare(column: pl.Series) -> pl.Series | None:
    """Return the values of finite numbers as Turtle writes them bare; None if one is none."""
    import polars as pl

    values = column.cast(pl.Float64, strict=False)
    # What else than numbers of Turtle is read: names of values that are not finite, and "5.".
    if values.null_count() or not np.isfinite(values.to_numpy()).all():
        return None
    if column.str.ends_with(".").any():
        return None
    return values


def _decode_alike(column: pl.Series, rows: Rows, into: Factors) -> bool:
    """Read a column of many distinct terms at once if all are of one simple kind."""
    if (values := _bare(column)) is not None:
        into.add(rows, column, XSD + "double", values=values)
        return True
    if column.str.contains(rf"^<{_IRI}>$").all():
        into.add(rows, column.str.slice(1).str.strip_suffix(">"), None)
        return True
    found = re.fullmatch(rf'"[^"\\\r]*"(?:\^\^<({_IRI})>)?', column[0])
    if found is None:
        return False
    end = f'"^^<{found.group(1)}>' if found.group(1) else '"'
    if not column.str.contains(rf'^"[^"\\\r]*{re.escape(end)}$').all():
        return False
    into.add(rows, column.str.slice(1).str.strip_suffix(end), found.group(1) or XSD + "string")
    return True


def _term(text: str) -> tuple[str, str | None]:
    """Return the text of a term as a table shows it, and the datatype of a literal."""
    found = _TERM.fullmatch(text)
    if found is None:
        raise ValueError(text)
    group = found.lastgroup
    if found["iri"] is not None:
        iri = found["iri"]
        if "\\" not in iri:
            return iri, None
        iri = _unescaped(iri, text)
        if re.search(r"[\x00-\x20<>\"{}|^`\\]", iri):
            raise ValueError(text)
        return iri, None
    if found["form"] is not None:
        datatype = _LANGUAGE_STRING if found["language"] else found["datatype"] or XSD + "string"
        return _unescaped(found["form"][1:-1], text), datatype
    return text, None if group in ("blank", "triple") else f"{XSD}{group}"


def _unescaped(form: str, whole: str) -> str:
    if "\\" not in form:
        return form

    def mark(found: re.Match[str]) -> str:
        number = found[1] or found[2]
        if number is None:
            if found[3] not in _MARKS:
                raise ValueError(whole)
            return _MARKS[found[3]]
        code = int(number, 16)
        if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            raise ValueError(whole)
        return chr(code)

    return _ESCAPE.sub(mark, form)


def _no_term(title: str, error: ValueError, at: int, rows: int) -> NotSparql | Truncated:
    seen = _shown(error.args[0].encode())
    if at == rows - 1:
        return Truncated(
            f"the answer ends with {seen}, which is no RDF term but perhaps a line of error of the "
            "server; rows may be missing. Ask again, or for less."
        )
    return NotSparql(
        f"line {at + 2} of the answer gives {title} as {seen}, which is no RDF term as TSV writes "
        "it; ask for JSON."
    )


def _ragged(data: bytes, wanted: int) -> NotSparql | Truncated:
    lines = data.split(_BREAK)
    for number, line in enumerate(lines[1:-1], start=2):
        fields = line.count(b"\t") + 1
        if fields == wanted:
            continue
        if number == len(lines) - 1:
            return Truncated(
                f"the answer ends with the line {_shown(line)}, which is no row but perhaps an "
                "error of the server; rows may be missing. Ask again, or for less."
            )
        return NotSparql(
            f"line {number} of the answer has {fields} fields for {wanted} variables: "
            f"{_shown(line)}; ask for JSON."
        )
    return NotSparql("the answer cannot be read as TSV; ask for JSON.")  # pragma: no cover


def _shown(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    return repr(text if len(text) <= 80 else f"{text[:77]}...")
