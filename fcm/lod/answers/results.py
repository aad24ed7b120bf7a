r"""What a SPARQL endpoint answers, as typed columns: results in JSON and in strict TSV.

Both are read as data and never trusted: an answer that is not what it claims to be, or that ends
too early, is an error and never a shorter table. Nothing here knows the network.

>>> body = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"7"}}]}}'
>>> parse_json(body)["n"]
array(['7'], dtype=object)
>>> parse_tsv(b"?n\n7\n")["n"]
array([7.])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from fcm.errors import TooLarge
from fcm.frozen import FrozenDict
from fcm.lod.answers.report import IllTyped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.lod.answers.factors import Factors

__all__ = ["Columns", "parse_ask", "parse_json", "parse_tsv"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """An answer column by column; what `fcm.lod.Table` is made from.

    Parameters
    ----------
    names : tuple of str
        The variables, in the order of the query.
    rows : int
    arrays : mapping of name to ndarray of shape (rows,)
        As in `fcm.lod.Table`.
    issues : mapping of name to IllTyped
        Ill-typed literals by column.
    """

    names: tuple[str, ...]
    rows: int
    arrays: Mapping[str, NDArray[Any]]
    issues: Mapping[str, IllTyped] = field(default_factory=FrozenDict)

    @classmethod
    def from_factors(cls, names: Sequence[str], factors: Sequence[Factors], rows: int) -> Columns:
        """Return the columns of an answer that has been read to its end."""
        arrays, issues = {}, {}
        for name, each in zip(names, factors, strict=True):
            arrays[name], wrong = each.finish(rows)
            if wrong is not None:
                issues[name] = wrong
        return cls(
            names=tuple(names), rows=rows, arrays=FrozenDict(arrays), issues=FrozenDict(issues)
        )

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return one column, shape (rows,)."""
        return self.arrays[name]

    def __len__(self) -> int:
        return self.rows


def parse_json(body: bytes | BinaryIO, *, max_rows: int = 2_000_000) -> Columns:
    """Return the columns of a SELECT answered as ``application/sparql-results+json``.

    Parameters
    ----------
    body : bytes or binary file
        UTF-8. A file is read in blocks, so that the answer is never held whole.
    max_rows : int

    Raises
    ------
    Truncated
        If the answer breaks off, or ends with a line of error.
    NotSparql
        If it is no SPARQL result of a SELECT.
    TooLarge
        If it has more rows than `max_rows`.

    References
    ----------
    W3C (2013). SPARQL 1.1 Query Results JSON Format.
    """
    from fcm.lod.answers.json_results import read

    return read(body, max_rows=max_rows)


def parse_tsv(body: bytes | BinaryIO, *, max_rows: int = 2_000_000) -> Columns:
    """Return the columns of a SELECT answered as ``text/tab-separated-values``.

    Every field has to be a term as Turtle writes it, and every row has to have all fields, so that
    a line of error cannot pass as data. Not every server keeps to the format (Virtuoso does not):
    its answers are refused.

    Parameters
    ----------
    body : bytes or binary file
    max_rows : int

    Raises
    ------
    Truncated
        If the answer breaks off, or ends with a line of error.
    NotSparql
        If the header does not name variables, or a field is no RDF term.
    TooLarge
        If it has more rows than `max_rows`.

    References
    ----------
    W3C (2013). SPARQL 1.1 Query Results CSV and TSV Formats.
    """
    from fcm.lod.answers.tsv import read

    return read(body, max_rows=max_rows)


def parse_ask(body: bytes | BinaryIO) -> bool:
    """Return the answer to an ASK in JSON; Virtuoso's, which looks like a SELECT, is understood.

    Raises
    ------
    NotSparql
        If the answer says neither true nor false.

    Examples
    --------
    >>> parse_ask(b'{"head": {}, "boolean": true}')
    True
    """
    from fcm.lod.answers.json_results import read_ask

    return read_ask(body)


def too_many(max_rows: int) -> TooLarge:
    """Return the error of an answer that is too long."""
    return TooLarge(
        f"the answer has more than {max_rows:,} rows; select less, or allow a larger max_rows."
    )
