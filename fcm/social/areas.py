"""Areas of a municipality, by which a place becomes a name: the name is kept, the place is not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import FileError, nearest
from fcm.frozen import frozen_array
from fcm.table import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Areas"]

_CHUNK = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Areas:
    """Named areas with their outlines in longitude and latitude.

    `Areas.read` makes them. Areas should not overlap; where they do, the first one counts. A place
    on an outline counts to one of the two sides.

    Parameters
    ----------
    names : tuple of str, length A
    outlines : tuple of ndarray, length A, each of shape (E, 4)
        Edges of an area: longitude and latitude of both ends, holes included.
    """

    names: tuple[str, ...]
    outlines: tuple[NDArray[np.float64], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        object.__setattr__(self, "outlines", tuple(map(frozen_array, self.outlines)))

    @classmethod
    def read(cls, path: str | Path, *, name: str) -> Areas:
        """Return the areas of a GeoJSON file.

        Parameters
        ----------
        path : str or Path
            A FeatureCollection of polygons or multipolygons in longitude and latitude.
        name : str
            The property that names an area. Features of one name are one area.

        Raises
        ------
        FileError
            If the file is no such file; with the number of the feature.
        """
        edges: dict[str, list[NDArray[np.float64]]] = {}
        for number, feature in enumerate(_features(path), start=1):
            label, outline = _area(feature, name, f"feature {number}", path)
            edges.setdefault(label, []).append(outline)
        outlines = tuple(np.concatenate(parts) for parts in edges.values())
        return cls(names=tuple(edges), outlines=outlines)

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> list[str | None]:
        """Return the area of each place, or None where it lies in none.

        Parameters
        ----------
        lon, lat : array_like of shape (N,)
            Degrees; NaN lies in no area.

        Examples
        --------
        >>> square = [[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0]]
        >>> areas = Areas(names=("centre",), outlines=(square,))
        >>> areas.locate([0.5, 2.0], [0.5, 0.5])
        ['centre', None]
        """
        x = np.atleast_1d(np.asarray(lon, dtype=np.float64))
        y = np.atleast_1d(np.asarray(lat, dtype=np.float64))
        found = np.full(len(x), -1)
        for place, edges in enumerate(self.outlines):
            low, high = edges.min(axis=0), edges.max(axis=0)
            near = (x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1]) & (found < 0)
            at = np.flatnonzero(near)
            for start in range(0, len(at), _CHUNK):
                some = at[start : start + _CHUNK]
                found[some[_inside(x[some], y[some], edges)]] = place
        return [None if place < 0 else self.names[place] for place in found.tolist()]

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"Areas({len(self)} areas)"


def _inside(
    x: NDArray[np.float64], y: NDArray[np.float64], edges: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Count the edges to the east of each place; an odd number means inside."""
    odd = np.zeros(len(x), dtype=np.bool_)
    for x0, y0, x1, y1 in edges.tolist():
        if y0 != y1:
            crossed = (y0 > y) != (y1 > y)
            odd ^= crossed & (x < (x1 - x0) * ((y - y0) / (y1 - y0)) + x0)
    return odd


def _features(path: str | Path) -> Iterator[object]:
    problem, document = "", None
    try:
        document = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        problem = f"this is no JSON (line {error.lineno}, column {error.colno})."
    except (ValueError, RecursionError):
        problem = "this is no JSON."
    features = document.get("features") if isinstance(document, Mapping) else None
    if not problem and (not isinstance(features, list) or not features):
        problem = "there are no features; expected a GeoJSON FeatureCollection of polygons."
    if problem or not isinstance(features, list):
        raise FileError(problem, path=path)
    yield from features


def _area(
    feature: object, name: str, where: str, path: str | Path
) -> tuple[str, NDArray[np.float64]]:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
    if not isinstance(properties, Mapping) or not isinstance(geometry, Mapping):
        raise FileError(f"{where} has no properties or no geometry.", path=path)
    if name not in properties:
        hint = nearest(name, [str(each) for each in properties])
        raise FileError(f"{where} has no property {name!r}. {hint}", path=path)
    label = properties[name]
    if not isinstance(label, str | int) or isinstance(label, bool) or not str(label).strip():
        raise FileError(f"property {name!r} of {where} is no text; it names the area.", path=path)
    kind = geometry.get("type")
    coordinates: Any = geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise FileError(f"{where} is no polygon; expected Polygon or MultiPolygon.", path=path)
    problem = ""
    rings: list[NDArray[np.float64]] = []
    try:
        rings = [
            _edges(r) for p in ([coordinates] if kind == "Polygon" else coordinates) for r in p
        ]
    except (TypeError, ValueError, LookupError, OverflowError):
        problem = "has an outline that is none; expected rings of [longitude, latitude]"
    if not problem and not rings:
        problem = "has no outline"
    if not problem and not all((np.abs(ring) <= (180, 90, 180, 90)).all() for ring in rings):
        problem = "is not in longitude and latitude; convert the file to EPSG:4326 first"
    if problem:
        raise FileError(f"{where} {problem}.", path=path)
    return str(label).strip(), np.concatenate(rings)


def _edges(ring: Any) -> NDArray[np.float64]:
    """Return the edges of a ring, closed if it is not."""
    corners = np.array([[float(corner[0]), float(corner[1])] for corner in ring], dtype=np.float64)
    if len(corners) < 3 or not np.isfinite(corners).all():
        raise ValueError
    return np.concatenate([corners, np.roll(corners, -1, axis=0)], axis=1)
