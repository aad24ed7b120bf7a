"""The map as a drawing: levers left, outcomes right, links by sign and weight.

A link that raises its target is blue and solid, one that lowers it is orange and dashed, one on
whose sign respondents disagree is grey and dotted; its width is its weight. A map that would not be
legible so is shown as a matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from fcm.report.columns import columns
from fcm.report.labels import concept_label
from fcm.report.links import drawn_links
from fcm.report.matrix_picture import matrix_picture
from fcm.report.numerals import count
from fcm.report.svg import figure, label, line, n, path, rect, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fcm.report.findings import Findings
    from fcm.report.links import Drawn

__all__ = ["map_picture"]

_WIDTH, _BOX, _TALL, _STEP, _TOP = 1040.0, 168.0, 40.0, 84.0, 16.0
_LEFTS = (1.0, 410.0, 820.0)
_LANE = 7.0
_MOST_LINKS, _MOST_ROWS = 60, 9
_HEADS = ("What a policy can move", "In between", "What it is judged by")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A concept's place: its column and the middle of its height."""

    column: int
    y: float

    @property
    def left(self) -> float:
        return _LEFTS[self.column]

    @property
    def right(self) -> float:
        return _LEFTS[self.column] + _BOX


def map_picture(findings: Findings) -> str:
    """Return the map as a drawing, or as a matrix where a drawing would be a tangle."""
    m, links = findings.map, drawn_links(findings)
    order = columns(m)
    if (
        not (order[0] and order[2])
        or max(len(each) for each in order) > _MOST_ROWS
        or len(links) > _MOST_LINKS
    ):
        return matrix_picture(findings)
    tall = max(len(each) for each in order) * _STEP
    boxes = {
        name: _Box(column=c, y=_TOP + tall * (k + 0.5) / len(column))
        for c, column in enumerate(order)
        for k, name in enumerate(column)
    }
    parts = [
        text(_LEFTS[c], 16, head, style="small quiet") for c, head in enumerate(_HEADS) if order[c]
    ]
    parts += _links(links, boxes)
    for name, box in boxes.items():
        parts.append(
            rect(box.left, box.y - _TALL / 2, _BOX, _TALL, style="box", attributes='rx="6"')
        )
        parts.append(
            label(
                box.left + _BOX / 2,
                box.y,
                concept_label(findings, name),
                characters=22,
                anchor="middle",
            )
        )
    bottom = _TOP + tall
    parts.append(_key(bottom + 22))
    told = "; ".join(each.words for each in reversed(links))
    return figure(
        _WIDTH,
        bottom + 40,
        parts,
        title=f"The map: {count(len(m), 'concept')}, {count(len(links), 'link')}. {told}.",
    )


def _sides(source: _Box, target: _Box) -> tuple[str, str]:
    """Return at which side a link leaves its cause and enters its effect."""
    if source.column < target.column:
        return "right", "left"
    if source.column > target.column:
        return "left", "right"
    side = "left" if source.column == 0 else "right"
    return side, side


def _links(links: Sequence[Drawn], boxes: Mapping[str, _Box]) -> list[str]:
    lanes = _lanes([each.pair for each in links], boxes)
    ends: dict[tuple[str, str], list[tuple[float, tuple[str, str], str]]] = {}
    for each in links:
        a, b = each.pair
        out, into = _sides(boxes[a], boxes[b])
        lane = lanes.get(each.pair)
        ends.setdefault((a, out), []).append(
            (boxes[b].y if lane is None else lane, each.pair, "cause")
        )
        ends.setdefault((b, into), []).append(
            (boxes[a].y if lane is None else lane, each.pair, "effect")
        )
    ports: dict[tuple[tuple[str, str], str], float] = {}
    room = _TALL - 10
    for (name, _), all_ends in ends.items():
        for k, (_, pair, end) in enumerate(sorted(all_ends)):
            ports[pair, end] = boxes[name].y - room / 2 + room * (k + 0.5) / len(all_ends)
    return [
        _link(
            each,
            boxes[each.pair[0]],
            boxes[each.pair[1]],
            (ports[each.pair, "cause"], ports[each.pair, "effect"]),
            lanes.get(each.pair),
        )
        for each in links
    ]


def _lanes(
    pairs: Sequence[tuple[str, str]], boxes: Mapping[str, _Box]
) -> dict[tuple[str, str], float]:
    """Return at which height links between the outer columns pass between the middle boxes."""
    middles = sorted(box.y for box in boxes.values() if box.column == 1)
    passing = [pair for pair in pairs if abs(boxes[pair[0]].column - boxes[pair[1]].column) == 2]
    if not middles:
        return {}
    edges = [middles[0] - _STEP, *middles, middles[-1] + _STEP]
    gaps = [(low + high) / 2 for low, high in pairwise(edges)]
    gaps[0], gaps[-1] = middles[0] - 0.62 * _STEP, middles[-1] + 0.62 * _STEP
    chosen: dict[int, list[tuple[float, tuple[str, str]]]] = {}
    for pair in passing:
        straight = (boxes[pair[0]].y + boxes[pair[1]].y) / 2
        gap = min(range(len(gaps)), key=lambda k: (abs(gaps[k] - straight), k))
        chosen.setdefault(gap, []).append((straight, pair))
    lanes = {}
    for gap, members in chosen.items():
        for k, (_, pair) in enumerate(sorted(members)):
            lanes[pair] = gaps[gap] + _LANE * (k - (len(members) - 1) / 2)
    return lanes


def _link(
    link: Drawn, source: _Box, target: _Box, heights: tuple[float, float], lane: float | None
) -> str:
    y1, y2 = heights
    out, into = _sides(source, target)
    x1 = source.right if out == "right" else source.left
    x2 = target.left if into == "left" else target.right
    way = 1 if into == "left" else -1
    tip = x2 - way * 9
    if source.column == target.column:
        bow = (1 if out == "right" else -1) * (26 + 0.16 * abs(y2 - y1))
        data = f"M{n(x1)},{n(y1)} C{n(x1 + bow)},{n(y1)} {n(x2 + bow)},{n(y2)} {n(tip)},{n(y2)}"
    elif lane is None:
        data = _curve(x1, y1, tip, y2)
    else:
        near, far = _LEFTS[1] - 14, _LEFTS[1] + _BOX + 14
        if x1 > x2:
            near, far = far, near
        across = f"L{n(far)},{n(lane)}"
        data = f"{_curve(x1, y1, near, lane)} {across} {_curve(far, lane, tip, y2, on=True)}"
    looks = {"raises": "up link", "lowers": "down link dashed", "disputed": "flat link dotted"}
    # What is disputed may be 0 on average and must be seen all the same.
    shown = max(link.strength, 0.4) if link.kind == "disputed" else link.strength
    width, opacity = f"{0.8 + 3.2 * shown:.1f}", f"{0.4 + 0.5 * shown:.2f}"
    head = f"M{n(x2)},{n(y2)} l{n(-way * 10)},-4.5 l0,9 z"
    return path(
        data,
        style=looks[link.kind],
        attributes=f'stroke-width="{width}" stroke-opacity="{opacity}"',
    ) + path(head, style=f"{looks[link.kind].split()[0]} head")


def _curve(x1: float, y1: float, x2: float, y2: float, *, on: bool = False) -> str:
    bend = (x2 - x1) / 2
    start = "" if on else f"M{n(x1)},{n(y1)} "
    return f"{start}C{n(x1 + bend)},{n(y1)} {n(x2 - bend)},{n(y2)} {n(x2)},{n(y2)}"


def _key(y: float) -> str:
    return "".join(
        (
            line(0, y, 40, y, style="up whisker"),
            text(48, y + 4, "raises", style="small"),
            line(104, y, 144, y, style="down whisker dashed"),
            text(152, y + 4, "lowers", style="small"),
            line(212, y, 252, y, style="flat whisker dotted"),
            text(260, y + 4, "respondents disagree on the sign", style="small"),
            text(470, y + 4, "the wider, the stronger", style="small quiet"),
        )
    )
