"""The study file: what a TOML document may say, and clear words when it says something else.

Paths in a study file are relative to its folder. Nothing here reads the files it names.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from fcm.errors import FileError, UnsupportedVersionError
from fcm.io.faults import explain
from fcm.table import read_text

__all__ = [
    "Association",
    "Document",
    "DynamicsSettings",
    "EffectSettings",
    "End",
    "PostsSettings",
    "read_document",
]

VERSION = 1

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Steps = Annotated[int, Field(ge=1)]
Bounds = tuple[float, float]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class ConceptsSettings(_Part):
    """The concepts of the map, one row each."""

    file: Path


class SurveySettings(_Part):
    """What respondents said of each link, in linguistic terms."""

    file: Path
    terms: Path
    credit: str = ""
    note: str = ""


class PrivacySettings(_Part):
    """Why posts may be read, and how many people a cell must stand for."""

    purpose: str
    basis: str
    k: int = 10
    dpia: str = ""


class PostsSettings(_Part):
    """Citizens' posts: shipped aggregates, and how to compute them from the posts again."""

    signals: Path | None = None
    lexicon: Path
    exclude: Path | None = None
    source: str = "csv"
    columns: dict[str, str | list[str]] = Field(default_factory=dict)
    language: str | None = None
    every: Literal["1d", "1w", "1mo", "1q"] = "1mo"
    use: Literal["salience", "valence"] = "salience"
    reliability: Share = 0.5
    credit: str = ""
    privacy: PrivacySettings


class SeriesSettings(_Part):
    """A concept's series in Linked Open Data: ?period and ?value of one query."""

    concept: str
    query: Path
    bounds: Bounds
    reliability: Share = 0.9


class LinkedDataSettings(_Part):
    """Linked Open Data files, opened in the embedded store and read by SPARQL."""

    files: list[Path] = Field(min_length=1)
    credit: str = ""
    series: list[SeriesSettings] = Field(default_factory=list)


class EffectSettings(_Part):
    """A policy that began on a date at one unit and not at the others."""

    query: Path
    treated: str
    since: str
    before: Steps = 12
    after: Steps = 12
    scenario: str
    outcome: str
    bounds: Bounds
    note: str = ""


class End(_Part):
    """One end of an association: a query of Linked Open Data, or a concept of the signals."""

    name: str = ""
    query: Path | None = None
    concept: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> End:
        if (self.query is None) == (self.concept is None):
            message = "give either a query (with a name) or a concept of the posts"
            raise ValueError(message)
        if self.query is not None and not self.name:
            message = "a series read by a query needs a name"
            raise ValueError(message)
        return self

    @property
    def label(self) -> str:
        """The name under which the series stands in a panel."""
        return self.name or f"talk of {self.concept}"


class Association(_Part):
    """Two series that look related, to be screened before anybody believes it."""

    source: End
    target: End


class FileSettings(_Part):
    """A file and its line of credit."""

    file: Path
    credit: str = ""


class DynamicsSettings(_Part):
    """How the map is run."""

    rule: Literal["kosko", "modified-kosko", "rescaled"] = "kosko"
    memory: float | None = None
    transfer: Literal["sigmoid", "tanh", "saturated", "bivalent", "trivalent"] = "sigmoid"
    slope: Positive | None = None
    slope_spread: Annotated[float, Field(ge=0)] = 0.0
    slopes: list[Positive] = Field(default_factory=list)
    initial: float | None = None
    tol: Positive = 1e-5
    max_steps: Steps = 1000
    hold_inputs: bool = False

    @model_validator(mode="after")
    def _slope_fits(self) -> DynamicsSettings:
        if self.transfer not in ("sigmoid", "tanh") and (
            self.slope is not None or self.slopes or self.slope_spread
        ):
            message = f"transfer {self.transfer!r} has no slope"
            raise ValueError(message)
        if self.slope_spread and self.slope is None:
            message = "slope_spread needs a slope"
            raise ValueError(message)
        return self


class EnsembleSettings(_Part):
    """How many maps are drawn from the estimate, and the seed."""

    draws: Steps = 1000
    seed: int = 0


class Document(_Part):
    """A whole study file."""

    format: Literal["fcm-study"]
    version: int
    title: str
    question: str
    about: str = ""
    language: str = "en"
    limits: list[str] = Field(default_factory=list)
    concepts: ConceptsSettings
    survey: SurveySettings
    scenarios: FileSettings
    posts: PostsSettings | None = None
    linked_data: LinkedDataSettings | None = None
    arguments: FileSettings | None = None
    effects: list[EffectSettings] = Field(default_factory=list)
    associations: list[Association] = Field(default_factory=list)
    dynamics: DynamicsSettings = DynamicsSettings()
    ensemble: EnsembleSettings = EnsembleSettings()

    @model_validator(mode="after")
    def _sources_exist(self) -> Document:
        needs_store = bool(self.effects) or any(
            end.query is not None
            for each in self.associations
            for end in (each.source, each.target)
        )
        if needs_store and self.linked_data is None:
            message = "effects and queries need a [linked_data] table that names the files"
            raise ValueError(message)
        needs_posts = any(
            end.concept is not None
            for each in self.associations
            for end in (each.source, each.target)
        )
        if needs_posts and self.posts is None:
            message = "an association with a concept of the posts needs a [posts] table"
            raise ValueError(message)
        return self


def read_document(path: Path) -> Document:
    """Return a study file, checked.

    Raises
    ------
    FileError
        If the file is missing, not UTF-8, not TOML, or says something that a study cannot;
        the message gives the place.
    UnsupportedVersionError
        If it was written for another version of the format.
    """
    try:
        data = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"not a TOML document: {error}.", path=path) from None
    if data.get("format") != "fcm-study":
        raise FileError(
            f"format is {data.get('format')!r}; a study file begins with format = 'fcm-study' and "
            f"version = {VERSION}.",
            path=path,
        )
    if data.get("version") != VERSION:
        raise UnsupportedVersionError(
            f"version is {data.get('version')!r}; this release reads version {VERSION}. "
            "A newer file needs a newer fcm.",
            path=path,
        )
    try:
        return Document.model_validate(data)
    except ValidationError as error:
        raise FileError(explain(error, Document), path=path) from None
