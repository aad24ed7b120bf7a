"""Special categories of personal data, and a lexicon that counts them.

Which posts name a person's health, belief or origin is not counted by accident: a lexicon that
does so needs the reference of an impact assessment. The word list is short and ours; it finds
what was overlooked, and no list finds what is hidden. It knows words, no posts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fcm.errors import PrivacyError
from fcm.social.terms.words import split_term
from fcm.table import read_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from fcm.social.privacy import Privacy
    from fcm.social.terms.lexicon import Lexicon

__all__ = ["SpecialTopic", "check_topics", "named_topics", "special_topics"]

_LIST = Path(__file__).parent / "data" / "special_categories.csv"
_ARTICLE_10 = "criminal convictions and offences"
_SHOWN = 5
_SHORTEST_PREFIX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialTopic:
    """A concept or term that names a special category of personal data.

    Parameters
    ----------
    concept : str
    term : str
        The term of the lexicon, folded, or the name of the concept.
    category : str
        "health", "political opinion", ...
    """

    concept: str
    term: str
    category: str

    @property
    def article(self) -> str:
        """The article of the GDPR: "art. 9", or "art. 10" for convictions and offences."""
        return "art. 10" if self.category == _ARTICLE_10 else "art. 9"

    def __str__(self) -> str:
        return f"{self.concept!r} by {self.term!r} ({self.category}, GDPR {self.article})"


def check_topics(lexicon: Lexicon, privacy: Privacy) -> None:
    """Refuse a lexicon with special topics, unless an impact assessment is referred to.

    Parameters
    ----------
    lexicon : Lexicon
    privacy : Privacy
        With ``dpia`` set, every lexicon passes: whether the assessment allows it, only people
        can say.

    Raises
    ------
    PrivacyError
        Naming concept, term and category.

    Examples
    --------
    >>> from fcm.social import Lexicon, Privacy, Term
    >>> words = Lexicon(terms=[Term(concept="noise", language="en", words=("noisy", "mosque"))])
    >>> check_topics(words, Privacy(purpose="noise", basis="art. 6(1)(e)", key=bytes(16)))
    Traceback (most recent call last):
    fcm.errors.PrivacyError: the lexicon counts special categories of personal data: 'noise' by
    'noisy mosque' (religion or belief, GDPR art. 9). Take the terms out, or give
    Privacy(dpia=...) the reference of the impact assessment that allows it.
    """
    found = () if privacy.dpia.strip() else special_topics(lexicon)
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise PrivacyError(
            "the lexicon counts special categories of personal data: "
            f"{'; '.join(map(str, found[:_SHOWN]))}{more}. Take the terms out, or give "
            "Privacy(dpia=...) the reference of the impact assessment that allows it."
        )


def special_topics(lexicon: Lexicon) -> tuple[SpecialTopic, ...]:
    """Return every term and name of a concept that names a special category, in their order.

    Terms are held against the list of their language, those of other languages and the names of
    concepts against the lists of all. Words must agree whole; accents and case do not matter.

    Examples
    --------
    >>> from fcm.social import Lexicon, Term
    >>> words = Lexicon(terms=[Term(concept="care", language="es", words=("salud",))])
    >>> print(*special_topics(words))
    'care' by 'salud' (health, GDPR art. 9)
    """
    lists = _lists()
    everything = lists[""]
    found = {topic: None for topic in named_topics(lexicon.concepts)}
    for term in lexicon.terms:
        for category in _categories(term.words, lists.get(term.language, everything)):
            found[
                SpecialTopic(concept=term.concept, term=" ".join(term.words), category=category)
            ] = None
    return tuple(found)


def named_topics(concepts: Iterable[str]) -> tuple[SpecialTopic, ...]:
    """Return the special categories that the names of concepts name, in any language.

    Examples
    --------
    >>> print(*named_topics(["Public_Health", "cycling"]))
    'Public_Health' by 'Public_Health' (health, GDPR art. 9)
    """
    everything = _lists()[""]
    found = []
    for concept in concepts:
        plain = concept.replace("_", " ").replace("*", " ")
        if any(map(str.isalnum, plain)):
            found += [
                SpecialTopic(concept=concept, term=concept, category=category)
                for category in _categories(split_term(plain), everything)
            ]
    return tuple(found)


_Listed = dict[str, list[tuple[tuple[str, ...], str]]]  # by the stem of the first word


@cache  # the list ships with the library
def _lists() -> dict[str, _Listed]:
    """Return the listed terms by language and by first word; "" holds all languages."""
    lists: dict[str, _Listed] = {"": {}}
    for row in read_rows(_LIST, columns=("category", "language", "term")):
        words = split_term(row.text("term"))
        for language in ("", row.text("language")):
            first = lists.setdefault(language, {}).setdefault(words[0].rstrip("*"), [])
            first.append((words, row.text("category")))
    return lists


def _categories(words: Collection[str], listed: _Listed) -> tuple[str, ...]:
    """Return the categories of which a listed term stands in a term, each once."""
    words = tuple(words)
    found: dict[str, None] = {}
    for start, word in enumerate(words):
        bare = word.rstrip("*")
        stems = [bare[:length] for length in range(1, len(bare) + 1)]
        if word.endswith("*") and len(bare) >= _SHORTEST_PREFIX:
            stems += [stem for stem in listed if stem.startswith(bare) and stem != bare]
        for wanted, category in (each for stem in stems for each in listed.get(stem, ())):
            here = words[start : start + len(wanted)]
            if len(here) == len(wanted) and all(map(_agree, here, wanted)):
                found[category] = None
    return tuple(found)


def _agree(word: str, wanted: str) -> bool:
    """Tell whether some word is meant by both; a word or stem of either may end in a ``*``."""
    bare, stem = word.rstrip("*"), wanted.rstrip("*")
    if bare == stem or (wanted.endswith("*") and bare.startswith(stem)):
        return True
    return word.endswith("*") and len(bare) >= _SHORTEST_PREFIX and stem.startswith(bare)
