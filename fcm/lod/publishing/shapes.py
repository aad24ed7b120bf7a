"""SHACL shapes of published maps, and the check of a file against them.

`shapes.ttl` beside this file holds the shapes, for any SHACL engine. The check here runs pyshacl,
which costs up to a fifth of a millisecond per statement: right for maps, too slow for large cubes.
Reading needs no shapes; `fcm.read` refuses what a map cannot be.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from fcm.errors import MissingExtraError
from fcm.lod.publishing.facts import Facts
from fcm.lod.publishing.vocabulary import PREFIXES

__all__ = ["SHAPES", "violations"]

SHAPES: Final = Path(__file__).with_name("shapes.ttl")
"""The shapes as a Turtle file."""


def violations(path: str | Path, format: Literal["ttl", "jsonld"] | None = None) -> tuple[str, ...]:
    """Return in what a published file departs from the shapes, a sentence each; () if in nothing.

    Parameters
    ----------
    path : path
        Turtle (.ttl) or JSON-LD (.jsonld). Nothing is fetched from the network.
    format : {"ttl", "jsonld"}, optional
        Told from the suffix if not given.

    Raises
    ------
    FileError
        If the file cannot be read or is not well formed.
    MissingExtraError
        If pyshacl is not installed.
    """
    try:
        import pyshacl
    except ImportError:
        raise MissingExtraError(
            "checking shapes needs pyshacl, which is not installed: pip install pyshacl"
        ) from None
    import rdflib

    facts = Facts(Path(path), format)
    # rdflib fetches JSON-LD contexts and may change forms; it is given plain statements.
    data, shapes = rdflib.Graph(), rdflib.Graph()
    data.parse(data=facts.n_triples(), format="nt")
    shapes.parse(data=SHAPES.read_text(encoding="utf-8"), format="turtle")
    _, report, _ = pyshacl.validate(
        data, shacl_graph=shapes, inference="none", abort_on_first=False
    )
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return tuple(
        sorted(
            {
                " ".join(
                    _short(each)
                    for each in (
                        report.value(result, sh.focusNode),
                        report.value(result, sh.resultPath),
                        report.value(result, sh.resultMessage),
                    )
                    if each is not None
                )
                + _seen(report.value(result, sh.value))
                for result in report.subjects(rdflib.RDF.type, sh.ValidationResult)
            }
        )
    )


def _seen(value: object) -> str:
    return "." if value is None else f" (seen: {_short(value)})."


def _short(term: object) -> str:
    text = str(term)
    for prefix, namespace in PREFIXES.items():
        if text.startswith(namespace):
            return f"{prefix}:{text.removeprefix(namespace)}"
    return text
