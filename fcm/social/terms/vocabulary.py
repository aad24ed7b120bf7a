"""Labels of the concepts of a SKOS vocabulary, read from a file.

It knows labels and their languages; what a lexicon makes of them it does not know. Matches to other
vocabularies are not followed, and nothing is fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fcm.errors import FileError, UnknownFormatError, nearest
from fcm.table import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib

__all__ = ["Label", "read_labels"]

# JSON-LD is left out: reading it may fetch contexts from the network.
_FORMATS = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".xml": "xml", ".owl": "xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label of a concept.

    Parameters
    ----------
    iri : str
        The concept.
    name : str
        What the concept is called, the same for all its labels.
    language : str
        Tag, as in the file.
    text : str
    """

    iri: str
    name: str
    language: str
    text: str


def read_labels(
    path: str | Path, *, concepts: Iterable[str] | None = None, name_language: str = "en"
) -> tuple[Label, ...]:
    """Return the preferred, alternative and hidden labels of the concepts in a file.

    Parameters
    ----------
    path : str or Path
        Turtle (.ttl), N-Triples (.nt) or RDF/XML (.rdf, .xml, .owl).
    concepts : iterable of str, optional
        IRIs of the concepts wanted, in this order; all of them, sorted, unless given.
    name_language : str, default "en"
        A concept takes its name from its preferred label in this language, or from its only one.

    Raises
    ------
    UnknownFormatError
        If the ending of the file is none of these.
    FileError
        If the file cannot be read, holds no concept, or lacks one that is wanted; if a concept
        has no preferred label, or several and none in `name_language`; if a label has no language;
        if two concepts have one name.
    """
    path = Path(path)
    graph = _read(path)
    skos = "http://www.w3.org/2004/02/skos/core#"
    found: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for kind in ("prefLabel", "altLabel", "hiddenLabel"):
        for subject, label in _pairs(graph, f"{skos}{kind}"):
            pair = (getattr(label, "language", None) or "", str(label))
            found.setdefault(subject, {}).setdefault(kind, set()).add(pair)
    for subject in _typed(graph, f"{skos}Concept"):
        found.setdefault(subject, {})
    if not found:
        raise FileError("the file holds no SKOS concept and no label.", path=path)
    wanted = sorted(found) if concepts is None else list(dict.fromkeys(map(str, concepts)))
    names: dict[str, str] = {}
    labels = []
    for iri in wanted:
        if iri not in found:
            raise FileError(f"there is no concept <{iri}>. {nearest(iri, found)}", path=path)
        name = _name(iri, found[iri].get("prefLabel", set()), name_language, path)
        other = names.setdefault(name, iri)
        if other != iri:
            raise FileError(
                f"<{other}> and <{iri}> are both called {name!r}; choose one with concepts=.",
                path=path,
            )
        for language, text in sorted(set().union(*found[iri].values())):
            if not language:
                raise FileError(
                    f"label {text!r} of <{iri}> has no language; write it as {text!r}@en.",
                    path=path,
                )
            labels.append(Label(iri=iri, name=name, language=language, text=text))
    return tuple(labels)


def _read(path: Path) -> rdflib.Graph:
    import rdflib

    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        raise UnknownFormatError(
            f"no vocabulary can be read from a file named {path.suffix!r}; expected one of "
            f"{', '.join(_FORMATS)}.",
            path=path,
        )
    text = read_text(path)
    try:
        return rdflib.Graph().parse(data=text, format=form, publicID=path.resolve().as_uri())
    except Exception as error:  # the parsers of rdflib raise whatever they stumble on
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise FileError(f"the file is not {form}: {reason}", path=path) from error


def _pairs(graph: rdflib.Graph, predicate: str) -> list[tuple[str, object]]:
    import rdflib

    return [(str(s), o) for s, o in graph.subject_objects(rdflib.URIRef(predicate))]


def _typed(graph: rdflib.Graph, kind: str) -> list[str]:
    import rdflib

    return [str(s) for s in graph.subjects(rdflib.RDF.type, rdflib.URIRef(kind))]


def _name(iri: str, preferred: set[tuple[str, str]], language: str, path: Path) -> str:
    if not preferred:
        raise FileError(f"<{iri}> has no skos:prefLabel, so it has no name.", path=path)
    mine = sorted(text for tag, text in preferred if tag.lower() == language.lower())
    if mine:
        return mine[0]
    if len(preferred) == 1:
        return next(iter(preferred))[1]
    tags = ", ".join(sorted(tag or "none" for tag, _ in preferred))
    raise FileError(
        f"<{iri}> has no skos:prefLabel in {language!r}; its languages are {tags}. Choose one of "
        "them with name_language=.",
        path=path,
    )
