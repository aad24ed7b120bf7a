"""Which ids were met before: 16 bytes for each post, none of them an id or a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Seen"]


class Seen:
    """Hashes of ids and of what stood under them, over all batches of a stream."""

    __slots__ = ("_runs",)

    # Sorted runs of falling length; two of like length are merged, so that a post is moved only
    # about log2(batches) times.
    def __init__(self) -> None:
        self._runs: list[tuple[NDArray[np.uint64], NDArray[np.uint64]]] = []

    def __len__(self) -> int:
        return sum(len(ids) for ids, _ in self._runs)

    def holds(self, ids: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Say which ids were met, (N,)."""
        return self._look_up(ids)[0]

    def meet(
        self, ids: NDArray[np.uint64], contents: NDArray[np.uint64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Remember posts; say which repeat an earlier one and which only have its id.

        Parameters
        ----------
        ids, contents : ndarray of uint64, shape (N,)
            Hashes of the id and of the content of each post, in the order of the file.

        Returns
        -------
        repeated, clash : ndarray of bool, shape (N,)

        Examples
        --------
        >>> hashes = np.array([7, 7, 7, 8], dtype=np.uint64)
        >>> repeated, clash = Seen().meet(hashes, np.array([1, 1, 2, 1], dtype=np.uint64))
        >>> repeated.tolist(), clash.tolist()
        ([False, True, False, False], [False, False, True, False])
        """
        order = np.argsort(ids)
        if (ids[order[1:]] == ids[order[:-1]]).any():
            order = np.argsort(ids, kind="stable")  # slower, but the first comes first
        ids, contents = ids[order], contents[order]
        first = np.ones(len(ids), dtype=np.bool_)
        first[1:] = ids[1:] != ids[:-1]
        known, before = self._look_up(ids[first])
        kept = np.where(known, before, contents[first])
        group = np.cumsum(first) - 1
        later = ~first | known[group]
        same = contents == kept[group]
        repeated, clash = np.empty_like(later), np.empty_like(later)
        repeated[order], clash[order] = later & same, later & ~same
        self._add(ids[first][~known], kept[~known])
        return repeated, clash

    def _look_up(self, ids: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
        known = np.zeros(len(ids), dtype=np.bool_)
        content = np.zeros(len(ids), dtype=np.uint64)
        for run, contents in self._runs:
            at = np.minimum(np.searchsorted(run, ids), len(run) - 1)
            here = run[at] == ids
            content[here] = contents[at[here]]
            known |= here
        return known, content

    def _add(self, ids: NDArray[np.uint64], contents: NDArray[np.uint64]) -> None:
        if not len(ids):
            return
        self._runs.append((ids, contents))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]):
            (a, of_a), (b, of_b) = self._runs[-2:]
            both, contents = np.concatenate([a, b]), np.concatenate([of_a, of_b])
            order = np.argsort(both, kind="stable")
            self._runs[-2:] = [(both[order], contents[order])]
