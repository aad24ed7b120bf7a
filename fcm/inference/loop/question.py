"""What a simulation was asked, kept with its answer so that it can be asked for more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.inference.kernel import run
from fcm.inference.loop.ledger import join
from fcm.inference.loop.schedule import schedule
from fcm.inference.loop.sparse import SparseMap
from fcm.inference.loop.sparse_schedule import SparseRegime, sparse_groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.dynamics import Dynamics
    from fcm.inference.loop.ledger import Runs
    from fcm.inference.loop.schedule import Group
    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario

__all__ = ["Question"]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A map, how it is run, and what is done to it in each run.

    Parameters
    ----------
    map : CognitiveMap or SparseMap
    scenarios : tuple of Scenario, length S or 0
        Already checked against the map.
    start : ndarray of shape (n, S)
        Start states without the scenarios' clamps.
    clamps : mapping of row to ndarray of shape (S,) or (1,)
    dynamics : Dynamics
    sparse : bool
        Whether to multiply by the links of a `CognitiveMap` and not by its matrix.
    """

    map: CognitiveMap | SparseMap
    scenarios: tuple[Scenario, ...]
    start: NDArray[np.float64]
    clamps: Mapping[int, NDArray[np.float64]]
    dynamics: Dynamics
    sparse: bool = False

    def answer(
        self,
        *,
        record: bool = False,
        track: bool = False,
        threads: int = 1,
        tell: Callable[[int], object] | None = None,
    ) -> Runs:
        """Return what came of every run, in order.

        Parameters
        ----------
        record, track, threads, tell
            As in `fcm.inference.kernel.run`.
        """
        m, dynamics = self.map, self.dynamics
        columns, parts = [], []
        for group in self._groups():
            columns.append(group.columns)
            parts.append(
                run(
                    group.start,
                    group.regimes,
                    group.advance,
                    tol=dynamics.tol,
                    max_steps=dynamics.max_steps,
                    visible=len(m),
                    record=record,
                    track=track,
                    threads=threads,
                    tell=tell,
                )
            )
        if len(parts) == 1:
            return parts[0]
        return join(parts).part(np.argsort(np.concatenate(columns)))

    def _groups(self) -> Iterator[Group]:
        m, dynamics = self.map, self.dynamics
        if isinstance(m, SparseMap):
            yield from sparse_groups(m, dynamics, self.scenarios, self.start, self.clamps)
            return
        groups = schedule(m, m.weights, None, dynamics, self.scenarios, self.start, self.clamps)
        if not self.sparse:
            yield from groups
            return
        for group in groups:
            by_links: Any = tuple(SparseRegime.of(regime) for regime in group.regimes)
            yield replace(group, regimes=by_links)
