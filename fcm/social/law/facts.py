"""Facts for a data protection impact assessment, made from the run itself.

They are an input to the assessment, which people make. Nothing here decides whether a processing
is lawful.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from fcm.social.law.duties import Duty, Run, duties

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fcm.social.counts.aggregates import Signals
    from fcm.social.law.audit import AuditLog
    from fcm.social.law.ledger import Ledger
    from fcm.social.law.noise import Budget
    from fcm.social.platforms.cards import SourceCard
    from fcm.social.privacy import Privacy, Retention
    from fcm.social.terms.lexicon import Lexicon

__all__ = ["DpiaFacts", "dpia_facts"]

OPEN = "to be completed by the organisation"
LIMITS = (
    "Software cannot supply a lawful basis; what is printed here as the basis was typed in.",
    "A threshold on distinct authors (k-anonymity) is not differential privacy: someone who knows "
    "much about the people in a cell can learn more from it.",
    "Keyed hashes are still personal data as long as the key, or the posts themselves, exist.",
    "Whoever writes in public is not the public: counts say who is heard, not what people want.",
)
ACCURACY = (
    "Concepts are found by words and phrases of a lexicon; how often one is meant in another sense "
    "is not measured here.",
    "Sentiment by lexicon reaches a macro-F1 of .47 to .58 on single posts of labelled sets in "
    "five languages: fit for trends over many authors, not for single posts or people.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DpiaFacts:
    """What a data protection officer needs to know of a run.

    Parameters
    ----------
    source, purpose, basis, dpia : str
        As stated; `dpia` is the reference of the assessment.
    recipients : tuple of str
    periods : tuple of str
        First and last period, empty if there is none.
    every : str
    k, cells, suppressed : int
    concepts : tuple of str
    lexicon, credit : str
    retention : Retention or None
    heard : dict of str to int
        Which posts count, rounded down to multiples of k; empty if not known.
    flow, data, people : tuple of str
        Steps from post to result, and categories of data and of people.
    accuracy, limits : tuple of str
    duties : tuple of Duty
        P1 to P18, met or open.
    """

    source: str
    purpose: str
    basis: str
    dpia: str
    recipients: tuple[str, ...]
    periods: tuple[str, ...]
    every: str
    k: int
    cells: int
    suppressed: int
    concepts: tuple[str, ...]
    lexicon: str
    credit: str
    retention: Retention | None
    heard: dict[str, int]
    flow: tuple[str, ...]
    data: tuple[str, ...]
    people: tuple[str, ...]
    accuracy: tuple[str, ...]
    limits: tuple[str, ...]
    duties: tuple[Duty, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the facts as plain values."""
        return asdict(self)

    def to_json(self) -> str:
        """Return the facts as JSON; equal facts give equal text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    def to_markdown(self) -> str:
        """Return the facts as a page to read."""
        kept = self.retention
        rows = {
            "Source": self.source,
            "Purpose": self.purpose,
            "Basis, as stated": self.basis,
            "Impact assessment": self.dpia or OPEN,
            "Recipients": "; ".join(self.recipients) or OPEN,
            "Periods": f"{' to '.join(self.periods) or 'none'}, by {self.every}",
            "Concepts": ", ".join(self.concepts),
            "Lexicon": self.lexicon or OPEN,
            "Credit": self.credit or OPEN,
            "Threshold": f"{self.k} distinct authors; {self.suppressed} of {self.cells} cells "
            "suppressed",
            "Retention": f"{kept.days} days after the period, for: {kept.purpose}"
            if kept
            else "nothing is kept but the counts",
        }
        heard = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in self.heard.items() if n)
        if heard:
            rows["Posts (rounded down)"] = heard
        met = sum(each.met for each in self.duties)
        lines = [
            "# Facts for a data protection impact assessment",
            "",
            "| | |",
            "|---|---|",
            *(f"| {name} | {_cell(value)} |" for name, value in rows.items()),
        ]
        for title, said in (
            ("What happens to a post", self.flow),
            ("Categories of data", self.data),
            ("Categories of people", self.people),
            ("Accuracy", self.accuracy),
            ("What software cannot do", self.limits),
        ):
            lines += ["", f"## {title}", "", *(f"- {_line(each)}" for each in said)]
        lines += [
            "",
            f"## Duties: {met} of {len(self.duties)} met",
            "",
            "| | Duty | | Why |",
            "|---|---|---|---|",
            *(
                f"| {each.number} | {each.title} | {'met' if each.met else '**open**'} | "
                f"{_cell(each.said)} |"
                for each in self.duties
            ),
        ]
        return "\n".join(lines) + "\n"


def dpia_facts(
    signals: Signals,
    *,
    privacy: Privacy,
    source: str,
    recipients: Iterable[str] = (),
    lexicon: Lexicon | None = None,
    ledger: Ledger | None = None,
    audit: AuditLog | None = None,
    budget: Budget | None = None,
    card: SourceCard | None = None,
) -> DpiaFacts:
    """Return the facts of a run, with each duty met or open.

    Parameters
    ----------
    signals : Signals
    privacy : Privacy
        The conditions under which they were made.
    source : str
        Where the posts are from: "Mastodon", "portal of arguments".
    recipients : iterable of str
        Who gets the signals, by office or role.
    lexicon, ledger, audit, budget, card : optional
        What else there is to show; what is not shown is open. `card` is the card of the terms of
        the source.

    Examples
    --------
    >>> from fcm.social import Privacy, Signals
    >>> talk = Signals(concepts=["noise"], periods=["2018-01"], every="1mo", active=[40],
    ...                authors=[[12]], valence=[[0.5]], k=10, purpose="noise", basis="by law")
    >>> facts = dpia_facts(talk, source="portal", privacy=Privacy(
    ...     purpose="noise", basis="by law", key=bytes(32)))
    >>> print(facts.duties[2].said)
    The smallest published cell stands for 12 distinct authors and the smallest rest of a period
    for 28 (k = 10); 0 of 1 cells are suppressed.
    """
    recipients = tuple(recipients)
    hidden = int(signals.suppressed.sum())
    heard = signals.heard
    return DpiaFacts(
        source=source,
        purpose=signals.purpose,
        basis=signals.basis,
        dpia=privacy.dpia.strip(),
        recipients=recipients,
        periods=(signals.periods[0], signals.periods[-1]) if signals.periods else (),
        every=signals.every,
        k=signals.k,
        cells=signals.authors.size,
        suppressed=hidden,
        concepts=signals.concepts,
        lexicon=signals.lexicon,
        credit=signals.credit,
        retention=privacy.retention,
        heard={} if heard is None else asdict(heard),
        flow=_flow(signals, privacy, source, recipients, hidden),
        data=(
            "Read, and discarded when the posts are scored: text, id of the post and of its "
            "author, time, language, numbers of reactions, labels of area and group as the source "
            "states them.",
            "Kept under a retention only: hashes of author, post and text, day, labels, numbers "
            "of mentions, polarity and sentiment."
            if privacy.retention
            else "Kept: nothing but counts and means of cells.",
            "Published: numbers of distinct authors and means over them, by period and concept.",
        ),
        people=(
            f"People who wrote in the source ({source}).",
            "People who are named in the texts; nothing about them is taken from a text.",
        ),
        accuracy=ACCURACY,
        limits=LIMITS,
        duties=duties(
            Run(
                signals=signals,
                privacy=privacy,
                source=source,
                lexicon=lexicon,
                ledger=ledger,
                audit=audit,
                budget=budget,
                card=card,
            )
        ),
    )


def _flow(
    signals: Signals, privacy: Privacy, source: str, recipients: tuple[str, ...], hidden: int
) -> tuple[str, ...]:
    kept = privacy.retention
    return (
        f"Posts of the source ({source}) are read into memory.",
        f"Scoring: from each text the mentions of {len(signals.concepts)} concepts are taken "
        f"({signals.lexicon or 'lexicon not stated'}); the author becomes a keyed hash of the "
        "period; the text is discarded.",
        f"Keeping: scored posts stay for {kept.days} days after their period, then their sums "
        "alone."
        if kept
        else "Keeping: scored posts are discarded when they are counted.",
        f"Counting: distinct authors by period and concept; {hidden} of {signals.authors.size} "
        f"cells are suppressed (k = {signals.k}).",
        f"Giving on: the published cells go to {'; '.join(recipients) or f'({OPEN})'}.",
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")
