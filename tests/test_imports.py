"""What importing the library loads, and what it offers under which names."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import fcm

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {
    "SPARQLWrapper", "dask", "matplotlib", "networkx", "pandas", "polars", "pydantic", "pyoxigraph",
    "rdflib", "scipy", "sklearn", "tqdm", "xarray",
}  # fmt: skip
ROOMS = (
    "fcm.concept", "fcm.map", "fcm.scenario", "fcm.evidence", "fcm.inference", "fcm.analysis",
    "fcm.experts", "fcm.lod", "fcm.social", "fcm.learning", "fcm.io", "fcm.report", "fcm.study",
    "fcm.examples", "fcm.errors",
)  # fmt: skip
PUBLIC = [
    (room, name) for room in ROOMS for name in getattr(importlib.import_module(room), "__all__", ())
]


def loaded_by(statement: str) -> set[str]:
    code = f"import json, sys; {statement}; print(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    return {each.partition(".")[0] for each in json.loads(result.stdout)}


def referenced() -> list[str]:
    pages = sorted((ROOT / "docs" / "reference").glob("*.md"))
    # Where a file is named as its verb, the page says fcm.room.verb.verb to show the verb.
    return [
        re.sub(r"\.(\w+)\.\1$", r".\1", name)
        for page in pages
        for name in re.findall(r"^::: (\S+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def test_importing_fcm_loads_numpy_and_nothing_heavier() -> None:
    loaded = loaded_by("import fcm")
    assert "numpy" in loaded
    assert not loaded & HEAVY


def test_a_first_what_if_loads_nothing_heavier_than_numpy() -> None:
    loaded = loaded_by(
        "import fcm; m = fcm.CognitiveMap.from_links({('a', 'b'): 0.5}); "
        "fcm.compare(m, [fcm.Scenario('more', clamp={'a': 1})])"
    )
    assert not loaded & HEAVY


def test_every_public_name_of_fcm_resolves() -> None:
    assert len(fcm.__all__) == len(set(fcm.__all__))
    for name in fcm.__all__:
        assert getattr(fcm, name) is not None


def test_the_names_that_fcm_shows_are_its_public_names() -> None:
    assert sorted(dir(fcm)) == sorted(fcm.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="simulat"):
        fcm.simulat  # noqa: B018


def test_every_room_says_what_is_public() -> None:
    rooms_with_names = {room for room, _ in PUBLIC}
    assert rooms_with_names == set(ROOMS)


@pytest.mark.parametrize(("room", "name"), PUBLIC, ids=lambda each: str(each))
def test_every_public_name_has_a_docstring(room: str, name: str) -> None:
    value = getattr(importlib.import_module(room), name)
    # Aliases of types have no docstring of their own.
    if inspect.isroutine(value) or isinstance(value, type):
        assert value.__doc__, f"{room}.{name} has no docstring"
        # What dataclasses and enums write by themselves is no docstring.
        assert not value.__doc__.startswith(f"{name}("), f"{room}.{name} has no docstring"


def test_every_public_name_stands_in_the_reference_once() -> None:
    shown = referenced()
    missing = {f"{room}.{name}" for room, name in PUBLIC} - set(shown)
    assert not missing, f"not in docs/reference: {sorted(missing)}"
    assert len(shown) == len(set(shown)), sorted({each for each in shown if shown.count(each) > 1})


def test_the_reference_shows_only_public_names() -> None:
    for name in referenced():
        room, _, attribute = name.rpartition(".")
        assert attribute in importlib.import_module(room).__all__, name
