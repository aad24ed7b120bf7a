"""Tables in CSV files whose columns have a meaning, as the same series that cubes give."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from fcm.errors import FileError, nearest
from fcm.evidence import Origin
from fcm.lod.datasets.observations import Observations
from fcm.lod.series.series import Series
from fcm.periods import Frequency
from fcm.table import Cells, parse_number, read_cells

__all__ = ["csv", "csv_observations"]


def csv(
    path: str | os.PathLike[str],
    *,
    period: str,
    value: str,
    unit: str = "",
    status: str = "",
    issued: str = "",
    where: Mapping[str, str] | None = None,
    name: str | None = None,
    every: Frequency | None = None,
    conflicts: Literal["refuse", "missing"] = "refuse",
    licence: str = "",
) -> Series:
    """Return one series out of a CSV file, with a report in ``.quality``.

    Parameters
    ----------
    path : path
        Comma, semicolon or tab separated, UTF-8, one header line; as `fcm.table` reads it.
    period, value : str
        Columns, as the header writes them. Blank values are missing.
    unit : str
        The unit, or the column that gives it.
    status, issued : str
        Columns with the observation status and the date of issue, if there are any.
    where : mapping of column to text, optional
        Only rows with these texts.
    name : str, optional
        Name of the series; `value` unless given.
    every, conflicts
        As for `fcm.lod.datasets.observations.Observations.series`.
    licence : str
        Terms and line of credit, for the origin.

    Raises
    ------
    FileError
        If the file cannot be read, lacks a column, or no row fits `where`.
    EvidenceError
        If units or frequencies are mixed, or values conflict.
    """
    seen = csv_observations(
        path,
        period=period,
        value=value,
        unit=unit,
        status=status,
        issued=issued,
        where=where,
        name=name,
        licence=licence,
    )
    return seen.series(every=every, conflicts=conflicts)


def csv_observations(
    path: str | os.PathLike[str],
    *,
    period: str,
    value: str,
    unit: str = "",
    status: str = "",
    issued: str = "",
    by: str = "",
    where: Mapping[str, str] | None = None,
    name: str | None = None,
    licence: str = "",
) -> Observations:
    """Return the rows of a CSV file as observations; for panels, with a column `by`.

    Parameters
    ----------
    path, period, value, unit, status, issued, where, name, licence
        As for `csv`.
    by : str
        A column that names the units of a panel: ``csv_observations(...).panel(by)``.

    Raises
    ------
    FileError
        As `csv`.
    """
    table = read_cells(Path(path))
    where = dict(where or {})
    place = {each: table.header.index(each) for each in table.header}
    wanted = [period, value, *(each for each in (status, issued, by) if each), *where]
    for each in wanted:
        if each not in place:
            raise FileError(
                f"column {each!r} is missing. {nearest(each, table.header)}",
                path=table.path,
                line=table.line,
            )
        if table.header.count(each) > 1:
            raise FileError(f"column {each!r} stands twice.", path=table.path, line=table.line)
    rows = [
        cells
        for _, cells in table.rows
        if all(cells[place[key]] == text for key, text in where.items())
    ]
    if not rows:
        shown = " and ".join(f"{key} = {text!r}" for key, text in where.items())
        raise FileError(f"no row has {shown or 'anything'}.", path=table.path)

    def column(of: str) -> list[str]:
        return [cells[place[of]] for cells in rows] if of else []

    return Observations(
        name=name or value,
        periods=[(text or None, "") for text in column(period)],
        values=[_form(text, table) for text in column(value)],
        units=column(unit) if unit in place else [unit] * len(rows),
        statuses=column(status),
        issued=column(issued),
        dimensions={by: [text or None for text in column(by)]} if by else {},
        origin=Origin(
            kind="file",
            source=table.path.name,
            licence=licence,
            note=", ".join([f"column {value!r}", *(f"{k}={v!r}" for k, v in where.items())]),
        ),
    )


def _form(text: str, table: Cells) -> tuple[str | None, str]:
    number = parse_number(text, decimal_comma=table.decimal_comma)
    return (text or None, "") if number is None else (repr(number), "")
