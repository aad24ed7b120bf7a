"""Links that act late: their causes' past stands in rows behind the concepts.

A link with a lag of 3 carries what its cause was two steps before the present state. The states
are made longer by delay lines, rows in which each step hands on the value before, so that the
kernel runs such a map like any other: the next state depends on the present one alone. The rows
count for settling: a run has not settled as long as something that will still act is on its way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import UnknownConceptError, nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.loop.advance import Advance
    from fcm.inference.rules import Rule

__all__ = ["DelayLines", "Delayed", "delay_lines"]


@dataclass(frozen=True, slots=True)
class DelayLines:
    """Where the past of each cause stands.

    Parameters
    ----------
    n : int
        Concepts.
    first : mapping of int to int
        From a cause to the row that holds its last value but one; older values follow.
    length : mapping of int to int
        How many rows each cause has.
    links : tuple of (int, int, int)
        Cause, effect and lag, 2 or more.
    """

    n: int
    first: Mapping[int, int]
    length: Mapping[int, int]
    links: tuple[tuple[int, int, int], ...]

    @property
    def rows(self) -> int:
        """Rows of a state, concepts included."""
        return self.n + sum(self.length.values())

    def state(self, start: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return start states (n, ...) with a past in which nothing ever moved."""
        past = [np.repeat(start[i : i + 1], length, axis=0) for i, length in self.length.items()]
        return np.concatenate([start, *past])

    def matrix(
        self, rule: Rule, weights: NDArray[np.float64], folded: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the folded matrix (..., n, n) with the late links moved to the delay lines.

        What a rule adds to the diagonal is the concept's own memory and is never late.
        """
        n, rows = self.n, self.rows
        longer = np.zeros((*folded.shape[:-2], rows, rows))
        longer[..., :n, :n] = folded
        memory = folded
        loops = [i for i, j, _ in self.links if i == j]
        if loops:
            without = weights.copy()
            without[..., loops, loops] = 0.0
            memory = rule.fold(without)[0]
        for i, j, lag in self.links:
            kept = memory[..., i, i] if i == j else 0.0
            longer[..., i, j] = kept
            longer[..., self.first[i] + lag - 2, j] = folded[..., i, j] - kept
        for i, row in self.first.items():
            longer[..., i, row] = 1.0
            for k in range(row, row + self.length[i] - 1):
                longer[..., k, k + 1] = 1.0
        return longer

    def bias(self, bias: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a bias (n, ...) with nothing added to the delay lines."""
        return np.concatenate([bias, np.zeros((self.rows - self.n, *bias.shape[1:]))])


def delay_lines(lags: Mapping[tuple[str, str], int], names: Sequence[str]) -> DelayLines | None:
    """Return the delay lines for a map with these concepts, or None if no link is late.

    Raises
    ------
    UnknownConceptError
        If a lag names a concept that is not there.
    """
    index = {name: i for i, name in enumerate(names)}
    for pair in lags:
        for name in pair:
            if name not in index:
                raise UnknownConceptError(
                    f"dynamics.lags has {pair[0]!r} -> {pair[1]!r}, but {name!r} is not in the "
                    f"map. {nearest(name, names)}"
                )
    late = sorted((index[a], index[b], lag) for (a, b), lag in lags.items() if lag > 1)
    if not late:
        return None
    length: dict[int, int] = {}
    for i, _, lag in late:
        length[i] = max(lag - 1, length.get(i, 0))
    first, row = {}, len(names)
    for i, rows in length.items():
        first[i] = row
        row += rows
    return DelayLines(len(names), first, length, tuple(late))


@dataclass(frozen=True, slots=True)
class Delayed:
    """An advance of the concepts; the delay lines keep what the matrix handed on.

    Parameters
    ----------
    inner : Advance
    n : int
        Concepts.
    """

    inner: Advance
    n: int

    @property
    def exact(self) -> bool:
        """Whether the concepts' states come from a finite set."""
        return self.inner.exact

    def apply(self, z: NDArray[np.float64], x: NDArray[np.float64]) -> None:
        """Advance the first n rows in place."""
        self.inner.apply(z[: self.n], x[: self.n])

    def take(self, lanes: NDArray[np.intp] | slice) -> Delayed:
        """Return the advance for these lanes only."""
        return Delayed(self.inner.take(lanes), self.n)
