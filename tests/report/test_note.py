"""The note is valid, complete, escaped, accessible and the same for equal findings."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from fcm.analysis import compare
from fcm.inference import Dynamics, Rescaled, Sigmoid, sample
from fcm.report import Findings, note

VOID = {"meta", "link", "br"}


class Reader(HTMLParser):
    """Collects elements and complains about tags that do not match."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def words(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture(scope="module")
def page(found: Findings) -> str:
    return note(found)


def test_tags_match_and_the_frame_is_complete(page: str) -> None:
    reader = read(page)
    assert page.startswith("<!DOCTYPE html>")
    tags = [tag for tag, _, inside in reader.seen if "svg" not in inside]
    for once in ("html", "head", "title", "body", "main", "header", "footer", "h1"):
        assert tags.count(once) == 1, once
    assert dict(reader.seen[0][1])["lang"] == "en"


def test_the_page_runs_nothing_and_loads_nothing(page: str) -> None:
    reader = read(page)
    for tag, attributes, _ in reader.seen:
        assert tag not in {"script", "iframe", "img", "object", "embed", "base", "form"}
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "link":
            assert (attributes["href"] or "").startswith("data:")
    assert not re.search(r"@import|url\(\s*['\"]?(?!#)", page)


def test_names_are_escaped_wherever_they_stand(page: str) -> None:
    assert "<toll>" not in page
    assert "<PM10>" not in page
    assert "<blank>" not in page
    assert "<discussed>" not in page
    assert "A town &amp; its &lt;toll&gt;" in page


def test_ids_are_unique_and_every_link_leads_somewhere(page: str) -> None:
    reader = read(page)
    ids = [attributes["id"] for _, attributes, _ in reader.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    leads = [a["href"] for tag, a, _ in reader.seen if tag == "a"]
    assert {f"#{each}" for each in ids} >= set(leads)
    assert len(leads) >= 10


def test_pictures_and_tables_can_be_read_without_seeing_them(page: str) -> None:
    reader = read(page)
    tables = pictures = 0
    for tag, attributes, inside in reader.seen:
        if tag == "svg":
            pictures += 1
            assert attributes["role"] == "img"
            assert attributes["aria-label"]
        if tag == "th":
            assert attributes["scope"] in {"col", "row"}
        if tag == "table":
            tables += 1
        if tag == "caption":
            assert inside[-1] == "table"
    assert page.count("<caption>") == tables
    assert pictures > tables / 2 > 0


def test_everything_that_was_found_is_told(page: str, found: Findings) -> None:
    text = words(read(page).text)
    said = [found.question, found.about, *found.limits]
    said += [sentence for each in found.sources for sentence in (*each.defects, each.credit)]
    said += [each.note for each in found.comparison.scenarios if each.note]
    for sentence in said:
        assert words(sentence) in text
    assert "Change against no intervention, not a forecast" in text
    assert "Purpose: concerns by month" in text
    assert "fewer than 10 people" in text
    assert "30 % attack of 10 arguments" in text
    assert "bicycles and sales: refused" in text
    assert "Rank 1 of 9 units" in text
    assert "Rescaled(memory=0" in text


def test_minus_signs_and_arrows_are_set_properly(page: str) -> None:
    assert "Road toll → Car traffic" in page
    assert not re.search(r">-\d", page)


def test_equal_findings_give_equal_bytes(found: Findings, again: Findings, tmp_path: Path) -> None:
    first = found.report(tmp_path / "a.html").read_bytes()
    assert again.report(tmp_path / "b.html").read_bytes() == first
    assert b" at 0x" not in first
    assert str(tmp_path).encode() not in first


def test_the_labels_are_those_of_the_study_language(found: Findings) -> None:
    assert "Peaje" in note(replace(found, language="es"))


def test_a_study_that_lacks_everything_optional_still_reads(bare: Findings) -> None:
    text = words(read(note(bare)).text)
    assert "No policy effect was looked at." in text
    assert "The study reads no posts." in text
    assert "None was looked at." in text
    assert "Privacy" not in text


def test_what_does_not_settle_is_shown_as_such(found: Findings) -> None:
    hasty = Dynamics(rule=Rescaled(memory=0), transfer=Sigmoid(slope=1.3), max_steps=1)
    plans = found.comparison.scenarios
    page = note(
        replace(
            found,
            comparison=compare(found.map, plans, hasty),
            ensemble=sample(found.estimate, plans, 20, np.random.default_rng(0), dynamics=hasty),
        )
    )
    text = words(read(page).text)
    assert "No package settled with the mean weights" in text
    assert "not settled" in text
    assert not re.search(r"\bnan\b", page.lower())
