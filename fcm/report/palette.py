"""Colours and typefaces of pages and pictures, as CSS; legible in light and in dark mode.

Colours are those of Okabe and Ito, which colour-blind readers can tell apart; the darker one of
each hue stands on light paper, the lighter one on dark paper, so that contrast stays above 3:1 for
marks and 4.5:1 for text. Colour is never the only sign.

References
----------
Okabe, M., & Ito, K. (2008). Color Universal Design. https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

__all__ = ["COLOURS", "FIGURES"]

COLOURS = """\
:root{color-scheme:light dark;--paper:#fff;--panel:#f5f5f2;--ink:#1a1a1a;--quiet:#565656;\
--rule:#c9c9c4;--up:#0072b2;--down:#d55e00;--mark:#00785a;--fog:#b9b9b4;--dot:#82827d}
@media (prefers-color-scheme:dark){:root{--paper:#15171a;--panel:#1f2226;--ink:#ececea;\
--quiet:#b4b4b0;--rule:#4a4d52;--up:#56b4e9;--down:#e69f00;--mark:#2fc39a;--fog:#5c5f64;--dot:#8d9197}}
"""

FIGURES = """\
svg text{font:13px system-ui,"Segoe UI",Helvetica,Arial,sans-serif;fill:var(--ink)}
svg .small{font-size:11.5px}svg .strong{font-weight:600}svg .quiet{fill:var(--quiet)}
svg .rule{stroke:var(--rule);stroke-width:1;fill:none}
svg .zero{stroke:var(--quiet);stroke-width:1.2;fill:none}
svg .up{fill:var(--up);stroke:var(--up)}
svg .down{fill:var(--down);stroke:var(--down)}
svg .flat{fill:var(--quiet);stroke:var(--quiet)}svg .mark{fill:var(--mark);stroke:var(--mark)}
svg .fog{fill:var(--fog)}svg .dot{fill:var(--dot)}svg .paper{fill:var(--paper)}
svg .panel{fill:var(--panel)}
svg .hollow{fill:var(--paper)}svg .whisker{stroke-width:2.5;fill:none}
svg .head{stroke:none}svg path.link{fill:none}svg .dashed{stroke-dasharray:6 4}
svg .dotted{stroke-dasharray:1.5 4}
svg .box{fill:var(--paper);stroke:var(--quiet);stroke-width:1.2}
svg .hatch{stroke:var(--fog);stroke-width:1.4}
svg .heat{fill:var(--up)}
svg .title{font-size:17px}
"""
