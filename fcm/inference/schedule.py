"""From maps and scenarios to what the kernel runs: start states and regimes.

Names end here: the kernel behind knows only rows. Scenarios that change the same links at the same
times share a matrix and run side by side; everything else that a scenario does differs by column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import DynamicsError, ScenarioError, UnknownConceptError, nearest
from fcm.inference.kernel import Hold, Regime
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fcm.inference.dynamics import Dynamics
    from fcm.map import CognitiveMap

__all__ = ["Group", "check_scenarios", "schedule", "start_states"]


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that share their matrices.

    Parameters
    ----------
    columns : ndarray of int, shape (K,)
        Which of the S runs.
    start : ndarray of shape (n, K)
    regimes : tuple of Regime
    """

    columns: NDArray[np.intp]
    start: NDArray[np.float64]
    regimes: tuple[Regime, ...]


def check_scenarios(
    m: CognitiveMap, scenarios: Scenario | Sequence[Scenario] | None
) -> tuple[Scenario, ...]:
    """Return the scenarios as a tuple, checked against the map.

    Raises
    ------
    ScenarioError
        If a scenario's name stands twice, what is given is no scenario, or a link's new weight is
        beyond the map's limit.
    UnknownConceptError
        If a scenario names a concept that the map does not have.
    """
    if scenarios is None:
        return ()
    listed = (scenarios,) if isinstance(scenarios, Scenario) else tuple(scenarios)
    known = frozenset(m.names)
    seen = set()
    for scenario in listed:
        if not isinstance(scenario, Scenario):
            raise ScenarioError(
                f"scenarios holds {scenario!r}; expected Scenario values, for example "
                "Scenario('more staff', clamp={'staff': 0.9})."
            )
        if scenario.name in seen:
            raise ScenarioError(
                f"scenario {scenario.name!r} is given twice; results are looked up by name, so "
                "names are unique."
            )
        seen.add(scenario.name)
        for verb, names in (
            ("clamps", scenario.clamp),
            ("pushes", scenario.push),
            ("sets the start value of", scenario.initial),
            ("changes a link of", [end for pair in scenario.links for end in pair]),
        ):
            for name in names:
                if name not in known:
                    raise _unknown(m, name, f"scenario {scenario.name!r} {verb}")
        for (source, target), weight in scenario.links.items():
            if m.limit is not None and abs(weight) > m.limit:
                raise ScenarioError(
                    f"scenario {scenario.name!r} sets link {source!r} -> {target!r} to {weight:g}; "
                    f"weights of this map lie in [-{m.limit:g}, {m.limit:g}]."
                )
    return listed


def start_states(
    m: CognitiveMap,
    scenarios: Sequence[Scenario],
    initial: Mapping[str, float] | ArrayLike | None,
    clamp: Mapping[str, ArrayLike] | None,
) -> tuple[NDArray[np.float64], dict[int, NDArray[np.float64]]]:
    """Return the start states (n, S), without the scenarios' clamps, and the clamps of all runs.

    Raises
    ------
    UnknownConceptError
        If `initial` or `clamp` names a concept that the map does not have.
    DynamicsError
        If a start value is not finite or the start array has the wrong shape.
    ScenarioError
        If a clamp is not finite, or batch lengths differ.
    """
    n, index = len(m), {name: i for i, name in enumerate(m.names)}
    lengths = {"scenarios": len(scenarios)} if scenarios else {}
    if initial is None or isinstance(initial, Mapping):
        row = np.ones(n)
        for name, given in (initial or {}).items():
            if name not in index:
                raise _unknown(m, name, "initial names")
            row[index[name]] = _numbers(given, f"initial value of {name!r}", DynamicsError, 0)
    else:
        row = _numbers(initial, "initial", DynamicsError, 2)
        if row.ndim == 0 or row.shape[-1] != n:
            raise DynamicsError(
                f"initial has shape {row.shape}; expected ({n},) or (S, {n}) for the {n} concepts "
                "of the map, or a mapping of names to values."
            )
        if row.ndim == 2 and len(row) != 1:
            lengths["rows of initial"] = len(row)
    clamps: dict[int, NDArray[np.float64]] = {}
    for name, value in (clamp or {}).items():
        if name not in index:
            raise _unknown(m, name, "clamp names")
        values = _numbers(value, f"clamp of {name!r}", ScenarioError, 1)
        clamps[index[name]] = np.atleast_1d(values)
        if values.ndim:
            lengths[f"values to clamp {name!r} to"] = len(values)
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{count} {what}" for what, count in lengths.items())
        raise ScenarioError(f"the batch does not fit together: {told}; expected as many of each.")
    size = next(iter(lengths.values()), 1)
    start = np.empty((n, size))
    start[:] = row[:, None] if row.ndim == 1 else row.T
    for i, values in clamps.items():
        start[i] = values
    for s, scenario in enumerate(scenarios):
        for name, value in scenario.initial.items():
            if index[name] not in clamps:
                start[index[name], s] = value
    return start, clamps


def schedule(
    m: CognitiveMap,
    weights: NDArray[np.float64],
    gain: float | NDArray[np.float64],
    dynamics: Dynamics,
    scenarios: Sequence[Scenario],
    start: NDArray[np.float64],
    clamps: Mapping[int, NDArray[np.float64]],
) -> Iterator[Group]:
    """Yield the groups that together are all runs.

    Parameters
    ----------
    m : CognitiveMap
        For the names.
    weights : ndarray of shape (n, n) or (R, n, n)
    gain : float, or ndarray of shape (R,)
        The transfer's gain, for all or per member.
    dynamics : Dynamics
    scenarios : sequence of Scenario, length S or 0
    start, clamps
        From `start_states`.
    """
    index = {name: i for i, name in enumerate(m.names)}
    if not scenarios:
        columns = np.arange(start.shape[1])
        yield _group(index, weights, gain, dynamics, [_NOTHING], columns, start, clamps)
        return
    alike: dict[object, list[int]] = {}
    for s, scenario in enumerate(scenarios):
        alike.setdefault((_times(scenario), scenario.links), []).append(s)
    for members in alike.values():
        columns = np.array(members)
        chosen = [scenarios[s] for s in members]
        own = {i: v if len(v) == 1 else v[columns] for i, v in clamps.items()}
        yield _group(index, weights, gain, dynamics, chosen, columns, start[:, columns], own)


_NOTHING = Scenario("no intervention")


def _times(scenario: Scenario) -> tuple[int, int | None]:
    acts = scenario.clamp or scenario.push or scenario.links
    return (scenario.start, scenario.stop) if acts else (0, None)


def _group(
    index: Mapping[str, int],
    weights: NDArray[np.float64],
    gain: float | NDArray[np.float64],
    dynamics: Dynamics,
    scenarios: Sequence[Scenario],
    columns: NDArray[np.intp],
    start: NDArray[np.float64],
    clamps: Mapping[int, NDArray[np.float64]],
) -> Group:
    begin, stop = _times(scenarios[0])
    changed = weights
    if scenarios[0].links:
        changed = weights.copy()
        for (source, target), weight in scenarios[0].links.items():
            changed[..., index[source], index[target]] = weight
    phases = [(begin, True)]
    if begin > 1:
        phases.insert(0, (0, False))
    if stop is not None:
        phases.append((stop, False))
    own = _by_row([scenario.clamp for scenario in scenarios], index)
    pushes = _by_row([scenario.push for scenario in scenarios], index)

    always = [Hold(row, values, None) for row, values in clamps.items()]
    if dynamics.hold_inputs:
        has_cause = np.zeros(len(index), dtype=bool)
        for _, acting in phases:
            acted = changed if acting else weights
            has_cause |= (acted != 0).any(axis=tuple(range(acted.ndim - 1)))
        for row in set(np.nonzero(~has_cause)[0].tolist()) - set(clamps):
            push = pushes.get(row)
            if push is None:
                always.append(Hold(row, start[row].copy(), None))
            elif push.where is not None:
                always.append(Hold(row, start[row].copy(), ~push.where))
    start = start.copy()
    if begin == 0:
        for hold in own.values():
            where = True if hold.where is None else hold.where
            np.copyto(start[hold.row], hold.values, where=where)

    members = weights.ndim == 3
    factor = np.asarray(gain)
    regimes = []
    for first, acting in phases:
        matrix, constant = dynamics.rule.fold(changed if acting else weights)
        matrix *= factor[..., None, None]
        bias = None if constant is None else constant.T[..., None]
        if acting and pushes:
            pushed = np.zeros(start.shape)
            for hold in pushes.values():
                pushed[hold.row] = hold.values
            pushed = pushed[:, None, :] if members else pushed
            bias = pushed if bias is None else bias + pushed
        holds = [*always, *(own.values() if acting else ())]
        regimes.append(
            Regime(
                first,
                matrix,
                None if bias is None else bias * factor[..., None],
                tuple(_over_members(hold) for hold in holds) if members else tuple(holds),
            )
        )
    return Group(columns, start, tuple(regimes))


def _by_row(settings: Sequence[Mapping[str, float]], index: Mapping[str, int]) -> dict[int, Hold]:
    """Return what the scenarios set, concept by concept; values are 0 where one sets nothing."""
    rows: dict[int, Hold] = {}
    for name in dict.fromkeys(name for setting in settings for name in setting):
        values = np.array([setting.get(name, 0.0) for setting in settings])
        where = np.array([name in setting for setting in settings])
        rows[index[name]] = Hold(index[name], values, None if where.all() else where)
    return rows


def _over_members(hold: Hold) -> Hold:
    where = hold.where if hold.where is None else hold.where[None]
    return Hold(hold.row, hold.values[None], where)


def _numbers(
    value: object, what: str, error: type[DynamicsError | ScenarioError], most_axes: int
) -> NDArray[np.float64]:
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise error(f"{what} is {value!r}; expected numbers.") from None
    if numbers.ndim > most_axes:
        expected = ("one number", "one number, or one per run", "(n,) or (S, n)")[most_axes]
        raise error(f"{what} has shape {numbers.shape}; expected {expected}.")
    if not np.isfinite(numbers).all():
        bad = numbers[~np.isfinite(numbers)].flat[0] if numbers.ndim else numbers
        raise error(f"{what} holds {bad}; expected finite numbers.")
    return numbers


def _unknown(m: CognitiveMap, name: object, does: str) -> UnknownConceptError:
    title = f"map {m.name!r}" if m.name else "the map"
    return UnknownConceptError(
        f"{does} {name!r}, which is not in {title}. {nearest(str(name), m.names)}"
    )
