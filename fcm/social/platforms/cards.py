"""What each source allows, as far as it was established: a card with a date, not legal advice.

Terms change without notice. A card says what was read and when, and what must be looked up again
on the day of use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fcm.errors import UnknownFormatError, nearest

__all__ = ["SourceCard", "source_card"]

_CHECKED = date(2026, 11, 25)
_AGAIN = "Read the source's own terms on the day of use."
_OWN_FILE = (
    "The file says nothing of where its posts are from: the terms of that source hold, and the "
    "card of the platform applies if it is one."
)
_GDPR = (
    "For as long as the stated purpose needs; set a retention and purge. Pseudonymised posts are "
    "still personal data."
)
_ERASE = "Erase what an author asks to have erased (GDPR article 17); the source sends no events."
_CONSENT = "what the participants were told when they took part is the limit of use."


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """Under which terms posts of a source may be used.

    Parameters
    ----------
    source : str
        As in ``read_posts(source=...)``.
    allowed : str
        What use is allowed, as far as it is known.
    retention : str
        How long posts may be kept.
    deletion : str
        Which deletions must be followed.
    checked : date
        When this was looked up.
    terms : str
        Where it is from, what is from memory, and what must be looked up again.
    """

    source: str
    allowed: str
    retention: str
    deletion: str
    checked: date
    terms: str

    def sentences(self) -> tuple[str, ...]:
        """Return the card in sentences."""
        return (
            f"Source {self.source!r}, checked {self.checked.isoformat()}.",
            f"Use: {self.allowed}",
            f"Retention: {self.retention}",
            f"Deletion: {self.deletion}",
            f"Terms: {self.terms}",
        )


def source_card(source: str) -> SourceCard:
    """Return the card of a source.

    Raises
    ------
    UnknownFormatError
        If there is no such source.

    Examples
    --------
    >>> source_card("x").checked
    datetime.date(2026, 11, 25)
    """
    cards = {
        name: SourceCard(
            source=name,
            allowed=allowed,
            retention=retention,
            deletion=deletion,
            checked=_CHECKED,
            terms=terms,
        )
        for name, (allowed, retention, deletion, terms) in _facts().items()
    }
    if source not in cards:
        raise UnknownFormatError(f"there is no source {source!r}. {nearest(str(source), cards)}")
    return cards[source]


def _facts() -> dict[str, tuple[str, str, str, str]]:
    """Return use, retention, deletion and terms of each source."""
    return {
        "x": (
            "Analysis in the aggregate, without user ids or user names, is allowed. Never derive "
            "a user's health, finances, politics, ethnicity, religion, sexuality, union "
            "membership or crime, and never match users with persons elsewhere. Use by the public "
            "sector needs its own form of approval.",
            _GDPR,
            "Honour deleted, edited, protected and suspended posts and accounts, and removed "
            "places, by the platform's compliance lists or streams.",
            "From the developer pages on restricted uses and on compliance, read for this "
            f"release. {_AGAIN}",
        ),
        "mastodon": (
            "Each server has its own rules; ask its operator. Read public posts only: posts for "
            "followers are passed over.",
            _GDPR,
            "Erase posts that their author deleted; the servers announce deletions to each other "
            "(from memory). Ask again for the posts you keep.",
            "No general terms were looked up; there is one set for each server and they must be "
            f"read for it. {_AGAIN}",
        ),
        "bluesky": (
            "The network is public, but dumps of posts for other uses met with public anger: say "
            "what you do, and publish aggregates only.",
            _GDPR,
            "Every service must have a way to delete content that a user asked to have deleted; "
            "the stream carries events for deleted posts and accounts.",
            f"From the developer guidelines, item 3, read for this release. {_AGAIN}",
        ),
        "reddit": (
            "Not established: whether and at what price the interface may be used must be looked "
            "up in its terms for developers.",
            _GDPR,
            "Erase what authors or moderators took away; texts marked as deleted or removed are "
            "not read.",
            f"Nothing was looked up for this card. {_AGAIN}",
        ),
        "youtube": (
            "Not established: the terms of the interface must be looked up, above all what they "
            "say of storing comments.",
            f"{_GDPR} The interface's terms may set a shorter time; look it up.",
            "Erase comments that their author deleted; ask again for those you keep.",
            f"Nothing was looked up for this card. {_AGAIN}",
        ),
        "crowdtangle": (
            "Historic exports of posts of pages only. The service was closed in August 2024; what "
            "its terms said of exports that were kept must be looked up.",
            _GDPR,
            "There is no service left that tells of deletions; erase what a page asks to have "
            "erased.",
            f"The closing is from memory. {_AGAIN}",
        ),
        "activitystreams": (
            "A format, not a place: the rules of the server that a file is from apply. Notes that "
            "are not addressed to the public are passed over.",
            _GDPR,
            "A Delete activity must be followed (from memory); erase what an author asks for.",
            f"No terms of a place were looked up. {_AGAIN}",
        ),
        "pins": (
            f"An opinion map is opt-in: {_CONSENT} A place can show a home: coordinates are never "
            "kept, and spots that one author marks often get no area.",
            _GDPR,
            _ERASE,
            f"From the law, not from terms. {_AGAIN}",
        ),
        "questionnaire": (
            f"Answers are given for a purpose: {_CONSENT} Small groups of respondents can be "
            "told apart; they are suppressed.",
            _GDPR,
            _ERASE,
            f"From the law, not from terms. {_AGAIN}",
        ),
        "reports": (
            "Reports are given so that something is repaired; use for policy must be compatible "
            "with that purpose. They hold addresses, names and telephone numbers in their text. "
            "Leave the reporter out of the export.",
            _GDPR,
            _ERASE,
            "From the law and from the form of the public interface; the privacy statement of the "
            f"municipality decides. {_AGAIN}",
        ),
        **dict.fromkeys(
            ("csv", "jsonl", "parquet"), (_OWN_FILE, _GDPR, _ERASE, f"{_OWN_FILE} {_AGAIN}")
        ),
    }
