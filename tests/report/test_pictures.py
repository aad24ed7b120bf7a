"""Pictures are well-formed, complete, and show signs by colour and by symbol."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm.map import CognitiveMap
from fcm.report import Findings, what_if_picture
from fcm.report.change_picture import change_key, change_panels
from fcm.report.columns import columns
from fcm.report.effect_picture import before_seen_after, placebo_strip
from fcm.report.heat_picture import heat_map
from fcm.report.links import drawn_links
from fcm.report.map_picture import map_picture
from fcm.report.matrix_picture import matrix_picture
from fcm.report.packages import standings
from fcm.report.palette import COLOURS
from fcm.report.svg import ticks

SVG = "{http://www.w3.org/2000/svg}"


def drawn(picture: str) -> ET.Element:
    root = ET.fromstring(picture)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert root.find(f"{SVG}title") is not None
    assert "nan" not in picture.replace("Finance", "")
    return root


def classes(root: ET.Element, word: str) -> list[ET.Element]:
    return [each for each in root.iter() if word in (each.get("class") or "").split()]


def test_there_is_one_panel_for_every_outcome_and_they_share_a_scale(found: Findings) -> None:
    panels = change_panels(found)
    assert len(panels) == len(found.map.outcomes)
    axes = [re.findall(r">([−+][\d.]+|0)</text>", panel.split("<polygon")[0]) for panel in panels]
    assert axes[0] == axes[1]


def test_a_fall_points_down_and_a_rise_points_up(found: Findings) -> None:
    for outcome, panel in zip(found.map.outcomes, change_panels(found), strict=True):
        triangles = [each for each in drawn(panel).iter(f"{SVG}polygon")]
        for standing, triangle in zip(standings(found, outcome), triangles, strict=True):
            ys = [float(pair.split(",")[1]) for pair in triangle.get("points", "").split()]
            assert (ys[2] < ys[0]) == (standing.change > 0)
            words = (triangle.get("class") or "").split()
            assert ("up" in words) == (standing.change > 0)
            assert ("hollow" in words) == standing.crosses


def test_the_picture_stands_alone_and_loads_nothing(found: Findings) -> None:
    picture = what_if_picture(found)
    root = drawn(picture)
    assert "not a forecast" in (root.get("aria-label") or "")
    assert "prefers-color-scheme:dark" in picture
    assert not re.search(r"(href|src|url\()", picture)
    inner = [each for each in root.iter(f"{SVG}svg") if each.get("width")]
    assert len(inner) == len(found.map.outcomes) + 1


def test_equal_findings_give_equal_pictures(found: Findings, again: Findings) -> None:
    assert what_if_picture(found) == what_if_picture(again)
    assert map_picture(found) == map_picture(again)


def test_every_placebo_is_a_dot_and_the_treated_unit_a_diamond(found: Findings) -> None:
    effect = found.estimate.calibrations[0].effect
    root = drawn(placebo_strip(found, effect))
    dots = classes(root, "dot")
    assert len(dots) == len(effect.placebos) == 8
    assert {dot.find(f"{SVG}title").text.split(":")[0] for dot in dots} == set(effect.placebos)  # type: ignore[union-attr]
    places = [(float(dot.get("cx", 0)), float(dot.get("cy", 0))) for dot in dots]
    near = [
        np.hypot(a[0] - b[0], a[1] - b[1]) for i, a in enumerate(places) for b in places[i + 1 :]
    ]
    assert min(near) > 7


def test_an_effect_without_placebos_has_no_strip(found: Findings) -> None:
    effect = replace(found.estimate.calibrations[0].effect, placebos={})
    assert placebo_strip(found, effect) == ""


def test_before_seen_and_after_stand_in_their_order(found: Findings) -> None:
    calibration = found.estimate.calibrations[0]
    root = drawn(before_seen_after(found, calibration))
    xs = [
        float(each.get("points", "").split()[1].split(",")[0])
        for each in root.iter(f"{SVG}polygon")
    ]
    means = [calibration.before[0], calibration.effect.change, calibration.after[0]]
    assert np.argsort(xs).tolist() == np.argsort(means).tolist()


def test_only_cells_of_enough_people_are_painted(found: Findings) -> None:
    root = drawn(heat_map(found))
    told = [each.findtext(f"{SVG}title") for each in classes(root, "heat")]
    assert [each for each in told if each] == [
        "Car traffic, 2017-01: 42 %",
        "Car traffic, 2017-06: 45 %",
        "Dust <PM10> & soot, 2017-01: 20 %",
    ]


def test_without_posts_there_is_no_heat_map(bare: Findings) -> None:
    assert heat_map(bare) == ""


def test_the_drawing_shows_every_link_by_colour_and_by_stroke(found: Findings) -> None:
    root = drawn(map_picture(found))
    links = classes(root, "link")
    assert len(links) == len(found.estimate.links) == 6
    for each in links:
        words = (each.get("class") or "").split()
        assert ("down" in words) == ("dashed" in words)
        assert ("flat" in words) == ("dotted" in words)


def test_a_disputed_link_is_drawn_although_its_mean_is_zero(found: Findings) -> None:
    disputed = [each for each in drawn_links(found) if each.kind == "disputed"]
    assert [each.pair for each in disputed] == [("toll", "trust")]
    assert found.map.weights[found.map.index("toll"), found.map.index("trust")] == 0
    assert len(classes(drawn(map_picture(found)), "dotted")) == 2  # the link and the key
    assert "±" in matrix_picture(found)


def test_a_map_without_roles_becomes_a_matrix(found: Findings) -> None:
    m = CognitiveMap.from_links(dict(found.map.links()))
    plain = replace(found, estimate=replace(found.estimate, prior=m.subset(found.map.names)))
    root = drawn(map_picture(plain))
    assert not classes(root, "link")
    signs = [each.text for each in root.iter(f"{SVG}text") if each.text in {"+", "−", "±"}]
    assert len(signs) == 6


def test_every_concept_stands_in_one_column() -> None:
    links = {(f"l{i}", f"o{j}"): 0.5 for i in range(4) for j in range(3) if (i + j) % 2}
    m = CognitiveMap.from_links(
        links, concepts=["m"], levers=["l0", "l1", "l2", "l3"], outcomes=["o0", "o1", "o2"]
    )
    order = columns(m)
    assert sorted(name for column in order for name in column) == sorted(m.names)
    assert order == columns(m)


@given(low=st.floats(-1e4, 1e4), size=st.floats(1e-4, 1e4))
def test_ticks_are_few_round_and_within_the_range(low: float, size: float) -> None:
    found = ticks(low, low + size)
    assert 1 <= len(found) <= 5
    assert list(found) == sorted(set(found))
    slack = 1e-9 * max(1.0, abs(low), abs(low + size))
    assert all(low - slack <= tick <= low + size + slack for tick in found)


def test_the_key_explains_every_symbol() -> None:
    words = " ".join(each.text or "" for each in drawn(change_key()).iter(f"{SVG}text"))
    for word in ("rises", "falls", "hollow", "5-95 %"):
        assert word in words


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * each for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    bright, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_colours_have_the_contrast_that_readers_need(mode: int) -> None:
    block = re.findall(r":root\{([^}]*)\}", COLOURS)[mode]
    colours = dict(re.findall(r"--(\w+):(#[0-9a-f]+)", block))
    for paper in ("paper", "panel"):
        for text in ("ink", "quiet"):
            assert contrast(colours[text], colours[paper]) >= 4.5, (text, paper)
    for mark in ("up", "down", "mark", "dot"):
        assert contrast(colours[mark], colours["paper"]) >= 3, mark
    # Links in running text are set in the colour of rises.
    assert contrast(colours["up"], colours["paper"]) >= 4.5
