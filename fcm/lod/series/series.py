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
from fcm.lod.series.periods import frequency, labels, span
from fcm.lod.series.scales import Bounds, Scale
from fcm.lod.series.units import factor

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fcm.lod.answers.table import Table
    from fcm.lod.series.quality import Quality

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
    confidence : array_like of shape (T,), values in [0, 1], optional
        1 where a value stands and 0 where it is missing, unless given.
    scale : Scale, optional
        What made the activations, once normalised.
    quality : Quality, optional
        What was found in the observations, where the series was made of them.

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
    confidence: NDArray[np.float64] = None  # type: ignore[assignment]
    scale: Scale | None = None
    quality: Quality | None = None

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
        given: NDArray[np.float64] | None = self.confidence
        confidence = frozen_array(np.isfinite(values) if given is None else given)
        if confidence.shape != values.shape or not ((confidence >= 0) & (confidence <= 1)).all():
            raise EvidenceError(f"{what}: confidence must be one number in [0, 1] for each value.")
        object.__setattr__(self, "periods", periods)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "confidence", confidence)

    def normalise(
        self, bounds: tuple[float, float] | Scale, *, direction: Literal[1, -1] = 1
    ) -> Series:
        """Return the series on the scale from 0 to 1, values beyond the bounds clipped.

        Parameters
        ----------
        bounds : tuple of float (low, high) in the unit of the series, or Scale
            State what 0 and 1 mean, or give `Anchors`, `Quantiles`, `Logistic`, `Triangle` or
            `Trapezoid`. Do not take the smallest and largest value seen, which would let the
            period that is judged set its own scale.
        direction : {1, -1}, default 1
            -1 if a high value means a low activation.

        Raises
        ------
        EvidenceError
            If the bounds are no interval, or the series is already normalised.

        Examples
        --------
        >>> from fcm.lod.series.scales import Anchors
        >>> no2 = Series(name="no2", periods=("2018-11", "2018-12"), values=[25.0, 40.0])
        >>> no2.normalise(Anchors(target=10, norm=40, alarm=200)).values
        array([0.25, 0.5 ])
        """
        scale = Bounds(*(float(x) for x in bounds)) if isinstance(bounds, tuple | list) else bounds
        if direction not in (1, -1):
            raise EvidenceError(f"direction is {direction!r}; expected 1 or -1.")
        if self.scale is not None or self.bounds is not None:
            raise EvidenceError(
                f"series {self.name!r} is already on the scale from 0 to 1, by "
                f"{self.bounds or self.scale}; scale the original."
            )
        clipped = scale.outside(self.values)
        note = f"{scale} {self.unit}".strip() + f" as {'0..1' if direction > 0 else '1..0'}"
        note += f", {clipped} of {len(self)} values clipped" if clipped else ""
        degree = scale.degree(self.values)
        return replace(
            self,
            values=degree if direction > 0 else 1 - degree,
            bounds=(scale.low, scale.high) if isinstance(scale, Bounds) else None,
            scale=scale,
            direction=direction,
            clipped=clipped,
            origin=_noted(self.origin, note),
        )

    def activation(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return what values in the unit of the series are on its scale, which stays as it is.

        For scenarios: "NO2 at 30 ug/m3" is an activation by the scale of the series.

        Raises
        ------
        EvidenceError
            If the series is not normalised.

        Examples
        --------
        >>> no2 = Series(name="no2", periods=("2018",), values=[40.0]).normalise((20, 60))
        >>> no2.activation([30, 70])
        array([0.25, 1.  ])
        """
        scale = self.scale or (Bounds(*self.bounds) if self.bounds is not None else None)
        if scale is None:
            raise EvidenceError(f"series {self.name!r} has no scale yet; call normalise() first.")
        degree = scale.degree(values)
        return degree if self.direction > 0 else 1 - degree

    def convert(self, *, to: str) -> Series:
        """Return the series in another unit of the same kind.

        Raises
        ------
        EvidenceError
            If a unit is not known, they measure different things, or the series is normalised.

        Examples
        --------
        >>> Series(name="waste", periods=("2018",), values=[2.5], unit="t").convert(to="kg").values
        array([2500.])
        """
        if self.scale is not None or self.bounds is not None:
            raise EvidenceError(
                f"series {self.name!r} is on the scale from 0 to 1 and has no unit any more; "
                "convert the original."
            )
        a, b = factor(self.unit, to)
        note = f"{self.unit} converted to {to}"
        return replace(self, values=a * self.values + b, unit=to, origin=_noted(self.origin, note))

    def __len__(self) -> int:
        return len(self.periods)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Series):
            return NotImplemented
        return (
            self._key() == other._key()
            and np.array_equal(self.values, other.values, equal_nan=True)
            and np.array_equal(self.confidence, other.confidence)
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
            self.scale,
            self.quality,
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
        elif self.scale is not None:
            parts.append(f"{self.scale} {self.unit}".strip())
            if self.direction < 0:
                parts.append("turned round")
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
    confidence = np.zeros(values.shape)
    for j, each in enumerate(series.values()):
        rows = [row[label] for label in each.periods]
        values[rows, j], confidence[rows, j] = each.values, each.confidence
    return Panel(
        periods=periods,
        names=tuple(series),
        values=values,
        confidence=np.where(np.isnan(values), 0.0, confidence),
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


def _noted(origin: Origin, note: str) -> Origin:
    return replace(origin, note="; ".join(each for each in (origin.note, note) if each))


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
