"""A sentiment lexicon: what words say of the mood of a text, on a scale from -4 to 4.

Those shipped are published ones, each with its licence in a file beside it. A lexicon knows words;
how words act on one another stands in `fcm.social.tone.rules`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from fcm.errors import EvidenceError, nearest
from fcm.frozen import FrozenDict
from fcm.social.terms.lexicon import primary_language
from fcm.social.tone.inflections import forms
from fcm.social.tone.rules import NO_RULES, RULES
from fcm.social.tone.vocabulary import Vocabulary, emoticons
from fcm.table import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SentimentLexicon", "languages"]

LARGEST = 4.0

_SHIPPED: Mapping[str, tuple[str, str]] = FrozenDict(
    {
        "de": ("UZH German Polarity Lexicon 1.1", "Apache-2.0"),
        "el": ("MKLab Greek Sentiment Lexicon", "Apache-2.0"),
        "en": ("VADER 3.3.2", "MIT"),
        "es": ("AFINN-es", "ODbL-1.0"),
        "nl": ("pattern.nl 1.2", "PDDL-1.0"),
    }
)


def languages() -> tuple[str, ...]:
    """Return the languages for which a lexicon is shipped.

    Examples
    --------
    >>> languages()
    ('de', 'el', 'en', 'es', 'nl')
    """
    return tuple(_SHIPPED)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SentimentLexicon:
    """Words with the sentiment they carry.

    Parameters
    ----------
    name : str
        The published name, with its version.
    language : str
        Primary tag; decides which words negate, raise and lower.
    values : mapping of str to float, in [-4, 4]
        Words in small letters. 2 is the strength of "good". A word of value zero says nothing, but
        neither raises nor turns the words behind it.
    licence, notice : str
        SPDX identifier and the text that must go with copies; "" for a lexicon of one's own.
    marks : mapping of str to {"raising", "lowering", "negator"}, optional
        Words of degree and negators that the lexicon names itself, besides those of the language.

    Raises
    ------
    EvidenceError
        If there is no word, a word is blank or holds a blank, or a value is out of range.
    """

    name: str
    language: str
    values: Mapping[str, float]
    licence: str = ""
    notice: str = ""
    marks: Mapping[str, str] = field(default_factory=FrozenDict)
    vocabulary: Vocabulary = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if not self.values:
            raise EvidenceError("the sentiment lexicon has no words; it needs at least one.")
        rules = RULES.get(self.language, NO_RULES)
        for word, value in self.values.items():
            _check(word, value)
        object.__setattr__(self, "vocabulary", Vocabulary.of(self.values, self.marks, rules))
        object.__setattr__(self, "values", FrozenDict(self.values))
        object.__setattr__(self, "marks", FrozenDict(self.marks))

    @classmethod
    def shipped(cls, language: str) -> SentimentLexicon:
        """Return the lexicon that comes with the library.

        Raises
        ------
        EvidenceError
            If there is none for the language.

        Examples
        --------
        >>> SentimentLexicon.shipped("nl-BE")
        SentimentLexicon('pattern.nl 1.2', nl, 10,873 words, PDDL-1.0)
        """
        known = primary_language(language)
        if known not in _SHIPPED:
            raise EvidenceError(
                f"no sentiment lexicon is shipped for language {language!r}. "
                f"{nearest(known, _SHIPPED)} Read one of your own with SentimentLexicon.read()."
            )
        return _shipped(known)

    @classmethod
    def read(cls, path: str | Path, *, language: str) -> SentimentLexicon:
        """Return a lexicon of one's own.

        Parameters
        ----------
        path : str or Path
            A table with columns ``word, value``, value in [-4, 4]. Words count as they are
            written, without regard to case; no other forms are added. Words that the rules of the
            language use (negators, words of degree, "but") stay what they are there.
        language : str
            One of `languages`, for their rules; any other has none.

        Raises
        ------
        FileError
            If a row is not a word with a value, or a word stands twice with two values.
        """
        values: dict[str, float] = {}
        rows = read_rows(path, columns=("word", "value"))
        for row in rows:
            word, value = row.text("word").lower(), row.number("value")
            try:
                _check(word, value)
            except EvidenceError as error:
                raise row.fault(str(error)) from None
            if values.setdefault(word, value) != value:
                raise row.fault(f"word {word!r} has two values; a word has one.")
        return cls(name=Path(path).stem, language=primary_language(language), values=values)

    @property
    def fingerprint(self) -> str:
        """Twelve characters that differ if a word, a value or a rule of the language does."""
        digest = hashlib.blake2b(digest_size=6)
        lines = sorted(f"{word}\t{float(value)!r}" for word, value in self.values.items())
        marks = sorted(f"{word}\t{mark}" for word, mark in self.marks.items())
        digest.update("\n".join([self.language, *lines, *marks]).encode())
        digest.update(repr(RULES.get(self.language)).encode())
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        licence = f", {self.licence}" if self.licence else ""
        return f"SentimentLexicon({self.name!r}, {self.language}, {len(self):,} words{licence})"


def _check(word: str, value: float) -> None:
    if not word or len(word.split()) != 1:
        # Whatever holds blanks may be what somebody wrote; it is not shown.
        raise EvidenceError(
            "a word is empty or holds blanks; a sentiment lexicon has single words."
        )
    if not -LARGEST <= value <= LARGEST:
        raise EvidenceError(
            f"word {word[:40]!r} has value {value!r}; expected a number in [-4, 4], "
            "2 being about the strength of 'good'."
        )


@cache
def _shipped(language: str) -> SentimentLexicon:
    name, licence = _SHIPPED[language]
    folder = files("fcm.social.tone") / "data"
    values: dict[str, float] = {}
    marks: dict[str, str] = {}
    bases: list[tuple[str, str, float]] = []
    for line in (folder / f"{language}.tsv").read_text(encoding="utf-8").splitlines():
        word, number, *kinds = line.split("\t")
        kind, value = kinds[0] if kinds else "", float(number)
        if kind == "booster":
            marks[word] = "raising" if value > 0 else "lowering"
        elif kind == "negator":
            marks[word] = kind
        else:
            values[word] = value
            bases.append((word, kind, value))
    if language != "en":
        english = _shipped("en").values
        values |= {word: english[word] for word in emoticons(english)}
        for word, kind, value in bases:
            for form in forms(word, kind, language=language):
                values.setdefault(form, value)
    return SentimentLexicon(
        name=name,
        language=language,
        values=values,
        licence=licence,
        notice=(folder / f"{language}.NOTICE.txt").read_text(encoding="utf-8"),
        marks=marks,
    )
