"""The tables that the command prints: plain text, 100 columns, the same bytes for equal findings.

No colours, no terminal is asked for its size, nothing is cut off.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from fcm.report.answer import answers, slope_sentence
from fcm.report.packages import judged
from fcm.report.results import (
    conflict_table,
    effect_facts,
    effect_table,
    headline,
    heard_table,
    outcomes_tables,
    rank_table,
    screening_reasons,
    screening_table,
    weight_table,
)
from fcm.report.table import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fcm.report.findings import Findings

__all__ = ["tables"]

_WIDTH = 100


def tables(findings: Findings) -> str:
    """Return the findings as plain text, no line longer than 100 characters.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    str
        The answer, what would change, the order over slopes, the weights, what policies showed,
        refused associations, disagreement, who is heard, and the limits. Byte-stable: equal
        findings give equal text.
    """
    parts = [
        _heading(findings.title, "="),
        _fill(findings.question),
        _heading("The answer"),
        *_answer(findings),
        _heading("What would change"),
        _fill(f"{headline()} {slope_sentence(findings)}"),
        *(as_text(table, width=_WIDTH) for table in outcomes_tables(findings)),
        _heading("Does the order hold when concepts respond more, or less, strongly?"),
        _fill(
            "Place (change) at each slope of the transfer; place 1 is the furthest in the wanted "
            "direction. " + headline()
        ),
        *(as_text(rank_table(findings, each), width=_WIDTH) for each in judged(findings)),
        _heading("Where the weights come from"),
        as_text(weight_table(findings), width=_WIDTH),
        _heading("What a policy was seen to do"),
        *_effects(findings),
        _heading("Associations that look like findings"),
        *_screenings(findings),
        _heading("Where respondents and citizens disagree"),
        as_text(conflict_table(findings), width=_WIDTH),
        _heading("Who is heard"),
        as_text(heard_table(findings), width=_WIDTH),
        _heading("What this cannot say"),
        _items(findings.limits),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(words: str, rule: str = "-") -> str:
    title = _fill(words)
    return f"{title}\n{rule * max(len(line) for line in title.splitlines())}"


def _fill(words: str) -> str:
    return textwrap.fill(" ".join(words.split()), _WIDTH, break_on_hyphens=False)


def _items(sentences: Iterable[str]) -> str:
    return "\n".join(
        textwrap.fill(
            " ".join(each.split()),
            _WIDTH,
            initial_indent="- ",
            subsequent_indent="  ",
            break_on_hyphens=False,
        )
        for each in sentences
    )


def _answer(findings: Findings) -> list[str]:
    return [
        f"{_fill(f'{each.label} ({each.wanted})')}\n{_items(each.sentences)}"
        for each in answers(findings)
    ]


def _effects(findings: Findings) -> list[str]:
    if not findings.estimate.calibrations:
        return ["No policy effect was looked at."]
    parts = []
    for calibration in findings.estimate.calibrations:
        parts.append(_items(effect_facts(findings, calibration.effect)))
        parts.append(as_text(effect_table(findings, calibration), width=_WIDTH))
    return parts


def _screenings(findings: Findings) -> list[str]:
    if not findings.screenings:
        return ["None was looked at."]
    return [as_text(screening_table(findings), width=_WIDTH), _items(screening_reasons(findings))]
