"""What the project says of itself, in the places that say it twice."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest

import fcm

ROOT = Path(__file__).resolve().parent.parent


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(
        r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", read("CHANGELOG.md"), re.M
    )
    assert versions[0][0] == fcm.__version__
    assert [version for version, _ in versions] == sorted(
        (version for version, _ in versions),
        key=lambda each: [int(part) for part in each.split(".")],
        reverse=True,
    )
    assert all(date.fromisoformat(day) for _, day in versions)


def test_the_citation_names_this_version_and_licence() -> None:
    citation = read("CITATION.cff")
    assert re.search(rf"^version: {re.escape(fcm.__version__)}$", citation, re.M)
    released = re.search(r'^date-released: "(.*)"$', citation, re.M)
    assert released is not None
    assert f"## [{fcm.__version__}] - {released[1]}" in read("CHANGELOG.md")
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert re.search(rf"^license: {re.escape(project['license'])}$", citation, re.M)
    assert read("LICENSE").startswith("BSD 3-Clause License")


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(fcm.__file__).parent / "py.typed").is_file()


def test_every_licence_file_that_is_declared_exists() -> None:
    declared = tomllib.loads(read("pyproject.toml"))["project"]["license-files"]
    for pattern in declared:
        assert list(ROOT.glob(pattern)), pattern


def test_everything_that_goes_into_the_source_archive_exists() -> None:
    build = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]
    for pattern in build["sdist"]["include"]:
        assert list(ROOT.glob(pattern.lstrip("/"))), pattern


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted += extra
    reasons = read("docs/dependencies.md").casefold()
    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9-]+", requirement).group()  # type: ignore[union-attr]
        if name != project["name"]:
            assert name.casefold() in reasons, f"no reason for {name} in docs/dependencies.md"


@pytest.mark.parametrize("name", ["demo", "test"])
def test_the_readme_shows_each_command_once_for_the_checks_to_run(name: str) -> None:
    found = re.findall(
        rf"^<!-- {name} -->\n```bash\n([^\n]+)\n```\n<!-- /{name} -->$", read("README.md"), re.M
    )
    assert len(found) == 1
    assert found[0].startswith("python3 -m venv .venv && .venv/bin/pip install ")


def test_every_file_that_the_readme_and_the_pages_link_to_exists() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
            # Tutorials are built from the notebooks.
            path = page.parent / target
            if path.parent.name == "tutorials":
                path = ROOT / "notebooks" / f"{path.stem}.ipynb"
            assert path.exists(), f"{page.name} links to {target}"


def test_notebooks_are_kept_without_their_outputs() -> None:
    import json

    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            assert not cell.get("outputs"), f"{path.name} holds outputs; clear them"
            assert cell.get("execution_count") is None, f"{path.name} holds execution counts"


def test_every_module_says_what_it_is() -> None:
    for path in sorted((ROOT / "fcm").rglob("*.py")):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_the_script_of_checks_is_well_formed_and_refuses_nonsense() -> None:
    script = str(ROOT / ".ci" / "run")
    subprocess.run(["bash", "-n", script], check=True)
    result = subprocess.run(
        ["bash", script, "nonsense"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "usage" in result.stderr
