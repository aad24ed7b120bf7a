"""Where the concepts of a map stand in its drawing: levers left, outcomes right, others between.

Within a column the concepts are ordered so that links cross little (barycentre sweeps).

References
----------
Sugiyama, K., Tagawa, S., & Toda, M. (1981). Methods for visual understanding of hierarchical
system structures. IEEE Transactions on Systems, Man, and Cybernetics, 11(2), 109-125.
https://doi.org/10.1109/TSMC.1981.4308636
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fcm.map import CognitiveMap

__all__ = ["columns"]

_ROLES = ("lever", "context", "outcome")
_SWEEPS = 8


def columns(m: CognitiveMap) -> tuple[tuple[str, ...], ...]:
    """Return the names of the concepts by column, in the order from top to bottom.

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> m = CognitiveMap.from_links({("a", "x"): 1, ("b", "y"): 1}, levers=["b", "a"],
    ...                             outcomes=["x", "y"])
    >>> columns(m)
    (('a', 'b'), (), ('x', 'y'))
    """
    order = [[each.name for each in m.concepts if each.role == role] for role in _ROLES]
    near: dict[str, list[str]] = {name: [] for name in m.names}
    for source, target in m.links():
        near[source].append(target)
        near[target].append(source)
    for sweep in range(_SWEEPS):
        for column in (0, 1, 2) if sweep % 2 else (2, 1, 0):
            place = _places(order)
            order[column] = _sorted(order[column], near, place)
    return tuple(tuple(each) for each in order)


def _places(order: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return the height of every concept, from 0 at the top to 1."""
    return {name: (k + 0.5) / len(column) for column in order for k, name in enumerate(column)}


def _sorted(
    column: Sequence[str], near: dict[str, list[str]], place: dict[str, float]
) -> list[str]:
    mine = set(column)

    def middle(name: str) -> float:
        others = [place[each] for each in near[name] if each not in mine]
        return sum(others) / len(others) if others else place[name]

    # sorted() is stable, so ties keep their order.
    return sorted(column, key=middle)
