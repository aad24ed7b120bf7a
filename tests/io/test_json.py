from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import fcm
from fcm import io
from fcm.errors import FileError, UnsupportedVersionError
from fcm.io.json import _MODELS


def document(**changes: Any) -> dict[str, Any]:
    return {
        "format": "fcm-map",
        "version": 1,
        "concepts": [{"name": "rain"}, {"name": "wet street", "role": "outcome"}],
        "links": [{"source": "rain", "target": "wet street", "weight": 0.8}],
        **changes,
    }


def written(folder: Path, data: object) -> Path:
    path = folder / "map.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(_MODELS))
def test_the_published_schema_is_the_one_that_is_checked(name: str) -> None:
    file = Path(fcm.__file__).parent / "io" / f"{name.removeprefix('fcm-')}.schema.json"
    published = json.loads(file.read_text(encoding="utf-8"))
    assert published.pop("$schema") == "https://json-schema.org/draft/2020-12/schema"
    assert published == _MODELS[name].model_json_schema()


def test_a_short_document_is_a_map(tmp_path: Path) -> None:
    m = io.read_map(written(tmp_path, document()))
    assert dict(m.links()) == {("rain", "wet street"): 0.8}
    assert m.outcomes == ("wet street",)
    assert m.limit == 1.0


def link(**changes: Any) -> dict[str, Any]:
    return document(
        links=[{"source": "rain", "target": "wet street", "weight": 0.8, **changes}],
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (link(weight=5), "links[0].weight: 'rain' -> 'wet street' is 5.0; weights must lie in"),
        (link(weight="0.5"), "links[0].weight: Input should be a valid number (seen: '0.5')"),
        (link(weight=True), "links[0].weight"),
        (link(weight=None), "links[0].weight"),
        (link(source="rian"), "links[0].source: 'rian' is not a concept. Did you mean 'rain'?"),
        (link(wieght=0.5), "links[0].wieght is not a key of this document. Did you mean 'weight'?"),
        (document(links=[{"source": "rain", "weight": 1}]), "links[0].target is missing"),
        (document(links=2 * document()["links"]), "links[1]: 'rain' -> 'wet street' is links[0]"),
        (document(concepts=[{"name": "rain"}, {"name": "rain"}]), "concepts[1].name: 'rain'"),
        (document(concepts=[{"name": " rain"}]), "concepts[0].name: has blanks at its ends"),
        (document(concepts=[{"name": ""}]), "concepts[0].name"),
        (document(concepts=[{"name": "a", "role": "driver"}]), "concepts[0].role"),
        (document(concepts=[{"name": "a", "good": "left"}]), "concepts[0].good"),
        (document(limit=0), "limit"),
        (document(limits=2), "limits is not a key of this document. Did you mean 'limit'?"),
        (document(links={}), "links: "),
        (document(format="fcm-mop"), "Did you mean 'fcm-map'?"),
        (document(format=["fcm-map"]), "format is ['fcm-map']"),
        ([], "format is 'a list'"),
        (link(weight=10**400), "links[0].weight"),
        (document(concepts=[{}] * 9), "And 4 more."),
    ],
)
def test_content_that_is_no_map_is_refused_with_its_path(
    tmp_path: Path, data: object, message: str
) -> None:
    with pytest.raises(FileError) as caught:
        io.read(written(tmp_path, data))
    assert message in str(caught.value)
    assert "map.json" in str(caught.value)


@pytest.mark.parametrize("version", [0, 2, 99, "1", None, True, 1.5, [1]])
def test_an_unknown_version_is_refused_with_advice(tmp_path: Path, version: object) -> None:
    with pytest.raises(UnsupportedVersionError, match="A newer file needs a newer fcm"):
        io.read(written(tmp_path, document(version=version)))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"format": "fcm-map",\n "version" 1}', 2, "not JSON at column 12"),
        ("", 1, "not JSON at column 1"),
        ('{"note": "NaN",\n "weight": NaN}', 2, "NaN is not a number that a document may hold"),
        ('{"a": "\\"Infinity",\n\n "weight": -Infinity}', 3, "-Infinity is not a number"),
        ('{"format": "fcm-map", "format": "fcm-map"}', None, "key 'format' stands twice"),
        ("[" * 100_000, None, "nested too deeply"),
        ("9" * 5000, None, "not JSON that can be read"),
    ],
)
def test_text_that_is_no_json_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int | None, message: str
) -> None:
    with pytest.raises(FileError) as caught:
        io.read(written(tmp_path, text))
    assert message in str(caught.value)
    assert caught.value.line == line


def test_a_number_too_large_for_a_float_is_refused(tmp_path: Path) -> None:
    text = json.dumps(document()).replace("0.8", "1e999")
    with pytest.raises(FileError, match=r"links\[0\]\.weight.*finite"):
        io.read(written(tmp_path, text))


def test_a_byte_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    path.write_bytes(b'{"format": "fcm-map",\n "name": "Jos\xe9"}')
    with pytest.raises(FileError, match=r"byte \d+ \(0xe9\) is not UTF-8") as caught:
        io.read(path)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        ({"name": " "}, "scenarios[0].name"),
        ({"name": "a", "start": 3, "stop": 3}, "scenarios[0]: stop is 3 but start is 3"),
        ({"name": "a", "clamp": {"b": "0.5"}}, "scenarios[0].clamp.b"),
        ({"name": "a", "clmap": {}}, "Did you mean 'clamp'?"),
    ],
)
def test_scenarios_that_cannot_be_are_refused_with_their_path(
    tmp_path: Path, scenario: dict[str, Any], message: str
) -> None:
    data = {"format": "fcm-scenarios", "version": 1, "scenarios": [scenario]}
    with pytest.raises(FileError) as caught:
        io.read(written(tmp_path, data))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": "rian"}, "weights[0].source: 'rian' is not a concept. Did you mean 'rain'?"),
        ({"status": "sure"}, "weights[0].status"),
        ({"data_share": 2}, "weights[0].data_share"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused_with_its_path(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    weight = {
        "source": "rain",
        "target": "wet street",
        "mean": 0.8,
        "spread": 0.1,
        "data_share": 0.0,
        "status": "prior",
        **changes,
    }
    data: dict[str, Any] = {
        "format": "fcm-estimate",
        "version": 1,
        "prior": document(),
        "weights": [weight],
    }
    with pytest.raises(FileError) as caught:
        io.read(written(tmp_path, data))
    assert message in str(caught.value)


def test_a_covariance_of_the_wrong_shape_is_refused_with_the_file(tmp_path: Path) -> None:
    data = {"format": "fcm-estimate", "version": 1, "prior": document(), "weights": []}
    with pytest.raises(FileError, match=r"map\.json: .*covariance"):
        io.read(written(tmp_path, {**data, "covariance": [[1.0]]}))
    with pytest.raises(FileError, match=r"map\.json: .*covariance"):
        io.read(written(tmp_path, {**data, "covariance": [[1.0], [1.0, 2.0]]}))
