"""The structure of a cube: its dimensions, measures and attributes, and how its rows are found.

Declared where the publisher declares it (RDF Data Cube, also in its abbreviated form), inferred
from a sample of observations where not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from fcm.errors import NoSuchIndicator, nearest
from fcm.frozen import FrozenDict
from fcm.lod.datasets.sample import Look, Role, is_time, look, role_of
from fcm.lod.terms import IRI, written

if TYPE_CHECKING:
    from fcm.lod.source import Source

__all__ = ["Component", "Kind", "Structure", "labels", "local_name", "qb_structure"]

Kind: TypeAlias = Literal["qb", "qb slices", "cube.link", "sosa"]

QB = "http://purl.org/linked-data/cube#"
SDMX = "http://purl.org/linked-data/sdmx/2009/"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OBS_VALUE = SDMX + "measure#obsValue"
UNITS = (
    SDMX + "attribute#unitMeasure",
    SDMX + "dimension#unitMeasure",
    "http://qudt.org/schema/qudt/unit",
    "http://qudt.org/schema/qudt/hasUnit",
)
_DATES = ("http://purl.org/dc/terms/modified", "http://purl.org/dc/terms/issued")
_CHUNK = 200
_LABELS = (
    f"<{_SKOS}prefLabel>|<{_RDFS}label>|<http://schema.org/name>|<http://purl.org/dc/terms/title>"
)

MEMBERS: Mapping[Kind, str] = FrozenDict(
    {
        "qb": f"?o <{QB}dataSet> ?ds .",
        "qb slices": f"?slice <{QB}observation> ?o . ?ds <{QB}slice> ?slice .",
        "cube.link": "?set <https://cube.link/observation> ?o . "
        "?ds <https://cube.link/observationSet> ?set .",
        "sosa": "?o a ?ds .",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A dimension, measure or attribute of a cube.

    Parameters
    ----------
    iri : str
        The property.
    role : {"dimension", "measure", "attribute"}
    name : str
        Short and unique in its cube: what `Cube.series` takes as a keyword.
    label : str
    holder : {"o", "slice", "n"}
        What has the property: the observation, its slice, or its result.
    fixed : tuple of (str, str), optional
        Value and datatype, where the whole data set has one.
    """

    iri: str
    role: Role
    name: str = ""
    label: str = ""
    holder: str = "o"
    fixed: tuple[str, str] | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """How the observations of a cube are built.

    Parameters
    ----------
    kind : {"qb", "qb slices", "cube.link", "sosa"}
    components : tuple of Component
    time : str
        IRI of the property that says when; "" if none was found.
    unit, status, multiplier, issued : str
        IRIs of the properties that say so; "" where there is none.
    inferred : bool
        Whether roles come from a sample, not from the publisher.
    hop : str
        IRI of the property that leads from an observation to its result, if there is one.
    values_in : mapping of str to str
        For a measure, the property that holds its values where that is another one.
    units_of : mapping of str to str
        For a measure, the unit that its property or shape states.
    date : str
        When the data set was modified or issued, as it says.
    sampled : int
        How many observations were looked at.
    """

    kind: Kind
    components: tuple[Component, ...]
    time: str = ""
    unit: str = ""
    status: str = ""
    multiplier: str = ""
    issued: str = ""
    inferred: bool = False
    hop: str = ""
    values_in: Mapping[str, str] = field(default_factory=FrozenDict)
    units_of: Mapping[str, str] = field(default_factory=FrozenDict)
    date: str = ""
    sampled: int = 0

    def of(self, role: Role) -> tuple[Component, ...]:
        """Return the components of one role."""
        return tuple(each for each in self.components if each.role == role)

    def find(self, name: str, role: Role | None = None) -> Component:
        """Return a component by its name, its IRI or its label.

        Raises
        ------
        NoSuchIndicator
            If there is none.
        """
        known = self.components if role is None else self.of(role)
        for of in ("name", "iri", "label"):
            for each in known:
                if getattr(each, of) == name:
                    return each
        names = [each.name for each in known]
        raise NoSuchIndicator(
            f"the cube has no {role or 'component'} {name!r}; it has "
            f"{', '.join(map(repr, names)) or 'none'}. {nearest(name, names)}"
        )

    def get(self, iri: str) -> Component | None:
        """Return the component with an IRI, if there is one."""
        return next((each for each in self.components if each.iri == iri), None)

    @property
    def members(self) -> str:
        """Triple patterns that find the observations ``?o`` of a data set ``?ds``."""
        hop = f"?o {written(IRI(self.hop))} ?n . " if self.hop else ""
        return hop + MEMBERS[self.kind]


def qb_structure(source: Source, dataset: IRI) -> Structure:
    """Return the structure of an RDF Data Cube.

    Raises
    ------
    NoSuchIndicator
        If the data set has no observations.
    """
    kind: Kind = "qb"
    seen = look(source, MEMBERS[kind], "o", ds=dataset)
    whole = _of_dataset(source, dataset)
    roles = _declared(source, dataset)
    slices: Mapping[str, Look] = FrozenDict()
    unseen = [each for each, role in roles.items() if role == "dimension" and each not in seen]
    if not seen or not whole.keys() >= set(unseen):
        in_slices = look(source, MEMBERS["qb slices"], "o", ds=dataset)
        if in_slices:
            kind, seen = "qb slices", in_slices
            slices = look(source, MEMBERS[kind], "slice", ds=dataset)
    if not seen:
        raise NoSuchIndicator(
            f"<{dataset}> has no observations in this source; cubes(source) lists those that have."
        )
    inferred = not any(each for each in roles.values())
    among = len({each for one in seen.values() for each in one.holders})
    components = []
    for iri in dict.fromkeys([*roles, *seen, *slices]):
        role = roles.get(iri)
        if role is None and (inferred or iri in roles):
            role = role_of(iri, seen.get(iri) or slices.get(iri, Look()), among=among)
        if role is None and iri in UNITS:
            role = "attribute"
        if role is None:
            continue
        holder = "slice" if iri in slices and iri not in seen else "o"
        components.append(Component(iri=iri, role=role, holder=holder, fixed=whole.get(iri)))
    values_in = _values_in(seen)
    if values_in:
        known = {each.iri for each in components}
        components = [each for each in components if each.iri != _OBS_VALUE]
        components += [Component(iri=m, role="measure") for m in values_in if m not in known]
    named = with_names(components, labels(source, [each.iri for each in components]))
    return with_meanings(
        Structure(
            kind=kind,
            components=named,
            inferred=inferred,
            values_in=FrozenDict(values_in),
            units_of=_units_of(source, [each.iri for each in named if each.role == "measure"]),
            date=next((whole[each][0] for each in _DATES if each in whole), ""),
            sampled=among,
        ),
        {**slices, **seen},
    )


def with_names(
    components: Iterable[Component], texts: Mapping[str, tuple[str, str]]
) -> tuple[Component, ...]:
    """Return components with short unique names and labels."""
    taken: set[str] = set()
    named = []
    for each in components:
        name = base = local_name(each.iri)
        for count in range(2, 100):
            if name not in taken:
                break
            name = f"{base}_{count}"
        taken.add(name)
        named.append(replace(each, name=name, label=texts.get(each.iri, (name, ""))[0]))
    return tuple(named)


def with_meanings(structure: Structure, seen: Mapping[str, Look]) -> Structure:
    """Return a structure that knows which of its components say when, in which unit, how sure."""
    iris = [each.iri for each in structure.components]
    dimensions = [each for each in structure.components if each.role == "dimension"]
    time = next((each.iri for each in dimensions if is_time(each.iri, None)), "")
    for each in dimensions:
        if not time and (
            is_time(each.iri, seen.get(each.iri)) or (each.fixed and _is_period(each.fixed))
        ):
            time = each.iri
    status, multiplier = (
        SDMX + each if SDMX + each in iris else ""
        for each in ("attribute#obsStatus", "attribute#unitMult")
    )
    issued = next(
        (each for each in seen if each in ("http://purl.org/dc/terms/issued", f"{SDMX}issued")), ""
    )
    unit = structure.unit or next((each for each in UNITS if each in iris), "")
    if not unit:
        money = ("currency", "currencycode")
        attributes = [each.iri for each in structure.of("attribute")]
        unit = next((each for each in attributes if local_name(each).lower() in money), "")
    if not unit and structure.inferred:
        unit = next((each for each in iris if local_name(each).lower() in _UNIT_NAMES), "")
    return replace(
        structure,
        time=structure.time or time,
        unit=unit,
        issued=issued,
        status=status,
        multiplier=multiplier,
    )


_UNIT_NAMES = ("unit", "hasunit", "unitmeasure", "unitofmeasure", "unit_measure")


def local_name(iri: str) -> str:
    """Return the last part of an IRI.

    Examples
    --------
    >>> local_name("http://statistics.gov.scot/def/dimension/gender")
    'gender'
    """
    last = iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
    return (last.rsplit(":", 1)[-1] if "/" not in iri else last) or iri


def labels(source: Source, iris: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return label and notation of resources that have one; the English label if there are several.

    Only absolute IRIs are asked for.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    notations: dict[str, str] = {}
    asked = [each for each in dict.fromkeys(iris) if ":" in each and " " not in each]
    for start in range(0, len(asked), _CHUNK):
        block = " ".join(written(IRI(each)) for each in asked[start : start + _CHUNK])
        for path in (_LABELS, f"<{_SKOS}notation>"):
            table = source.select(
                "SELECT ?x (STR(?y) AS ?text) (LANG(?y) AS ?language) WHERE { "
                f"VALUES ?x {{ {block} }} ?x {path} ?y . }}"
            )
            for x, text, language in zip(table["x"], table["text"], table["language"], strict=True):
                if path is _LABELS:
                    rank = {"en": 0, None: 1, "": 1}.get(language, 2)
                    found.setdefault(x, []).append((rank, text))
                else:
                    notations[x] = min(text, notations.get(x, text))
    return {
        each: (min(found[each])[1] if each in found else "", notations.get(each, ""))
        for each in asked
        if each in found or each in notations
    }


def _declared(source: Source, dataset: IRI) -> dict[str, Role | None]:
    """Return the declared role of each property; None for the abbreviated form without a type."""
    table = source.select(
        f"SELECT ?kind ?property ?type WHERE {{ ?ds <{QB}structure> ?dsd . "
        f"?dsd <{QB}component> ?component . ?component ?kind ?property . FILTER(?kind IN ("
        f"<{QB}dimension>, <{QB}measure>, <{QB}attribute>, <{QB}componentProperty>)) "
        f"OPTIONAL {{ ?property a ?type . FILTER(?type IN (<{QB}DimensionProperty>, "
        f"<{QB}MeasureProperty>, <{QB}AttributeProperty>)) }} }}",
        ds=dataset,
    )
    roles: dict[str, Role | None] = {}
    names: dict[str, Role] = {
        "dimension": "dimension", "measure": "measure", "attribute": "attribute",
        "DimensionProperty": "dimension", "MeasureProperty": "measure",
        "AttributeProperty": "attribute",
    }  # fmt: skip
    for of, iri, of_type in zip(table["kind"], table["property"], table["type"], strict=True):
        role = names.get(of.removeprefix(QB)) or names.get((of_type or "").removeprefix(QB))
        roles[iri] = role or roles.get(iri)
    return dict(sorted(roles.items()))


def _of_dataset(source: Source, dataset: IRI) -> dict[str, tuple[str, str]]:
    """Return the values that the data set itself has, where a property has one only."""
    table = source.select(
        "SELECT ?p (STR(?x) AS ?text) (DATATYPE(?x) AS ?type) WHERE { ?ds ?p ?x }", ds=dataset
    )
    found: dict[str, set[tuple[str, str]]] = {}
    for p, text, datatype in zip(table["p"], table["text"], table["type"], strict=True):
        if text is not None:
            found.setdefault(p, set()).add((text, datatype or ""))
    return {p: next(iter(each)) for p, each in found.items() if len(each) == 1}


def _values_in(seen: Mapping[str, Look]) -> dict[str, str]:
    """Return the measures of a measure dimension whose values stand in ``obsValue``."""
    kinds = seen.get(QB + "measureType")
    if kinds is None or _OBS_VALUE not in seen:
        return {}
    measures = {text for text, _ in kinds.forms}
    return {each: _OBS_VALUE for each in sorted(measures) if each not in seen}


def _units_of(source: Source, measures: Iterable[str]) -> Mapping[str, str]:
    """Return the unit that each measure's property states, where it states one."""
    path = "|".join(f"<{each}>" for each in UNITS)
    units = {}
    for each in measures:
        table = source.select(f"SELECT ?unit WHERE {{ ?m {path} ?unit }}", m=IRI(each))
        found = sorted({str(unit) for unit in table["unit"]})
        if len(found) == 1:
            units[each] = found[0]
    return FrozenDict(units)


def _is_period(form: tuple[str, str]) -> bool:
    from fcm.lod.series.period_codes import label_of

    return label_of(*form) is not None
