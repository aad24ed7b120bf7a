"""Names as readers see them: concepts in the study's language, scenarios without underscores."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fcm.report.findings import Findings

__all__ = ["concept_label", "link_label", "scenario_label"]


def concept_label(findings: Findings, name: str) -> str:
    """Return a concept's name for readers; posts may name concepts that are not in the map."""
    label = findings.label(name) if name in findings.estimate.prior else name
    return scenario_label(label) if label == name else label


def link_label(findings: Findings, source: str, target: str) -> str:
    """Return a link for readers, cause first."""
    return f"{concept_label(findings, source)} -> {concept_label(findings, target)}"


def scenario_label(name: str) -> str:
    """Return a scenario's name for readers: a name made for files loses its underscores.

    Examples
    --------
    >>> scenario_label("low_emission_zone")
    'Low emission zone'
    """
    words = name.replace("_", " ").strip() or name
    return words[:1].upper() + words[1:]
