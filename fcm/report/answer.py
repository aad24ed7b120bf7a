"""The answer in plain sentences: what does most for each outcome, how sure, how contested.

Every sentence is computed from the findings; none is written for a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.report.labels import concept_label, scenario_label
from fcm.report.numerals import change, count, listed, percent, span
from fcm.report.packages import (
    Standing,
    best_shares,
    bundles,
    judged,
    moved,
    singles,
    standings,
)

if TYPE_CHECKING:
    from fcm.concept import Direction
    from fcm.report.findings import Findings

__all__ = ["CAVEAT", "Answer", "answers", "evidence_sentence", "slope_sentence", "wanted"]

CAVEAT = "Change against no intervention, not a forecast"

_WANTED = {"up": "higher is better", "down": "lower is better", "none": "no direction is named"}
_SHOWN = 0.1
_SAME_SLOPE = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the findings say on one outcome.

    Parameters
    ----------
    outcome : str
        Name of the concept.
    label : str
        Its name for readers.
    wanted : str
        Which direction people want, in words.
    sentences : tuple of str
        The lead first.
    """

    outcome: str
    label: str
    wanted: str
    sentences: tuple[str, ...]


def wanted(good: Direction) -> str:
    """Return in words which direction people want."""
    return _WANTED[good]


def answers(findings: Findings) -> tuple[Answer, ...]:
    """Return the answer for every outcome, in the order of the map."""
    return tuple(_answer(findings, outcome) for outcome in judged(findings))


def _answer(findings: Findings, outcome: str) -> Answer:
    good = findings.map[outcome].good
    # Without a wanted direction the largest rise leads; the sentence says no more than that.
    sign = -1.0 if good == "down" else 1.0
    names = singles(findings)
    rows = {each.scenario: each for each in standings(findings, outcome)}
    settled = [rows[name] for name in names if rows[name].settled]
    label = concept_label(findings, outcome)
    if not settled:
        sentences: tuple[str, ...] = (
            "No package settled with the mean weights, so there is no change to report.",
        )
    else:
        lead = max(settled, key=lambda each: sign * each.change)
        sentences = tuple(
            sentence
            for sentence in (
                _lead_sentence(lead, good),
                _sure_sentence(lead),
                _share_sentence(findings, outcome, good, lead),
                _bundle_sentence(findings, rows, good),
                _order_sentence(findings, outcome, sign),
                _conflict_sentence(findings, outcome, lead),
                _unsettled_sentence(rows),
            )
            if sentence
        )
    return Answer(outcome=outcome, label=label, wanted=wanted(good), sentences=sentences)


def _lead_sentence(lead: Standing, good: Direction) -> str:
    name, figure = scenario_label(lead.scenario), change(lead.change)
    if lead.direction == 0:
        return f"No package moves it by more than the runs can resolve; nearest is {name}."
    if good == "none":
        verb = "raises it most" if lead.direction > 0 else "lowers it least"
        return f"{name} {verb}: {figure}."
    if (good == "down") != (lead.direction < 0):
        return f"No package moves it the wanted way; {name} comes nearest: {figure}."
    return f"{name} does most: {figure}."


def _sure_sentence(lead: Standing) -> str:
    if not lead.settled_share:
        return "No draw of the weights settled, so nothing is known of how sure that is."
    falls = lead.direction < 0
    verb, share = ("falls", lead.decrease) if falls else ("rises", lead.increase)
    text = f"{_interval(lead)}; it {verb} in {_words(share)} of draws"
    if lead.settled_share < 1:
        text += f" ({_words(lead.settled_share)} of them settled)"
    return f"{text}. The interval includes no change." if lead.crosses else f"{text}."


def _words(share: float) -> str:
    return percent(share).replace("> ", "more than ").replace("< ", "less than ")


def _interval(standing: Standing) -> str:
    return f"5-95 % of draws: {span(standing.low, standing.high)}"


def _share_sentence(findings: Findings, outcome: str, good: Direction, lead: Standing) -> str:
    names = singles(findings)
    if good == "none" or len(names) < 2:
        return ""
    shares = best_shares(findings, outcome, good, among=names)
    if not shares:
        return "No draw settled under every package, so none can be called the best over draws."
    others = sorted(
        (name for name in names if name != lead.scenario and shares[name] >= _SHOWN),
        key=lambda name: (-shares[name], name),
    )
    kind = "single packages" if bundles(findings.comparison.scenarios) else "packages"
    text = f"Of the {len(names)} {kind} it is the best in {_words(shares[lead.scenario])} of draws"
    if others:
        rest = [f"{scenario_label(name)} in {_words(shares[name])}" for name in others]
        text += f", {listed(rest)}"
    return f"{text}."


def _bundle_sentence(findings: Findings, rows: dict[str, Standing], good: Direction) -> str:
    together = [rows[name] for name in bundles(findings.comparison.scenarios)]
    together = [each for each in together if each.settled]
    if not together or good == "none":
        return ""
    parts = [
        f"{scenario_label(each.scenario)} {change(each.change)} ({_interval(each)})"
        for each in together
    ]
    return f"Packages put together: {listed(parts)}."


def _order_sentence(findings: Findings, outcome: str, sign: float) -> str:
    ranks = findings.ranks
    slopes = len(ranks.slopes)
    if slopes < 2:
        return "Only one slope of the transfer was tried, so nothing is known of the order's hold."
    if ranks.stable(outcome):
        return f"The order of all packages is the same at all {slopes} slopes of the transfer."
    rows = [ranks.scenarios.index(name) for name in singles(findings)]
    gain = sign * ranks.of(outcome)[:, rows]
    if not np.isfinite(gain).all():
        return "At some slopes a run did not settle, so the order cannot be compared over slopes."
    first = [singles(findings)[k] for k in np.argmax(gain, axis=1)]
    among = "Among single packages the" if bundles(findings.comparison.scenarios) else "The"
    if len(set(first)) == 1:
        return (
            f"{among} first place is the same at all {slopes} slopes of the transfer; the order of "
            "all packages changes."
        )
    parts = [
        f"{scenario_label(name)} at {_slopes(findings, first, name)}"
        for name in dict.fromkeys(first)
    ]
    return f"{among} first place depends on the slope of the transfer: {listed(parts)}."


def _slopes(findings: Findings, first: list[str], name: str) -> str:
    return listed(
        [f"{s:g}" for s, each in zip(findings.ranks.slopes, first, strict=True) if each == name]
    )


def _conflict_sentence(findings: Findings, outcome: str, lead: Standing) -> str:
    scenario = next(each for each in findings.comparison.scenarios if each.name == lead.scenario)
    acted = moved(scenario)
    disputed = [
        f"{concept_label(findings, each.source)} on {concept_label(findings, each.target)}"
        for each in findings.conflicts
        if each.target == outcome and each.source in acted
    ]
    if not disputed:
        return ""
    return f"Respondents disagree even on the sign of the direct effect of {listed(disputed)}."


def _unsettled_sentence(rows: dict[str, Standing]) -> str:
    names = [scenario_label(each.scenario) for each in rows.values() if not each.settled]
    if not names:
        return ""
    verb = "does" if len(names) == 1 else "do"
    return f"{listed(names)} {verb} not settle with the mean weights and cannot be compared."


def evidence_sentence(findings: Findings) -> str:
    """Return how many weights are the experts' alone, in one sentence."""
    shares = findings.estimate.data_share[findings.estimate.linked]
    low = int((shares < _SHOWN).sum())
    links = count(len(shares), "link")
    if low == len(shares):
        return f"All {links} have a data share under 0.1: they are the experts'."
    return f"{low} of {links} have a data share under 0.1: they are the experts'."


def slope_sentence(findings: Findings) -> str:
    """Return a warning where figures and draws are run at different slopes, or ""."""
    slope = findings.estimate.slope
    run_at = getattr(findings.dynamics.transfer, "slope", None)
    if slope is None or run_at is None or abs(slope[0] - run_at) < _SAME_SLOPE:
        return ""
    return (
        f"The changes with mean weights are run at slope {run_at:.3g} of the transfer, the draws "
        f"around slope {slope[0]:.3g}, which the data suggest; so a change need not lie in the "
        "middle of its interval."
    )
