"""Read and save: the format told from the name of the file.

Every file is written whole or not at all: a reader never meets half a file.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from fcm.concept import Concept
from fcm.errors import FCMError, FileError, UnknownConceptError, UnknownFormatError, nearest
from fcm.evidence import WeightEstimate
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fcm.io.rdf import Wanted
    from fcm.lod.publishing.publish import Publishable

__all__ = ["Saved", "read", "read_estimate", "read_map", "read_scenarios", "save"]

Saved: TypeAlias = CognitiveMap | WeightEstimate | tuple[Scenario, ...]

_FORMATS = ("ttl", "jsonld", "json", "csv", "tsv")
_RDF = ("ttl", "jsonld")
_DELIMITERS = {"csv": None, "tsv": "\t"}


def read(path: str | Path, format: str | None = None, *, limit: float | None = 1.0) -> Saved:
    """Return what a file holds: a map, or from JSON and RDF an estimate or scenarios too.

    Use `read_map`, `read_estimate` or `read_scenarios` where only one of them will do.

    Parameters
    ----------
    path : path
        A versioned JSON document, Linked Open Data in Turtle (.ttl) or JSON-LD (.jsonld) in the
        vocabulary of `fcm.lod.publish`, or a table: a matrix of weights with a header and a first
        column of names (rows are causes, columns effects, an empty cell is no link), or a list of
        links with ``source,target,weight``.
    format : {"json", "ttl", "jsonld", "csv", "tsv"}, optional
        Told from the suffix if not given.
    limit : float or None, default 1.0
        Largest absolute weight of a table; the other formats bring their own.

    Raises
    ------
    FileError
        If the file is not what it claims to be; the message gives the place.
    UnsupportedVersionError
        If a document has a version that this release does not know.
    UnknownFormatError
        If the format cannot be told or is not read.
    """
    return _read(Path(path), format, limit, "")


def _read(path: Path, format: str | None, limit: float | None, wanted: Wanted) -> Saved:
    kind = _format(path, format)
    if kind in _RDF:
        from fcm.io.rdf import read_rdf

        return read_rdf(path, cast("Literal['ttl', 'jsonld']", kind), wanted=wanted)
    if kind == "json":
        from fcm.io.json import read_json

        document = read_json(path)
        try:
            return document.value()
        except FileError:
            raise
        except FCMError as error:
            raise FileError(str(error), path=path) from None
    from fcm.io.table import read_table

    return read_table(path, delimiter=_DELIMITERS[kind], limit=limit)


def read_map(
    path: str | Path, format: str | None = None, *, limit: float | None = 1.0
) -> CognitiveMap:
    """Return the map of a file; parameters and errors as in `read`.

    Raises
    ------
    FileError
        If the file holds no map.
    """
    found = _read(Path(path), format, limit, "map")
    if not isinstance(found, CognitiveMap):
        raise FileError(f"holds {_what(found)}, not a map.", path=path)
    return found


def read_estimate(path: str | Path, format: str | None = None) -> WeightEstimate:
    """Return the weight estimate of a JSON or RDF file; errors as in `read`.

    Raises
    ------
    FileError
        If the file holds no estimate.
    """
    found = _read(Path(path), format, None, "estimate")
    if not isinstance(found, WeightEstimate):
        raise FileError(f"holds {_what(found)}, not an estimate.", path=path)
    return found


def read_scenarios(
    path: str | Path,
    *,
    concepts: Iterable[str | Concept] | CognitiveMap | None = None,
    format: str | None = None,
) -> tuple[Scenario, ...]:
    """Return the scenarios of a table, a JSON document or Linked Open Data.

    Parameters
    ----------
    path : path
        A table with ``scenario, concept, operation, level`` and perhaps ``note``: one row for
        each thing done differently, operation "clamp", "push" or "initial". A row without a
        concept describes the no-intervention run and is left out. Or a JSON document, or Turtle
        or JSON-LD.
    concepts : iterable of str or Concept, or CognitiveMap, optional
        If given, every concept named must be among them.
    format : {"json", "ttl", "jsonld", "csv", "tsv"}, optional
        Told from the suffix if not given.

    Raises
    ------
    FileError
        If the file cannot be read or a row is no intervention; the message gives the place.
    UnknownConceptError
        If a scenario of a document that is no table names a concept that is not known.
    """
    path = Path(path)
    if isinstance(concepts, CognitiveMap):
        concepts = concepts.concepts
    if _format(path, format) in _DELIMITERS:
        from fcm.io.scenarios import read_scenario_table

        return read_scenario_table(path, concepts=concepts)
    found = _read(path, format, None, "scenarios")
    if not isinstance(found, tuple):
        raise FileError(f"holds {_what(found)}, not scenarios.", path=path)
    if concepts is not None:
        names = [each.name if isinstance(each, Concept) else each for each in concepts]
        _check_concepts(path, found, names)
    return found


def save(
    obj: Publishable,
    path: str | Path,
    format: str | None = None,
) -> None:
    """Write a map, an estimate, scenarios or results to a file, whole or not at all.

    JSON keeps everything, and so do Turtle and JSON-LD, which publish it as Linked Open Data (see
    `fcm.lod.publish`, which can name things under an address of one's own). A table keeps a map's
    names, order and weights only: not the roles, labels, notes, the map's name or its limit. Equal
    values write equal bytes.

    Parameters
    ----------
    obj : CognitiveMap, WeightEstimate, Scenario or sequence of Scenario
        To Turtle and JSON-LD also a Simulation or a Comparison.
    path : path
        Replaced if it exists.
    format : {"json", "ttl", "jsonld", "csv", "tsv"}, optional
        Told from the suffix if not given.

    Raises
    ------
    FileError
        If the value cannot be written in this format or to this place.
    UnknownFormatError
        If the format cannot be told or is not written.
    """
    path = Path(path)
    kind = _format(path, format)
    if kind in _RDF:
        from fcm.io.rdf import rdf_text

        _write(path, rdf_text(obj, cast("Literal['ttl', 'jsonld']", kind), path=path))
        return
    value = (obj,) if isinstance(obj, Scenario) else obj
    if not isinstance(value, CognitiveMap | WeightEstimate):
        value = tuple(value) if isinstance(value, list | tuple) else ()
        if not value or not all(isinstance(each, Scenario) for each in value):
            raise FileError(
                f"cannot write {type(obj).__name__}; expected a CognitiveMap, a WeightEstimate or "
                "scenarios.",
                path=path,
            )
    if kind == "json":
        from fcm.io.json import to_json

        _write(path, to_json(value))
    elif isinstance(value, CognitiveMap):
        from fcm.io.table import table_text

        _write(path, table_text(value, delimiter=_DELIMITERS[kind] or ","))
    else:
        raise FileError(
            f"a table holds a map, not {_what(value)}; save it as .json, or save its map().",
            path=path,
        )


def _format(path: Path, given: str | None) -> str:
    name = (given if given is not None else path.suffix).lower().removeprefix(".")
    if name not in _FORMATS:
        seen = f"format {given!r}" if given is not None else f"suffix {path.suffix!r}"
        known = [f".{each}" for each in _FORMATS]
        raise UnknownFormatError(
            f"{seen} is not known. {nearest(f'.{name}', known)} "
            "Formats are '.ttl', '.jsonld', '.json', '.csv' and '.tsv'; give one with format=.",
            path=path,
        )
    return name


def _what(value: object) -> str:
    if isinstance(value, CognitiveMap):
        return "a map"
    return "an estimate" if isinstance(value, WeightEstimate) else "scenarios"


def _check_concepts(path: Path, scenarios: Iterable[Scenario], names: list[str]) -> None:
    for scenario in scenarios:
        for name in scenario.names:
            if name not in names:
                raise UnknownConceptError(
                    f"{path}: scenario {scenario.name!r}: {name!r} is not a concept. "
                    f"{nearest(name, names)}"
                )


def _write(path: Path, text: str) -> None:
    try:
        content = text.encode()
    except UnicodeEncodeError as error:
        raise FileError(
            f"cannot be written: {text[error.start]!r} is half a character (a lone surrogate).",
            path=path,
        ) from None
    target = path.resolve()
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        draft = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.draft")
        try:
            draft.write_bytes(content)
            if target.exists():
                draft.chmod(target.stat().st_mode)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(f"cannot be written ({error.strerror}).", path=path) from None
