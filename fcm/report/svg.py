"""The few shapes from which the pictures are drawn, each an SVG string.

Coordinates are given and not searched for: there is no layout engine here. Looks come from the
classes of `fcm.report.palette`; every text is escaped.
"""

from __future__ import annotations

import math
import textwrap
from html import escape
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "circle",
    "diamond",
    "figure",
    "group",
    "label",
    "line",
    "n",
    "path",
    "rect",
    "text",
    "ticks",
    "triangle",
]

Anchor: TypeAlias = Literal["start", "middle", "end"]


def n(value: float) -> str:
    """Return a coordinate with one decimal, the same bytes on every machine.

    Examples
    --------
    >>> n(3.0), n(-0.01), n(2.25)
    ('3', '0', '2.2')
    """
    rounded = f"{value:.1f}"
    return "0" if rounded == "-0.0" else rounded.removesuffix(".0")


def figure(
    width: float, height: float, parts: Iterable[str], *, title: str, attributes: str = ""
) -> str:
    """Return a picture that scales with the page and says what it shows.

    Parameters
    ----------
    width, height : float
        Size of the drawing area in its own units.
    parts : iterable of str
        Shapes, in the order in which they are painted.
    title : str
        What a reader who cannot see the picture should know.
    attributes : str
        Further attributes of the element, already safe.
    """
    extra = f" {attributes}" if attributes else ""
    words = escape(title, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n(width)} {n(height)}" '
        f'role="img" aria-label="{words}"{extra}><title>{words}</title>{"".join(parts)}</svg>'
    )


def _class(style: str) -> str:
    return f' class="{escape(style, quote=True)}"' if style else ""


def text(x: float, y: float, words: str, *, anchor: Anchor = "start", style: str = "") -> str:
    """Return one line of text; `y` is its baseline."""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{n(x)}" y="{n(y)}"{place}{_class(style)}>{escape(words)}</text>'


def label(
    x: float, y: float, words: str, *, characters: int, anchor: Anchor = "start", style: str = ""
) -> str:
    """Return text in at most two lines around the middle height `y`; the rest becomes "…"."""
    lines = textwrap.wrap(words, characters, max_lines=2, placeholder="…") or [""]
    top = y + 4.5 - 7.5 * (len(lines) - 1)
    return "".join(
        text(x, top + 15 * k, each, anchor=anchor, style=style) for k, each in enumerate(lines)
    )


def line(x1: float, y1: float, x2: float, y2: float, *, style: str = "rule") -> str:
    """Return a straight line."""
    return f'<line x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}"{_class(style)}/>'


def rect(
    x: float, y: float, width: float, height: float, *, style: str = "", attributes: str = ""
) -> str:
    """Return a rectangle."""
    extra = f" {attributes}" if attributes else ""
    return (
        f'<rect x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}"'
        f"{_class(style)}{extra}/>"
    )


def circle(x: float, y: float, radius: float, *, style: str = "", title: str = "") -> str:
    """Return a disc."""
    inner = f"<title>{escape(title)}</title>" if title else ""
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}"{_class(style)}>{inner}</circle>'


def path(data: str, *, style: str = "link", attributes: str = "") -> str:
    """Return a path of drawing commands."""
    extra = f" {attributes}" if attributes else ""
    return f'<path d="{data}"{_class(style)}{extra}/>'


def triangle(x: float, y: float, size: float, *, up: bool, style: str = "") -> str:
    """Return a triangle that points up or down, its middle at (x, y)."""
    sign = -1 if up else 1
    corners = [(x - size, y - sign * size * 0.8), (x + size, y - sign * size * 0.8)]
    corners.append((x, y + sign * size))
    return _polygon(corners, style)


def diamond(x: float, y: float, size: float, *, style: str = "") -> str:
    """Return a diamond with its middle at (x, y)."""
    return _polygon([(x - size, y), (x, y - size), (x + size, y), (x, y + size)], style)


def _polygon(corners: Sequence[tuple[float, float]], style: str) -> str:
    points = " ".join(f"{n(x)},{n(y)}" for x, y in corners)
    return f'<polygon points="{points}"{_class(style)}/>'


def group(parts: Iterable[str], *, attributes: str) -> str:
    """Return shapes that share attributes, already safe."""
    return f"<g {attributes}>{''.join(parts)}</g>"


def ticks(low: float, high: float, *, most: int = 5) -> tuple[float, ...]:
    """Return round numbers within a range, at most `most` of them.

    Examples
    --------
    >>> ticks(-0.43, 0.41)
    (-0.4, -0.2, 0.0, 0.2, 0.4)
    """
    if not high > low:
        return (low,)
    for power in range(-9, 10):
        for lead in (1, 2, 5):
            step = lead * 10.0**power
            whole = range(math.ceil(low / step), math.floor(high / step) + 1)
            if 0 < len(whole) <= most:
                return tuple(round(k * step, 12) + 0.0 for k in whole)
    return (low, high)
