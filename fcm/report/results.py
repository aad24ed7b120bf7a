"""The tables that a study's findings make, one function for each question a reader asks.

Only selection and wording happen here; every number was computed elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fcm.report.answer import CAVEAT, evidence_sentence, wanted
from fcm.report.labels import concept_label, link_label, scenario_label
from fcm.report.numerals import change, count, measure, percent, relative, span
from fcm.report.packages import judged, standings
from fcm.report.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from fcm.evidence import Calibration, Effect
    from fcm.report.findings import Findings
    from fcm.scenario import Scenario

__all__ = [
    "conflict_table",
    "contested_pairs",
    "effect_facts",
    "effect_table",
    "headline",
    "heard_table",
    "outcomes_tables",
    "rank_table",
    "scale_table",
    "scenario_table",
    "screening_reasons",
    "screening_table",
    "weight_table",
    "what_if_table",
]


def what_if_table(findings: Findings, outcome: str) -> Table:
    """Return what every scenario does to one outcome."""
    rows = []
    for each in standings(findings, outcome):
        settled = "yes" if each.settled else "no"
        rows.append(
            (
                scenario_label(each.scenario),
                change(each.change),
                span(each.low, each.high),
                percent(each.increase),
                f"{settled}; {percent(each.settled_share)} of draws",
            )
        )
    good = findings.map[outcome].good
    return Table(
        title=f"{concept_label(findings, outcome)} ({wanted(good)})",
        head=("scenario", "change", "5-95 % of draws", "P(increase)", "settled"),
        rows=tuple(rows),
        numeric=frozenset({1, 2, 3}),
    )


def rank_table(findings: Findings, outcome: str) -> Table:
    """Return place and change of every scenario at every slope of the transfer."""
    ranks = findings.ranks
    sign = -1.0 if findings.map[outcome].good == "down" else 1.0
    delta = ranks.of(outcome)
    tie = findings.ensemble.resolution
    rows = tuple(
        (
            scenario_label(name),
            *(
                f"{_place(sign * row, s, tie)} ({change(row[s])})"
                if np.isfinite(row[s])
                else "not settled"
                for row in delta
            ),
        )
        for s, name in enumerate(ranks.scenarios)
    )
    told = "is the same at every slope" if ranks.stable(outcome) else "changes with the slope"
    return Table(
        title=f"{concept_label(findings, outcome)}: the order {told}",
        head=("scenario", *(f"slope {slope:g}" for slope in ranks.slopes)),
        rows=rows,
        numeric=frozenset(range(1, len(ranks.slopes) + 1)),
    )


def _place(gain: NDArray[np.float64], s: int, tie: float) -> int:
    """Return the place of a scenario, 1 for the furthest; ties share a place."""
    return 1 + int((gain > gain[s] + tie).sum())


def weight_table(findings: Findings) -> Table:
    """Return every weight with the shares of experts and data, those with most data first."""
    records = findings.estimate.to_records()
    order = sorted(records, key=lambda each: (-each["data_share"], each["source"], each["target"]))
    rows = tuple(
        (
            link_label(findings, each["source"], each["target"]),
            measure(each["mean"], each["spread"]),
            percent(1 - each["data_share"]),
            percent(each["data_share"]),
            each["status"],
        )
        for each in order
    )
    return Table(
        title="All links, those with most data first",
        head=("link", "weight", "prior share", "data share", "status"),
        rows=rows,
        numeric=frozenset({1, 2, 3}),
        remarks=(evidence_sentence(findings),),
    )


def effect_facts(findings: Findings, effect: Effect) -> tuple[str, ...]:
    """Return what was seen when a policy began, one sentence for each thing known."""
    what = concept_label(findings, effect.outcome)
    name = scenario_label(effect.scenario.name)
    if effect.relative is None:
        seen = f"{name}: {what} changed by {change(effect.change)} on the concept's scale"
    else:
        seen = f"{name}: {what} changed by {relative(effect.relative)} against the other units"
        if effect.interval is not None:
            low, high = effect.interval
            seen += f" (95 % interval {relative(low)} to {relative(high)})"
    facts = [f"{seen}."]
    if effect.rank is not None and effect.of is not None:
        text = f"Rank {effect.rank} of {effect.of} units by size of change"
        if effect.p is not None:
            text += f"; placebo p = {effect.p:.3g}, which cannot be below {1 / effect.of:.3g}"
        facts.append(f"{text}.")
    if effect.pre_change is not None:
        facts.append(
            f"The same figure one comparison earlier, before the policy: "
            f"{relative(effect.pre_change)}."
        )
    if effect.origin.note:
        facts.append(_sentence(effect.origin.note))
    return tuple(facts)


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def effect_table(findings: Findings, calibration: Calibration) -> Table:
    """Return what the experts expected, what was seen, and what follows from both."""
    effect = calibration.effect
    rows = (
        ("experts alone", measure(*calibration.before)),
        ("seen", measure(effect.change, effect.spread)),
        ("both together", measure(*calibration.after)),
    )
    return Table(
        title=f"{scenario_label(effect.scenario.name)} on "
        f"{concept_label(findings, effect.outcome)}: total over all paths",
        head=("source", "change (mean +- sd)"),
        rows=rows,
        numeric=frozenset({1}),
        remarks=(
            f"Data share of this total: {calibration.data_share:.2f}. It is the sum over all "
            "paths that was learned, not any single link.",
        ),
    )


def screening_table(findings: Findings) -> Table:
    """Return the associations that were looked at, with their correlations.

    "Adjusted" is within trend and season; "-" where that cannot be computed.
    """
    rows = tuple(
        (
            f"{each.source} and {each.target}",
            str(each.steps),
            _correlation(each.levels),
            _correlation(each.differences),
            _correlation(each.adjusted),
            "kept" if each.kept else "refused",
        )
        for each in findings.screenings
    )
    refused = sum(not each.kept for each in findings.screenings)
    return Table(
        title=f"Associations looked at: {refused} of {len(rows)} refused",
        head=("association", "steps", "levels r", "differences r", "adjusted r", "verdict"),
        rows=rows,
        numeric=frozenset({1, 2, 3, 4}),
        remarks=() if rows else ("None was looked at.",),
    )


def screening_reasons(findings: Findings) -> tuple[str, ...]:
    """Return why each association was refused or kept, one sentence for each."""
    return tuple(
        f"{each.source} and {each.target}: {'kept' if each.kept else 'refused'}. "
        f"{_sentence(each.reason)}"
        for each in findings.screenings
    )


def _correlation(value: float) -> str:
    return "-" if not np.isfinite(value) else f"{value:+.2f}"


def contested_pairs(findings: Findings) -> Mapping[frozenset[str], tuple[int, int]]:
    """Return relations and attacks of every unordered pair of concepts in citizens' arguments."""
    pairs: dict[frozenset[str], tuple[int, int]] = {}
    for each in findings.arguments:
        pair = frozenset({each.source, each.target})
        relations, attacks = pairs.get(pair, (0, 0))
        pairs[pair] = (relations + each.relations, attacks + each.attack)
    return pairs


def conflict_table(findings: Findings) -> Table:
    """Return the links on whose sign respondents disagree, beside the citizens' arguments."""
    pairs = contested_pairs(findings)
    rows = []
    for each in findings.conflicts:
        relations, attacks = pairs.get(frozenset({each.source, each.target}), (0, 0))
        argued = "no arguments"
        if relations:
            argued = f"{percent(attacks / relations)} attack of {count(relations, 'argument')}"
        rows.append(
            (
                link_label(findings, each.source, each.target),
                "; ".join(each.positive),
                "; ".join(each.negative),
                argued,
            )
        )
    remarks = ["An average would hide these near 0."] if rows else ["No two disagree on a sign."]
    if findings.arguments:
        remarks.append(
            "Arguments are matched by pair in either direction; they show what is contested and "
            "are never a weight."
        )
    return Table(
        title="Links on whose sign respondents disagree, beside citizens' arguments",
        head=("link", "raises it (+)", "lowers it (-)", "citizens' arguments"),
        rows=tuple(rows),
        remarks=tuple(remarks),
    )


def heard_table(findings: Findings) -> Table:
    """Return for how many periods each concept reaches the privacy threshold."""
    signals = findings.signals
    if signals is None:
        return Table(
            title="Nobody is heard here", head=(), rows=(), remarks=("The study reads no posts.",)
        )
    shown = ~np.asarray(signals.suppressed, dtype=bool)
    periods = len(signals.periods)
    reached = shown.sum(axis=0).tolist()
    order = sorted(range(len(signals.concepts)), key=lambda c: (-reached[c], signals.concepts[c]))
    rows = tuple(
        (concept_label(findings, signals.concepts[c]), f"{reached[c]} of {periods}") for c in order
    )
    return Table(
        title=f"{int(shown.sum())} of {shown.size} cells stand for at least {signals.k} distinct "
        "authors",
        head=("concept", "periods shown"),
        rows=rows,
        numeric=frozenset({1}),
        remarks=("All other cells are suppressed; a suppressed cell may also be zero.",),
    )


def scenario_table(findings: Findings) -> Table:
    """Return what every scenario does, in words."""
    rows = []
    for each in findings.comparison.scenarios:
        done = [words for act in each.acts for words in _done(findings, act)]
        rows.append((scenario_label(each.name), "; ".join(done) or "nothing", each.note))
    return Table(
        title="The packages",
        head=("package", "what is done (0 to 1)", "note"),
        rows=tuple(rows),
    )


def _done(findings: Findings, act: Scenario) -> list[str]:
    done = [f"{concept_label(findings, k)} held at {v:g}" for k, v in act.clamp.items()]
    done += [f"{concept_label(findings, k)} pushed by {v:+g}" for k, v in act.push.items()]
    done += [f"{link_label(findings, a, b)} set to {v:g}" for (a, b), v in act.links.items()]
    done += [f"{concept_label(findings, k)} starts at {v:g}" for k, v in act.initial.items()]
    if act.start or act.stop is not None:
        end = "on" if act.stop is None else f"until step {act.stop}"
        done.append(f"from step {act.start} {end}")
    if act.ramp:
        done.append(f"reached in {act.ramp} equal steps")
    return done


def scale_table(findings: Findings) -> Table:
    """Return what 0, 0.5 and 1 mean for the concepts that say so."""
    rows = tuple(
        (
            concept_label(findings, each.name),
            each.low or "-",
            each.middle or "-",
            each.high or "-",
            each.note,
        )
        for each in findings.map.concepts
        if each.low or each.middle or each.high or each.note
    )
    return Table(
        title="Scales of the concepts",
        head=("concept", "0", "0.5", "1", "note"),
        rows=rows,
        remarks=()
        if rows
        else ("No concept says what its 0 and 1 mean; read changes as more or less, only.",),
    )


def headline() -> str:
    """Return the sentence that stands over every table of changes."""
    return f"{CAVEAT}. Activation units, from 0 to 1."


def outcomes_tables(findings: Findings) -> tuple[Table, ...]:
    """Return the what-if table of every outcome."""
    return tuple(what_if_table(findings, outcome) for outcome in judged(findings))
