"""Read-only containers from which the library's values are made.

Values hold what they were given: arrays are copied and locked, mappings are copied and cannot be
changed, and both can be compared, hashed and pickled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["FrozenDict", "frozen_array"]

K = TypeVar("K")
V_co = TypeVar("V_co", covariant=True)


class FrozenDict(Mapping[K, V_co]):
    """A mapping that keeps its order and cannot be changed."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[K, V_co] | None = None) -> None:
        self._items: dict[K, V_co] = dict(items or {})

    def __getitem__(self, key: K) -> V_co:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return dict(other) == self._items if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[type[FrozenDict[K, V_co]], tuple[dict[K, V_co]]]:
        return FrozenDict, (self._items,)


def frozen_array(values: ArrayLike) -> NDArray[np.float64]:
    """Return a read-only float64 copy in C order.

    Examples
    --------
    >>> frozen_array([1, 2]).flags.writeable
    False
    """
    array = np.array(values, dtype=np.float64, order="C", copy=True)
    array.setflags(write=False)
    return array
