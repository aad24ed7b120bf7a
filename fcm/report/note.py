"""The decision note: everything a study found, as one page that a councillor can read.

The first screen answers the question; everything after it says why, how sure that is and what it
cannot say. Equal findings give equal bytes: no clock, no path, no machine is in the page.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from fcm.report.answer import CAVEAT, answers, evidence_sentence, slope_sentence
from fcm.report.change_picture import change_key, change_panels
from fcm.report.effect_picture import before_seen_after, placebo_strip
from fcm.report.heat_picture import heat_map
from fcm.report.labels import concept_label, link_label, scenario_label
from fcm.report.map_picture import map_picture
from fcm.report.numerals import count, listed, measure, percent, relative
from fcm.report.packages import judged
from fcm.report.page import items, page, paragraph, picture, section
from fcm.report.results import (
    conflict_table,
    effect_facts,
    effect_table,
    heard_table,
    outcomes_tables,
    rank_table,
    scale_table,
    scenario_table,
    screening_reasons,
    screening_table,
    weight_table,
)
from fcm.report.share_picture import share_bars
from fcm.report.table import as_html, typeset

if TYPE_CHECKING:
    from fcm.report.answer import Answer
    from fcm.report.findings import Findings, Source

__all__ = ["note"]

_PARTS = (
    ("answer", "The answer"),
    ("change", "What would change"),
    ("order", "Does the order hold?"),
    ("limits", "What this cannot say"),
    ("evidence", "What the evidence is"),
    ("policy", "What a policy was seen to do"),
    ("refused", "Associations looked at"),
    ("contested", "What is contested"),
    ("heard", "Who is heard"),
    ("map", "The map"),
    ("annex", "All figures"),
)


def note(findings: Findings) -> str:
    """Return the decision note, one self-contained HTML5 page.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    str
        The page. It holds its style and pictures, runs no script and asks for nothing.
    """
    makers = {
        "answer": _answer,
        "change": _change,
        "order": _order,
        "limits": _limits,
        "evidence": _evidence,
        "policy": _policy,
        "refused": _refused,
        "contested": _contested,
        "heard": _heard,
        "map": _map,
        "annex": _annex,
    }
    body = [_header(findings), "<main>"]
    body += [section(name, heading, makers[name](findings)) for name, heading in _PARTS]
    body += ["</main>", _footer(findings)]
    return page(f"{findings.title}: decision note", body)


def _header(findings: Findings) -> str:
    links = "".join(f'<li><a href="#{name}">{escape(words)}</a></li>' for name, words in _PARTS)
    return "\n".join(
        (
            "<header>",
            paragraph("Decision note", style="kicker"),
            f"<h1>{escape(findings.title)}</h1>",
            paragraph(findings.question, style="question"),
            paragraph(findings.about),
            f'<p class="caveat"><strong>{escape(CAVEAT)}.</strong> Every change below is measured '
            "in the map's own units, from 0 to 1, under the assumptions stated here.</p>",
            f'<nav aria-label="Contents"><ul>{links}</ul></nav>',
            "</header>",
        )
    )


def _answer(findings: Findings) -> list[str]:
    cards = "".join(_card(each) for each in answers(findings))
    return [
        f'<div class="grid">{cards}</div>',
        "<h3>How far to trust this</h3>",
        items(_trust(findings)),
    ]


def _card(answer: Answer) -> str:
    lead, *rest = answer.sentences
    return (
        f'<article class="card"><h3>{escape(answer.label)}</h3>'
        f"{paragraph(answer.wanted, style='wanted')}{paragraph(lead, style='lead')}"
        f"{items(rest)}</article>"
    )


def _trust(findings: Findings) -> list[str]:
    sentences = [evidence_sentence(findings)]
    for each in findings.estimate.calibrations:
        seen = "" if each.effect.relative is None else f" ({relative(each.effect.relative)})"
        sentences.append(
            f"One policy was seen at work: {scenario_label(each.effect.scenario.name)} on "
            f"{concept_label(findings, each.effect.outcome)}{seen}. It carries "
            f"{percent(each.data_share)} of what is known of that total."
        )
    disputed = [link_label(findings, each.source, each.target) for each in findings.conflicts]
    if disputed:
        sentences.append(
            f"Respondents disagree on the sign of {count(len(disputed), 'link')}: "
            f"{listed(disputed)}."
        )
    refused = sum(not each.kept for each in findings.screenings)
    if refused:
        sentences.append(
            f"{count(refused, 'association')} that looked like evidence "
            f"{'was' if refused == 1 else 'were'} refused."
        )
    return sentences


def _change(findings: Findings) -> list[str]:
    panels = "".join(picture(each) for each in change_panels(findings))
    return [
        paragraph(
            f"{CAVEAT}. Each package is run on {count(len(findings.ensemble.delta), 'map')} drawn "
            "from what is known of the weights; the line holds 90 % of the changes."
        ),
        f'<div class="grid">{panels}</div>',
        picture(change_key()),
        paragraph(slope_sentence(findings), style="remark"),
        as_html(scenario_table(findings)),
    ]


def _order(findings: Findings) -> list[str]:
    tables = "".join(_ranks(findings, each) for each in judged(findings))
    return [
        paragraph(
            "How strongly concepts respond (the slope of the transfer) is nobody's judgement, and "
            "the size of every change depends on it. So read the order before the size. The "
            "tables give the place of each package, 1 for the furthest in the wanted direction, "
            f"and its change. {CAVEAT}."
        ),
        f'<div class="grid tables">{tables}</div>',
    ]


def _ranks(findings: Findings, outcome: str) -> str:
    table = rank_table(findings, outcome)
    cells = {}
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row):
            place, separator, figure = cell.partition(" (")
            if c and separator:
                figure = escape(typeset(figure.rstrip(")")))
                cells[r, c] = f"<b>{escape(place)}</b><br><small>{figure}</small>"
    return f"<div>{as_html(table, cells=cells)}</div>"


def _limits(findings: Findings) -> list[str]:
    return [items(findings.limits)] if findings.limits else [paragraph("The study names none.")]


def _evidence(findings: Findings) -> list[str]:
    return [
        paragraph(evidence_sentence(findings)),
        paragraph(
            "Green is the share of each weight that is data; grey is the share that is the "
            "respondents' judgement. A share near 0 is a right answer where data cannot tell."
        ),
        f'<div class="grid">{"".join(share_bars(findings))}</div>',
        "<h3>Sources</h3>",
        *(_source(each) for each in findings.sources),
    ]


def _source(source: Source) -> str:
    sentences = [*source.defects]
    credit = paragraph(source.credit, style="remark") if source.credit else ""
    return (
        f"<p><strong>{escape(source.name)}</strong> ({escape(source.kind)}): "
        f"{escape(source.read)}.</p>{items(sentences)}{credit}"
    )


def _policy(findings: Findings) -> list[str]:
    if not findings.estimate.calibrations:
        return [paragraph("No policy effect was looked at.")]
    parts = []
    for each in findings.estimate.calibrations:
        strip = picture(
            placebo_strip(findings, each.effect),
            "Each grey dot is another unit, treated as if the policy had begun there.",
        )
        both = picture(
            before_seen_after(findings, each),
            "Total over all paths, in the concept's units; lines are 95 % intervals. Data share of "
            f"this total: {each.data_share:.2f}. The total was learned, not any single link.",
        )
        parts += [
            items(effect_facts(findings, each.effect)),
            f'<div class="grid">{strip}{both}</div>',
        ]
    return parts


def _refused(findings: Findings) -> list[str]:
    if not findings.screenings:
        return [paragraph("None was looked at.")]
    return [
        paragraph(
            "Two series that rise and fall together need not have to do with each other. An "
            "association is kept only if it outlives trend and season."
        ),
        items(screening_reasons(findings)),
        as_html(screening_table(findings)),
    ]


def _contested(findings: Findings) -> list[str]:
    return [as_html(conflict_table(findings))]


def _heard(findings: Findings) -> list[str]:
    if findings.signals is None:
        return [paragraph("The study reads no posts.")]
    return [
        paragraph(
            "What citizens write about, as shares of the authors of each period: attention, not "
            "opinion. Hatched cells stand for too few people to be shown, and may be zero. "
            f"{heard_table(findings).title}."
        ),
        picture(heat_map(findings), style="full", scrolls=True),
    ]


def _map(findings: Findings) -> list[str]:
    return [picture(map_picture(findings), style="full", scrolls=True)]


def _annex(findings: Findings) -> list[str]:
    return [
        "<h3>Changes</h3>",
        paragraph(f"{CAVEAT}. P(increase) is the share of draws in which the outcome rises."),
        *(as_html(each) for each in outcomes_tables(findings)),
        *(as_html(effect_table(findings, each)) for each in findings.estimate.calibrations),
        "<h3>Weights</h3>",
        as_html(weight_table(findings)),
        "<h3>Who is heard</h3>",
        as_html(heard_table(findings)),
        "<h3>What 0 and 1 mean</h3>",
        as_html(scale_table(findings)),
        "<h3>Settings</h3>",
        _settings(findings),
    ]


def _settings(findings: Findings) -> str:
    dynamics, ensemble = findings.dynamics, findings.ensemble
    settings = [
        ("Rule", repr(dynamics.rule)),
        ("Transfer", repr(dynamics.transfer)),
        ("Settled", f"changes under {dynamics.tol:g}, within {dynamics.max_steps:,} steps"),
        ("Draws", f"{len(ensemble.delta):,} of the weights, jointly normal"),
        ("Slopes compared", listed([f"{slope:g}" for slope in findings.ranks.slopes])),
    ]
    for what, estimate in (("prior", findings.prior), ("after data", findings.estimate)):
        if estimate.slope is not None:
            settings.append((f"Slope, {what}", measure(*estimate.slope)))
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(typeset(value.lstrip('+')))}</dd>"
        for name, value in settings
    )
    return f"<dl>{rows}</dl>"


def _footer(findings: Findings) -> str:
    signals = findings.signals
    parts = []
    if signals is not None:
        parts.append(
            f"Privacy. Purpose: {signals.purpose}. Basis: {signals.basis}. Counts of distinct "
            f"authors only; nothing is shown that stands for fewer than {signals.k} people. No "
            "text of citizens and no identity is in this note."
        )
    credits = [each.credit for each in findings.sources if each.credit]
    parts += list(dict.fromkeys(credits))
    parts.append(
        f"{CAVEAT}: changes are relative to a map that is itself a judgement. Made with fcm."
    )
    return f"<footer>{''.join(paragraph(each) for each in parts)}</footer>"
