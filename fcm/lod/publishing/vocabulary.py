"""The vocabulary in which maps, scenarios, estimates and runs are published, and its neighbours.

`fcm.ttl` beside this file defines every term; ``docs/vocabulary.md`` explains them. The namespace
is a name and no address: nothing is fetched from it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["FCM", "PREFIXES", "VOCABULARY", "term_iri", "terms"]

FCM: Final = "urn:fcm:vocabulary:"
"""Namespace of the vocabulary."""

VOCABULARY: Final = Path(__file__).with_name("fcm.ttl")
"""The vocabulary as a Turtle file."""

PREFIXES: Final = {
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "fcm": FCM,
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes used in files and in this room's code."""


def term_iri(name: str) -> str:
    """Return the IRI of a prefixed name.

    Examples
    --------
    >>> term_iri("fcm:weight"), term_iri("rdf:type")
    ('urn:fcm:vocabulary:weight', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type')
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


@cache
def terms() -> frozenset[str]:
    """Return the local names of all terms that the vocabulary defines.

    Examples
    --------
    >>> sorted(terms())[:3]
    ['Calibration', 'Claim', 'Clamp']
    """
    import pyoxigraph as ox

    return frozenset(
        quad.subject.value.removeprefix(FCM)
        for quad in ox.parse(VOCABULARY.read_bytes(), ox.RdfFormat.TURTLE)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(FCM)
    ) - {""}
