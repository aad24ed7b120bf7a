"""Turtle and JSON-LD: what a published file holds, as one value.

What is said in them stands in `fcm.lod`; here is which value is meant.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from fcm.errors import FileError, LodError
from fcm.evidence import WeightEstimate
from fcm.lod.publishing.publish import Publishable, publish
from fcm.lod.publishing.read_map import Published, read_published
from fcm.map import CognitiveMap

if TYPE_CHECKING:
    from fcm.scenario import Scenario

__all__ = ["RDF", "Wanted", "rdf_text", "read_rdf"]

RDF: TypeAlias = Literal["ttl", "jsonld"]
Wanted: TypeAlias = Literal["", "map", "estimate", "scenarios"]


def read_rdf(
    path: str | Path, format: RDF, *, wanted: Wanted = ""
) -> CognitiveMap | WeightEstimate | tuple[Scenario, ...]:
    """Return the map, the estimate or the scenarios of a published file.

    Parameters
    ----------
    wanted : {"map", "estimate", "scenarios"}, optional
        Which one, of a file that holds the results of runs or several of them.

    Raises
    ------
    FileError
        If the file cannot be read, or does not hold exactly one of what is wanted.
    """
    found = read_published(path, format)
    held = _held(found)
    if not held:
        raise FileError(
            "holds no map, scenarios or estimate in the vocabulary of this library; lod.open() "
            "reads other Linked Open Data.",
            path=path,
        )
    if wanted:
        if held.get(wanted, 0) == 0:
            article = {"scenarios": "scenarios"}.get(wanted, f"one {wanted}")
            raise FileError(f"holds {_told(held)}, not {article}.", path=path)
        kind: str = wanted
    elif found.runs:
        raise FileError(
            "holds the results of runs; read_map() and read_scenarios() give what was run, and "
            "lod.open() the results.",
            path=path,
        )
    elif len(held) > 1:
        raise FileError(
            f"holds {_told(held)}; say which with read_map(), read_estimate() or read_scenarios().",
            path=path,
        )
    else:
        (kind,) = held
    if kind == "scenarios":
        return found.scenarios
    values = found.maps if kind == "map" else found.estimates
    if held[kind] > 1:
        raise FileError(
            f"holds {_told(held)}; expected one {kind}. lod.read_published() gives all.", path=path
        )
    return values[0]


def rdf_text(obj: Publishable, format: RDF, *, path: Path) -> str:
    """Return a value as the text of a published file.

    Raises
    ------
    FileError
        If it cannot be written in RDF.
    """
    try:
        publication = publish(obj)
    except LodError as error:
        raise FileError(f"cannot be written: {error}", path=path) from None
    return publication.to_turtle() if format == "ttl" else publication.to_json_ld()


def _held(found: Published) -> dict[str, int]:
    """Return how many there are of what stands for itself; an estimate's prior does not."""
    held = {
        "map": 0 if found.estimates else len(found.maps),
        "estimate": len(found.estimates),
        "scenarios": len(found.scenarios),
    }
    return {kind: count for kind, count in held.items() if count}


def _told(held: dict[str, int]) -> str:
    words = []
    for kind, count in held.items():
        if kind == "scenarios":
            words.append("scenarios")
        elif count > 1:
            words.append(f"{count} {kind}s")
        else:
            words.append("an estimate" if kind == "estimate" else "a map")
    return " and ".join(words)
