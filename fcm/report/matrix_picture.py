"""The map as a matrix: causes in rows, effects in columns, sign by colour and symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcm.report.labels import concept_label
from fcm.report.links import drawn_links
from fcm.report.numerals import count
from fcm.report.svg import figure, rect, text

if TYPE_CHECKING:
    from fcm.report.findings import Findings

__all__ = ["matrix_picture"]

_LEFT, _TOP, _CELL = 190.0, 150.0, 24.0
_LONGEST = 28


def matrix_picture(findings: Findings) -> str:
    """Return the weights as a matrix; the darker a cell, the stronger the link."""
    m = findings.map
    size = len(m)
    names = [_short(concept_label(findings, name)) for name in m.names]
    parts = []
    for k, name in enumerate(names):
        y = _TOP + _CELL * k
        x = _LEFT + _CELL * k
        parts.append(text(_LEFT - 8, y + 16, name, anchor="end", style="small"))
        parts.append(
            f'<g transform="translate({x + 15:g},{_TOP - 8:g}) rotate(-55)">'
            f"{text(0, 0, name, style='small')}</g>"
        )
        parts.append(rect(_LEFT, y, _CELL * size - 1, _CELL - 1, style="panel"))
    links = drawn_links(findings)
    for each in links:
        a, b = each.pair
        x, y = _LEFT + _CELL * m.index(b), _TOP + _CELL * m.index(a)
        style, sign = {"raises": ("up", "+"), "lowers": ("down", "−"), "disputed": ("flat", "±")}[
            each.kind
        ]
        opacity = f'fill-opacity="{0.2 + 0.6 * each.strength:.2f}"'
        parts.append(rect(x, y, _CELL - 1, _CELL - 1, style=style, attributes=opacity))
        parts.append(text(x + _CELL / 2 - 0.5, y + 16.5, sign, anchor="middle"))
    told = "; ".join(each.words for each in reversed(links))
    parts.append(text(0, _TOP - 24, "cause ↓   effect →", style="small quiet"))
    return figure(
        _LEFT + _CELL * size + 110,
        _TOP + _CELL * size + 10,
        parts,
        title=f"The map: {count(size, 'concept')}, {count(len(links), 'link')}. {told}.",
    )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
