"""Everything a study found, as one value: what the note, the notebook and the command show.

Findings hold results and their reasons; they hold no text of citizens, no identities and no layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fcm.analysis.compare import Comparison
    from fcm.analysis.ranks import RankStability
    from fcm.evidence import Panel, WeightEstimate
    from fcm.experts import Conflict, Contestedness
    from fcm.inference import Dynamics, Ensemble
    from fcm.learning import Screening
    from fcm.map import CognitiveMap
    from fcm.social import Signals

__all__ = ["Findings", "Source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source that was read: what it is, how much it held, what was wrong with it.

    Parameters
    ----------
    name : str
        The file or endpoint, as readers know it.
    kind : str
        "survey", "posts", "linked data", "arguments".
    read : str
        How much was read, in words: "110 judgements on 42 links".
    defects : tuple of str
        What was wrong and what was done about it; nothing is dropped in silence.
    credit : str
        The line of credit to print, with the terms.
    """

    name: str
    kind: str
    read: str
    defects: tuple[str, ...] = ()
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a study found.

    Parameters
    ----------
    title, question : str
    about : str
        Two or three sentences for a reader who knows nothing of the case.
    language : str
        Tag of the language whose concept labels are shown.
    prior : WeightEstimate
        What the experts say, before any data.
    estimate : WeightEstimate
        After data and policy effects; ``estimate.calibrations`` says what the effects taught.
    dynamics : Dynamics
        How the mean map is run; its slope is the one that the estimate holds.
    comparison : Comparison
        The mean map under every scenario, against no intervention.
    ensemble : Ensemble
        The scenarios over draws from the estimate.
    ranks : RankStability
        The order of the scenarios over slopes of the transfer.
    panel : Panel or None
        Concept by period: what the weights were fitted to.
    signals : Signals or None
        Who is heard: attention by concept and period, cells under k suppressed.
    screenings : tuple of Screening
        Associations that were looked at, and why each was refused or kept.
    conflicts : tuple of Conflict
        Links on whose sign respondents disagree.
    arguments : tuple of Contestedness
        How often citizens' arguments join two concepts, and how often one attacks the other.
    sources : tuple of Source
    limits : tuple of str
        What the study cannot say; printed in every note.
    """

    title: str
    question: str
    about: str
    language: str
    prior: WeightEstimate
    estimate: WeightEstimate
    dynamics: Dynamics
    comparison: Comparison
    ensemble: Ensemble
    ranks: RankStability
    panel: Panel | None
    signals: Signals | None
    screenings: tuple[Screening, ...]
    conflicts: tuple[Conflict, ...]
    arguments: tuple[Contestedness, ...]
    sources: tuple[Source, ...]
    limits: tuple[str, ...]

    @property
    def map(self) -> CognitiveMap:
        """The map of the present mean weights."""
        return self.estimate.map()

    def label(self, concept: str) -> str:
        """Return a concept's name for readers of the study's language."""
        return self.estimate.prior[concept].label(self.language)

    def report(self, path: str | Path) -> Path:
        """Write the decision note, one self-contained HTML file, and return its path."""
        from fcm.report.note import note

        path = Path(path)
        path.write_text(note(self), encoding="utf-8", newline="\n")
        return path

    def __repr__(self) -> str:
        return (
            f"Findings({self.title!r}, {len(self.comparison.scenarios)} scenarios, "
            f"{self.estimate!r})"
        )
