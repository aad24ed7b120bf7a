"""What every source of Linked Open Data can do, whether files in memory or a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from fcm.lod.answers.table import Table
    from fcm.lod.datasets.cube import Cube
    from fcm.lod.terms import IRI, Value

__all__ = ["Source"]


class Source(Protocol):
    """Linked Open Data that can be asked. A source of your own needs `select` alone."""

    __slots__ = ()

    def select(self, query: str, /, **bindings: Value) -> Table:
        """Return the answer to a SPARQL SELECT.

        Parameters
        ----------
        query : str
            SPARQL 1.1.
        **bindings : str, IRI, Literal, int, float, bool, date or datetime
            Values of variables of the query, bound as terms and never as text.
        """
        ...

    def cubes(self) -> tuple[Cube, ...]:
        """Return the cubes of this source; see `fcm.lod.cubes`."""
        from fcm.lod.datasets.cube import cubes

        return cubes(self)

    def cube(self, iri: str | IRI) -> Cube:
        """Return one cube of this source; see `fcm.lod.cube`."""
        from fcm.lod.datasets.cube import cube

        return cube(self, iri)
