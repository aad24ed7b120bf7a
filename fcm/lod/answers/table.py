"""The answer to a query: typed columns, how complete they are and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import LodError, MissingExtraError, NoSuchIndicator, nearest
from fcm.evidence import Origin, Panel
from fcm.frozen import FrozenDict
from fcm.lod.answers.columns import column, python
from fcm.lod.answers.report import IllTyped

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from fcm.lod.series.series import Series

__all__ = ["Table"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Table:
    """The answer to a query, column by column.

    Parameters
    ----------
    columns : tuple of str
        Names of the variables, in the order of the query.
    arrays : mapping of name to ndarray of shape (rows,)
        float64 for numbers, int64 for years, datetime64 for months, dates and times (the wall
        clock of the source, without its zone), bool, else objects: text, or None where unbound.
        Missing and ill-typed values are NaN, NaT or None.
    complete : bool
        False where the source may hold more than it gave.
    issues : mapping of name to IllTyped
        Ill-typed literals by column; empty if all is well.
    origin : Origin
        The source, its terms and the query.

    Examples
    --------
    >>> from fcm import examples, lod
    >>> madrid = examples.path("madrid")
    >>> source = lod.open(madrid / "air_quality.ttl")
    >>> table = source.select((madrid / "no2_city.rq").read_text())
    >>> table
    Table(48 rows: month, value)
    >>> table["value"].mean().round(1)
    np.float64(36.9)
    """

    columns: tuple[str, ...]
    arrays: Mapping[str, NDArray[Any]]
    complete: bool = True
    issues: Mapping[str, IllTyped] = field(default_factory=FrozenDict)
    origin: Origin = field(default_factory=lambda: Origin(kind="linked data"))

    @classmethod
    def from_terms(
        cls, columns: Sequence[str], rows: Sequence[Sequence[Any]], **rest: Any
    ) -> Table:
        """Return the table of an answer in RDF terms, None where a variable is unbound."""
        arrays, issues = {}, {}
        for i, name in enumerate(columns):
            arrays[name], wrong = column([row[i] for row in rows])
            if wrong is not None:
                issues[name] = wrong
        return cls(
            columns=tuple(columns), arrays=FrozenDict(arrays), issues=FrozenDict(issues), **rest
        )

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return one column, shape (rows,).

        Raises
        ------
        NoSuchIndicator
            If there is no such column.
        """
        if name not in self.columns:
            raise NoSuchIndicator(
                f"the table has no column {name!r}. {nearest(name, self.columns)}"
            )
        return self.arrays[name]

    def __len__(self) -> int:
        return len(self.arrays[self.columns[0]]) if self.columns else 0

    def series(self, *, period: str, value: str, unit: str = "", name: str | None = None) -> Series:
        """Return one column over time.

        Parameters
        ----------
        period, value : str
            Columns. Periods become labels: "2018", "2018-12", "2018-12-31".
        unit : str
            The unit, or the column that gives it (which must then be the same in all rows).
        name : str, optional
            Name of the series; `value` unless given.

        Raises
        ------
        EvidenceError
            If a period is missing, has two different values, or units are mixed.
        """
        from fcm.lod.series.series import from_table

        return from_table(self, period=period, value=value, unit=unit, name=name)

    def panel(self, *, period: str, name: str, value: str, unit: str = "") -> Panel:
        """Return one column over time for each unit: periods by names, gaps as NaN.

        Parameters
        ----------
        period, name, value : str
            Columns.
        unit : str
            The unit, or the column that gives it (which must then be the same in all rows).

        Raises
        ------
        EvidenceError
            If a period or a name is missing, a cell has two different values, or units are mixed.
        """
        from fcm.lod.series.series import panel_from_table

        return panel_from_table(self, period=period, name=name, value=value, unit=unit)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict of plain Python values per row; None is missing.

        Months are text ("2018-12"), because Python has no months.
        """
        columns = [[python(each) for each in self.arrays[name]] for name in self.columns]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*columns, strict=True)]

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame (needs the notebook extra); months become their first day.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise MissingExtraError(
                "to_frame() needs pandas: pip install 'smartgov-fcm[notebook]'."
            ) from None

        data = {}
        for name in self.columns:
            array = np.array(self.arrays[name])
            data[name] = array.astype("datetime64[us]") if array.dtype.kind == "M" else array
        return pd.DataFrame(data, columns=list(self.columns))

    def require_complete(self) -> Table:
        """Return the table itself if it is complete and without ill-typed values.

        Raises
        ------
        LodError
            Otherwise; the message counts what is wrong.
        """
        wrong = [f"?{name}: {issue}" for name, issue in self.issues.items()]
        if not self.complete:
            wrong.append("the source may hold more rows than it gave")
        if wrong:
            raise LodError(f"the table is not whole: {'; '.join(wrong)}.")
        return self

    def __repr__(self) -> str:
        rows = f"{len(self):,} row{'' if len(self) == 1 else 's'}"
        more = "" if self.complete else ", NOT COMPLETE"
        bad = sum(each.count for each in self.issues.values())
        more += f", {bad:,} ill-typed" if bad else ""
        return f"Table({rows}: {', '.join(self.columns)}{more})"

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(each)}</th>" for each in self.columns)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{_cell(self.arrays[name][i])}</td>" for name in self.columns)
            + "</tr>"
            for i in range(min(len(self), 12))
        )
        return (
            f"<table><caption>{escape(repr(self))}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def _cell(value: Any) -> str:
    plain = python(value)
    if plain is None:
        return "<em>missing</em>"
    return escape(f"{plain:.6g}" if isinstance(plain, float) else str(plain))
