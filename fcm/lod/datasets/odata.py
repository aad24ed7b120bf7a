"""Statistical tables published by OData, versions 3 and 4, as Statistics Netherlands does.

Here is what a table means; `fcm.lod.odata_pages` reads its pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from fcm.errors import LodError, NoSuchIndicator, NotSparql, nearest
from fcm.evidence import Origin
from fcm.lod.datasets.observations import Observations
from fcm.lod.datasets.odata_pages import CELLS, JSON, Get, document, entity_rows
from fcm.lod.series.units import unit

if TYPE_CHECKING:
    from fcm.lod.series.series import Series
    from fcm.lod.wire.transport import Transport
    from fcm.periods import Frequency

__all__ = ["ODataTable", "odata"]

_STATUS = {
    "definitief": "A", "definite": "A", "final": "A", "definitive": "A", "none": "", "": "",
    "voorlopig": "P", "nadervoorlopig": "P", "nader voorlopig": "P", "provisional": "P",
    "revised provisional": "P", "revisedprovisional": "P",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure of a table: its key, what it is called and its unit."""

    key: str
    title: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ODataTable:
    """A statistical table behind OData; made by `odata`.

    Parameters
    ----------
    url : str
        Of the table.
    version : {3, 4}
    title, modified : str
        As the publisher writes them.
    measures : tuple of Measure
    dimensions : tuple of str
        Keys, time left out.
    time : str
        Key of the time dimension.
    get : callable
        Returns the body of an address; takes the address and media types.
    """

    url: str
    version: Literal[3, 4]
    title: str
    modified: str
    measures: tuple[Measure, ...]
    dimensions: tuple[str, ...]
    time: str
    get: Get
    _known: dict[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)

    def codes(self, dimension: str) -> Mapping[str, tuple[str, str]]:
        """Return title and status of each key of a dimension, as the publisher writes them.

        Raises
        ------
        NoSuchIndicator
            If there is no such dimension.
        """
        if dimension not in (*self.dimensions, self.time):
            raise NoSuchIndicator(
                f"table {self.title!r} has no dimension {dimension!r}. "
                f"{nearest(dimension, self.dimensions)}"
            )
        if dimension not in self._known:
            name = dimension if self.version == 3 else f"{dimension}Codes"
            key = "Key" if self.version == 3 else "Identifier"
            self._known[dimension] = {
                _text(row.get(key)): (_text(row.get("Title")).strip(), _text(row.get("Status")))
                for row in entity_rows(self.get, f"{self.url}/{quote(name)}")
            }
        return self._known[dimension]

    def observations(
        self, *, measure: str | None = None, name: str | None = None, **fixed: str
    ) -> Observations:
        """Return the observations of a measure with some dimensions fixed.

        Parameters
        ----------
        measure : str, optional
            Key or title; needed where the table has several.
        name : str, optional
            The measure's title unless given.
        **fixed : str
            Keys or titles of codes, by dimension.

        Raises
        ------
        NoSuchIndicator
            If there is no such measure, dimension, code or row.
        Truncated
            If the server gave fewer rows than it says it has, or a row twice.
        """
        one = self._measure(measure)
        keys = {each: self._code(each, text) for each, text in fixed.items()}
        if self.time in keys:
            raise NoSuchIndicator(
                f"{self.time!r} is the time of the table and stays open; take the periods you "
                "need from the series."
            )
        free = [each for each in self.dimensions if each not in keys]
        conditions = [f"{each} eq {_quoted(key)}" for each, key in keys.items()]
        if self.version == 3:
            columns = ["ID", self.time, *free, one.key]
            rows = entity_rows(
                self.get,
                f"{self.url}/TypedDataSet",
                filters=conditions,
                select=columns,
                page=CELLS // len(columns),
                prove=True,
            )
            values = [_text(row.get(one.key)) for row in rows]
            marks = [""] * len(rows)
        else:
            conditions.insert(0, f"Measure eq {_quoted(one.key)}")
            rows = entity_rows(self.get, f"{self.url}/Observations", filters=conditions, prove=True)
            values = [_text(row.get("Value")) for row in rows]
            marks = [_status(_text(row.get("ValueAttribute"))) for row in rows]
        if not rows:
            shown = ", ".join(f"{k}={v!r}" for k, v in fixed.items())
            raise NoSuchIndicator(f"table {self.title!r} has no rows with {shown or one.title}.")
        periods = [_text(row.get(self.time)).strip() for row in rows]
        states = {key.strip(): _status(of) for key, (_, of) in self.codes(self.time).items()}
        statuses = [
            mark or states.get(period, "") for mark, period in zip(marks, periods, strict=True)
        ]
        known = unit(one.unit)
        note = f"{one.title}" + "".join(f", {k}={v.strip()}" for k, v in keys.items())
        return Observations(
            name=name or one.title,
            periods=[(each or None, "") for each in periods],
            values=[(each.strip() or None, "") for each in values],
            units=[known.code if known else one.unit] * len(rows),
            statuses=statuses,
            dimensions={
                each: [_text(row.get(each)).strip() or None for row in rows] for each in free
            },
            origin=Origin(
                kind="linked data",
                source=self.url,
                date=self.modified,
                note=f"OData {self.version}: {note}; {self.title}",
            ),
        )

    def series(
        self,
        *,
        measure: str | None = None,
        name: str | None = None,
        every: Frequency | None = None,
        conflicts: Literal["refuse", "missing"] = "refuse",
        **fixed: str,
    ) -> Series:
        """Return one series: all dimensions but time fixed; with a report in ``.quality``.

        Parameters
        ----------
        measure, name, **fixed
            As for `observations`.
        every, conflicts
            As for `fcm.lod.Observations.series`. Tables often mix years, quarters and months in
            one dimension: say which with every=.
        """
        seen = self.observations(measure=measure, name=name, **fixed)
        return seen.series(every=every, conflicts=conflicts)

    def _measure(self, wanted: str | None) -> Measure:
        found = [each for each in self.measures if wanted in (None, each.key, each.title)]
        if len(found) == 1:
            return found[0]
        names = [each.key for each in self.measures] + [each.title for each in self.measures]
        if wanted is None or found:
            raise NoSuchIndicator(
                f"table {self.title!r} has {len(found)} measures"
                f"{f' {wanted!r}' if wanted else ''}; say which by its key: "
                f"{', '.join(repr(each.key) for each in found[:8])}."
            )
        raise NoSuchIndicator(
            f"table {self.title!r} has no measure {wanted!r}. {nearest(wanted, names)}"
        )

    def _code(self, dimension: str, wanted: str) -> str:
        codes = self.codes(dimension)
        found = [key for key in codes if key.strip() == wanted.strip()]
        found = found or [key for key, (title, _) in codes.items() if title == wanted.strip()]
        if len(found) == 1:
            return found[0]
        titles = [text for key, (title, _) in codes.items() for text in (key.strip(), title)]
        raise NoSuchIndicator(
            f"dimension {dimension!r} has {len(found) or 'no'} code{'s' if found else ''} "
            f"{wanted!r}. {'Give the key.' if found else nearest(wanted, titles)}"
        )

    def __repr__(self) -> str:
        return (
            f"ODataTable({self.title!r}: {len(self.measures)} measures by "
            f"{', '.join((*self.dimensions, self.time))})"
        )


def odata(
    url: str,
    table: str,
    *,
    agent: str = "",
    allow_private: bool = False,
    deadline: float = 120.0,
    transport: Transport | None = None,
) -> ODataTable:
    """Return a statistical table behind OData, to take series from.

    Parameters
    ----------
    url : str
        Of the service, such as "https://opendata.cbs.nl/ODataApi/odata" (version 3) or
        "https://odata4.cbs.nl/CBS" (version 4).
    table : str
        Its identifier, such as "37296ned".
    agent : str
        Who asks: a name with a way to reach you.
    allow_private : bool, default False
        Also a server on this machine or in the local network.
    deadline : float, seconds, default 120
        For each page.
    transport : Transport, optional
        How to ask, instead of the three above.

    Raises
    ------
    NotFound
        If there is no such table.
    NotSparql
        If the answer is no OData.
    LodError
        As the transport does.
    """
    from fcm.lod.wire.limits import Limits
    from fcm.lod.wire.transport import Transport, fetch

    asked = transport or Transport(
        agent=agent, allow_private=allow_private, limits=Limits(deadline=deadline)
    )

    def get(address: str, accept: str) -> bytes:
        answer = fetch(address, accept=accept, transport=asked)
        if accept == JSON and "json" not in answer.content_type:
            raise NotSparql(
                f"{address}: expected JSON, got {answer.content_type or 'no content type'!r}; "
                "check the address of the service."
            )
        return answer.body

    return read_table(f"{url.rstrip('/')}/{quote(table)}", get)


def read_table(url: str, get: Get) -> ODataTable:
    """Return the table at an address, by whatever fetches it."""
    names = {_text(row.get("name")) for row in entity_rows(get, url)}
    if "TypedDataSet" in names:
        properties = entity_rows(get, f"{url}/DataProperties")
        info = (entity_rows(get, f"{url}/TableInfos") or [{}])[0]
        kinds = {
            _text(row.get("Key")): _text(row.get("Type"))
            for row in properties
            if row.get("Key") and not _text(row.get("Type")).startswith("Topic")
        }
        measures = tuple(
            Measure(
                key=_text(row.get("Key")),
                title=_text(row.get("Title")).strip(),
                unit=_text(row.get("Unit")).strip(),
            )
            for row in properties
            if row.get("Type") == "Topic"
        )
        version: Literal[3, 4] = 3
    elif "Observations" in names:
        info = document(get, f"{url}/Properties") if "Properties" in names else {}
        kinds = {
            _text(row.get("Identifier")): _text(row.get("Kind"))
            for row in entity_rows(get, f"{url}/Dimensions")
        }
        measures = tuple(
            Measure(
                key=_text(row.get("Identifier")),
                title=_text(row.get("Title")).strip(),
                unit=_text(row.get("Unit")).strip(),
            )
            for row in entity_rows(get, f"{url}/MeasureCodes")
        )
        version = 4
    else:
        raise NotSparql(
            f"{url}: lists {', '.join(sorted(names)[:6]) or 'nothing'}; expected 'TypedDataSet' "
            "(OData 3) or 'Observations' (OData 4)."
        )
    times = [key for key, kind in kinds.items() if kind == "TimeDimension"]
    if len(times) != 1:
        raise LodError(f"{url}: has {len(times)} time dimensions; expected one.")
    return ODataTable(
        url=url,
        version=version,
        title=_text(info.get("Title")).strip() or url.rsplit("/", 1)[-1],
        modified=_text(info.get("Modified")),
        measures=measures,
        dimensions=tuple(key for key in kinds if key not in times),
        time=times[0],
        get=get,
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _status(written: str) -> str:
    return _STATUS.get(written.strip().lower(), written.strip())


def _text(value: Any) -> str:
    return "" if value is None else str(value)
