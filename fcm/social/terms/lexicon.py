"""A lexicon: which words name a concept, in which language, and which name its opposite.

A lexicon knows words only. It holds no posts and makes no counts. It is read from a file of terms
(`Lexicon.read`), taken from the labels of a map (`Lexicon.from_map`) or from a SKOS vocabulary
(`Lexicon.from_skos`), put together (`Lexicon.join`) and widened (`Lexicon.inflected`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fcm.errors import EvidenceError, FileError, nearest
from fcm.social.terms.inflection import inflections
from fcm.social.terms.vocabulary import read_labels
from fcm.social.terms.words import split_term
from fcm.table import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from fcm.map import CognitiveMap

__all__ = ["Lexicon", "Term", "primary_language", "stated_language"]


_SPELLINGS = {
    "nl": ("nld", "dut", "dutch", "nederlands"),
    "en": ("eng", "english"),
    "de": ("deu", "ger", "german", "deutsch"),
    "es": ("spa", "spanish", "español", "castellano"),
    "el": ("ell", "gre", "greek", "ελληνικά"),
}
_TAGS = {spelling: tag for tag, spellings in _SPELLINGS.items() for spelling in spellings}


def primary_language(tag: str) -> str:
    """Return the language of a tag without region or script, or of one of five names.

    Examples
    --------
    >>> primary_language("es-ES"), primary_language(" EN_gb"), primary_language("Dutch")
    ('es', 'en', 'nl')
    """
    primary = tag.strip().casefold().replace("_", "-").partition("-")[0]
    return _TAGS.get(primary, primary)


def stated_language(tag: str) -> str:
    """Return what `primary_language` does, of a tag that somebody wrote by hand.

    Raises
    ------
    EvidenceError
        If it is no tag.
    """
    primary = primary_language(tag)
    if not re.fullmatch("[a-z]{2,3}", primary):
        raise EvidenceError(
            f"language is {tag!r}; expected a tag of two or three letters, such as 'nl' (Dutch), "
            "'en' (English), 'de' (German), 'es' (Spanish) or 'el' (Greek)."
        )
    return primary


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or phrase that names a concept or its opposite.

    Parameters
    ----------
    concept : str
    language : str
        Primary tag: "es", "nl".
    words : tuple of str
        Folded; a ``*`` at the end of a word stands for any ending.
    polarity : {+1, -1}
        +1 names the concept, -1 its opposite ("suciedad" for clean streets).
    """

    concept: str
    language: str
    words: tuple[str, ...]
    polarity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Lexicon:
    """Terms that name concepts, and phrases that must not be taken for them.

    Concepts do not compete for words: a term may name two concepts, or stand inside a term of
    another; every concept is then mentioned.

    Parameters
    ----------
    terms : sequence of Term
        At least one; the same words of a concept and language have one polarity.
    excluded : sequence of Term
        Phrases that are blanked first, for their concept only ("aire limpio" for clean streets);
        their polarity says nothing.

    Raises
    ------
    EvidenceError
        If there is no term, a polarity is neither +1 nor -1, a term has two polarities, or an
        excluded phrase belongs to a concept without terms.
    """

    terms: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()

    def __post_init__(self) -> None:
        terms = tuple(dict.fromkeys(self.terms))
        if not terms:
            raise EvidenceError("the lexicon has no terms; it needs at least one.")
        seen: dict[tuple[str, str, tuple[str, ...]], int] = {}
        for term in terms:
            name = f"term {' '.join(term.words)!r} of {term.concept!r}"
            if term.polarity not in (1, -1):
                raise EvidenceError(f"{name} has polarity {term.polarity}; expected 1 or -1.")
            if seen.setdefault((term.concept, term.language, term.words), term.polarity) != (
                term.polarity
            ):
                raise EvidenceError(f"{name} has two polarities; a term has one.")
        object.__setattr__(self, "terms", terms)
        object.__setattr__(self, "excluded", tuple(dict.fromkeys(self.excluded)))
        for phrase in self.excluded:
            if phrase.concept not in self.concepts:
                raise EvidenceError(
                    f"a phrase is excluded for {phrase.concept!r}, which has no terms. "
                    f"{nearest(phrase.concept, self.concepts)}"
                )

    @classmethod
    def read(cls, path: str | Path, exclude: str | Path | None = None) -> Lexicon:
        """Return the lexicon of a CSV file.

        Parameters
        ----------
        path : str or Path
            Columns ``concept, language, term, polarity`` (1 or -1). Accents and case do not
            matter; words stand whole, a ``*`` at the end of a word stands for any ending; words
            of a phrase stand next to each other.
        exclude : str or Path, optional
            Columns ``concept, language, term``: phrases to blank first, for their concept only.

        Raises
        ------
        FileError
            If a file is not UTF-8 or empty, a column is missing, a term is empty, a polarity is
            neither 1 nor -1, or a term stands twice with two polarities; with the line.
        """
        terms: dict[tuple[str, str, tuple[str, ...]], tuple[int, int]] = {}
        for row, key in _rows(path, ("polarity",)):
            polarity = {"1": 1, "+1": 1, "-1": -1}.get(row.get("polarity"))
            if polarity is None:
                raise row.fault(
                    f"polarity {row.get('polarity')!r} of term {row.get('term')!r}; expected 1 "
                    "(names the concept) or -1 (names its opposite)."
                )
            before, line = terms.setdefault(key, (polarity, row.line))
            if before != polarity:
                raise row.fault(
                    f"term {row.get('term')!r} of {key[0]!r} has polarity {polarity}, and "
                    f"{before} on line {line}; a term has one."
                )
        excluded = []
        concepts = dict.fromkeys(concept for concept, _, _ in terms)
        for row, (concept, language, words) in _rows(exclude, ()) if exclude else ():
            if concept not in concepts:
                raise row.fault(
                    f"{concept!r} is no concept of the lexicon. {nearest(concept, concepts)}"
                )
            excluded.append(Term(concept=concept, language=language, words=words))
        return cls(
            terms=tuple(
                Term(concept=concept, language=language, words=words, polarity=polarity)
                for (concept, language, words), (polarity, _) in terms.items()
            ),
            excluded=tuple(excluded),
        )

    @classmethod
    def from_map(
        cls,
        map: CognitiveMap,
        *,
        language: str,
        synonyms: Mapping[str, Iterable[str]] | None = None,
    ) -> Lexicon:
        """Return the lexicon of a map: each concept is named by its label.

        A start to be widened by hand: people seldom call things what a map calls them.

        Parameters
        ----------
        map : CognitiveMap
        language : str
            Tag of the labels to take ("nl"). A concept without a label in it goes by its own name,
            underscores read as blanks.
        synonyms : mapping of concept to terms, optional
            Further terms, in the same language; written as in a file, ``*`` included.

        Raises
        ------
        EvidenceError
            If `language` is no tag, the map has no concepts, a label or synonym holds no word, or
            synonyms are no list.
        UnknownConceptError
            If a synonym is for a concept that is not in the map.

        Examples
        --------
        >>> from fcm import CognitiveMap
        >>> m = CognitiveMap.from_links({("car_traffic", "noise"): 0.5})
        >>> lexicon = Lexicon.from_map(m, language="en", synonyms={"noise": ["din", "loud*"]})
        >>> [" ".join(term.words) for term in lexicon.terms]
        ['car traffic', 'noise', 'din', 'loud*']
        """
        tag = stated_language(language)
        texts: dict[str, list[str]] = {}
        for concept in map.concepts:
            labels = [
                label
                for key, label in sorted(concept.labels.items())
                if primary_language(key) == tag
            ]
            texts[concept.name] = labels or [concept.name.replace("_", " ")]
        for name, further in (synonyms or {}).items():
            if isinstance(further, str):
                raise EvidenceError(
                    f"the synonyms of {name!r} are {further!r}; expected a list: [{further!r}]."
                )
            texts[map[name].name] += further
        terms = []
        for name, written in texts.items():
            for text in written:
                try:
                    words = split_term(text)
                except ValueError as error:
                    raise EvidenceError(f"term {text!r} of concept {name!r}: {error}.") from None
                terms.append(Term(concept=name, language=tag, words=words))
        return cls(terms=tuple(terms))

    @classmethod
    def from_skos(
        cls,
        path: str | Path,
        *,
        concepts: Iterable[str] | None = None,
        name_language: str = "en",
    ) -> Lexicon:
        """Return the lexicon of a SKOS vocabulary: concepts named by all their labels.

        Preferred, alternative and hidden labels count alike, in every language of the file.
        Matches to other vocabularies are not followed, narrower concepts not taken along.

        Parameters
        ----------
        path : str or Path
            Turtle (.ttl), N-Triples (.nt) or RDF/XML (.rdf, .xml, .owl).
        concepts : iterable of str, optional
            IRIs of the concepts wanted, in this order; all of them, sorted, unless given.
        name_language : str, default "en"
            A concept takes its name from its preferred label in this language, or from its only
            one.

        Raises
        ------
        UnknownFormatError
            If the ending of the file is none of these.
        FileError
            If the file cannot be read or a concept is not in it; if a concept has no preferred
            label, or none in `name_language` and several in others; if a label has no language or
            no word; if two concepts have one name. The message gives the IRI.

        Examples
        --------
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> turtle = '''
        ... @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        ... <https://example.org/noise> skos:prefLabel "noise"@en, "geluid"@nl ;
        ...     skos:altLabel "lawaai"@nl .
        ... '''
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "town.ttl"
        ...     _ = path.write_text(turtle, encoding="utf-8")
        ...     lexicon = Lexicon.from_skos(path)
        >>> lexicon
        Lexicon(3 terms and 0 exclusions for 1 concepts, en, nl)
        """
        terms = []
        for label in read_labels(path, concepts=concepts, name_language=name_language):
            try:
                words = split_term(label.text)
            except ValueError as error:
                raise FileError(
                    f"label {label.text!r} of <{label.iri}>: {error}.", path=path
                ) from None
            tag = primary_language(label.language)
            terms.append(Term(concept=label.name, language=tag, words=words))
        return cls(terms=tuple(terms))

    def join(self, other: Lexicon) -> Lexicon:
        """Return the terms and exclusions of both; what both have stands once.

        Raises
        ------
        EvidenceError
            If a term has another polarity in the other lexicon.
        """
        return Lexicon(
            terms=(*self.terms, *other.terms), excluded=(*self.excluded, *other.excluded)
        )

    def inflected(self) -> Lexicon:
        """Return the lexicon with regular inflections of its single words as further terms.

        A heuristic without a dictionary, for nl, en, de, es and el; words of other languages,
        phrases, words with ``*`` and exclusions stay as they are. It adds the plural and the
        endings of nouns and adjectives ("straat": "straten"), not verbs ("park" does not find
        "parkeren") and no irregular forms ("stad": "steden"). A form that is a term already keeps
        its polarity; a form of two terms of one concept with opposite polarity is left out.

        Examples
        --------
        >>> lexicon = Lexicon(terms=(Term(concept="green", language="nl", words=("boom",)),))
        >>> [" ".join(term.words) for term in lexicon.inflected().terms]
        ['boom', 'bome', 'bomen']
        """
        known = {(term.concept, term.language, term.words) for term in self.terms}
        forms: dict[tuple[str, str, tuple[str, ...]], set[int]] = {}
        for term in self.terms:
            if len(term.words) == 1:
                for form in inflections(term.words[0], term.language):
                    key = (term.concept, term.language, (form,))
                    forms.setdefault(key, set()).add(term.polarity)
        further = tuple(
            Term(concept=concept, language=language, words=words, polarity=polarities.pop())
            for (concept, language, words), polarities in forms.items()
            if len(polarities) == 1 and (concept, language, words) not in known
        )
        return Lexicon(terms=(*self.terms, *further), excluded=self.excluded)

    @property
    def concepts(self) -> tuple[str, ...]:
        """Names of the concepts, in the order of the file."""
        return tuple(dict.fromkeys(term.concept for term in self.terms))

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which there are terms, sorted."""
        return tuple(sorted({term.language for term in self.terms}))

    @property
    def fingerprint(self) -> str:
        """A short hash of all terms and exclusions; equal for equal content in any order."""
        rows = sorted(
            repr((kind, each.concept, each.language, each.words, each.polarity))
            for kind, group in (("term", self.terms), ("excluded", self.excluded))
            for each in group
        )
        return hashlib.blake2b("\n".join(rows).encode(), digest_size=8).hexdigest()

    def __len__(self) -> int:
        return len(self.terms)

    def __repr__(self) -> str:
        return (
            f"Lexicon({len(self.terms)} terms and {len(self.excluded)} exclusions for "
            f"{len(self.concepts)} concepts, {', '.join(self.languages)})"
        )


_Key = tuple[str, str, tuple[str, ...]]


def _rows(path: str | Path, columns: Sequence[str]) -> Iterator[tuple[Row, _Key]]:
    for row in read_rows(path, columns=("concept", "language", "term", *columns)):
        try:
            words = split_term(row.text("term"))
        except ValueError as error:
            raise row.fault(f"term {row.get('term')!r}: {error}.") from None
        tag = primary_language(row.text("language"))
        if not re.fullmatch("[a-z]{2,3}", tag):
            raise row.fault(f"language is {row.get('language')!r}; expected a tag such as 'nl'.")
        yield row, (row.text("concept"), tag, words)
