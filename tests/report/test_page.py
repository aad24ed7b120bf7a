"""The note in a real browser: it renders, stays quiet and fits a telephone."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from fcm.report import Findings, note

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed; CI installs it"
)


def browse(tmp_path: Path, page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--hide-scrollbars",
        "--enable-logging=stderr",
        f"--user-data-dir={tmp_path / 'profile'}",
        *options,
        page.as_uri(),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def console(run: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in run.stderr.splitlines() if "CONSOLE" in line]


@pytest.fixture
def page(found: Findings, tmp_path: Path) -> Path:
    return found.report(tmp_path / "note.html")


def test_the_page_renders_and_complains_of_nothing(page: Path, tmp_path: Path) -> None:
    run = browse(tmp_path, page, "--dump-dom")
    assert "not a forecast" in run.stdout
    assert run.stdout.count("<section") == 11
    assert console(run) == []


def test_what_the_page_should_not_do_would_be_seen(page: Path, tmp_path: Path) -> None:
    # The check above must be able to fail: a page that loads something is stopped and complains.
    broken = tmp_path / "broken.html"
    text = page.read_text(encoding="utf-8")
    picture = '<img src="http://127.0.0.1:9/x.png" alt="">'
    broken.write_text(text.replace("<main>", f"<main>{picture}"), encoding="utf-8")
    assert any(
        "Content Security Policy" in line
        for line in console(browse(tmp_path, broken, "--dump-dom"))
    )


def test_the_screenshot_is_not_blank(page: Path, tmp_path: Path) -> None:
    shot = tmp_path / "shot.png"
    browse(tmp_path, page, "--window-size=1280,2400", f"--screenshot={shot}")
    raw = shot.read_bytes()
    assert raw.startswith(b"\x89PNG")
    data, place = b"", 8
    while place < len(raw):
        size = int.from_bytes(raw[place : place + 4], "big")
        if raw[place + 4 : place + 8] == b"IDAT":
            data += raw[place + 8 : place + 8 + size]
        place += 12 + size
    pixels = zlib.decompress(data)
    # A blank page compresses to almost nothing and has hardly any distinct byte.
    assert len(set(pixels)) > 100
    assert len(data) > 20_000


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_runs_over_the_edge(found: Findings, tmp_path: Path, width: int) -> None:
    frame = tmp_path / "frame.html"
    frame.write_text(
        f'<iframe style="width:{width}px;height:900px;border:0" '
        f'srcdoc="{html.escape(note(found), quote=True)}" '
        'onload="document.title=contentDocument.documentElement.scrollWidth"></iframe>',
        encoding="utf-8",
    )
    run = browse(tmp_path, frame, "--window-size=1400,1000", "--dump-dom")
    title = re.search(r"<title>(\d+)</title>", run.stdout)
    assert title is not None
    assert int(title[1]) <= width
