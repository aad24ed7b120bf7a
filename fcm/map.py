"""A cognitive map: concepts and a matrix of signed weights, checked once and never changed.

The map does not know how it is run (`fcm.simulate`) nor where its weights come from
(`fcm.evidence`). ``weights[i, j]`` is the effect of concept ``i`` on concept ``j``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from fcm.concept import Concept, Role
from fcm.errors import MapError, UnknownConceptError, nearest
from fcm.frozen import FrozenDict, frozen_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CognitiveMap"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CognitiveMap:
    """Concepts and signed causal links.

    Build one with `from_links` or `from_matrix`; every variation is a new map.

    Parameters
    ----------
    concepts : sequence of Concept
        In the order of rows and columns; names are unique.
    weights : array_like of shape (n, n), values in [-limit, limit]
        ``weights[i, j]`` is the effect of concept ``i`` on concept ``j``; 0 means no link.
    limit : float or None, default 1.0
        Largest absolute weight accepted; None for maps without a bound.
    name : str
        For readers and reports.

    Attributes
    ----------
    names : tuple of str
        Names of the concepts, in order.
    rows : mapping of str to int
        The row and column of each concept.

    Raises
    ------
    MapError
        If a name stands twice, the matrix is not (n, n), or a weight is not finite or beyond
        `limit`.

    Examples
    --------
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8}, levers=["rain"])
    >>> m
    CognitiveMap(2 concepts, 1 link)
    >>> m.weights[0, 1]
    np.float64(0.8)
    """

    concepts: tuple[Concept, ...]
    weights: NDArray[np.float64]
    limit: float | None = 1.0
    name: str = ""
    names: tuple[str, ...] = field(init=False)
    rows: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        concepts = tuple(self.concepts)
        names = tuple(concept.name for concept in concepts)
        _check_names(names)
        try:
            weights = frozen_array(self.weights)
        except (TypeError, ValueError) as error:
            raise MapError(
                f"weights must be a matrix of numbers; got {type(self.weights).__name__} ({error})."
            ) from None
        n = len(concepts)
        if weights.size == 0 and n == 0:
            weights = frozen_array(np.zeros((0, 0)))
        if weights.shape != (n, n):
            raise MapError(
                f"weights have shape {weights.shape}; {n} concepts need ({n}, {n}), "
                "rows = causes, columns = effects."
            )
        _check_weights(weights, self.limit, names)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "rows", FrozenDict({each: i for i, each in enumerate(names)}))
        object.__setattr__(self, "concepts", concepts)
        object.__setattr__(self, "weights", weights)

    @classmethod
    def from_links(
        cls,
        links: Mapping[tuple[str, str], float],
        *,
        concepts: Iterable[Concept | str] = (),
        levers: Iterable[str] = (),
        outcomes: Iterable[str] = (),
        limit: float | None = 1.0,
        name: str = "",
    ) -> CognitiveMap:
        """Return a map from named links.

        Parameters
        ----------
        links : mapping of (cause, effect) to weight
        concepts : iterable of Concept or str
            Concepts to put first, in this order; the others follow as the links name them.
        levers, outcomes : iterable of str
            Names whose role is to be lever or outcome.
        """
        known: dict[str, Concept] = {}
        for each in concepts:
            concept = each if isinstance(each, Concept) else Concept(name=each)
            if concept.name in known:
                raise MapError(f"concept {concept.name!r} is given twice; names are unique.")
            known[concept.name] = concept
        for pair in links:
            if not (isinstance(pair, tuple) and len(pair) == 2):
                raise MapError(
                    f"link {pair!r} is not a (cause, effect) pair of names; write "
                    "{('rain', 'wet street'): 0.8}."
                )
            for end in pair:
                known.setdefault(end, Concept(name=end))
        roles: dict[Role, Iterable[str]] = {"lever": levers, "outcome": outcomes}
        for role, names in roles.items():
            for each in names:
                if each not in known:
                    raise UnknownConceptError(
                        f"{role} {each!r} is not among the concepts. {nearest(each, known)}"
                    )
                known[each] = replace(known[each], role=role)
        index = {each: i for i, each in enumerate(known)}
        weights = np.zeros((len(known), len(known)))
        for (source, target), weight in links.items():
            weights[index[source], index[target]] = weight
        return cls(concepts=tuple(known.values()), weights=weights, limit=limit, name=name)

    @classmethod
    def from_matrix(
        cls,
        weights: ArrayLike,
        names: Sequence[str] | None = None,
        *,
        limit: float | None = 1.0,
        name: str = "",
    ) -> CognitiveMap:
        """Return a map from a weight matrix; names default to C1, C2, ...

        Parameters
        ----------
        weights : array_like of shape (n, n)
            ``weights[i, j]`` is the effect of concept ``i`` on concept ``j``.
        names : sequence of str, optional
        """
        matrix = np.asarray(weights)
        if names is None:
            names = [f"C{i + 1}" for i in range(matrix.shape[0] if matrix.ndim else 0)]
        return cls(
            concepts=tuple(Concept(name=each) for each in names),
            weights=matrix,
            limit=limit,
            name=name,
        )

    @property
    def levers(self) -> tuple[str, ...]:
        """Names of the concepts that a policy can move."""
        return tuple(concept.name for concept in self.concepts if concept.role == "lever")

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the concepts that a policy is judged by."""
        return tuple(concept.name for concept in self.concepts if concept.role == "outcome")

    def index(self, name: str) -> int:
        """Return the row and column of a concept; an unknown name raises UnknownConceptError."""
        try:
            return self.rows[name]
        except KeyError:
            raise UnknownConceptError(
                f"{name!r} is not a concept of {_title(self)}. {nearest(str(name), self.names)}"
            ) from None

    def __getitem__(self, name: str) -> Concept:
        """Return the concept of that name."""
        return self.concepts[self.index(name)]

    def __contains__(self, name: object) -> bool:
        return name in self.rows

    def __len__(self) -> int:
        return len(self.concepts)

    def links(self) -> Mapping[tuple[str, str], float]:
        """Return every link with a weight other than 0, as {(cause, effect): weight}."""
        names = self.names
        return FrozenDict(
            {
                (names[i], names[j]): float(self.weights[i, j])
                for i, j in zip(*np.nonzero(self.weights), strict=True)
            }
        )

    def with_link(self, source: str, target: str, weight: float) -> CognitiveMap:
        """Return the map with one weight set; 0 removes the link."""
        weights = self.weights.copy()
        weights[self.index(source), self.index(target)] = weight
        return replace(self, weights=weights)

    def with_weights(self, weights: ArrayLike) -> CognitiveMap:
        """Return the same concepts with another weight matrix."""
        return replace(self, weights=np.asarray(weights, dtype=np.float64))

    def without(self, name: str) -> CognitiveMap:
        """Return the map without a concept and its links."""
        gone = self.index(name)
        return self.subset([each for i, each in enumerate(self.names) if i != gone])

    def subset(self, names: Iterable[str]) -> CognitiveMap:
        """Return the map of these concepts only, in this order."""
        rows = [self.index(each) for each in names]
        return replace(
            self,
            concepts=tuple(self.concepts[i] for i in rows),
            weights=self.weights[np.ix_(rows, rows)],
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CognitiveMap):
            return NotImplemented
        return (
            self.concepts == other.concepts
            and self.limit == other.limit
            and self.name == other.name
            and np.array_equal(self.weights, other.weights)
        )

    def __hash__(self) -> int:
        # 0.0 and -0.0 are equal, so they must hash alike.
        return hash((self.concepts, self.limit, self.name, (self.weights + 0.0).tobytes()))

    def __repr__(self) -> str:
        n, links = len(self), int(np.count_nonzero(self.weights))
        title = f"{self.name!r}, " if self.name else ""
        return f"CognitiveMap({title}{n} concept{'s' * (n != 1)}, {links} link{'s' * (links != 1)})"


def _title(map: CognitiveMap) -> str:
    return f"map {map.name!r}" if map.name else "this map"


def _check_names(names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise MapError(f"concept {name!r} is given twice; names are unique.")
        seen.add(name)


def _check_weights(weights: NDArray[np.float64], limit: float | None, names: Sequence[str]) -> None:
    if limit is not None and not limit > 0:
        raise MapError(f"limit is {limit}; expected a number above 0, or None for no bound.")
    bad = ~np.isfinite(weights)
    if limit is not None:
        bad |= np.abs(weights) > limit
    if not bad.any():
        return
    i, j = np.argwhere(bad)[0]
    bound = "finite" if limit is None else f"in [-{limit:g}, {limit:g}]"
    advice = ""
    if limit is not None and np.isfinite(weights[i, j]):
        advice = (
            " If the weights are on a wider scale, divide by it or pass "
            f"limit={abs(weights[i, j]):g}."
        )
    raise MapError(
        f"weight {names[i]!r} -> {names[j]!r} is {weights[i, j]}; weights must be {bound}.{advice}"
    )
