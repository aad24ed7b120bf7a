"""The links of a map as pictures show them: which sign, how strong, disputed or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fcm.report.labels import concept_label
from fcm.report.numerals import change

if TYPE_CHECKING:
    from fcm.report.findings import Findings

__all__ = ["Drawn", "drawn_links"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One link as a picture shows it.

    Parameters
    ----------
    pair : tuple of str
        Cause and effect.
    kind : {"raises", "lowers", "disputed"}
        Disputed where respondents disagree on the sign, whatever the mean.
    strength : float in [0, 1]
        Size of the weight against the largest one.
    words : str
        The link and its weight in words.
    """

    pair: tuple[str, str]
    kind: Literal["raises", "lowers", "disputed"]
    strength: float
    words: str


def drawn_links(findings: Findings) -> tuple[Drawn, ...]:
    """Return every link as a picture shows it, weak ones first."""
    records = findings.estimate.to_records()
    largest = max((abs(each["mean"]) for each in records), default=0.0) or 1.0
    drawn = []
    for each in sorted(records, key=lambda r: (abs(r["mean"]), r["source"], r["target"])):
        kind: Literal["raises", "lowers", "disputed"]
        kind = "raises" if each["mean"] > 0 else "lowers"
        if each["status"] == "conflict":
            kind = "disputed"
        elif each["mean"] == 0:
            continue
        words = (
            f"{concept_label(findings, each['source'])} to "
            f"{concept_label(findings, each['target'])} {change(each['mean'])}"
        )
        drawn.append(
            Drawn(
                pair=(each["source"], each["target"]),
                kind=kind,
                strength=abs(each["mean"]) / largest,
                words=f"{words} (sign disputed)" if kind == "disputed" else words,
            )
        )
    return tuple(drawn)
