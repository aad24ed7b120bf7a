"""A sample of observations: which properties they have and what kind of values stand there.

Publishers often leave the structure of a cube out, or state one that the observations do not keep.
So a thousand observations are looked at. What is inferred is marked as inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from fcm.frozen import FrozenDict
from fcm.lod.answers.literals import kind
from fcm.lod.series.period_codes import label_of
from fcm.lod.terms import IRI

if TYPE_CHECKING:
    from fcm.lod.source import Source

__all__ = ["Look", "Role", "look", "role_of"]

Role: TypeAlias = Literal["dimension", "measure", "attribute"]

SAMPLE = 1000
_ROWS = 20_000
_SDMX = "http://purl.org/linked-data/sdmx/2009/"
_QB = "http://purl.org/linked-data/cube#"
_DESCRIPTIONS = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://purl.org/dc/terms/",
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/ns/prov#",
)
_TIMES = (
    _SDMX + "dimension#refPeriod",
    _SDMX + "dimension#timePeriod",
    "http://www.w3.org/ns/sosa/phenomenonTime",
    "http://www.w3.org/ns/sosa/resultTime",
)
_TIME_NAMES = ("year", "period", "time", "timeperiod", "refperiod", "date", "jahr", "fiscalyear")


@dataclass(slots=True)
class Look:
    """What a property of sampled observations looks like.

    Parameters
    ----------
    holders : set of str
        Observations that have it.
    forms : mapping of (text, datatype) to int
        Its values and how often they stand; the datatype of a resource is "".
    resources, numbers, periods, perhaps : int
        How many values are resources, numbers (by datatype, well written or not), periods, and
        perhaps periods ("2018" as text).
    """

    holders: set[str] = field(default_factory=set)
    forms: dict[tuple[str, str], int] = field(default_factory=dict)
    resources: int = 0
    numbers: int = 0
    periods: int = 0
    perhaps: int = 0

    @property
    def count(self) -> int:
        """How many values were seen."""
        return sum(self.forms.values())

    def add(self, holder: str, text: str, datatype: str) -> None:
        """Take one value into account."""
        self.holders.add(holder)
        form = (text, datatype)
        self.forms[form] = self.forms.get(form, 0) + 1
        self.resources += not datatype
        self.numbers += kind(datatype) == "number"
        readable = label_of(text, datatype) is not None
        self.perhaps += readable
        self.periods += readable and not (kind(datatype) in ("number", "text") and text.isdigit())


def look(source: Source, pattern: str, holder: str, **bindings: IRI) -> Mapping[str, Look]:
    """Return what the first thousand observations have, by property IRI.

    Parameters
    ----------
    source : Source
    pattern : str
        Triple patterns that find the observations.
    holder : str
        The variable whose properties are looked at.
    **bindings : IRI
        Of variables in the pattern.
    """
    table = source.select(
        f"SELECT ?{holder} ?p (STR(?x) AS ?text) (DATATYPE(?x) AS ?type) WHERE "
        f"{{ {pattern} ?{holder} ?p ?x . }} LIMIT {_ROWS}",
        **bindings,
    )
    holders = list(table[holder])
    kept = set(dict.fromkeys(holders))
    if len(table) == _ROWS and len(kept) > 1:
        kept.discard(holders[-1])  # the last one is perhaps cut off
    kept = set(list(dict.fromkeys(each for each in holders if each in kept))[:SAMPLE])
    found: dict[str, Look] = {}
    columns = (holders, table["p"], table["text"], table["type"])
    for each, name, text, datatype in zip(*columns, strict=True):
        if each in kept and text is not None:
            found.setdefault(str(name), Look()).add(str(each), str(text), str(datatype or ""))
    return FrozenDict(dict(sorted(found.items())))


def role_of(iri: str, seen: Look, *, among: int) -> Role | None:
    """Return what a property without a declared role is to a cube; None if it describes only.

    Parameters
    ----------
    iri : str
    seen : Look
    among : int
        How many observations were sampled.

    Examples
    --------
    >>> role_of("http://purl.org/linked-data/sdmx/2009/dimension#refArea", Look(), among=1)
    'dimension'
    """
    roles: tuple[Role, ...] = ("dimension", "measure", "attribute")
    for role in roles:
        if iri.startswith(f"{_SDMX}{role}#"):
            return role
    if iri == _QB + "measureType":
        return "dimension"
    if iri.startswith((*_DESCRIPTIONS, _QB)):
        return None
    if is_time(iri, seen):
        return "dimension"
    if seen.numbers and seen.numbers == seen.count:
        return "measure"
    everywhere = len(seen.holders) == among and seen.count == among
    if seen.resources == seen.count:
        return "dimension" if everywhere else "attribute"
    return "dimension" if everywhere and len(seen.forms) <= max(among // 2, 1) else "attribute"


def is_time(iri: str, seen: Look | None) -> bool:
    """Return whether a property says when: by its name in SDMX or SOSA, or by all its values.

    Four digits are a year only where the property calls itself one.
    """
    if iri in _TIMES:
        return True
    if seen is None or not seen.count:
        return False
    named = iri.replace("#", "/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() in _TIME_NAMES
    return seen.count in (seen.periods, seen.perhaps if named else -1)
