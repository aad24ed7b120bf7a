"""Where evidence comes from, and a claim: somebody says that A affects B."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fcm.errors import EvidenceError

__all__ = ["Claim", "Origin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a piece of evidence comes from.

    Parameters
    ----------
    kind : str
        "survey", "posts", "linked data", "file", "policy effect", ...
    source : str
        The respondent, file, endpoint or study.
    date : str
        When it was said or measured, as the source writes it.
    licence : str
        Terms and the line of credit to print.
    note : str
        The rationale, query or method in one line.
    """

    kind: str
    source: str = ""
    date: str = ""
    licence: str = ""
    note: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.kind, self.source) if part)


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody or something says that `source` affects `target` by `value`.

    Parameters
    ----------
    source, target : str
        Names of the concepts.
    value : float in [-1, 1]
        Sign and strength of the effect; 0 is an explicit "no effect", not a missing answer.
    confidence : float in [0, 1]
        How surely it is said.
    origin : Origin
    """

    source: str
    target: str
    value: float
    confidence: float
    origin: Origin

    def __post_init__(self) -> None:
        link = f"claim {self.source!r} -> {self.target!r} ({self.origin})"
        if not (math.isfinite(self.value) and -1 <= self.value <= 1):
            raise EvidenceError(f"{link} has value {self.value}; expected a number in [-1, 1].")
        if not (math.isfinite(self.confidence) and 0 <= self.confidence <= 1):
            raise EvidenceError(
                f"{link} has confidence {self.confidence}; expected a number in [0, 1]."
            )
