"""A concept: one quantity of the policy question, with what its values mean.

A concept knows nothing of links, data or languages other than its own labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from fcm.errors import MapError
from fcm.frozen import FrozenDict

__all__ = ["Concept", "Direction", "Role"]

Role: TypeAlias = Literal["lever", "outcome", "context"]
Direction: TypeAlias = Literal["up", "down", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A concept of a map and the meaning of its activation.

    Parameters
    ----------
    name : str
        Identifies the concept in its map; not empty, no blanks at the ends.
    role : {"lever", "outcome", "context"}, default "context"
        What a policy can move, what it is judged by, and everything between.
    good : {"up", "down", "none"}, default "none"
        Which direction people want.
    low, middle, high : str
        What activation 0, 0.5 and 1 mean ("20 ug/m3", "EU limit, 40 ug/m3", "60 ug/m3").
    labels : mapping of language tag to str
        Names for readers, by language: ``{"en": "Car traffic", "es": "Tráfico"}``.
    uri : str
        Identifier in Linked Open Data, if there is one.
    note : str
        Anything a reader should know.

    Examples
    --------
    >>> Concept(name="air pollution", role="outcome", good="down").label("en")
    'air pollution'
    """

    name: str
    role: Role = "context"
    good: Direction = "none"
    low: str = ""
    middle: str = ""
    high: str = ""
    labels: Mapping[str, str] = field(default_factory=FrozenDict)
    uri: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name or self.name != self.name.strip():
            raise MapError(
                f"concept name is {self.name!r}; expected a text without blanks at its ends."
            )
        if self.role not in get_args(Role):
            raise MapError(
                f"concept {self.name!r} has role {self.role!r}; expected 'lever', 'outcome' or "
                "'context'."
            )
        if self.good not in get_args(Direction):
            raise MapError(
                f"concept {self.name!r} has good={self.good!r}; expected 'up', 'down' or 'none'."
            )
        object.__setattr__(self, "labels", FrozenDict(self.labels))

    def label(self, language: str) -> str:
        """Return the name for readers of a language, or the concept's own name."""
        return self.labels.get(language, self.name)
