"""The frame of a page: one HTML file with its style inside, that runs nothing and loads nothing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from fcm.report.palette import COLOURS, FIGURES
from fcm.report.table import typeset

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["items", "page", "paragraph", "picture", "section"]

_STYLE = """\
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:68rem;padding:1.5rem 1.25rem 3rem;font:16px/1.55 system-ui,"Segoe UI",\
Helvetica,Arial,sans-serif}
h1{font-size:clamp(1.6rem,4.5vw,2.3rem);line-height:1.15;margin:.2rem 0 .8rem}
h2{font-size:1.35rem;line-height:1.25;margin:0 0 .7rem}
h3{font-size:1.05rem;line-height:1.3;margin:1.3rem 0 .4rem}
p,ul,ol{max-width:46rem;margin:.5rem 0}
li{margin:.25rem 0}
section{margin:2.6rem 0 0;padding-top:1.3rem;border-top:1px solid var(--rule)}
a{color:var(--up)}
.kicker{margin:0;color:var(--quiet);font-size:.85rem;letter-spacing:.06em;text-transform:uppercase}
.question{font-size:1.2rem;line-height:1.45}
.caveat{border-left:.35rem solid var(--down);padding:.5rem .9rem;background:var(--panel)}
nav ul{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;padding:0;max-width:none;\
font-size:.92rem}
.grid{display:grid;gap:1.6rem 2.2rem;align-items:start;\
grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr))}
.card{background:var(--panel);border-radius:.5rem;padding:.9rem 1.1rem}
.card h3{margin:0}.card .lead{font-weight:600}.card ul{padding-left:1.1rem;font-size:.93rem}
.wanted{color:var(--quiet);font-size:.88rem;margin:0}
figure{margin:.8rem 0;max-width:100%}
figure.narrow{max-width:38rem}
figcaption,.remark{color:var(--quiet);font-size:.88rem;max-width:46rem}
svg{display:block;width:100%;height:auto}
.wide{overflow-x:auto;margin:.9rem 0}
figure .wide svg{min-width:46rem}
table{border-collapse:collapse;font-size:.9rem;line-height:1.35;min-width:min(100%,34rem)}
caption{text-align:left;font-weight:600;padding:0 0 .35rem}
th,td{text-align:left;vertical-align:top;padding:.32rem .75rem .32rem 0;\
border-bottom:1px solid var(--rule)}
thead th{color:var(--quiet);font-weight:600}
tbody th{font-weight:400}
.bar{display:block;width:7rem;height:.75rem;margin:.2rem 0}
@media (max-width:34rem){table{font-size:.84rem}.bar{width:4.5rem}}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
dl{max-width:46rem;display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.25rem 1.2rem}
dt{color:var(--quiet)}dd{margin:0}
footer{margin-top:2.6rem;padding-top:1rem;border-top:1px solid var(--rule);color:var(--quiet);\
font-size:.88rem}
:focus-visible{outline:2px solid var(--up);outline-offset:2px}
@media print{:root{color-scheme:light;--paper:#fff;--panel:#f5f5f2;--ink:#000;--quiet:#444;\
--rule:#bbb;--up:#0072b2;--down:#d55e00;--mark:#00785a;--fog:#b9b9b4;--dot:#82827d}
@page{margin:16mm}body{font-size:10.5pt;max-width:none;padding:0}nav{display:none}
.wide{overflow:visible}figure .wide svg{min-width:0}table{font-size:8.5pt;min-width:0}
figure,.card,tr{break-inside:avoid}.bar{width:3rem}
.grid:not(.tables){grid-template-columns:1fr 1fr;gap:1rem 1.4rem}section{margin-top:1.4rem}
h2,h3,caption{break-after:avoid}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""


def page(title: str, body: Iterable[str]) -> str:
    """Return the whole document.

    Parameters
    ----------
    title : str
    body : iterable of str
        HTML, already safe.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # A page that asks for nothing should not be able to: no request may leave it.
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; img-src data:\">\n"
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>\n{COLOURS}{FIGURES}{_STYLE}</style>\n</head>\n"
        f"<body>\n{chr(10).join(body)}\n</body>\n</html>\n"
    )


def section(name: str, heading: str, parts: Iterable[str]) -> str:
    """Return a part of the page under its own heading, to which links can lead."""
    inner = "\n".join(part for part in parts if part)
    return f'<section id="{name}">\n<h2>{escape(heading)}</h2>\n{inner}\n</section>'


def paragraph(words: str, *, style: str = "") -> str:
    """Return a paragraph, or nothing for no words."""
    if not words:
        return ""
    looks = f' class="{style}"' if style else ""
    return f"<p{looks}>{escape(typeset(' '.join(words.split())))}</p>"


def items(sentences: Sequence[str]) -> str:
    """Return a list of sentences, or nothing."""
    if not sentences:
        return ""
    inner = "".join(f"<li>{escape(typeset(' '.join(each.split())))}</li>" for each in sentences)
    return f"<ul>{inner}</ul>"


def picture(svg: str, caption: str = "", *, style: str = "narrow", scrolls: bool = False) -> str:
    """Return a picture with its caption; one that scrolls keeps its size on a small screen."""
    if not svg:
        return ""
    inner = svg
    if scrolls:
        inner = f'<div class="wide" role="region" tabindex="0" aria-label="Picture">{svg}</div>'
    below = f"<figcaption>{escape(typeset(caption))}</figcaption>" if caption else ""
    return f'<figure class="{style}">{inner}{below}</figure>'
