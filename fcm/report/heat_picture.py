"""Who is heard: attention by concept and period, what stands for too few people hatched."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from fcm.report.labels import concept_label
from fcm.report.numerals import percent
from fcm.report.svg import figure, line, rect, text

if TYPE_CHECKING:
    from fcm.report.findings import Findings

__all__ = ["heat_map"]

_LEFT, _CELL, _TALL, _TOP = 176.0, 13.0, 19.0, 24.0


def heat_map(findings: Findings) -> str:
    """Return the heat map of salience, or "" if the study reads no posts.

    The darker a cell, the larger the share of the period's authors who name the concept. A hatched
    cell stands for fewer people than the privacy threshold and may be zero.
    """
    signals = findings.signals
    if signals is None or not len(signals.periods):
        return ""
    salience = np.asarray(signals.salience, dtype=float)
    shown = ~np.asarray(signals.suppressed, dtype=bool) & np.isfinite(salience)
    top = float(salience[shown].max()) if shown.any() else 1.0
    reached = shown.sum(axis=0).tolist()
    order = sorted(range(len(signals.concepts)), key=lambda c: (-reached[c], signals.concepts[c]))
    wide = _LEFT + _CELL * len(signals.periods)
    bottom = _TOP + _TALL * len(order)
    parts = [
        '<defs><pattern id="suppressed" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="5" class="hatch"/>'
        "</pattern></defs>",
        *_year_marks(signals.periods, bottom),
    ]
    for k, c in enumerate(order):
        y = _TOP + _TALL * k
        name = concept_label(findings, signals.concepts[c])
        parts.append(text(_LEFT - 8, y + 13, name, anchor="end", style="small"))
        # One hatched band behind the row; what may be shown is painted over it.
        band = _CELL * len(signals.periods)
        parts.append(rect(_LEFT, y + 1, band, _TALL - 2, attributes='fill="url(#suppressed)"'))
        for t in np.flatnonzero(shown[:, c]).tolist():
            share = float(salience[t, c])
            x = _LEFT + _CELL * t
            told = f"{name}, {signals.periods[t]}: {percent(share)}"
            parts.append(rect(x, y + 1, _CELL - 0.5, _TALL - 2, style="paper"))
            parts.append(_cell(x, y, share / top if top else 0.0, told))
    parts.append(_key(bottom + 14, top, signals.k))
    count = int(shown.sum())
    return figure(
        wide + 4,
        bottom + 44,
        parts,
        title=f"Share of authors who name each concept, by period: {count} of {shown.size} cells "
        f"stand for at least {signals.k} distinct authors; the others are suppressed.",
    )


def _cell(x: float, y: float, strength: float, told: str) -> str:
    opacity = f"{0.15 + 0.85 * strength:.2f}"
    inner = f"<title>{escape(told)}</title>" if told else ""
    width, height = f"{_CELL - 0.5:g}", f"{_TALL - 2:g}"
    return (
        f'<rect x="{x:g}" y="{y + 1:g}" width="{width}" height="{height}" class="heat" '
        f'fill-opacity="{opacity}">{inner}</rect>'
    )


def _year_marks(periods: tuple[str, ...], bottom: float) -> list[str]:
    """Return a mark where each year begins."""
    parts = []
    years = [period[:4] for period in periods]
    last = -10.0
    for t, year in enumerate(years):
        x = _LEFT + _CELL * t
        if (t == 0 or years[t - 1] != year) and x - last >= 36:
            parts.append(text(x, 15, year, style="small quiet"))
            last = x
            if t:
                parts.append(line(x - 0.5, 18, x - 0.5, bottom))
    return parts


def _key(y: float, top: float, k: int) -> str:
    parts = [rect(_LEFT, y, 26, 14, attributes='fill="url(#suppressed)"')]
    parts.append(text(_LEFT + 34, y + 11, f"under {k} authors, or zero", style="small"))
    x = _LEFT + 210
    for step in range(5):
        parts.append(_cell(x + _CELL * step, y - 2, step / 4, ""))
    parts.append(text(x + _CELL * 5 + 8, y + 11, f"up to {percent(top)} of authors", style="small"))
    return "".join(parts)
