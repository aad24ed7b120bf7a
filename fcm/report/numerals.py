"""Numbers as readers see them: three figures at most, sign always shown, no false certainty.

Nothing here knows what a number stands for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["change", "count", "listed", "measure", "percent", "relative", "span"]


def change(value: float) -> str:
    """Return a change in activation units with its sign; what was not settled has none.

    Examples
    --------
    >>> change(-0.20834), change(0.00004), change(float("nan"))
    ('-0.208', '0.000', 'not settled')
    """
    if math.isnan(value):
        return "not settled"
    if abs(value) < 0.0005:
        return "0.000"
    return f"{value:+.3f}" if abs(value) < 10 else f"{value:+.3g}"


def span(low: float, high: float) -> str:
    """Return an interval of changes in words.

    Examples
    --------
    >>> span(-0.27, -0.04)
    '-0.270 to -0.040'
    """
    if math.isnan(low) or math.isnan(high):
        return "not settled"
    return f"{change(low)} to {change(high)}"


def measure(mean: float, spread: float) -> str:
    """Return a mean with its standard deviation.

    Examples
    --------
    >>> measure(-0.2083, 0.0712)
    '-0.208 +- 0.07'
    """
    width = f"{spread:.2f}" if spread >= 0.005 or spread == 0 else f"{spread:.1g}"
    return f"{change(mean)} +- {width}"


def percent(share: float) -> str:
    """Return a share of 1; only what is exactly all or nothing reads 100 % or 0 %.

    Examples
    --------
    >>> percent(0.618), percent(0.9996), percent(1.0), percent(0.0004)
    ('62 %', '> 99 %', '100 %', '< 1 %')
    """
    if math.isnan(share):
        return "unknown"
    whole = round(100 * share)
    if whole >= 100 and share < 1:
        return "> 99 %"
    if whole <= 0 and share > 0:
        return "< 1 %"
    return f"{whole} %"


def relative(value: float) -> str:
    """Return a relative change in per cent with its sign.

    Examples
    --------
    >>> relative(-0.15963), relative(0.0)
    ('-16.0 %', '0.0 %')
    """
    rounded = round(100 * value, 1)
    return f"{rounded:+.1f} %" if rounded else "0.0 %"


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> count(1, "link"), count(42, "link")
    ('1 link', '42 links')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(words: Sequence[str], *, joiner: str = "and") -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed(["air", "noise", "support"])
    'air, noise and support'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"
