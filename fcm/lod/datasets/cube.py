"""Cubes: which a source holds, what they are made of, and series out of them.

Observations are fetched and put together here; no endpoint is asked for a sum or a mean, because
several of them answer with a part of the rows and call it the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from fcm.errors import NoSuchIndicator, nearest
from fcm.lod.datasets import cube_link, sosa
from fcm.lod.datasets.inquiry import Inquiry, pattern, refuse_partial
from fcm.lod.datasets.structure import (
    QB,
    Component,
    Kind,
    Structure,
    labels,
    local_name,
    qb_structure,
)
from fcm.lod.terms import IRI, Value

if TYPE_CHECKING:
    from fcm.evidence import Panel
    from fcm.lod.datasets.observations import Observations
    from fcm.lod.series.series import Series
    from fcm.lod.source import Source
    from fcm.periods import Frequency

__all__ = ["Code", "Cube", "cube", "cubes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A value of a dimension.

    Parameters
    ----------
    value : str
        Its IRI or text.
    label, notation : str
        "" where the source states none.
    resource : bool
        Whether it is an IRI.
    """

    value: str
    label: str = ""
    notation: str = ""
    resource: bool = True

    @property
    def name(self) -> str:
        """The shortest text that a reader understands."""
        return self.label or self.notation or local_name(self.value)

    def answers(self, text: str) -> bool:
        """Return whether a text is its IRI, the IRI's last part, its notation or its label."""
        return text in (self.value, local_name(self.value), self.notation, self.label)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Cube:
    """Observations of one data set; made by `cube` and `cubes`.

    It asks its source when it is asked, and remembers structure and codes.

    Parameters
    ----------
    source : Source
    iri : str
        The data set; for SOSA the class of the observations.
    kind : {"qb", "cube.link", "sosa"}
    label : str

    Examples
    --------
    >>> from fcm import examples, lod
    >>> source = lod.open(examples.path("madrid") / "air_quality.ttl")
    >>> cubes(source)[0].structure.find("refPeriod").role
    'dimension'
    """

    source: Source
    iri: str
    kind: Kind
    label: str = ""
    _known: dict[str, Any] = field(default_factory=dict)

    @property
    def structure(self) -> Structure:
        """How its observations are built."""
        if "structure" not in self._known:
            make = {"cube.link": cube_link.structure, "sosa": sosa.structure}
            found = make.get(self.kind, qb_structure)(self.source, IRI(self.iri))
            self._known["structure"] = found
        known: Structure = self._known["structure"]
        return known

    @property
    def dimensions(self) -> tuple[Component, ...]:
        """What distinguishes its observations, time included."""
        return self.structure.of("dimension")

    @property
    def measures(self) -> tuple[Component, ...]:
        """What is observed."""
        return self.structure.of("measure")

    @property
    def attributes(self) -> tuple[Component, ...]:
        """What is said about each observation: unit, status, ..."""
        return self.structure.of("attribute")

    def codes(self, dimension: str) -> tuple[Code, ...]:
        """Return the values of a dimension that observations of this cube have, sorted.

        Parameters
        ----------
        dimension : str
            Its name, IRI or label; or those of an attribute.

        Raises
        ------
        NoSuchIndicator
            If there is no such dimension or attribute.
        """
        one = self.structure.find(dimension)
        key = f"codes {one.iri}"
        if key not in self._known:
            if one.fixed is not None:
                pairs = {one.fixed}
            else:
                table = self.source.select(
                    "SELECT DISTINCT (STR(?x) AS ?text) (DATATYPE(?x) AS ?type) WHERE "
                    f"{{ {pattern(one, 'x')} {self.structure.members} }}",
                    ds=IRI(self.iri),
                )
                refuse_partial(table, f"the codes of {one.name!r}")
                pairs = set(zip(table["text"], (x or "" for x in table["type"]), strict=True))
            texts = labels(self.source, [text for text, of in pairs if not of])
            self._known[key] = tuple(
                Code(
                    value=text,
                    label=texts.get(text, ("", ""))[0],
                    notation=texts.get(text, ("", ""))[1],
                    resource=not of,
                )
                for text, of in sorted(pairs)
            )
        known: tuple[Code, ...] = self._known[key]
        return known

    def observations(
        self, *, measure: str | None = None, name: str | None = None, **fixed: Value
    ) -> Observations:
        """Return the observations with some dimensions fixed.

        Parameters
        ----------
        measure : str, optional
            Name, IRI or label; needed where the cube has several.
        name : str, optional
            What to call them; the measure's label unless given.
        **fixed : str, IRI or value
            Dimensions by name, and attributes where dimensions do not tell observations apart.
            Text stands for a code by its IRI, the IRI's last part, its notation or its label. Give
            names that are no Python words as ``**{"sitc-section": value}``.

        Raises
        ------
        NoSuchIndicator
            If there is no such measure, dimension or code.
        """
        return Inquiry(self, measure=measure, name=name, fixed=fixed).observations()

    def series(
        self,
        *,
        measure: str | None = None,
        name: str | None = None,
        every: Frequency | None = None,
        conflicts: Literal["refuse", "missing"] = "refuse",
        **fixed: Value,
    ) -> Series:
        """Return one series: all dimensions but time fixed; with a report in ``.quality``.

        Parameters
        ----------
        measure, name, **fixed
            As for `observations`.
        every, conflicts
            As for `Observations.series`.

        Raises
        ------
        NoSuchIndicator
            If there is no such measure, dimension, code or observation.
        EvidenceError
            If a dimension is left open, units or frequencies are mixed, or values conflict.

        Examples
        --------
        >>> from fcm import examples, lod
        >>> source = lod.open(examples.path("madrid") / "air_quality.ttl")
        >>> no2 = cube(source, "urn:fcm:madrid:no2-station-month")
        >>> no2.series(refArea="Pza. del Carmen", name="no2")
        Series('no2', 2016-01..2019-12, 48 periods, ug/m3)
        """
        seen = self.observations(measure=measure, name=name, **fixed)
        return seen.series(every=every, conflicts=conflicts)

    def panel(
        self,
        by: str,
        *,
        measure: str | None = None,
        every: Frequency | None = None,
        conflicts: Literal["refuse", "missing"] = "refuse",
        **fixed: Value,
    ) -> Panel:
        """Return one column for each value of a dimension, all others but time fixed.

        Parameters
        ----------
        by : str
            The dimension, such as "refArea".
        measure, every, conflicts, **fixed
            As for `series`.
        """
        one = self.structure.find(by, "dimension")
        seen = Inquiry(self, measure=measure, name=None, fixed=fixed).observations()
        names = {each.value: each.name for each in self.codes(one.name)}
        if len(set(names.values())) < len(names):
            names = {value: value for value in names}
        column = [None if x is None else names.get(x, x) for x in seen.dimensions.get(one.name, ())]
        if one.name in seen.dimensions:
            seen = replace(seen, dimensions={**seen.dimensions, one.name: column})
        return seen.panel(one.name, every=every, conflicts=conflicts)

    def __repr__(self) -> str:
        if "structure" not in self._known:
            return f"Cube({self.label or self.iri!r}, {self.kind})"
        dims = ", ".join(map(str, self.dimensions))
        inferred = ", structure inferred" if self.structure.inferred else ""
        what = f"{', '.join(map(str, self.measures))} by {dims}{inferred}"
        return f"Cube({self.label or self.iri!r}: {what})"


def cubes(source: Source, *, declared_only: bool = False) -> tuple[Cube, ...]:
    """Return the cubes of a source, sorted by IRI.

    Parameters
    ----------
    source : Source
    declared_only : bool, default False
        Only data sets that are declared as such; quicker on large endpoints, where otherwise all
        observations are passed through.

    Examples
    --------
    >>> from fcm import examples, lod
    >>> source = lod.open(examples.path("madrid") / "air_quality.ttl")
    >>> len(cubes(source))
    5
    """
    found: dict[str, Kind] = {}
    questions: list[tuple[Kind, str]] = [
        ("cube.link", "?ds <https://cube.link/observationSet> ?x"),
        ("qb", f"{{ ?ds a <{QB}DataSet> }} UNION {{ ?ds <{QB}structure> ?x }}"),
    ]
    if not declared_only:
        questions.append(("qb", f"?x <{QB}dataSet> ?ds"))
    for kind, patterns in questions:
        table = source.select(f"SELECT DISTINCT ?ds WHERE {{ {patterns} }}")
        refuse_partial(table, "the list of cubes")
        for each in table["ds"]:
            if each is not None and not str(each).startswith("_:"):
                found.setdefault(each, kind)
    for each in sosa.classes(source):
        found.setdefault(each, "sosa")
    texts = _titles(source, tuple(found))
    return tuple(
        Cube(source=source, iri=iri, kind=found[iri], label=texts.get(iri, ""))
        for iri in sorted(found)
    )


def cube(source: Source, iri: str | IRI) -> Cube:
    """Return one cube of a source.

    Parameters
    ----------
    source : Source
    iri : str or IRI
        The data set; for SOSA the class of the observations.

    Raises
    ------
    NoSuchIndicator
        If the source has no observations of it.
    """
    wanted = IRI(str(iri))
    of: Kind = "qb"
    if len(source.select(cube_link.QUESTION, ds=wanted)):
        of = "cube.link"
    elif wanted.value in sosa.CLASSES:
        of = "sosa"
    one = Cube(
        source=source,
        iri=wanted.value,
        kind=of,
        label=_titles(source, (wanted.value,)).get(wanted.value, ""),
    )
    try:
        one.structure  # noqa: B018 - asks the source
    except NoSuchIndicator as error:
        known = [each.iri for each in cubes(source)]
        raise NoSuchIndicator(f"{error} {nearest(wanted.value, known)}") from None
    return one


def _titles(source: Source, iris: tuple[str, ...]) -> dict[str, str]:
    return {each: text for each, (text, _) in labels(source, iris).items() if text}
