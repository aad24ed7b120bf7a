"""One indicator over time, its place on the scale from 0 to 1, and panels of several."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from fcm.errors import EvidenceError
from fcm.evidence import Origin, Panel
from fcm.frozen import frozen_array
from fcm.lod.periods import frequency, labels, span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.lod.table import Table

__all__ = ["Series", "from_table", "panel", "panel_from_table"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Series:
    """One indicator over time.

    Parameters
    ----------
    name : str
    periods : sequence of str, length T
        Sortable labels of one frequency, ascending, each once. Gaps stay gaps.
    values : array_like of shape (T,)
        In `unit`, or in [0, 1] once normalised; NaN = missing.
    unit : str
    origin : Origin
    bounds : tuple of float, optional
        What stands for 0 and 1, once normalised (the other way round if `direction` is -1).
    direction : {1, -1}
    clipped : int
        How many values lay outside the bounds.

    Examples
    --------
    >>> no2 = Series(name="no2", periods=("2018-11", "2018-12"), values=[38.0, 65.0], unit="ug/m3")
    >>> no2.normalise(bounds=(20, 60))
    Series('no2', 2018-11..2018-12, 2 periods, 20..60 ug/m3 as 0..1, 1 clipped)
    """

    name: str
    periods: tuple[str, ...]
    values: NDArray[np.float64]
    unit: str = ""
    origin: Origin = field(default_factory=lambda: Origin(kind="linked data"))
    bounds: tuple[float, float] | None = None
    direction: Literal[1, -1] = 1
    clipped: int = 0

    def __post_init__(self) -> None:
        periods, values = tuple(self.periods), frozen_array(self.values)
        what = f"series {self.name!r}"
        if values.shape != (len(periods),):
            raise EvidenceError(f"{what} has {len(periods)} periods and values {values.shape}.")
        if np.isinf(values).any():
            period = periods[int(np.argmax(np.isinf(values)))]
            raise EvidenceError(f"{what} is infinite in {period}; NaN marks missing.")
        frequency(periods, what=what)
        if list(periods) != sorted(set(periods)):
            raise EvidenceError(f"{what}: periods must ascend, each once; sort them first.")
        object.__setattr__(self, "periods", periods)
        object.__setattr__(self, "values", values)

    def normalise(self, bounds: tuple[float, float], *, direction: Literal[1, -1] = 1) -> Series:
        """Return the series on the scale from 0 to 1, values beyond the bounds clipped.

        Parameters
        ----------
        bounds : tuple of float (low, high), in the unit of the series
            State what 0 and 1 mean; do not take the smallest and largest value seen, which would
            let the period that is judged set its own scale.
        direction : {1, -1}, default 1
            -1 if a high value means a low activation.

        Raises
        ------
        EvidenceError
            If the bounds are no interval, or the series is already normalised.
        """
        low, high = (float(each) for each in bounds)
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise EvidenceError(
                f"series {self.name!r} cannot be scaled by bounds ({low}, {high}); expected two "
                "finite numbers, the lower first. Use direction=-1 to turn the scale round."
            )
        if direction not in (1, -1):
            raise EvidenceError(f"direction is {direction!r}; expected 1 or -1.")
        if self.bounds is not None:
            raise EvidenceError(
                f"series {self.name!r} is already on the scale from 0 to 1, by bounds "
                f"{self.bounds}; scale the original."
            )
        scaled = (self.values - low) / (high - low)
        clipped = int(((scaled < 0) | (scaled > 1)).sum())
        scaled = np.clip(scaled, 0, 1)
        note = (
            f"{low:g}..{high:g} {self.unit}".strip() + f" as {'0..1' if direction > 0 else '1..0'}"
        )
        note += f", {clipped} of {len(self)} values clipped" if clipped else ""
        return replace(
            self,
            values=scaled if direction > 0 else 1 - scaled,
            bounds=(low, high),
            direction=direction,
            clipped=clipped,
            origin=replace(
                self.origin, note="; ".join(each for each in (self.origin.note, note) if each)
            ),
        )

    def __len__(self) -> int:
        return len(self.periods)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Series):
            return NotImplemented
        return self._key() == other._key() and np.array_equal(
            self.values, other.values, equal_nan=True
        )

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return (
            self.name,
            self.periods,
            self.unit,
            self.origin,
            self.bounds,
            self.direction,
            self.clipped,
        )

    def __repr__(self) -> str:
        if not self.periods:
            return f"Series({self.name!r}, no periods)"
        parts = [repr(self.name), f"{self.periods[0]}..{self.periods[-1]}", f"{len(self)} periods"]
        missing = int(np.isnan(self.values).sum())
        if missing:
            parts.append(f"{missing} missing")
        if self.bounds is not None:
            low, high = self.bounds
            scale = "0..1" if self.direction > 0 else "1..0"
            parts.append(f"{low:g}..{high:g} {self.unit}".strip() + f" as {scale}")
            if self.clipped:
                parts.append(f"{self.clipped} clipped")
        elif self.unit:
            parts.append(self.unit)
        return f"Series({', '.join(parts)})"


def panel(series: Mapping[str, Series]) -> Panel:
    """Return series side by side, over all periods from the first to the last; gaps are NaN.

    Parameters
    ----------
    series : mapping of name to Series
        Names of the concepts; all series of one frequency.

    Raises
    ------
    EvidenceError
        If there is none, or months meet days.

    Examples
    --------
    >>> no2 = Series(name="no2", periods=("2018-11", "2019-01"), values=[38.0, 65.0])
    >>> panel({"air pollution": no2.normalise(bounds=(20, 60))})
    Panel(2018-11..2019-01, 3 periods x 1 names, 2 of 3 cells known)
    """
    if not series:
        raise EvidenceError("a panel needs at least one series.")
    what = "the panel of " + ", ".join(repr(each) for each in series)
    periods = span([label for each in series.values() for label in each.periods], what=what)
    row = {period: t for t, period in enumerate(periods)}
    values = np.full((len(periods), len(series)), np.nan)
    for j, each in enumerate(series.values()):
        values[[row[label] for label in each.periods], j] = each.values
    return Panel(
        periods=periods,
        names=tuple(series),
        values=values,
        origins={name: each.origin for name, each in series.items()},
    )


def from_table(
    table: Table, *, period: str, value: str, unit: str = "", name: str | None = None
) -> Series:
    """Return one column of a table over time; see `Table.series`."""
    name = name or value
    found = labels(table[period], column=period)
    cells = _cells(found, [name] * len(found), _numbers(table, value))
    periods = tuple(sorted({label for label, _ in cells}))
    return Series(
        name=name,
        periods=periods,
        values=np.array([cells[label, name] for label in periods]),
        unit=_unit(table, unit),
        origin=table.origin,
    )


def panel_from_table(table: Table, *, period: str, name: str, value: str, unit: str = "") -> Panel:
    """Return one column of a table over time, by units; see `Table.panel`."""
    found = labels(table[period], column=period)
    names = _names(table, name)
    cells = _cells(found, names, _numbers(table, value))
    _unit(table, unit)
    periods = span(found, what=f"column {period!r}")
    columns = tuple(sorted(set(names)))
    row = {label: t for t, label in enumerate(periods)}
    place = {each: j for j, each in enumerate(columns)}
    values = np.full((len(periods), len(columns)), np.nan)
    for (label, each), number in cells.items():
        values[row[label], place[each]] = number
    return Panel(
        periods=periods,
        names=columns,
        values=values,
        origins={each: table.origin for each in columns},
    )


def _numbers(table: Table, value: str) -> NDArray[np.float64]:
    array = table[value]
    if array.dtype.kind not in "if":
        shown = next((each for each in array if each is not None), None)
        raise EvidenceError(
            f"column {value!r} holds no numbers (such as {str(shown)!r}); where they are written "
            f"as text, select xsd:decimal(?{value})."
        )
    return array.astype(float)


def _names(table: Table, name: str) -> list[str]:
    array = table[name]
    if (array.dtype.kind == "f" and np.isnan(array).any()) or any(each is None for each in array):
        raise EvidenceError(f"rows without a name in column {name!r}; leave them out in the query.")
    return [str(each) for each in array]


def _unit(table: Table, unit: str) -> str:
    if unit not in table.columns:
        return unit
    units = sorted({"no unit" if each is None else str(each) for each in table[unit]})
    if len(units) > 1:
        raise EvidenceError(
            f"the values have different units: {', '.join(repr(each) for each in units)}; select "
            "one, or convert in the query."
        )
    return units[0] if units and units[0] != "no unit" else ""


def _cells(
    found: Sequence[str], names: Sequence[str], values: NDArray[np.float64]
) -> dict[tuple[str, str], float]:
    """Return the value of each (period, name); the same value twice counts once."""
    cells: dict[tuple[str, str], float] = {}
    clashes: list[str] = []
    for label, name, number in zip(found, names, values.tolist(), strict=True):
        known = cells.setdefault((label, name), number)
        same = known == number or (math.isnan(known) and math.isnan(number))
        if not same and len(clashes) < 3:
            clashes.append(f"{name!r} in {label} is {known:g} and {number:g}")
    if clashes:
        raise EvidenceError(
            f"different values for the same cell: {'; '.join(clashes)}. Select one of them in the "
            "query, or aggregate there and say how."
        )
    return cells
