"""Every error the library raises on purpose, in one tree.

::

    FCMError
    |- MapError, ScenarioError, DynamicsError, EvidenceError, LearningError    (also ValueError)
    |- UnknownConceptError, UnknownScenarioError                               (also KeyError)
    |- NotSettledError                                                         (also RuntimeError)
    |- FileError                                                               (also ValueError)
    |  `- UnsupportedVersionError, UnknownFormatError
    |- MissingExtraError                                                       (also ImportError)
    |- PrivacyError                                                            (also ValueError)
    |  `- SuppressedError
    `- LodError
       `- Blocked, QueryRejected, Unauthorized, NotFound, Overloaded, Deadline, TooLarge,
          Truncated, NotSparql, BadTerm, Unsafe, OfflineMiss, NoSuchIndicator

A message says what was seen, what was expected and what to do. It quotes names, never indices, and
for a file it gives the place.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "BadTerm",
    "Blocked",
    "Deadline",
    "DynamicsError",
    "EvidenceError",
    "FCMError",
    "FileError",
    "LearningError",
    "LodError",
    "MapError",
    "MissingExtraError",
    "NoSuchIndicator",
    "NotFound",
    "NotSettledError",
    "NotSparql",
    "OfflineMiss",
    "Overloaded",
    "PrivacyError",
    "QueryRejected",
    "ScenarioError",
    "SuppressedError",
    "TooLarge",
    "Truncated",
    "Unauthorized",
    "UnknownConceptError",
    "UnknownFormatError",
    "UnknownScenarioError",
    "Unsafe",
    "UnsupportedVersionError",
    "nearest",
]


class FCMError(Exception):
    """The root: ``except fcm.errors.FCMError`` catches whatever the library refuses."""


class MapError(FCMError, ValueError):
    """A map that cannot be: a weight out of range, a name twice, a matrix of the wrong shape."""


class ScenarioError(FCMError, ValueError):
    """A scenario that contradicts itself or does not fit the map."""


class DynamicsError(FCMError, ValueError):
    """A rule, transfer or start value that cannot be run."""


class EvidenceError(FCMError, ValueError):
    """A claim, panel, effect or estimate that cannot be."""


class LearningError(FCMError, ValueError):
    """Data from which the asked quantity cannot be learned."""


class _UnknownNameError(FCMError, KeyError):
    # KeyError prints the repr of its argument; these messages are sentences.
    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnknownConceptError(_UnknownNameError):
    """A name that is not a concept of the map."""


class UnknownScenarioError(_UnknownNameError):
    """A name that is not one of the scenarios that were run."""


class NotSettledError(FCMError, RuntimeError):
    """Some runs did not settle, and the caller asked for settled runs only."""


class FileError(FCMError, ValueError):
    """A file that cannot be read as what it claims to be.

    Parameters
    ----------
    message : str
        What was seen, what was expected, what to do.
    path : Path or str, optional
        The file.
    line : int, optional
        The line, counted from 1.
    """

    def __init__(
        self, message: str, *, path: Path | str | None = None, line: int | None = None
    ) -> None:
        self.path = path
        self.line = line
        place = f"{path}" if path is not None else ""
        if line is not None:
            place = f"{place}, line {line}" if place else f"line {line}"
        super().__init__(f"{place}: {message}" if place else message)


class UnsupportedVersionError(FileError):
    """A file of a version that this release does not know."""


class UnknownFormatError(FileError):
    """A file name from which no format can be told."""


class MissingExtraError(FCMError, ImportError):
    """An optional dependency is not installed; the message names the extra."""


class PrivacyError(FCMError, ValueError):
    """A step that would let text or identities out, or lacks a purpose or a lawful basis."""


class SuppressedError(PrivacyError):
    """A cell that stands for fewer people than the threshold was asked for."""


class LodError(FCMError):
    """Reading or publishing Linked Open Data failed; the message names source and next step."""


class Blocked(LodError):  # noqa: N818  (the names of this branch are fixed in the design)
    """The transport refused to connect: scheme, private address or redirect."""


class QueryRejected(LodError):  # noqa: N818
    """The source says that the query is not well formed."""


class Unauthorized(LodError):  # noqa: N818
    """The endpoint wants credentials."""


class NotFound(LodError):  # noqa: N818
    """There is nothing at this address."""


class Overloaded(LodError):  # noqa: N818
    """The endpoint stayed busy through all attempts."""


class Deadline(LodError):  # noqa: N818
    """The time allowed for the whole call has passed."""


class TooLarge(LodError):  # noqa: N818
    """The answer exceeds the limit of bytes or rows."""


class Truncated(LodError):  # noqa: N818
    """The answer is not complete although the endpoint said that all is well."""


class NotSparql(LodError):  # noqa: N818
    """The answer is not a SPARQL result."""


class BadTerm(LodError):  # noqa: N818
    """A value that cannot be written as an RDF term."""


class Unsafe(LodError):  # noqa: N818
    """A query that would change data or call other servers."""


class OfflineMiss(LodError):  # noqa: N818
    """Offline, and the answer is not in the cache."""


class NoSuchIndicator(LodError):  # noqa: N818
    """The source holds no such cube, dimension or code."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a sentence that helps with a misspelt name: the nearest one, or what there is.

    Examples
    --------
    >>> nearest("staff capacty", ["staff capacity", "response time"])
    "Did you mean 'staff capacity'?"
    >>> nearest("x", ["staff capacity", "response time"])
    "There are: 'staff capacity', 'response time'."
    """
    names = list(known)
    lowered = {each.casefold(): each for each in names}
    close = difflib.get_close_matches(name.casefold(), lowered, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {lowered[close[0]]!r}?"
    if not names:
        return "There are none."
    shown = ", ".join(repr(each) for each in names[:12])
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"There are: {shown}{more}."
