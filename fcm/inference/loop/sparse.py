"""A map by its links only, for maps too large for a matrix of all pairs.

It is run like any other: `fcm.simulate` takes it. It holds no concepts with roles and labels, and
names only if they are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from fcm.errors import MapError, UnknownConceptError, nearest
from fcm.map import CognitiveMap

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

__all__ = ["Numbered", "SparseMap", "pays"]


class Numbered(Sequence[str]):
    """The names C1, C2, ... that nobody wrote down.

    Examples
    --------
    >>> names = Numbered(1_000_000)
    >>> names[999_999], names.index("C7"), "C0" in names
    ('C1000000', 6, False)
    """

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, i: int) -> str: ...
    @overload
    def __getitem__(self, i: slice) -> tuple[str, ...]: ...
    def __getitem__(self, i: int | slice) -> str | tuple[str, ...]:
        """Return the name at a place, or those of a slice."""
        found = range(1, self._count + 1)[i]
        return f"C{found}" if isinstance(found, int) else tuple(f"C{k}" for k in found)

    def __iter__(self) -> Iterator[str]:
        return (f"C{k}" for k in range(1, self._count + 1))

    def __contains__(self, name: object) -> bool:
        return self._place(name) is not None

    def index(self, name: str, start: int = 0, stop: int | None = None) -> int:
        """Return the place of a name; ValueError if it is not among them."""
        place = self._place(name)
        if place is None or place < start or (stop is not None and place >= stop):
            raise ValueError(f"{name!r} is not in C1 to C{self._count}")
        return place

    def _place(self, name: object) -> int | None:
        digits = name[1:] if isinstance(name, str) and name[:1] == "C" else ""
        if not (digits.isascii() and digits.isdigit()) or digits[0] == "0":
            return None
        return int(digits) - 1 if int(digits) <= self._count else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Numbered) and len(self) == len(other)

    def __hash__(self) -> int:
        return hash(("Numbered", self._count))

    def __repr__(self) -> str:
        return f"Numbered({self._count})"


@dataclass(frozen=True, eq=False, repr=False)
class SparseMap:
    """Signed causal links between many concepts.

    Parameters
    ----------
    weights : scipy sparse array of shape (n, n), CognitiveMap or array_like
        ``weights[i, j]`` is the effect of concept ``i`` on concept ``j``. Copied.
    names : sequence of str, optional
        C1, C2, ... unless given.
    limit : float or None, default 1.0
        Largest absolute weight accepted; None for maps without a bound.
    name : str
        For readers and reports.

    Raises
    ------
    MapError
        If the matrix is not (n, n), a weight is not finite or beyond `limit`, or the names are not
        n different ones.

    Examples
    --------
    >>> from scipy.sparse import coo_array
    >>> m = SparseMap(coo_array(([0.8], ([0], [1])), shape=(2, 2)), names=["rain", "wet street"])
    >>> m
    SparseMap(2 concepts, 1 link)
    >>> from fcm import simulate
    >>> simulate(m, clamp={"rain": 1.0})["wet street"].round(3)
    array([0.69])
    """

    weights: Any
    names: Sequence[str] | None = None
    limit: float | None = 1.0
    name: str = ""

    def __post_init__(self) -> None:
        from scipy.sparse import csr_array, issparse

        given: Any = self.weights
        names = self.names
        if isinstance(given, CognitiveMap):
            names = given.names if names is None else names
            given = given.weights
        build: Any = csr_array
        try:
            weights = build(given if issparse(given) else np.asarray(given, dtype=np.float64))
            weights = weights.astype(np.float64, copy=True)
        except (TypeError, ValueError) as error:
            raise MapError(f"weights are {type(given).__name__}; {error}.") from None
        weights.sum_duplicates()
        weights.eliminate_zeros()
        if weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
            raise MapError(
                f"weights have shape {weights.shape}; expected (n, n), rows = causes, columns = "
                "effects."
            )
        if max(weights.nnz, *weights.shape) < np.iinfo(np.int32).max:
            # Half the memory to read in each step.
            weights.indices = weights.indices.astype(np.int32)
            weights.indptr = weights.indptr.astype(np.int32)
        named: Sequence[str] = Numbered(weights.shape[0]) if names is None else tuple(names)
        if len(named) != weights.shape[0] or (
            not isinstance(named, Numbered) and len(set(named)) != len(named)
        ):
            raise MapError(
                f"there are {len(named)} names, {len(set(named))} of them different, for "
                f"{weights.shape[0]} concepts; expected a name of its own for each."
            )
        object.__setattr__(self, "names", named)
        self._check(weights)
        for array in (weights.data, weights.indices, weights.indptr):
            array.setflags(write=False)
        object.__setattr__(self, "weights", weights)

    def _check(self, weights: csr_array) -> None:
        if self.limit is not None and not self.limit > 0:
            raise MapError(f"limit is {self.limit}; expected a number above 0, or None.")
        bad = ~np.isfinite(weights.data)
        if self.limit is not None:
            bad |= np.abs(weights.data) > self.limit
        if not bad.any():
            return
        k = int(np.flatnonzero(bad)[0])
        i = int(np.searchsorted(weights.indptr, k, side="right")) - 1
        j = int(weights.indices[k])
        assert self.names is not None
        bound = "finite" if self.limit is None else f"in [-{self.limit:g}, {self.limit:g}]"
        raise MapError(
            f"weight {self.names[i]!r} -> {self.names[j]!r} is {weights.data[k]}; weights must be "
            f"{bound}."
        )

    def __len__(self) -> int:
        return int(self.weights.shape[0])

    def index(self, name: str) -> int:
        """Return the row and column of a concept; an unknown name raises UnknownConceptError."""
        try:
            return self.rows[name] if isinstance(self.rows, dict) else self.rows.index(name)
        except (KeyError, ValueError):
            pass
        title = f"map {self.name!r}" if self.name else "this map"
        known = self.names if len(self) <= _MOST_TO_COMPARE else ()
        hint = nearest(str(name), known) if known else f"It has {len(self):,} concepts."
        raise UnknownConceptError(f"{name!r} is not a concept of {title}. {hint}")

    @cached_property
    def rows(self) -> dict[str, int] | Numbered:
        """The names, ready to be looked up."""
        if isinstance(self.names, Numbered):
            return self.names
        return {name: i for i, name in enumerate(self.names or ())}

    @cached_property
    def incoming(self) -> csr_array:
        """The transposed weights: one row per effect, as the kernel multiplies."""
        from scipy.sparse import csr_array

        return csr_array(self.weights.T)

    def caused(self) -> NDArray[np.bool_]:
        """Return for each concept whether it has a cause."""
        has: NDArray[np.bool_] = np.diff(self.incoming.indptr) > 0
        return has

    def __repr__(self) -> str:
        n, links = len(self), self.weights.nnz
        title = f"{self.name!r}, " if self.name else ""
        return (
            f"SparseMap({title}{n:,} concept{'s' * (n != 1)}, {links:,} link{'s' * (links != 1)})"
        )


_MOST_TO_COMPARE = 10_000


def pays(weights: NDArray[np.float64], runs: int) -> bool:
    """Return whether a batch on this matrix runs faster by its links.

    Measured with OpenBLAS and scipy's CSR product, one thread, the finding of the links included:
    from 16 runs on 300 concepts on, if at most 8 % of all links are there. A single run on a large
    map gains only as a `SparseMap`, whose links are found already.
    """
    n = len(weights)
    if n < 300 or runs < 16 or runs * n * n < _LEAST_WORK:
        return False
    return bool(np.count_nonzero(weights) <= 0.08 * n * n)


# Multiplications in one step below which loading scipy would be felt.
_LEAST_WORK = 10**7
