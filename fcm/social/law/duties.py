"""The eighteen duties of a system that counts what citizens write, held against one run.

Each is met or open, and says why in one sentence made from the signals, the conditions and what
else is at hand. What is not shown is open. It judges published cells and settings, never posts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import PrivacyError
from fcm.social.law.categories import named_topics, special_topics

if TYPE_CHECKING:
    from fcm.social.counts.aggregates import Signals
    from fcm.social.law.audit import AuditLog
    from fcm.social.law.ledger import Ledger
    from fcm.social.law.noise import Budget
    from fcm.social.platforms.cards import SourceCard
    from fcm.social.privacy import Privacy
    from fcm.social.terms.lexicon import Lexicon

__all__ = ["Duty", "Run", "duties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run leaves to judge.

    Parameters
    ----------
    signals : Signals
    privacy : Privacy
    source : str
        Where the posts are from, as the caller names it.
    lexicon : Lexicon, optional
    ledger : Ledger, optional
    audit : AuditLog, optional
    budget : Budget, optional
    card : SourceCard, optional
    """

    signals: Signals
    privacy: Privacy
    source: str
    lexicon: Lexicon | None = None
    ledger: Ledger | None = None
    audit: AuditLog | None = None
    budget: Budget | None = None
    card: SourceCard | None = None

    @property
    def differing(self) -> tuple[str, ...]:
        """Conditions that are not those under which the signals were made."""
        names = ("purpose", "basis", "k")
        return tuple(
            name for name in names if getattr(self.signals, name) != getattr(self.privacy, name)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty in one run.

    Parameters
    ----------
    number : str
        "P1" to "P18".
    title : str
    met : bool
    said : str
        Why, in one sentence.
    """

    number: str
    title: str
    met: bool
    said: str


def duties(run: Run) -> tuple[Duty, ...]:
    """Return all duties, P1 to P18, for one run."""
    found = []
    for number, (title, judge) in enumerate(_JUDGES, start=1):
        met, said = judge(run)
        found.append(Duty(number=f"P{number}", title=title, met=met, said=said))
    return tuple(found)


_Verdict = tuple[bool, str]


def _no_content(run: Run) -> _Verdict:
    signals = run.signals
    odd = sum("@" in each or "://" in each for each in signals.concepts)
    if odd:
        return False, f"{odd} names of concepts look like an account or a link; rename them."
    return True, (
        f"The result holds numbers, {len(signals.concepts)} names of concepts and "
        f"{len(signals.periods)} labels of periods; it has no field for a text, an account, the id "
        "of a post or a place."
    )


def _keys(run: Run) -> _Verdict:
    if run.differing:
        return False, _differs(run)
    return True, (
        f"Authors were replaced by keyed hashes (BLAKE2b, a secret of {8 * len(run.privacy.key)} "
        f"bits held by the caller), with another key in each of the {len(run.signals.periods)} "
        "periods."
    )


def _threshold(run: Run) -> _Verdict:
    signals = run.signals
    shown = ~signals.suppressed
    if not shown.any():
        return True, f"All {shown.size} cells are suppressed: none reaches k = {signals.k}."
    rest = (signals.active[:, None] - signals.authors)[shown]
    smallest = int(signals.authors[shown].min())
    others = int(rest[rest > 0].min()) if (rest > 0).any() else 0
    complement = f"the smallest rest of a period for {others}" if others else "no rest is left"
    met = smallest >= signals.k and (not others or others >= signals.k)
    return met, (
        f"The smallest published cell stands for {smallest} distinct authors and {complement} "
        f"(k = {signals.k}); {int(signals.suppressed.sum())} of {shown.size} cells are suppressed."
    )


def _discarded(run: Run) -> _Verdict:
    kept = run.privacy.retention
    if kept is None and run.ledger is not None:
        return False, "A ledger is kept, and the conditions state no retention for it."
    if kept is None:
        return True, "No retention is set: posts are discarded once they are counted."
    return True, (
        f"Texts are discarded after scoring; scored posts may be kept for {kept.days} days after "
        f"their period, for: {kept.purpose}."
    )


def _aggregates_only(run: Run) -> _Verdict:
    cells = int((~run.signals.suppressed).sum())
    return True, (
        f"From here on the {cells} published cells are all that is used; they can be given on and "
        "computed with without any post."
    )


def _places(run: Run) -> _Verdict:
    shape = run.signals.authors.shape
    return True, (
        f"The {shape[0]} x {shape[1]} cells are by period and concept; no place is in them."
    )


def _deletion(run: Run) -> _Verdict:
    if run.ledger is None:
        if run.privacy.retention is not None:
            return False, "A retention is set and no ledger was shown; deletions need one."
        return False, (
            "No scored posts are kept, so a deletion cannot be replayed: it takes a new count of "
            "the source without the deleted posts."
        )
    closed = len(run.ledger.closed.periods) if run.ledger.closed else 0
    return True, (
        f"Deletions are replayed exactly on the {len(run.ledger):,} scored posts that are held"
        + (f"; in {closed} closed periods they cannot be." if closed else ".")
    )


def _clock(run: Run) -> _Verdict:
    if run.ledger is None:
        if run.privacy.retention is None:
            return True, "No retention: nothing is kept."
        return False, "A retention is set and no ledger was shown that keeps to it."
    purged = run.ledger.purged
    if not purged:
        return False, (
            f"The ledger of {len(run.ledger):,} scored posts was never purged; call purge() at "
            "least once a period."
        )
    return True, (
        f"{sum(each.rows for each in purged):,} scored posts were dropped in {len(purged)} "
        f"purges, last for {purged[-1].on}; their sums stay."
    )


def _no_accounts(run: Run) -> _Verdict:
    return True, (
        f"The {run.signals.authors.size} cells are by period and concept; there is no number of "
        "an account and no way to ask for one."
    )


def _special(run: Run) -> _Verdict:
    if run.lexicon is not None:
        name = f"{len(run.lexicon)} terms, {run.lexicon.fingerprint}"
        if name != run.signals.lexicon.partition(";")[0]:
            return False, "The lexicon at hand is not the one by which the signals were counted."
    topics = (
        named_topics(run.signals.concepts) if run.lexicon is None else special_topics(run.lexicon)
    )
    reference = run.privacy.dpia.strip()
    looked = (
        f"the names of the {len(run.signals.concepts)} concepts (the terms were not shown)"
        if run.lexicon is None
        else f"the {len(run.lexicon)} terms and the names of their concepts"
    )
    if not topics:
        return True, f"No listed topic of articles 9 and 10 of the GDPR was found in {looked}."
    categories = ", ".join(sorted({each.category for each in topics}))
    if reference:
        return True, f"Topics of {categories} are counted under assessment {reference}."
    return False, f"Topics of {categories} are counted without reference to an assessment."


def _audited(run: Run) -> _Verdict:
    if run.audit is None:
        return False, "No audit log was kept."
    try:
        entries = run.audit.entries()
    except PrivacyError as error:
        return False, f"The audit log is broken: {error}"
    if not entries:
        return False, "The audit log is empty."
    counted = sum(each.get("action") in ("count", "score") for each in entries)
    return counted > 0, (
        f"The audit log has {len(entries)} entries in an unbroken chain, {counted} of them of "
        "scoring or counting."
    )


def _purpose(run: Run) -> _Verdict:
    if run.differing:
        return False, _differs(run)
    return True, "Purpose and basis are stated and travel with the signals."


def _facts(run: Run) -> _Verdict:
    reference = run.privacy.dpia.strip()
    if not reference:
        return False, (
            "These facts are an input to an impact assessment; no reference to one is given."
        )
    return True, f"These facts belong to impact assessment {reference}."


def _terms(run: Run) -> _Verdict:
    if run.card is None:
        return False, "The terms of the source were not shown; look at its card and keep it."
    return True, f"The terms of {run.card.source} were looked at on {run.card.checked}."


def _noise(run: Run) -> _Verdict:
    if run.budget is None or not run.budget.entries:
        return False, "Optional; no noise was added to counts."
    return True, (
        f"{len(run.budget.entries)} noisy releases spent {run.budget.spent:.3g} of "
        f"{run.budget.epsilon:.3g} for each author of a period; the exact signals are not private "
        "in this sense."
    )


def _small_numbers(run: Run) -> _Verdict:
    low, high = run.signals.interval("salience", level=0.9)
    width = (high - low)[~run.signals.suppressed]
    hidden = int(run.signals.suppressed.sum())
    said = f"{hidden} cells are missing rather than shown on fewer than {run.signals.k} people"
    if not len(width):
        return True, f"{said}; there is not enough data to show one."
    middle = float(np.median(width))
    return not math.isnan(middle), (
        f"{said}; the middle one of the 90 % intervals of the shares is {middle:.2g} wide."
    )


def _unsure(run: Run) -> _Verdict:
    heard = run.signals.heard
    if heard is None or not heard.unsure:
        return False, "No share of posts whose kind is unsure is stated in these signals."
    return True, (
        f"About {heard.unsure:,} of {heard.scored:,} posts have a kind that is not sure enough "
        "to say, and are not counted under one."
    )


def _offline(run: Run) -> _Verdict:
    if "://" in run.source:
        return False, (
            "The source is named by an address; who fetched it, when and under which terms must "
            "be stated beside these facts."
        )
    return True, "Posts came from files; reading, scoring and counting open no connection."


def _differs(run: Run) -> str:
    return (
        f"The conditions at hand differ from those of the signals in {', '.join(run.differing)}; "
        "show those under which they were made."
    )


_JUDGES = (
    ("No text, handle, id or exact place in results", _no_content),
    ("Authors only as keyed hashes that change by period", _keys),
    ("A threshold on distinct authors, and on differences", _threshold),
    ("Posts are discarded once scored", _discarded),
    ("Usable from aggregates alone", _aggregates_only),
    ("Places no finer than neighbourhoods", _places),
    ("Deletions are replayed", _deletion),
    ("A clock on what is kept", _clock),
    ("Nothing about single accounts", _no_accounts),
    ("No special categories by accident", _special),
    ("An audit log that cannot be changed unseen", _audited),
    ("Purpose and lawful basis are stated", _purpose),
    ("Facts for the impact assessment", _facts),
    ("The terms of the source are known", _terms),
    ("Noise on counts", _noise),
    ("Small numbers are shown as such", _small_numbers),
    ("Unsure is an answer", _unsure),
    ("Offline", _offline),
)
