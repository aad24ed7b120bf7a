"""From names to rows: scenarios checked against their map, and the start states of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import DynamicsError, ScenarioError, UnknownConceptError, nearest
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fcm.map import CognitiveMap

__all__ = ["check_scenarios", "start_states"]


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
    known = m.rows
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
        for name in scenario.initial:
            if name not in known:
                raise _unknown(m, name, f"scenario {scenario.name!r} sets the start value of")
        for act in scenario.acts:
            _check_act(m, known, f"scenario {scenario.name!r}", act)
    return listed


def _check_act(m: CognitiveMap, known: Mapping[str, int], who: str, act: Scenario) -> None:
    for verb, names in (
        ("clamps", act.clamp),
        ("pushes", act.push),
        ("changes a link of", [end for pair in act.links for end in pair]),
    ):
        for name in names:
            if name not in known:
                raise _unknown(m, name, f"{who} {verb}")
    for (source, target), weight in act.links.items():
        if m.limit is not None and abs(weight) > m.limit:
            raise ScenarioError(
                f"{who} sets link {source!r} -> {target!r} to {weight:g}; weights of this map lie "
                f"in [-{m.limit:g}, {m.limit:g}]."
            )


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
    n, index = len(m), m.rows
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
    if row.ndim == 2 and len(row) == size:
        start = row.T.copy(order="K")  # turned round chunk by chunk, where it is cheap
    else:
        start = np.empty((n, size))
        start[:] = row[:, None] if row.ndim == 1 else row.T
    for i, values in clamps.items():
        start[i] = values
    for s, scenario in enumerate(scenarios):
        for name, value in scenario.initial.items():
            if index[name] not in clamps:
                start[index[name], s] = value
    return start, clamps


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
