"""Small HTML tables for notebooks: escaped, self-contained, legible on light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["table"]


def table(
    caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], *, note: str = ""
) -> str:
    """Return an HTML table; the first cell of each row is its heading.

    Colours are the page's own, so the table reads on any background.

    Examples
    --------
    >>> "&lt;b&gt;" in table("a", ["<b>"], [])
    True
    """
    cell = "padding:.2em .6em;text-align:right;border-bottom:1px solid currentColor"
    top = "".join(f'<th scope="col" style="{cell}">{escape(each)}</th>' for each in head)
    body = "".join(
        f'<tr><th scope="row" style="{cell};text-align:left">{escape(row[0])}</th>'
        + "".join(f'<td style="{cell}">{escape(each)}</td>' for each in row[1:])
        + "</tr>"
        for row in rows
    )
    below = f"<p>{escape(note)}</p>" if note else ""
    return (
        '<table style="border-collapse:collapse;color:inherit;background:none">'
        f'<caption style="text-align:left;color:inherit">{escape(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>{below}"
    )
