"""Whether signals can be: labels, shapes, ranges, and no number for fewer than k people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError, PrivacyError
from fcm.periods import frequency
from fcm.social.counts.engagement import MOST
from fcm.social.counts.suppression import between
from fcm.social.periods import frequency_of
from fcm.social.privacy import SMALLEST_K

if TYPE_CHECKING:
    from fcm.social.counts.aggregates import Signals

__all__ = ["ARRAYS", "USES", "check"]

ARRAYS = ("active", "authors", "valence", "sentiment", "effective", "engagement")
# Least and greatest value of what may be made a panel, and its unit.
USES = {
    "salience": (0.0, 1.0, "share of the period's authors"),
    "valence": (-1.0, 1.0, "mean over authors of the polarity of mention"),
    "sentiment": (-1.0, 1.0, "mean over authors of the mood of their posts"),
    "engagement": (0.0, MOST, "mean over authors of log1p(likes + replies + 2 shares)"),
}


def check(signals: Signals) -> None:
    """Refuse signals that cannot be, or that stand for too few people.

    Raises
    ------
    PrivacyError
        If a total, a cell or the rest of its period stands for fewer than k people, or purpose or
        basis is missing.
    EvidenceError
        If shapes, labels or values do not fit.
    """
    _check_labels(signals)
    _check_privacy(signals)
    _check_means(signals)


def _check_labels(signals: Signals) -> None:
    shape = (len(signals.periods), len(signals.concepts))
    if len(set(signals.concepts)) != shape[1]:
        raise EvidenceError("a concept stands twice in the signals; each may stand once.")
    if list(signals.periods) != sorted(set(signals.periods)):
        raise EvidenceError("periods of signals must be ascending, each once.")
    length = frequency_of(signals.every)
    for period in signals.periods:
        if frequency(period) != length:
            raise EvidenceError(f"{period!r} is no label of a period of {signals.every!r}.")
    for name in ARRAYS:
        seen, wanted = getattr(signals, name).shape, shape[:1] if name == "active" else shape
        if seen != wanted:
            raise EvidenceError(f"{name} has shape {seen}; expected {wanted}.")
    for name in ("active", "authors"):
        counts = getattr(signals, name)[~np.isnan(getattr(signals, name))]
        if (counts != np.floor(counts)).any() or np.isinf(counts).any():
            raise EvidenceError(f"{name} holds a value that is no whole number.")


def _check_privacy(signals: Signals) -> None:
    if isinstance(signals.k, bool) or not isinstance(signals.k, int) or signals.k < SMALLEST_K:
        raise PrivacyError(f"k is {signals.k!r}; expected a whole number from {SMALLEST_K}.")
    for name in ("purpose", "basis"):
        if not str(getattr(signals, name)).strip():
            raise PrivacyError(f"{name} is empty; signals carry their {name} along.")
    for t in np.flatnonzero(signals.active < signals.k):
        raise PrivacyError(
            f"{signals.periods[t]} stands for fewer than {signals.k} authors; leave the total and "
            "the cells of the period out (NaN)."
        )
    rest = signals.active[:, None] - signals.authors
    shown = ~np.isnan(signals.authors)
    if (shown & ~(rest >= 0)).any():
        t, j = np.argwhere(shown & ~(rest >= 0))[0]
        raise EvidenceError(
            f"{signals.concepts[j]!r} in {signals.periods[t]} has more authors than the period."
        )
    small = shown & ((signals.authors < signals.k) | between(rest, signals.k))
    for t, j in np.argwhere(small):
        raise PrivacyError(
            f"{signals.concepts[j]!r} in {signals.periods[t]} stands for fewer than {signals.k} "
            "authors, or leaves fewer than that; such a cell must be suppressed (NaN)."
        )


def _check_means(signals: Signals) -> None:
    for name in ("valence", "sentiment", "engagement"):
        low, high, _ = USES[name]
        values = getattr(signals, name)
        if (
            (values < low) | (values > high) | (np.isnan(signals.authors) & ~np.isnan(values))
        ).any():
            raise EvidenceError(
                f"{name} must lie in [{low:.4g}, {high:.4g}] where authors are given, and be "
                "NaN elsewhere."
            )
    voices = signals.effective
    # A sum of weights that are all 1 may be a hair more than their number.
    fits = (voices > 0) & (voices <= signals.authors * (1 + 1e-9))
    if (~np.isnan(voices) & ~fits).any():
        raise EvidenceError(
            "effective must lie above 0 and not above authors, and be NaN where they are."
        )
