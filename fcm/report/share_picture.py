"""A bar for every link: how much of its weight is the experts', and how much is data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcm.report.numerals import percent
from fcm.report.results import concept_label
from fcm.report.svg import figure, rect, text

if TYPE_CHECKING:
    from fcm.report.findings import Findings

__all__ = ["share_bars"]

_WIDTH, _ROW, _LEFT, _BAR = 480.0, 21.0, 316.0, 120.0
_LONGEST = 24


def share_bars(findings: Findings, *, columns: int = 2) -> tuple[str, ...]:
    """Return the bars of all links, those with most data first, in pictures of equal length."""
    records = sorted(
        findings.estimate.to_records(),
        key=lambda each: (-each["data_share"], each["source"], each["target"]),
    )
    length = -(-len(records) // columns)
    chunks = [records[k : k + length] for k in range(0, len(records), length)] if records else []
    pictures = []
    for chunk in chunks:
        parts, told = [], []
        for k, each in enumerate(chunk):
            y = _ROW * k + 4
            share = each["data_share"]
            source = _short(concept_label(findings, each["source"]))
            target = _short(concept_label(findings, each["target"]))
            parts += [
                text(_LEFT - 10, y + 11, f"{source} → {target}", anchor="end", style="small"),
                rect(_LEFT, y + 1, _BAR, 12, style="fog"),
                rect(_LEFT, y + 1, _BAR * share, 12, style="mark"),
                text(_WIDTH, y + 11, percent(share), anchor="end", style="small"),
            ]
            told.append(f"{source} to {target} {percent(share)}")
        pictures.append(
            figure(
                _WIDTH,
                _ROW * length + 8,
                parts,
                title=f"Share of data in each weight: {'; '.join(told)}.",
            )
        )
    return tuple(pictures)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
