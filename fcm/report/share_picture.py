"""A bar for every link: how much of its weight is the experts', and how much is data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcm.report.labels import link_label
from fcm.report.numerals import percent
from fcm.report.svg import figure, rect
from fcm.report.table import Table, as_html

if TYPE_CHECKING:
    from fcm.report.findings import Findings

__all__ = ["share_bars"]


def share_bars(findings: Findings, *, columns: int = 2) -> tuple[str, ...]:
    """Return the bars of all links as HTML tables of equal length, those with most data first."""
    records = sorted(
        findings.estimate.to_records(),
        key=lambda each: (-each["data_share"], each["source"], each["target"]),
    )
    length = -(-len(records) // columns) or 1
    tables = []
    for start in range(0, len(records), length):
        chunk = records[start : start + length]
        table = Table(
            title=f"Data share, links {start + 1} to {start + len(chunk)}",
            head=("link", "bar", "data"),
            rows=tuple(
                (
                    link_label(findings, each["source"], each["target"]),
                    "",
                    percent(each["data_share"]),
                )
                for each in chunk
            ),
            numeric=frozenset({2}),
        )
        bars = {(k, 1): _bar(each["data_share"]) for k, each in enumerate(chunk)}
        tables.append(as_html(table, cells=bars))
    return tuple(tables)


def _bar(share: float) -> str:
    return figure(
        100,
        10,
        [rect(0, 0, 100, 10, style="fog"), rect(0, 0, 100 * share, 10, style="mark")],
        title=f"{percent(share)} data, {percent(1 - share)} experts",
        attributes='class="bar" preserveAspectRatio="none"',
    )
