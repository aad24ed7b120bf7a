"""A lexicon: which words name a concept, in which language, and which name its opposite.

A lexicon knows words only. It holds no posts and makes no counts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fcm.errors import EvidenceError, nearest
from fcm.social.words import split_term
from fcm.table import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Lexicon", "Term", "primary_language"]


def primary_language(tag: str) -> str:
    """Return the language of a tag without region or script.

    Examples
    --------
    >>> primary_language("es-ES"), primary_language(" EN_gb")
    ('es', 'en')
    """
    return tag.strip().casefold().replace("_", "-").partition("-")[0]


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
        yield row, (row.text("concept"), primary_language(row.text("language")), words)
