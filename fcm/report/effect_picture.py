"""Pictures of a policy effect: the treated unit among its placebos, and before, seen and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcm.report.axis import Axis
from fcm.report.labels import concept_label
from fcm.report.numerals import measure, relative
from fcm.report.svg import circle, diamond, figure, line, text
from fcm.report.table import typeset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fcm.evidence import Calibration, Effect
    from fcm.report.findings import Findings

__all__ = ["before_seen_after", "placebo_strip"]

_WIDTH = 420.0
_LEFT, _RIGHT = 12.0, 408.0
_DOT = 5.0
_NORMAL_95 = 1.96


def placebo_strip(findings: Findings, effect: Effect) -> str:
    """Return every unit as a dot on one axis, the treated one apart; "" without placebos."""
    if effect.relative is None or not effect.placebos:
        return ""
    placebos = sorted(effect.placebos.items(), key=lambda item: (item[1], item[0]))
    values = [value for _, value in placebos]
    low, high = effect.interval or (effect.relative, effect.relative)
    edge = max(abs(value) for value in (*values, low, high, effect.relative)) * 1.1 or 0.01
    axis = Axis(low=-edge, high=edge, left=_LEFT, right=_RIGHT)
    heights = list(_stacked([axis.x(value) for value in values]))
    ground = 84 + 2 * _DOT * (max(heights) + 1)
    treated = axis.x(effect.relative)
    anchor, shift = ("start", -6.0) if treated < _WIDTH / 2 else ("end", 6.0)
    name = f"{effect.treated or 'treated unit'} {relative(effect.relative)}"
    if effect.interval is not None:
        name += f" (95 %: {relative(low)} to {relative(high)})"
    parts = [
        axis.drawn(34, ground + 8, form=_tick),
        text(
            max(min(axis.x(low), treated) + shift, 0) if anchor == "start" else _WIDTH,
            20,
            typeset(name),
            anchor="start" if anchor == "start" else "end",
            style="strong",
        ),
        line(axis.x(low), 48, axis.x(high), 48, style="mark whisker"),
        diamond(treated, 48, 8, style="mark"),
        *(
            circle(
                axis.x(value),
                ground - _DOT - 2 * _DOT * height,
                _DOT - 0.7,
                style="dot",
                title=f"{unit}: {relative(value)}",
            )
            for (unit, value), height in zip(placebos, heights, strict=True)
        ),
        *_outermost(placebos, ground),
    ]
    what = concept_label(findings, effect.outcome)
    return figure(
        _WIDTH,
        ground + 46,
        parts,
        title=f"{what}: {name}; {len(placebos)} other units, treated as if the policy had begun "
        f"there, from {relative(values[0])} to {relative(values[-1])}.",
    )


def _tick(value: float) -> str:
    return f"{100 * value:+g} %" if value else "0"


def _stacked(places: Iterable[float]) -> Iterable[int]:
    """Yield how high each dot is stacked so that dots do not cover each other."""
    tops: list[float] = []
    for x in places:
        level = next((k for k, top in enumerate(tops) if x - top >= 2 * _DOT), len(tops))
        if level == len(tops):
            tops.append(x)
        tops[level] = x
        yield level


def _outermost(placebos: list[tuple[str, float]], ground: float) -> list[str]:
    (first, low), (last, high) = placebos[0], placebos[-1]
    below = ground + 40
    return [
        text(_LEFT, below, f"lowest other: {first} {typeset(relative(low))}", style="small quiet"),
        text(
            _RIGHT,
            below,
            f"highest: {last} {typeset(relative(high))}",
            anchor="end",
            style="small quiet",
        ),
    ]


def before_seen_after(findings: Findings, calibration: Calibration) -> str:
    """Return what experts expected, what was seen and what follows, on one axis with 95 % lines."""
    effect = calibration.effect
    rows = (
        ("experts alone", calibration.before, "flat"),
        ("seen", (effect.change, effect.spread), "mark"),
        ("both together", calibration.after, "up" if calibration.after[0] > 0 else "down"),
    )
    ends = [mean + side * _NORMAL_95 * sd for _, (mean, sd), _ in rows for side in (-1, 1)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    room = 0.05 * (high - low or 1)
    axis = Axis(low=low - room, high=high + room, left=104, right=304)
    bottom = 16 + 36.0 * len(rows)
    parts = [axis.drawn(8, bottom, form=lambda value: f"{value:+g}" if value else "0")]
    for k, (name, (mean, sd), style) in enumerate(rows):
        y = 30 + 36.0 * k
        parts += [
            text(0, y + 4.5, name),
            line(
                axis.x(mean - _NORMAL_95 * sd),
                y,
                axis.x(mean + _NORMAL_95 * sd),
                y,
                style=f"{style} whisker",
            ),
            diamond(axis.x(mean), y, 7, style=style),
            text(_WIDTH, y + 4.5, typeset(measure(mean, sd)), anchor="end"),
        ]
    told = "; ".join(f"{name} {measure(mean, sd)}" for name, (mean, sd), _ in rows)
    return figure(
        _WIDTH,
        bottom + 24,
        parts,
        title=f"{concept_label(findings, effect.outcome)}, total over all paths: {told}.",
    )
