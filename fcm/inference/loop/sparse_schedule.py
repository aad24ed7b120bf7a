"""From sparse maps and scenarios to what the kernel runs.

Scenarios name few concepts. They are scheduled on the small map of these concepts alone, and what
comes out, changed links, pushes and holds, is carried over to the rows of the large one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import DynamicsError, UnknownConceptError
from fcm.inference.kernel import Hold, Regime
from fcm.inference.loop.advance import Squash
from fcm.inference.loop.batch import check_scenarios, start_states
from fcm.inference.loop.schedule import Group, schedule
from fcm.inference.rules import Kosko, ModifiedKosko, Rescaled
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

    from fcm.inference.dynamics import Dynamics
    from fcm.inference.loop.advance import Advance
    from fcm.inference.loop.sparse import SparseMap
    from fcm.inference.loop.trail import Space

__all__ = ["SparseRegime", "sparse_groups", "sparse_start"]

_FEWEST_COLUMNS = 16


@dataclass(frozen=True, slots=True)
class SparseRegime:
    """A regime whose matrix is held by its links; see `fcm.inference.kernel.Law`.

    Parameters
    ----------
    first : int
    incoming : csr_array of shape (n, n)
        Row per effect, times the gain.
    memory : float
        What of the state itself is added, times the gain.
    bias : ndarray that broadcasts to the states, or None
    holds : tuple of Hold
    """

    first: int
    incoming: csr_array
    memory: float
    bias: NDArray[np.float64] | None
    holds: tuple[Hold, ...]

    @classmethod
    def of(cls, regime: Regime) -> SparseRegime:
        """Return the same regime by its links."""
        from scipy.sparse import csr_array

        return cls(regime.first, csr_array(regime.matrix.T), 0.0, regime.bias, regime.holds)

    @property
    def fewest(self) -> int:
        """Columns below which a product does not pay."""
        return _FEWEST_COLUMNS

    def product(
        self,
        *,
        few: bool,  # noqa: ARG002
    ) -> Callable[[NDArray[np.float64], NDArray[np.float64]], object]:
        """Return the function that puts ``incoming @ x + memory * x`` into its second argument."""
        incoming, memory = self.incoming, self.memory

        def multiply(x: NDArray[np.float64], z: NDArray[np.float64]) -> None:
            if memory:
                np.multiply(x, memory, out=z)
            else:
                z.fill(0.0)
            if x.shape[1] == 1:
                z[:, 0] += incoming @ x[:, 0]
            else:
                z += incoming @ x

        return multiply

    def take(
        self,
        lanes: NDArray[np.intp] | slice,
        space: Space | None = None,  # noqa: ARG002
    ) -> SparseRegime:
        """Return the regime for these lanes only."""
        bias = self.bias
        return replace(
            self,
            bias=bias if bias is None or bias.shape[1] == 1 else bias[:, lanes],
            holds=tuple(hold.take(lanes) for hold in self.holds),
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A transfer, but some rows stay as they are."""

    inner: Advance
    rows: NDArray[np.intp]

    @property
    def exact(self) -> bool:
        return self.inner.exact

    def apply(self, z: NDArray[np.float64], x: NDArray[np.float64]) -> None:
        self.inner.apply(z, x)
        z[self.rows] = x[self.rows]

    def take(self, lanes: NDArray[np.intp] | slice) -> _Kept:
        return _Kept(self.inner.take(lanes), self.rows)


def sparse_start(
    m: SparseMap,
    scenarios: Scenario | Sequence[Scenario] | None,
    initial: Mapping[str, float] | ArrayLike | None,
    clamp: Mapping[str, ArrayLike] | None,
) -> tuple[tuple[Scenario, ...], NDArray[np.float64], dict[int, NDArray[np.float64]]]:
    """Return the scenarios, checked, the start states (n, S) and the clamps of all runs.

    Raises
    ------
    UnknownConceptError, ScenarioError, DynamicsError
        As `fcm.inference.loop.batch.check_scenarios` and `start_states` do.
    """
    if scenarios is None:
        listed: tuple[Any, ...] = ()
    else:
        listed = (scenarios,) if isinstance(scenarios, Scenario) else tuple(scenarios)
    named: dict[str, None] = {}
    for scenario in listed:
        if isinstance(scenario, Scenario):
            named.update(dict.fromkeys(_named(m, scenario)))
    for what, mapping in (("initial", initial), ("clamp", clamp)):
        if isinstance(mapping, Mapping):
            for name in mapping:
                _index(m, name, what)
                named[name] = None
    rows = np.array([m.index(name) for name in named], dtype=np.intp)
    small = _small(m, rows, list(named))
    checked = check_scenarios(small, listed)
    values: NDArray[np.float64] | None = None
    own: Any = initial
    if initial is not None and not isinstance(initial, Mapping):
        values = _states(initial, len(m))
        one = np.ones((*values.shape[:-1], 1))
        own = np.concatenate([values[..., rows], one], axis=-1)
    few, clamps = start_states(small, checked, own, clamp)
    start = np.ones((len(m), few.shape[1]))
    if values is not None:
        start[:] = values[:, None] if values.ndim == 1 else values.T
    start[rows] = few[:-1]
    return checked, start, {int(rows[i]): held for i, held in clamps.items()}


def sparse_groups(
    m: SparseMap,
    dynamics: Dynamics,
    scenarios: Sequence[Scenario],
    start: NDArray[np.float64],
    clamps: Mapping[int, NDArray[np.float64]],
) -> Iterator[Group]:
    """Yield the groups that together are all runs, as `fcm.inference.loop.schedule.schedule` does.

    Raises
    ------
    DynamicsError
        If the rule is none that a sparse map can be run by, numbers differ by concept, or links
        have lags.
    """
    memory, twice = _memory(m, dynamics)
    gain = float(dynamics.transfer.gain)
    named = dict.fromkeys(name for scenario in scenarios for name in _named(m, scenario))
    rows = np.array(sorted({m.index(name) for name in named} | set(clamps)), dtype=np.intp)
    k = len(rows)
    small = _small(m, rows, [_name(m, row) for row in rows.tolist()])
    few = np.concatenate([start[rows], np.ones((1, start.shape[1]))])
    place = {row: i for i, row in enumerate(rows.tolist())}
    own = {place[row]: values for row, values in clamps.items()}
    plain, constant = dynamics.rule.fold(small.weights)
    incoming = _scaled(m.incoming, gain * (2.0 if twice else 1.0))
    bias = None
    if twice:
        sums = np.asarray(m.weights.sum(axis=0)).reshape(-1, 1)
        bias = -gain * (sums + memory)
    own_memory = gain * memory * (2.0 if twice else 1.0)
    advance: Advance = Squash(dynamics.transfer)
    if dynamics.hold_inputs:
        free = ~m.caused()
        free[rows] = False
        advance = _Kept(advance, np.flatnonzero(free))
    for group in schedule(small, small.weights, None, dynamics, scenarios, few, own):
        states = start[:, group.columns]
        states[rows] = group.start[:k]
        regimes: list[Any] = []
        for each in group.regimes:
            links = (each.matrix - gain * plain)[:k, :k]
            pushed = None if each.bias is None else each.bias[:k]
            if constant is not None:
                pushed = each.bias[:k] - gain * constant[:k, None]  # type: ignore[index]
            regimes.append(
                SparseRegime(
                    each.first,
                    _changed(incoming, links, rows),
                    own_memory,
                    _lifted(bias, pushed, rows, len(m)),
                    tuple(replace(h, row=int(rows[h.row])) for h in each.holds if h.row < k),
                )
            )
        yield Group(group.columns, states, tuple(regimes), advance)


def _memory(m: SparseMap, dynamics: Dynamics) -> tuple[float, bool]:
    """Return the memory of the rule, and whether it counts activations from the middle."""
    rule, transfer = dynamics.rule, dynamics.transfer
    if dynamics.lags:
        raise DynamicsError("links of a sparse map cannot have lags; use a CognitiveMap.")
    if not isinstance(rule, Kosko | ModifiedKosko | Rescaled):
        raise DynamicsError(
            f"a sparse map cannot be run by {rule!r}; use Kosko, ModifiedKosko or Rescaled, or a "
            "CognitiveMap."
        )
    memory = 1.0 if isinstance(rule, ModifiedKosko) else rule.memory
    bind = getattr(transfer, "bind", None)
    if not isinstance(memory, float) or np.ndim(transfer.gain) or hasattr(transfer, "each"):
        raise DynamicsError(
            "a sparse map takes one memory and one transfer for all concepts; use a CognitiveMap "
            "for others."
        )
    if bind is not None and bind(m.names[:0] if m.names else ()) is not transfer:
        raise DynamicsError(f"{transfer!r} differs by concept, which a sparse map cannot have.")
    return memory, isinstance(rule, Rescaled)


def _small(m: SparseMap, rows: NDArray[np.intp], names: list[str]) -> CognitiveMap:
    """Return the map of these concepts, with a last one that stands for all other causes."""
    k = len(rows)
    weights = np.zeros((k + 1, k + 1))
    if k:
        weights[:k, :k] = m.weights[rows][:, rows].toarray()
        strength = 1.0 if m.limit is None else m.limit
        weights[k, :k] = np.where(m.caused()[rows], strength, 0.0)
    others = "other concepts"
    while others in names:
        others += "'"
    return CognitiveMap.from_matrix(weights, [*names, others], limit=m.limit, name=m.name)


def _scaled(incoming: csr_array, factor: float) -> csr_array:
    from scipy.sparse import csr_array

    if factor == 1.0:
        return incoming
    return csr_array(
        (incoming.data * factor, incoming.indices, incoming.indptr), shape=incoming.shape
    )


def _changed(incoming: csr_array, links: NDArray[np.float64], rows: NDArray[np.intp]) -> csr_array:
    """Return the matrix with these differences between a few concepts added."""
    from scipy.sparse import csr_array

    causes, effects = links.nonzero()
    if not len(causes):
        return incoming
    change = csr_array(
        (links[causes, effects], (rows[effects], rows[causes])), shape=incoming.shape
    )
    return csr_array(incoming + change)


def _lifted(
    bias: NDArray[np.float64] | None,
    pushed: NDArray[np.float64] | None,
    rows: NDArray[np.intp],
    n: int,
) -> NDArray[np.float64] | None:
    if pushed is None or not pushed.any():
        return bias
    lifted = np.zeros((n, pushed.shape[1]))
    if bias is not None:
        lifted += bias
    lifted[rows] += pushed
    return lifted


def _named(m: SparseMap, scenario: Scenario) -> Iterator[str]:
    """Yield every concept that a scenario names, known to the map."""
    who = f"scenario {scenario.name!r}"
    for name in scenario.initial:
        _index(m, name, who)
        yield name
    for act in scenario.acts:
        ends = [end for pair in act.links for end in pair]
        for name in (*act.clamp, *act.push, *ends):
            _index(m, name, who)
            yield name


def _index(m: SparseMap, name: str, who: str) -> int:
    try:
        return m.index(name)
    except UnknownConceptError as error:
        raise UnknownConceptError(f"{who}: {error}") from None


def _name(m: SparseMap, row: int) -> str:
    assert m.names is not None
    return m.names[row]


def _states(initial: ArrayLike, n: int) -> NDArray[np.float64]:
    try:
        values = np.asarray(initial, dtype=np.float64)
    except (TypeError, ValueError):
        raise DynamicsError(f"initial is {initial!r}; expected numbers.") from None
    if values.ndim not in (1, 2) or values.shape[-1] != n:
        raise DynamicsError(
            f"initial has shape {values.shape}; expected ({n},) or (S, {n}), or a mapping of "
            "names to values."
        )
    if not np.isfinite(values).all():
        raise DynamicsError("initial holds NaN or infinity; expected finite numbers.")
    return values
