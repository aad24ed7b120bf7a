"""Signals as a small picture for notebooks: one square for each cell, blanks where suppressed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fcm.social.counts.aggregates import Signals

__all__ = ["heatmap"]

CELL = 12
MOST = 60


def heatmap(signals: Signals) -> str:
    """Return HTML that shows salience by concept and period; the last 60 periods at most.

    It is self-contained, fetches nothing and can be read on light and dark pages. A stronger
    colour is more; a dash is a suppressed cell, which may be zero. Each square says its share and
    the 90 % interval.
    """
    periods = signals.periods[-MOST:]
    salience = signals.salience[-MOST:]
    low, high = (each[-MOST:] for each in signals.interval("salience"))
    known = salience[~np.isnan(salience)]
    top = float(known.max()) if known.size else 1.0
    left = 8 + 7 * max((len(name) for name in signals.concepts), default=0)
    width, height = left + CELL * len(periods) + 8, CELL * (len(signals.concepts) + 2) + 4
    marks = []
    for j, concept in enumerate(signals.concepts):
        y = CELL * j
        marks.append(
            f'<text x="{left - 6}" y="{y + 10}" text-anchor="end">{escape(concept)}</text>'
        )
        for t, period in enumerate(periods):
            x, share = left + CELL * t, salience[t, j]
            if np.isnan(share):
                marks.append(
                    f'<text x="{x + 6}" y="{y + 9}" text-anchor="middle" opacity="0.4">-</text>'
                )
                continue
            said = escape(
                f"{concept}, {period}: {100 * share:.3g} % of authors "
                f"({100 * low[t, j]:.3g} to {100 * high[t, j]:.3g} %)"
            )
            marks.append(
                f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}" '
                f'fill-opacity="{0.25 + 0.75 * share / top:.2f}"><title>{said}</title></rect>'
            )
    base = CELL * len(signals.concepts) + 12
    if periods:
        marks.append(f'<text x="{left}" y="{base}">{escape(periods[0])}</text>')
        marks.append(
            f'<text x="{left + CELL * len(periods)}" y="{base}" text-anchor="end">'
            f"{escape(periods[-1]) if len(periods) > 12 else ''}</text>"
        )
    earlier = len(signals.periods) - len(periods)
    note = (
        f"{signals!r}. Share of the period's authors who name the concept, at most "
        f"{100 * top:.3g} %; - is suppressed (fewer than {signals.k} people, or leaving fewer; may "
        "be zero)."
        + (f" {earlier} earlier periods are not shown." if earlier else "")
        + f" Purpose: {signals.purpose}. Basis: {signals.basis}. {signals.credit}"
    )
    return (
        '<div style="color:inherit;font:12px sans-serif;overflow-x:auto">'
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        'aria-label="salience by concept and period">'
        '<g fill="currentColor" font-size="10">'
        f'<g fill="#2a78b5">{"".join(m for m in marks if m.startswith("<rect"))}</g>'
        f"{''.join(m for m in marks if m.startswith('<text'))}"
        f"</g></svg><p>{escape(note)}</p></div>"
    )
