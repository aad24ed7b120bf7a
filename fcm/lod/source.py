"""What every source of Linked Open Data can do, whether files in memory or a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from fcm.lod.report import Report
    from fcm.lod.table import Table
    from fcm.lod.terms import Value

__all__ = ["Source"]


class Source(Protocol):
    """Linked Open Data that can be asked."""

    @property
    def report(self) -> Report:
        """What was read and what was wrong with it."""

    def select(self, query: str, /, **bindings: Value) -> Table:
        """Return the answer to a SPARQL SELECT.

        Parameters
        ----------
        query : str
            SPARQL 1.1.
        **bindings : str, IRI, int, float, bool, date or datetime
            Values of variables of the query, bound as terms and never as text.
        """
