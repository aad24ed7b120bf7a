from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fcm.errors import FileError
from fcm.social.areas import Areas

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
HOLE = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
ISLE = [[20, 0], [30, 0], [25, 10]]


def collection(path: Path, *features: Any) -> Path:
    file = path / "areas.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def feature(name: object, kind: str, coordinates: object) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"naam": name},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


@pytest.fixture
def areas(tmp_path: Path) -> Areas:
    return Areas.read(
        collection(
            tmp_path,
            feature("ring", "Polygon", [SQUARE, HOLE]),
            feature("isles", "MultiPolygon", [[ISLE], [[[40, 0], [41, 0], [41, 1]]]]),
        ),
        name="naam",
    )


def test_places_are_named_by_the_area_they_lie_in(areas: Areas) -> None:
    lon = [1, 5, 25, 21, 40.9, -1, np.nan]
    lat = [1, 5, 5, 9, 0.5, 5, 5]
    assert areas.locate(lon, lat) == ["ring", None, "isles", None, "isles", None, None]
    assert repr(areas) == "Areas(2 areas)"


def test_every_place_of_a_grid_is_told_like_by_hand(areas: Areas) -> None:
    lon, lat = (each.ravel() for each in np.meshgrid(np.arange(0.25, 20), np.arange(0.25, 20)))
    square = (lon < 10) & (lat < 10)
    hole = (lon > 4) & (lon < 6) & (lat > 4) & (lat < 6)
    found = np.array([each == "ring" for each in areas.locate(lon, lat)])
    assert np.array_equal(found, square & ~hole)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (feature("a", "Point", [1, 2]), "feature 2 is no polygon"),
        (feature(None, "Polygon", [SQUARE]), "property 'naam' of feature 2 is no text"),
        (feature("a", "Polygon", [[[0, 0], [1, 1]]]), "feature 2 has an outline that is none"),
        (feature("a", "Polygon", [[[155000, 463000]] * 4]), "not in longitude and latitude"),
        (feature("a", "Polygon", []), "feature 2 has no outline"),
        ({"properties": {"name": "a"}, "geometry": {}}, "Did you mean 'name'"),
        (7, "feature 2 has no properties"),
    ],
)
def test_a_broken_feature_is_named_by_its_number(
    tmp_path: Path, broken: object, words: str
) -> None:
    file = collection(tmp_path, feature("good", "Polygon", [SQUARE]), broken)
    with pytest.raises(FileError, match=words):
        Areas.read(file, name="naam")


def test_a_file_without_features_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no features"):
        Areas.read(collection(tmp_path), name="naam")
    (tmp_path / "a").write_text("{")
    with pytest.raises(FileError, match=r"no JSON \(line 1"):
        Areas.read(tmp_path / "a", name="naam")
