"""Numbers that hold for every concept, or for each concept its own.

A slope, a memory, a decay: one number for all, a tuple in the map's order, or a mapping of names
to numbers. What the number means is its owner's business.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from fcm.errors import DynamicsError, UnknownConceptError, nearest
from fcm.frozen import FrozenDict

__all__ = ["ByConcept", "Settled", "checked", "in_order", "settled"]

ByConcept = float | tuple[float, ...] | Mapping[str, float]
Settled = float | tuple[float, ...]


def checked(
    owner: str, what: str, value: object, *, expected: str, accepts: Callable[[float], bool]
) -> ByConcept:
    """Return a number, a tuple or a frozen mapping, all of whose numbers are finite and accepted.

    Raises
    ------
    DynamicsError
        If one is not.

    Examples
    --------
    >>> checked("Tanh", "slope", [1, 2], expected="above 0", accepts=lambda x: x > 0)
    (1.0, 2.0)
    """
    try:
        found = _read(value)
    except (TypeError, ValueError):
        found = math.nan
    for number in _numbers(found):
        if not (math.isfinite(number) and accepts(number)):
            raise DynamicsError(f"{owner} has {what}={value!r}; expected {expected}.")
    return found


def _read(value: object) -> ByConcept:
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, Mapping):
        return FrozenDict({str(name): float(each) for name, each in value.items()})
    if isinstance(value, str):
        raise TypeError
    return tuple(float(each) for each in value)  # type: ignore[attr-defined]


def _numbers(value: ByConcept) -> Iterable[float]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, tuple) else (value,)


def in_order(
    value: ByConcept, names: Sequence[str], *, owner: str, what: str, otherwise: float
) -> Settled:
    """Return a number, or one per concept in the order of the names.

    Parameters
    ----------
    value : float, tuple or mapping
    names : sequence of str
        The concepts of the map.
    owner, what : str
        For the messages.
    otherwise : float
        The number of concepts that a mapping does not name.

    Raises
    ------
    UnknownConceptError
        If a mapping names a concept that the map does not have.
    DynamicsError
        If a tuple has not one number per concept.
    """
    if isinstance(value, Mapping):
        for name in value:
            if name not in names:
                raise UnknownConceptError(
                    f"{owner} gives {what} of {name!r}, which is not in the map. "
                    f"{nearest(name, names)}"
                )
        return tuple(value.get(name, otherwise) for name in names)
    if isinstance(value, tuple) and len(value) != len(names):
        raise DynamicsError(
            f"{owner} has {len(value)} values of {what}, but the map has {len(names)} concepts; "
            "give one number, one per concept in the map's order, or a mapping of names."
        )
    return value


def settled(value: ByConcept, *, owner: str, what: str) -> Settled:
    """Return the number or tuple; a mapping has no order without a map and is refused.

    Raises
    ------
    DynamicsError
        If it is a mapping.
    """
    if isinstance(value, Mapping):
        raise DynamicsError(
            f"{owner} gives {what} by the names of concepts; put it in the order of a map first, "
            "with dynamics.bind(map.names)."
        )
    return value
