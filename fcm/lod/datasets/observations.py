"""Observations as a publisher gives them, and the one series they make.

A row is one observation: its period and its value as written, unit, status, date of issue, and the
dimensions that were not fixed. Whatever cannot be told is refused or counted, never settled by the
order of the rows.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from fcm import periods as calendar
from fcm.errors import EvidenceError
from fcm.evidence import Origin, Panel
from fcm.frozen import FrozenDict
from fcm.lod.answers.literals import kind, valid
from fcm.lod.series.period_codes import label_of
from fcm.lod.series.periods import span
from fcm.lod.series.quality import ACCURACY, Quality, accuracy, outliers, status_code
from fcm.lod.series.series import Series, panel
from fcm.periods import Frequency

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Observations"]

Form = tuple[str | None, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Observations:
    """Observations of one indicator.

    Parameters
    ----------
    name : str
    periods, values : sequence of (str or None, str), length n
        What is written, and the IRI of its datatype ("" where there is none). None = not stated.
    units, statuses, issued : sequence of str, length n, optional
        "" where not stated. `issued` tells older from newer issues of a value; text that sorts.
    dimensions : mapping of name to sequence of str or None, length n
        Those that were not fixed.
    origin : Origin
    complete : bool
        False where the source may hold more.

    Examples
    --------
    >>> seen = Observations(name="no2", periods=[("2018Q1", ""), ("2018Q2", "")],
    ...     values=[("38", ""), ("n/a", "")], units=["ug/m3", "ug/m3"])
    >>> no2 = seen.series()
    >>> no2
    Series('no2', 2018-Q1..2018-Q2, 2 periods, 1 missing, ug/m3)
    >>> no2.quality.invalid_examples
    ('n/a',)
    """

    name: str
    periods: Sequence[Form]
    values: Sequence[Form]
    units: Sequence[str] = ()
    statuses: Sequence[str] = ()
    issued: Sequence[str] = ()
    dimensions: Mapping[str, Sequence[str | None]] = field(default_factory=FrozenDict)
    origin: Origin = field(default_factory=lambda: Origin(kind="linked data"))
    complete: bool = True

    def __post_init__(self) -> None:
        n = len(self.periods)
        for name in ("units", "statuses", "issued"):
            given = tuple(getattr(self, name)) or ("",) * n
            object.__setattr__(self, name, given)
        columns = {name: tuple(each) for name, each in self.dimensions.items()}
        object.__setattr__(self, "dimensions", FrozenDict(columns))
        object.__setattr__(self, "periods", tuple(self.periods))
        object.__setattr__(self, "values", tuple(self.values))
        lengths = {len(self.values), len(self.units), len(self.statuses), len(self.issued)}
        if lengths | {len(each) for each in columns.values()} != {n} and n:
            raise EvidenceError(f"observations of {self.name!r} have columns of different length.")

    def __len__(self) -> int:
        return len(self.periods)

    def series(
        self,
        *,
        every: Frequency | None = None,
        conflicts: Literal["refuse", "missing"] = "refuse",
        accuracy_of: Mapping[str, float] | None = None,
    ) -> Series:
        """Return the observations as one series, with a report on their quality.

        Parameters
        ----------
        every : {"day", "week", "month", "quarter", "year"}, optional
            Which frequency to take where the source mixes several. Nothing is aggregated.
        conflicts : {"refuse", "missing"}, default "refuse"
            What to do with a period that has different values: raise, or leave it missing.
        accuracy_of : mapping of status code to float, optional
            Confidence by observation status; `fcm.lod.series.quality.ACCURACY` unless given.

        Raises
        ------
        EvidenceError
            If a dimension is not fixed, units or frequencies are mixed, or values conflict.
        """
        if conflicts not in ("refuse", "missing"):
            raise EvidenceError(f"conflicts is {conflicts!r}; expected 'refuse' or 'missing'.")
        return _Reading(self, every, accuracy_of).series(conflicts)

    def panel(
        self,
        by: str,
        *,
        every: Frequency | None = None,
        conflicts: Literal["refuse", "missing"] = "refuse",
        accuracy_of: Mapping[str, float] | None = None,
    ) -> Panel:
        """Return one column for each value of a dimension, in order of its values.

        Parameters
        ----------
        by : str
            The dimension.
        every, conflicts, accuracy_of
            As for `series`.

        Raises
        ------
        EvidenceError
            As `series`, and if observations do not state the dimension.
        """
        column = self.dimensions.get(by)
        if column is None:
            raise EvidenceError(
                f"{by!r} is no free dimension of {self.name!r}; expected one of "
                f"{', '.join(map(repr, self.dimensions)) or 'none: all are fixed'}."
            )
        rows: dict[str, list[int]] = {}
        for i, name in enumerate(column):
            if name is None:
                raise EvidenceError(
                    f"{list(column).count(None):,} observations of {self.name!r} state no {by!r}."
                )
            rows.setdefault(name, []).append(i)
        parts = {
            name: self._of(by, name, rows[name]).series(
                every=every, conflicts=conflicts, accuracy_of=accuracy_of
            )
            for name in sorted(rows)
        }
        units = sorted({each.unit for each in parts.values()})
        if len(units) > 1:
            raise EvidenceError(
                f"{self.name!r} by {by!r} mixes units: {', '.join(map(repr, units))}; select one."
            )
        return panel(parts)

    def _of(self, dimension: str, value: str, rows: Sequence[int]) -> Observations:
        rest = {name: each for name, each in self.dimensions.items() if name != dimension}
        return replace(
            self,
            name=value,
            periods=[self.periods[i] for i in rows],
            values=[self.values[i] for i in rows],
            units=[self.units[i] for i in rows],
            statuses=[self.statuses[i] for i in rows],
            issued=[self.issued[i] for i in rows],
            dimensions={name: [each[i] for i in rows] for name, each in rest.items()},
        )

    def __repr__(self) -> str:
        free = ", ".join(self.dimensions)
        return f"Observations({self.name!r}, {len(self):,} rows{', by ' + free if free else ''})"


def number(written: str | None, datatype: str) -> float | None:
    """Return a number as written; NaN where nothing or NaN is written, None if it is none.

    Examples
    --------
    >>> number("1.1657e4", "http://www.w3.org/2001/XMLSchema#double"), number("n/a", "")
    (11657.0, None)
    """
    if written is None or not written.strip():
        return math.nan
    if datatype.endswith("#Undefined"):  # how cube.link writes a missing value
        return math.nan
    if datatype and (kind(datatype) != "number" or not valid(written, datatype)):
        return None
    if not datatype and not valid(written, "http://www.w3.org/2001/XMLSchema#double"):
        return None
    value = float(written)
    return None if math.isinf(value) else value


class _Reading:
    """One pass over observations: what they say and what is wrong with them."""

    def __init__(
        self, seen: Observations, every: Frequency | None, table: Mapping[str, float] | None
    ) -> None:
        self.seen = seen
        self.what = f"series {seen.name!r}"
        labels = {form: label_of(form[0], form[1]) for form in set(seen.periods) if form[0]}
        self.labels = [labels.get(each) for each in seen.periods]
        bad = [each[0] for each, name in zip(seen.periods, self.labels, strict=True) if not name]
        self.unreadable = len(bad)
        self.unreadable_examples = _examples(bad)
        self.left_out: dict[str, int] = {}
        self.rows = self._chosen(every)
        self._refuse_free_dimensions()
        self.unit = self._one_unit()
        statuses = [seen.statuses[i] for i in self.rows]
        self.factors = dict(zip(self.rows, accuracy(statuses, factors=table), strict=True))
        self.numbers: dict[int, float] = {}
        self.invalid: list[str | None] = []
        self.empty = self.withheld = 0
        for i in self.rows:
            self._read(i)

    def _chosen(self, every: Frequency | None) -> list[int]:
        of = {i: calendar.frequency(each) for i, each in enumerate(self.labels) if each}
        counts = Counter(of.values())
        if every is not None:
            self.left_out = {str(f): n for f, n in sorted(counts.items(), key=str) if f != every}
            rows = [i for i, each in of.items() if each == every]
            if of and not rows:
                raise EvidenceError(
                    f"{self.what} has no observations by {every}; it has "
                    f"{', '.join(f'{n:,} by {f}' for f, n in sorted(counts.items(), key=str))}."
                )
            return rows
        if len(counts) > 1:
            shown = " and ".join(f"{n:,} by {f}" for f, n in sorted(counts.items(), key=str))
            raise EvidenceError(
                f"{self.what} mixes periods of different length: {shown}; take one with every=, "
                f"such as every={min(map(str, counts))!r}."
            )
        return list(of)

    def _refuse_free_dimensions(self) -> None:
        self.unstated = []
        for name, column in self.seen.dimensions.items():
            if self.rows and all(column[i] is None for i in self.rows):
                self.unstated.append(name)
            values = sorted({column[i] or "(not stated)" for i in self.rows})
            if len(values) > 1:
                shown = ", ".join(map(repr, values[:4])) + (", ..." if len(values) > 4 else "")
                raise EvidenceError(
                    f"{self.what} has {len(values):,} values of {name!r} ({shown}); fix one of "
                    f"them, or take a panel by {name!r}."
                )

    def _one_unit(self) -> str:
        units = sorted({self.seen.units[i] for i in self.rows})
        if len(units) > 1:
            raise EvidenceError(
                f"the values of {self.what} have different units: "
                f"{', '.join(repr(each or 'no unit') for each in units)}; select one. Nothing is "
                "converted unasked."
            )
        return units[0] if units else ""

    def _read(self, i: int) -> None:
        written, datatype = self.seen.values[i]
        value = number(written, datatype)
        if value is None:
            self.invalid.append(written)
        elif math.isnan(value):
            self.empty += 1
        elif self.factors[i] == 0:
            self.withheld += 1
            value = math.nan
        self.numbers[i] = math.nan if value is None else value

    def series(self, conflicts: Literal["refuse", "missing"]) -> Series:
        groups: dict[str, list[int]] = {}
        for i in self.rows:
            groups.setdefault(str(self.labels[i]), []).append(i)
        periods = tuple(sorted(groups))
        values, confidence = [], []
        identical = conflicting = revisions = 0
        clashes: list[str] = []
        for label in periods:
            rows, older = self._newest(groups[label])
            revisions += older
            distinct = sorted({repr(self.numbers[i] + 0.0) for i in rows})
            if len(distinct) > 1:
                conflicting += len(rows) - 1
                clashes.append(f"{label} has {' and '.join(distinct[:3])}")
                values.append(math.nan)
            else:
                identical += len(rows) - 1
                values.append(self.numbers[rows[0]])
            confidence.append(min(float(self.factors[i]) for i in rows))
        if clashes and conflicts == "refuse":
            raise EvidenceError(
                f"{self.what} has different values for one period: {'; '.join(clashes[:3])}"
                f"{f' and {len(clashes) - 3:,} more' if len(clashes) > 3 else ''}. Fix another "
                "dimension, or leave such periods missing with conflicts='missing'."
            )
        numbers = np.array(values, dtype=float)
        known = np.isfinite(numbers)
        return Series(
            name=self.seen.name,
            periods=periods,
            values=numbers,
            unit=self.unit,
            origin=self.seen.origin,
            confidence=np.where(known, confidence, 0.0),
            quality=self._quality(periods, numbers, identical, conflicting, revisions),
        )

    def _newest(self, rows: list[int]) -> tuple[list[int], int]:
        """Return the rows of the newest issue, and how many older ones there are."""
        issued = [self.seen.issued[i] for i in rows]
        if not all(issued) or len(set(issued)) == 1:
            return rows, 0
        newest = [i for i in rows if self.seen.issued[i] == max(issued)]
        return newest, len(rows) - len(newest)

    def _quality(
        self,
        periods: tuple[str, ...],
        numbers: NDArray[np.float64],
        identical: int,
        conflicting: int,
        revisions: int,
    ) -> Quality:
        known = {p for p, v in zip(periods, numbers.tolist(), strict=True) if math.isfinite(v)}
        written = Counter(self.seen.statuses[i] for i in self.rows if self.seen.statuses[i])
        far = outliers(numbers)
        return Quality(
            observations=len(self.seen),
            identical=identical,
            conflicting=conflicting,
            revisions=revisions,
            empty=self.empty,
            invalid=len(self.invalid),
            invalid_examples=_examples(self.invalid),
            unreadable=self.unreadable,
            unreadable_examples=self.unreadable_examples,
            left_out=self.left_out,
            withheld=self.withheld,
            statuses=dict(sorted(written.items())),
            unknown_statuses=tuple(sorted(each for each in written if _unknown(each))),
            gaps=tuple(each for each in span(periods, what=self.what) if each not in known),
            outliers=tuple(p for p, is_far in zip(periods, far, strict=True) if is_far),
            without_unit=sum(not self.seen.units[i] for i in self.rows),
            unstated=tuple(sorted(self.unstated)),
            complete=self.seen.complete,
        )


def _unknown(status: str) -> bool:
    return status_code(status) not in ACCURACY


def _examples(forms: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(sorted({each for each in forms if each is not None})[:3])
