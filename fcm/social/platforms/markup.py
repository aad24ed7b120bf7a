"""HTML as text: tags dropped, paragraphs and breaks kept, hidden parts of links left out.

Time grows with the length of the markup only, whatever it holds, and nothing in it is an error;
the parser of the standard library promises neither.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["plain", "plain_texts"]

_BREAKS = frozenset({"br", "p", "div", "li", "blockquote", "h1", "h2", "h3", "ul", "ol", "pre"})
_UNSHOWN = frozenset({"script", "style", "template", "head", "title"})
_EMPTY = frozenset({"br", "img", "hr", "wbr", "input", "meta", "link", "source"})
# What is taken is never given back ("*+"), so that a tag without an end is looked at once.
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/<>]*+)([^<>]*+)>|<[!?][^<>]*+>")
# What is surely markup in a text that need not be any.
_MARKED = (
    r"(?i)</?(p|br|div|span|a|b|i|u|em|strong|font|li|ul|ol|h[1-6]|blockquote|img|table|tr|td)"
    r"(\s[^<>]*)?/?>|&(amp|lt|gt|quot|apos|nbsp|euro|#\d+|#x[0-9a-f]+|"
    r"[a-z]+(acute|grave|uml|circ|tilde|cedil));"
)
_CLASS = re.compile(r"""\bclass\s*=\s*["']?([^"'<>]*)""", re.IGNORECASE)


def plain(markup: str) -> str:
    r"""Return the text that a reader of the page sees.

    Spans of class "invisible", by which Mastodon shortens a link, are left out.

    Examples
    --------
    >>> plain('<p>Nice &amp; green!<br/>Thanks <span>@<b>city</b></span></p><p>Bye</p>')
    'Nice & green!\nThanks @city\nBye'
    """
    if "<" not in markup and "&" not in markup:
        return markup
    found: list[str] = []
    hidden = 0  # how many tags of the name that hides are open, itself included
    hides = ""
    last = 0
    for tag in _TAG.finditer(markup):
        if not hidden:
            found.append(html.unescape(markup[last : tag.start()]))
        last = tag.end()
        closes, name = tag[1] == "/", (tag[2] or "").lower()
        if hidden:
            hidden += (name == hides) * (-1 if closes else 1)
            continue
        if name in _BREAKS:
            found.append("\n")
        if not closes and name not in _EMPTY and (name in _UNSHOWN or _invisible(tag[3] or "")):
            hidden, hides = 1, name
    if not hidden:
        found.append(html.unescape(markup[last:]))
    return re.sub(r"\s*\n\s*", "\n", "".join(found)).strip()


def plain_texts(texts: pl.Series) -> pl.Series:
    """Return texts of a table, those that hold common tags or characters of HTML as `plain` does.

    Examples
    --------
    >>> import polars as pl
    >>> plain_texts(pl.Series(["too <b>loud</b>", "caf&eacute;", "5 < 6 & I <3 it"])).to_list()
    ['too loud', 'café', '5 < 6 & I <3 it']
    """
    some = texts.str.contains("[<&]").fill_null(value=False).arg_true()
    some = some.filter(texts.gather(some).str.contains(_MARKED))
    if not some.len():
        return texts
    return texts.clone().scatter(some, [plain(text) for text in texts.gather(some).to_list()])


def _invisible(attributes: str) -> bool:
    found = _CLASS.search(attributes)
    return found is not None and "invisible" in found[1].split()
