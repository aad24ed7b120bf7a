"""A transfer per concept: most of a map smooth, say, and one concept that switches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import DynamicsError, UnknownConceptError, nearest
from fcm.frozen import FrozenDict
from fcm.inference.transfer import is_transfer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from fcm.inference.transfer import Transfer

__all__ = ["Mixed", "PerConcept"]


@dataclass(frozen=True, slots=True)
class PerConcept:
    """A transfer for most concepts, and others for those that are named.

    Parameters
    ----------
    default : Transfer
    own : mapping of concept to Transfer

    Raises
    ------
    DynamicsError
        If one of them is no transfer, is itself per concept or has slopes per concept.
    UnknownConceptError
        When a map is run, if it does not have a concept that is named.

    Examples
    --------
    >>> from fcm import Bivalent, CognitiveMap, Dynamics, Sigmoid, simulate
    >>> m = CognitiveMap.from_links({("complaints", "council acts"): 0.9})
    >>> transfer = PerConcept(Sigmoid(), {"council acts": Bivalent(threshold=0.5)})
    >>> simulate(m, clamp={"complaints": [0.4, 0.8]}, dynamics=Dynamics(transfer=transfer)).final
    array([[0.4, 0. ],
           [0.8, 1. ]])
    """

    default: Transfer
    own: Mapping[str, Transfer] = field(default_factory=FrozenDict)

    def __post_init__(self) -> None:
        if not isinstance(self.own, Mapping):
            raise DynamicsError(
                f"PerConcept has own={self.own!r}; expected a mapping of concepts to transfers, "
                "such as {'council acts': Bivalent()}."
            )
        object.__setattr__(self, "own", FrozenDict(self.own))
        for where, transfer in (("default", self.default), *self.own.items()):
            if not is_transfer(transfer):
                raise DynamicsError(
                    f"PerConcept has {transfer!r} for {where!r}; expected an instance such as "
                    "Sigmoid(slope=2)."
                )
            if isinstance(transfer, PerConcept | Mixed) or not isinstance(
                getattr(transfer, "slope", 1.0), float
            ):
                raise DynamicsError(
                    f"PerConcept has {transfer!r} for {where!r}, which is per concept itself; name "
                    "its concepts in this one, each with a transfer of one slope."
                )

    @property
    def each(self) -> tuple[Transfer, ...]:
        """The transfers in use."""
        return tuple(dict.fromkeys((self.default, *self.own.values())))

    def bind(self, names: Sequence[str]) -> Mixed:
        """Return the transfer for a map with these concepts."""
        for name in self.own:
            if name not in names:
                raise UnknownConceptError(
                    f"PerConcept gives a transfer to {name!r}, which is not in the map. "
                    f"{nearest(name, names)}"
                )
        return Mixed(transfers=tuple(self.own.get(name, self.default) for name in names))

    @property
    def gain(self) -> float:
        """Refused: which concept has which transfer is known once there is a map."""
        raise self._unbound()

    def squash(self, z: NDArray[np.float64]) -> None:  # noqa: ARG002
        """Refuse: which concept has which transfer is known once there is a map."""
        raise self._unbound()

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:  # noqa: ARG002
        """Refuse: which concept has which transfer is known once there is a map."""
        raise self._unbound()

    def _unbound(self) -> DynamicsError:
        return DynamicsError(
            "PerConcept gives transfers by the names of concepts; put them in the order of a map "
            "first, with dynamics.bind(map.names)."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """One transfer for each concept of a map, in its order.

    Parameters
    ----------
    transfers : tuple of Transfer, length n
    """

    transfers: tuple[Transfer, ...]
    exact: bool = field(init=False, repr=False, compare=False)
    gain: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    _rows: tuple[tuple[Transfer, NDArray[np.intp]], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        rows: dict[Transfer, list[int]] = {}
        for i, transfer in enumerate(self.transfers):
            rows.setdefault(transfer, []).append(i)
        gain = np.array([transfer.gain for transfer in self.transfers], dtype=np.float64)
        gain.setflags(write=False)
        every = all(bool(getattr(transfer, "exact", False)) for transfer in rows)
        object.__setattr__(self, "exact", every)
        object.__setattr__(self, "gain", gain)
        object.__setattr__(self, "_rows", tuple((t, np.array(own)) for t, own in rows.items()))

    @property
    def each(self) -> tuple[Transfer, ...]:
        """The transfers in use."""
        return tuple(transfer for transfer, _ in self._rows)

    def squash(self, z: NDArray[np.float64]) -> None:
        """Squash the rows of each transfer together."""
        for transfer, rows in self._rows:
            if len(rows) == 1:
                transfer.squash(z[rows[0] : rows[0] + 1])
            elif len(rows) == len(z):
                transfer.squash(z)
            else:
                part = z[rows]
                transfer.squash(part)
                z[rows] = part

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return the activation for each net input; concepts stand along the last axis."""
        z = np.array(np.moveaxis(np.asarray(x, dtype=np.float64) * self.gain, -1, 0))
        with np.errstate(over="ignore"):
            self.squash(z)
        return np.moveaxis(z, 0, -1)
