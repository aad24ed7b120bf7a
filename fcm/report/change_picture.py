"""Pictures of what would change: one panel for each outcome, a dot and a whisker per scenario.

A triangle that points up or down is the change with the mean weights, the line its 5-95 % interval
over draws; a hollow triangle means that the interval holds no change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcm.report.answer import CAVEAT
from fcm.report.axis import Axis
from fcm.report.labels import concept_label, scenario_label
from fcm.report.numerals import change, count, span
from fcm.report.packages import judged, standings
from fcm.report.palette import COLOURS, FIGURES
from fcm.report.svg import circle, figure, group, label, line, rect, text, triangle
from fcm.report.table import typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fcm.report.findings import Findings
    from fcm.report.packages import Standing

__all__ = ["change_key", "change_panels", "what_if_picture"]

_WIDTH, _ROW, _TOP = 420.0, 34.0, 58.0
_LEFT, _RIGHT = 142.0, 360.0
_MARGIN = 16.0


def change_panels(findings: Findings) -> tuple[str, ...]:
    """Return one panel for every outcome, all on the same scale."""
    rows = {outcome: standings(findings, outcome) for outcome in judged(findings)}
    reach = _reach([each for standing in rows.values() for each in standing])
    return tuple(_panel(findings, outcome, standing, reach) for outcome, standing in rows.items())


def _reach(rows: Sequence[Standing]) -> float:
    """Return the largest change to show, so that panels share one scale around zero."""
    sizes = [
        abs(value)
        for each in rows
        for value in (each.change, each.low, each.high)
        if value == value
    ]
    return max([0.01, *sizes]) * 1.06


def _panel(findings: Findings, outcome: str, rows: Sequence[Standing], reach: float) -> str:
    name = concept_label(findings, outcome)
    height = _TOP + _ROW * len(rows) + 30
    axis = Axis(low=-reach, high=reach, left=_LEFT, right=_RIGHT)
    bottom = _TOP + _ROW * len(rows)
    good = findings.map[outcome].good
    parts = [
        text(0, 18, name, style="strong"),
        axis.drawn(_TOP - 8, bottom, form=_tick),
        _better(good),
        *(_row(each, axis, _TOP + _ROW * (k + 0.5)) for k, each in enumerate(rows)),
    ]
    told = "; ".join(
        f"{scenario_label(each.scenario)} {change(each.change)} ({span(each.low, each.high)})"
        for each in rows
    )
    return figure(_WIDTH, height, parts, title=f"{CAVEAT}. {name}: {told}.")


def _tick(value: float) -> str:
    return f"{value:+g}" if value else "0"


def _better(good: str) -> str:
    if good == "none":
        return ""
    if good == "down":
        return text(_LEFT, 40, "← better", style="small quiet")
    return text(_RIGHT, 40, "better →", anchor="end", style="small quiet")


def _row(row: Standing, axis: Axis, y: float) -> str:
    parts = [label(0, y, scenario_label(row.scenario), characters=20)]
    style = {1: "up", -1: "down", 0: "flat"}[row.direction]
    if row.low == row.low:
        parts.append(line(axis.x(row.low), y, axis.x(row.high), y, style=f"{style} whisker"))
    if not row.settled:
        parts.append(text(_WIDTH, y + 4.5, "not settled", anchor="end", style="small quiet"))
        return "".join(parts)
    x = axis.x(row.change)
    hollow = " hollow" if row.crosses else ""
    if row.direction:
        parts.append(triangle(x, y, 7, up=row.direction > 0, style=f"{style}{hollow}"))
    else:
        parts.append(circle(x, y, 5, style=f"{style}{hollow}"))
    parts.append(text(_WIDTH, y + 4.5, typeset(change(row.change)), anchor="end"))
    return "".join(parts)


def change_key() -> str:
    """Return the key to the panels."""
    parts = [
        triangle(10, 14, 7, up=True, style="up"),
        text(24, 18.5, "rises", style="small"),
        triangle(78, 14, 7, up=False, style="down"),
        text(92, 18.5, "falls", style="small"),
        triangle(146, 14, 7, up=True, style="flat hollow"),
        text(160, 18.5, "hollow: interval includes no change", style="small"),
        line(2, 40, 24, 40, style="flat whisker"),
        text(34, 44.5, "5-95 % of draws; figures: change with mean weights", style="small"),
    ]
    return figure(_WIDTH, 54, parts, title="Key: triangle up rises, triangle down falls")


def what_if_picture(findings: Findings) -> str:
    """Return what would change as one picture that stands alone, for a README or a slide.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    str
        An SVG document with its own colours for light and dark surroundings; it loads nothing.
    """
    panels = change_panels(findings)
    tall = _TOP + _ROW * len(findings.comparison.scenarios) + 30
    columns = 1 if len(panels) == 1 else 2
    gap = 44.0
    wide = _MARGIN * 2 + _WIDTH * columns + gap * (columns - 1)
    head = 64.0
    lines = -(-len(panels) // columns)
    height = head + lines * (tall + 16) + 76
    parts = [
        f"<style>{COLOURS}{FIGURES}</style>",
        rect(0, 0, wide, height, style="paper"),
        text(_MARGIN, 30, findings.title, style="strong title"),
        text(
            _MARGIN,
            50,
            f"{CAVEAT}. {count(len(findings.ensemble.delta), 'draw')} of the weights.",
            style="quiet",
        ),
    ]
    for k, panel in enumerate(panels):
        x = _MARGIN + (k % columns) * (_WIDTH + gap)
        y = head + (k // columns) * (tall + 16)
        parts.append(_placed(panel, x, y, tall))
    parts.append(_placed(change_key(), _MARGIN, height - 66, 54))
    picture = figure(wide, height, parts, title=f"{findings.title}. {CAVEAT}.")
    return picture + "\n"


def _placed(panel: str, x: float, y: float, height: float) -> str:
    sized = panel.replace(
        "<svg ", f'<svg x="{x:g}" y="{y:g}" width="{_WIDTH:g}" height="{height:g}" ', 1
    )
    return group([sized], attributes='class="panel-group"')
