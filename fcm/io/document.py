"""The map document: JSON with a version, links by name, checked before a map is made of it.

The published schema is ``map.schema.json`` beside this file. Keys stand in the order of the model,
free mappings sorted, floats as ``repr`` writes them: equal maps write equal bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from fcm.concept import Concept, Direction, Role
from fcm.errors import nearest
from fcm.map import CognitiveMap

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ConceptPart", "Finite", "LinkPart", "MapDocument", "Name", "Part", "Text"]

VERSION: Final = 1


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        message = "holds half a character (a lone surrogate); write the whole character"
        raise ValueError(message) from None
    return text


def _trimmed(text: str) -> str:
    if text != text.strip():
        message = "has blanks at its ends"
        raise ValueError(message)
    return text


Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Text = Annotated[str, AfterValidator(_encodable)]
Name = Annotated[Text, Field(min_length=1), AfterValidator(_trimmed)]


class Part(BaseModel):
    """A part of a document: no unknown keys, no number in quotes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ConceptPart(Part):
    """A concept and what its values mean."""

    name: Name
    role: Role = "context"
    good: Direction = "none"
    low: Text = ""
    middle: Text = ""
    high: Text = ""
    labels: dict[Text, Text] = Field(default_factory=dict)
    uri: Text = ""
    note: Text = ""


class LinkPart(Part):
    """A causal link: the weight is the effect of the source on the target."""

    source: Name
    target: Name
    weight: Finite


class MapDocument(Part):
    """A cognitive map."""

    format: Literal["fcm-map"]
    version: Literal[1]
    name: Text = ""
    limit: Positive | None = 1.0
    concepts: list[ConceptPart]
    links: list[LinkPart]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        seen: dict[str, int] = {}
        for i, concept in enumerate(self.concepts):
            if concept.name in seen:
                message = (
                    f"concepts[{i}].name: {concept.name!r} is the name of "
                    f"concepts[{seen[concept.name]}] too; names are unique"
                )
                raise ValueError(message)
            seen[concept.name] = i
        drawn: dict[tuple[str, str], int] = {}
        for k, link in enumerate(self.links):
            for end, name in (("source", link.source), ("target", link.target)):
                if name not in seen:
                    message = f"links[{k}].{end}: {name!r} is not a concept. {nearest(name, seen)}"
                    raise ValueError(message)
            pair = (link.source, link.target)
            if pair in drawn:
                message = (
                    f"links[{k}]: {link.source!r} -> {link.target!r} is links[{drawn[pair]}] too; "
                    "keep one of them"
                )
                raise ValueError(message)
            drawn[pair] = k
            if self.limit is not None and abs(link.weight) > self.limit:
                message = (
                    f"links[{k}].weight: {link.source!r} -> {link.target!r} is {link.weight!r}; "
                    f"weights must lie in [-{self.limit:g}, {self.limit:g}]. Divide them by the "
                    "top of their scale, or set limit"
                )
                raise ValueError(message)
        return self

    @classmethod
    def of(cls, m: CognitiveMap) -> Self:
        """Return the document of a map."""
        return cls(
            format="fcm-map",
            version=VERSION,
            name=m.name,
            limit=m.limit,
            concepts=[
                ConceptPart(
                    name=each.name,
                    role=each.role,
                    good=each.good,
                    low=each.low,
                    middle=each.middle,
                    high=each.high,
                    labels=_sorted(each.labels),
                    uri=each.uri,
                    note=each.note,
                )
                for each in m.concepts
            ],
            links=[
                LinkPart(source=source, target=target, weight=weight)
                for (source, target), weight in m.links().items()
            ],
        )

    def value(self) -> CognitiveMap:
        """Return the map of the document."""
        return CognitiveMap.from_links(
            {(each.source, each.target): each.weight for each in self.links},
            concepts=[Concept(**each.model_dump()) for each in self.concepts],
            limit=self.limit,
            name=self.name,
        )


def _sorted(items: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sorted(items.items()))
