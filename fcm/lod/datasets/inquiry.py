"""One question for the observations of a cube, and what its answer means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fcm.errors import EvidenceError, LodError, NoSuchIndicator, nearest
from fcm.lod.datasets.observations import Observations
from fcm.lod.datasets.structure import QB, Component, labels, local_name
from fcm.lod.series.units import scaled, unit
from fcm.lod.terms import IRI, Value, written

if TYPE_CHECKING:
    from fcm.lod.answers.table import Table
    from fcm.lod.datasets.cube import Cube

__all__ = ["Inquiry", "pattern", "refuse_partial"]


class Inquiry:
    """A measure of a cube with some dimensions fixed.

    Parameters
    ----------
    cube : Cube
    measure, name, fixed
        As `fcm.lod.datasets.cube.Cube.observations` takes them.
    """

    def __init__(
        self, cube: Cube, *, measure: str | None, name: str | None, fixed: Mapping[str, Value]
    ) -> None:
        self.cube, self.structure = cube, cube.structure
        self.measure = self._one_measure(measure)
        self.name = name or self.measure.label
        self.said: list[str] = []
        self.bindings: dict[str, Value] = {"ds": IRI(cube.iri)}
        self.patterns: list[str] = []
        done = set()
        for i, (key, value) in enumerate(fixed.items()):
            one = self.structure.find(key)
            self._fix(i, one, value)
            done.add(one.iri)
        kind = self.structure.get(QB + "measureType")
        if kind is not None and kind.iri not in done:
            self.patterns.append(f"?o <{QB}measureType> {written(IRI(self.measure.iri))} .")
            done.add(kind.iri)
        meant = {self.structure.time, self.structure.unit, *done}
        self.free = [each for each in self.structure.of("dimension") if each.iri not in meant]

    def _one_measure(self, measure: str | None) -> Component:
        known = self.structure.of("measure")
        if measure is not None:
            return self.structure.find(measure, "measure")
        if len(known) == 1:
            return known[0]
        raise NoSuchIndicator(
            f"{self.cube!r} has {len(known)} measures "
            f"({', '.join(repr(each.name) for each in known)}); say which with measure=."
        )

    def _fix(self, i: int, one: Component, value: Value) -> None:
        if one.role == "measure":
            raise NoSuchIndicator(
                f"{one.name!r} is a measure of {self.cube!r}; say measure={one.name!r}."
            )
        if one.iri == self.structure.time:
            raise EvidenceError(
                f"{one.name!r} is the time of {self.cube!r} and stays open; take the periods you "
                "need from the series."
            )
        code = self._code(one, value)
        self.said.append(f"{one.name}={code}")
        if one.fixed is not None:
            return
        if isinstance(code, str):
            self.patterns.append(f"{pattern(one, f'x{i}')} FILTER(STR(?x{i}) = ?f{i})")
        else:
            self.patterns.append(pattern(one, f"f{i}"))
        self.bindings[f"f{i}"] = code

    def _code(self, one: Component, value: Value) -> Value:
        if not isinstance(value, str):
            if one.fixed is not None and str(value) != one.fixed[0]:
                raise NoSuchIndicator(
                    f"all of {self.cube!r} has {one.name!r} = {one.fixed[0]!r}, not {str(value)!r}."
                )
            return value
        if one.fixed is None and (value.startswith(("http://", "https://", "urn:"))):
            return IRI(value)
        codes = self.cube.codes(one.name)
        found = [each for each in codes if each.value == value]
        found = found or [each for each in codes if each.answers(value)]
        if len(found) == 1:
            return IRI(found[0].value) if found[0].resource else found[0].value
        if found:
            raise NoSuchIndicator(
                f"{value!r} stands for {len(found)} codes of {one.name!r}: "
                f"{', '.join(each.value for each in found[:3])}; give the IRI."
            )
        names = [text for each in codes for text in (each.name, local_name(each.value))]
        raise NoSuchIndicator(
            f"no observation of {self.cube!r} has {one.name!r} = {value!r}; there are "
            f"{len(codes):,} codes. {nearest(value, names)}"
        )

    def observations(self) -> Observations:
        """Ask for them, most selective patterns first, the data set last."""
        structure = self.structure
        holder = self._value_component()
        options = [_option(holder, "v")]
        heads = ["?o", "(STR(?v) AS ?value)", "(DATATYPE(?v) AS ?value_type)"]
        for variable, iri in (
            ("t", structure.time), ("u", structure.unit), ("m", structure.multiplier),
            ("s", structure.status), ("i", structure.issued),
        ):  # fmt: skip
            if iri:
                one = structure.get(iri) or Component(iri=iri, role="attribute")
                options.append(_option(one, variable))
                heads += [f"(STR(?{variable}) AS ?{variable}_text)"]
                heads += [f"(DATATYPE(?{variable}) AS ?{variable}_type)"]
        for i, one in enumerate(self.free):
            options.append(_option(one, f"d{i}"))
            heads.append(f"(STR(?d{i}) AS ?d{i}_text)")
        query = (
            f"SELECT {' '.join(heads)} WHERE {{ {' '.join(self.patterns)} {structure.members} "
            f"{' '.join(options)} }}"
        )
        table = self.cube.source.select(query, **self.bindings)
        if not len(table):
            raise NoSuchIndicator(
                f"{self.cube!r} has no observation with {', '.join(self.said) or 'a value'}; ask "
                "codes() which values there are and fix less."
            )
        return self._put_together(table)

    def _value_component(self) -> Component:
        iri = self.structure.values_in.get(self.measure.iri, self.measure.iri)
        return replace(self.measure, iri=iri)

    def _put_together(self, table: Table) -> Observations:
        structure, n = self.structure, len(table)

        def column(variable: str, iri: str) -> list[tuple[str | None, str]]:
            one = structure.get(iri)
            default: tuple[str | None, str] = (None, "")
            if one is not None and one.fixed is not None:
                default = one.fixed
            if variable == "u" and default[0] is None:
                default = (structure.units_of.get(self.measure.iri), "")
            if f"{variable}_text" not in table.columns:
                return [default] * n
            texts, types = table[f"{variable}_text"], table[f"{variable}_type"]
            return [
                default if text is None else (str(text), of or "")
                for text, of in zip(texts, types, strict=True)
            ]

        periods = column("t", structure.time) if structure.time else [(None, "")] * n
        if not structure.time:
            raise LodError(
                f"{self.cube!r} has no dimension whose values are periods; its dimensions are "
                f"{', '.join(repr(each.name) for each in structure.of('dimension'))}."
            )
        values = [
            (None if text is None else str(text), of or "")
            for text, of in zip(table["value"], table["value_type"], strict=True)
        ]
        origin = table.origin
        said = f"{self.measure.name} of {self.cube.iri}"
        said += f", {', '.join(self.said)}" if self.said else ""
        said += ", structure inferred" if structure.inferred else ""
        return Observations(
            name=self.name,
            periods=periods,
            values=values,
            units=self._units(column("u", structure.unit), column("m", structure.multiplier)),
            statuses=[text or "" for text, _ in column("s", structure.status)],
            issued=[text or "" for text, _ in column("i", structure.issued)],
            dimensions={
                one.name: [
                    x if x is not None else one.fixed[0] if one.fixed else None
                    for x in table[f"d{i}_text"]
                ]
                for i, one in enumerate(self.free)
            },
            origin=replace(
                origin,
                date=structure.date or origin.date,
                note="; ".join(each for each in (said, origin.note) if each),
            ),
            complete=table.complete,
        )

    def _units(
        self, units: list[tuple[str | None, str]], powers: list[tuple[str | None, str]]
    ) -> list[str]:
        texts = labels(self.cube.source, [text for text, of in set(units) if text and not of])
        shown = {}
        for pair in set(units):
            text = pair[0] or ""
            label, notation = texts.get(text, ("", ""))
            known = unit(text)
            shown[pair] = notation or (known.code if known else "") or label or text
        # Two resources with one notation are two units.
        names = list(shown.values())
        shown = {
            pair: each if names.count(each) == 1 else str(pair[0] or "")
            for pair, each in shown.items()
        }
        return [scaled(shown[one], _power(power)) for one, power in zip(units, powers, strict=True)]


def _power(form: tuple[str | None, str]) -> int:
    text = (form[0] or "0").rsplit("#", 1)[-1].removeprefix("unitMult-").strip()
    try:
        power = int(text)
    except ValueError:
        power = 99
    if abs(power) > 18:
        raise EvidenceError(
            f"the multiplier of a unit is {form[0]!r}; expected a power of ten such as 6."
        )
    return power


def pattern(one: Component, variable: str) -> str:
    """Return the triple pattern that binds a component's value to a variable."""
    return f"?{one.holder} {written(IRI(one.iri))} ?{variable} ."


def _option(one: Component, variable: str) -> str:
    return f"OPTIONAL {{ {pattern(one, variable)} }}"


def refuse_partial(table: Table, what: str) -> None:
    """Raise LodError unless a table is complete."""
    if not table.complete:
        raise LodError(f"{what} may not be whole: the source gave a part of the rows only.")
