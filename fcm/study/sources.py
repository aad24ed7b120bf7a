"""From the files that a study names to evidence, with a word on what was read and what was wrong.

Nothing here learns, simulates or reports.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import FileError, NoSuchIndicator, nearest
from fcm.evidence import Claim, Panel
from fcm.map import CognitiveMap
from fcm.report.findings import Source
from fcm.table import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fcm.experts import Contestedness
    from fcm.lod import Series, Table
    from fcm.lod.store import Embedded
    from fcm.scenario import Scenario
    from fcm.social import Signals
    from fcm.study.document import Document, End, LinkedDataSettings, PostsSettings

__all__ = ["Linked", "read_arguments", "read_claims", "read_map", "read_scenarios", "read_signals"]

KEY_VARIABLE = "FCM_PRIVACY_KEY"


def read_map(document: Document, folder: Path) -> CognitiveMap:
    """Return the study's concepts as a map without links."""
    from fcm.io import read_concepts

    return CognitiveMap.from_links(
        {}, concepts=read_concepts(folder / document.concepts.file), name=document.title
    )


def read_claims(
    document: Document, folder: Path, m: CognitiveMap
) -> tuple[tuple[Claim, ...], Source]:
    """Return what respondents said, one claim for each judgement."""
    from fcm.experts import read_survey

    settings = document.survey
    claims = read_survey(folder / settings.file, terms=folder / settings.terms, concepts=m.names)
    links = {(claim.source, claim.target) for claim in claims}
    respondents = {claim.origin.source for claim in claims}
    return claims, Source(
        name=settings.file.name,
        kind="survey",
        read=f"{len(claims)} judgements of {len(respondents)} respondents on {len(links)} links",
        defects=(settings.note,) if settings.note else (),
        credit=settings.credit,
    )


def read_scenarios(document: Document, folder: Path, m: CognitiveMap) -> tuple[Scenario, ...]:
    """Return the study's scenarios, their names checked against the map."""
    from fcm.io import read_scenarios as read

    return read(folder / document.scenarios.file, concepts=m.names)


def read_arguments(
    document: Document, folder: Path
) -> tuple[tuple[Contestedness, ...], Source | None]:
    """Return how contested the citizens' arguments are, pair by pair."""
    from fcm.experts import read_arguments as read

    settings = document.arguments
    if settings is None:
        return (), None
    arguments = read(folder / settings.file)
    relations = sum(each.relations for each in arguments)
    return arguments, Source(
        name=settings.file.name,
        kind="arguments",
        read=f"{relations} annotated relations between {len(arguments)} ordered pairs of concepts",
        defects=("Arguments are rhetoric, not causal evidence; no weight is made from them.",),
        credit=settings.credit,
    )


def read_signals(
    settings: PostsSettings, folder: Path, *, posts: Path | None, key: bytes | None
) -> tuple[Signals, Source]:
    """Return who is heard: the shipped aggregates, or the same computed from the posts.

    Parameters
    ----------
    posts : Path or None
        A file of posts; None reads the aggregates that the study names.
    key : bytes or None
        For the keyed hash of authors; without one the environment's FCM_PRIVACY_KEY is used, or
        a fresh random key that is forgotten afterwards. The aggregates do not depend on it.
    """
    from fcm.social import Lexicon, Privacy, Signals, read_posts, signals

    if posts is None:
        if settings.signals is None:
            raise FileError(
                "the study names no aggregated signals; give the posts themselves "
                "(fcm run STUDY --posts FILE).",
                path=folder,
            )
        result = Signals.read(folder / settings.signals)
        name, defects = settings.signals.name, tuple[str, ...]()
    else:
        read = read_posts(
            posts,
            source=settings.source,
            columns=settings.columns or None,
            language=settings.language,
        )
        lexicon = Lexicon.read(
            folder / settings.lexicon,
            exclude=None if settings.exclude is None else folder / settings.exclude,
        )
        privacy = Privacy(
            purpose=settings.privacy.purpose,
            basis=settings.privacy.basis,
            k=settings.privacy.k,
            dpia=settings.privacy.dpia,
            key=key or os.environ.get(KEY_VARIABLE, "").encode() or secrets.token_bytes(32),
        )
        result = signals(
            read, lexicon, privacy=privacy, every=settings.every, credit=settings.credit
        )
        name, defects = posts.name, read.report.sentences()
    cells = result.suppressed.size
    kept = int(cells - result.suppressed.sum())
    return result, Source(
        name=name,
        kind="posts",
        read=(
            f"{len(result.concepts)} concepts x {len(result.periods)} periods; {kept} of {cells} "
            f"cells stand for at least {result.k} distinct authors, the others are suppressed"
        ),
        defects=defects,
        credit=settings.credit,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The study's Linked Open Data in the embedded store, read by SPARQL.

    A query returns a period, perhaps a unit, and a value, in this order of columns.
    """

    data: Embedded
    settings: LinkedDataSettings
    folder: Path

    @classmethod
    def open(cls, settings: LinkedDataSettings, folder: Path) -> Linked:
        """Open the files that the study names."""
        from fcm import lod

        paths = [folder / each for each in settings.files]
        return cls(data=lod.open(*paths), settings=settings, folder=folder)

    def source(self) -> Source:
        """Say what was read and what was wrong with it."""
        report = self.data.report
        return Source(
            name=", ".join(each.name for each in self.settings.files),
            kind="linked data",
            read=f"{report.triples:,} triples, read by SPARQL",
            defects=report.sentences(),
            credit=self.settings.credit,
        )

    def select(self, query: Path, columns: int) -> Table:
        """Return the answer to a query that must have a number of columns, and rows."""
        path = self.folder / query
        table = self.data.select(read_text(path))
        wanted = {2: "?period ?value", 3: "?period ?unit ?value"}[columns]
        if len(table.columns) != columns:
            raise FileError(
                f"the query returns {', '.join(table.columns)}; expected SELECT {wanted}.",
                path=path,
            )
        if not len(table):
            raise NoSuchIndicator(f"{path}: the query finds nothing in {self.settings.files}.")
        return table

    def series(self, query: Path) -> Series:
        """Return one series."""
        table = self.select(query, 2)
        period, value = table.columns
        return table.series(period=period, value=value)

    def units(self, query: Path) -> Panel:
        """Return one series for each unit, periods by units."""
        table = self.select(query, 3)
        period, unit, value = table.columns
        return table.panel(period=period, name=unit, value=value)

    def concepts(self) -> Panel | None:
        """Return the concepts that have a series, on their scale from 0 to 1."""
        from fcm import lod

        if not self.settings.series:
            return None
        series: Mapping[str, Series] = {
            each.concept: self.series(each.query).normalise(bounds=each.bounds)
            for each in self.settings.series
        }
        panel = lod.panel(series)
        reliability = np.array([each.reliability for each in self.settings.series])
        return replace(panel, reliability=reliability)


def read_end(end: End, linked: Linked | None, signals: Signals | None) -> Panel:
    """Return one end of an association as a panel of one column named `end.label`."""
    from fcm import lod

    if end.query is not None and linked is not None:
        return lod.panel({end.label: linked.series(end.query)})
    if end.concept is not None and signals is not None:
        if end.concept not in signals.concepts:
            raise FileError(
                f"association with {end.concept!r}, of which the signals know nothing. "
                f"{nearest(end.concept, signals.concepts)}"
            )
        column = signals.panel("salience").subset([end.concept])
        return replace(column, names=(end.label,), origins={})
    raise FileError(f"association end {end.label!r} has no source; the study file must name one.")
