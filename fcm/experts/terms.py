"""Linguistic terms: the words in which people grade an influence, and the number each stands for.

Terms know nothing of who used them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from fcm.errors import EvidenceError, FileError, nearest
from fcm.frozen import FrozenDict
from fcm.table import read_cells, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Term", "Terms", "read_terms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One grade of influence.

    Parameters
    ----------
    order : float
        Its place on the scale; a greater order has a greater centre.
    centre : float in [-1, 1]
        The influence that the term stands for.
    texts : mapping of language tag to str
        How the term is written: ``{"en": "weak negative", "es": "débil negativa"}``.
    """

    order: float
    centre: float
    texts: Mapping[str, str] = field(default_factory=FrozenDict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", FrozenDict(self.texts))
        title = " / ".join(repr(each) for each in self.texts.values()) or "a term without a text"
        if not any(self.texts.values()):
            raise EvidenceError(f"term of order {self.order:g} has no text in any language.")
        if not -1 <= self.centre <= 1:
            raise EvidenceError(
                f"{title} has centre {self.centre}; expected a number in [-1, 1]. "
                "Divide the centres by the top of the scale."
            )


@dataclass(frozen=True, slots=True)
class Terms:
    """A scale of linguistic terms, in any number of languages.

    The centres are a convention of the study, not a measurement: what respondents hear in a word
    differs from one to the next.

    Parameters
    ----------
    terms : sequence of Term
        Orders and centres ascend together; a text stands for one centre only.

    Raises
    ------
    EvidenceError
        If two terms contradict each other.

    Examples
    --------
    >>> scale = Terms([Term(order=-1, centre=-0.25, texts={"en": "weak", "es": "débil"}),
    ...                Term(order=0, centre=0.0, texts={"en": "none", "es": "nula"})])
    >>> scale.centre("  DEBIL ")
    -0.25
    """

    terms: tuple[Term, ...]
    _centres: Mapping[str, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        terms = tuple(sorted(self.terms, key=lambda term: term.order))
        for low, high in pairwise(terms):
            if not (low.order < high.order and low.centre < high.centre):
                raise EvidenceError(
                    f"terms {_title(low)} (order {low.order:g}, centre {low.centre:g}) and "
                    f"{_title(high)} (order {high.order:g}, centre {high.centre:g}) do not ascend "
                    "together; a greater order needs a greater centre."
                )
        centres: dict[str, float] = {}
        for term in terms:
            for text in filter(None, term.texts.values()):
                if centres.setdefault(_plain(text), term.centre) != term.centre:
                    raise EvidenceError(
                        f"term {text!r} stands for {centres[_plain(text)]:g} and for "
                        f"{term.centre:g}; a term may stand for one centre only."
                    )
        object.__setattr__(self, "terms", terms)
        object.__setattr__(self, "_centres", FrozenDict(centres))

    @classmethod
    def read(cls, path: str | Path) -> Terms:
        """Return the terms of a file; the same as `read_terms`."""
        return read_terms(path)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every way to write a term, in the order of the scale."""
        return tuple(text for term in self.terms for text in term.texts.values() if text)

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and _plain(text) in self._centres

    def centre(self, text: str) -> float:
        """Return what a term stands for; case, accents and blanks do not matter.

        Parameters
        ----------
        text : str
            A term in any of the languages.

        Returns
        -------
        float in [-1, 1]

        Raises
        ------
        EvidenceError
            If there is no such term.
        """
        if text not in self:
            raise EvidenceError(f"{text!r} is not a term. {nearest(text, self.texts)}")
        return self._centres[_plain(text)]

    def __len__(self) -> int:
        return len(self.terms)

    def __repr__(self) -> str:
        if not self.terms:
            return "Terms(none)"
        first, last = self.terms[0], self.terms[-1]
        return (
            f"Terms({len(self)} from {_title(first)} = {first.centre:g} "
            f"to {_title(last)} = {last.centre:g})"
        )


def read_terms(path: str | Path) -> Terms:
    """Return the linguistic terms of a table.

    Parameters
    ----------
    path : path
        Columns ``order``, ``centre`` and one ``term_<language>`` for each language.

    Raises
    ------
    FileError
        If the table lacks a column, has no terms, or a term contradicts another; the message
        gives the line.
    """
    path = Path(path)
    header = ["_".join(each.casefold().split()) for each in read_cells(path).header]
    languages = [each.removeprefix("term_") for each in header if each.startswith("term_")]
    if not languages:
        raise FileError(
            f"column 'term_<language>' is missing, such as 'term_en'. {nearest('term', header)}",
            path=path,
            line=1,
        )
    terms: list[Term] = []
    for row in read_rows(path, columns=("order", "centre")):
        texts = {each: row.get(f"term_{each}") for each in languages}
        try:
            term = Term(order=row.number("order"), centre=row.number("centre"), texts=texts)
            Terms((*terms, term))
        except EvidenceError as error:
            raise row.fault(str(error)) from None
        terms.append(term)
    return Terms(tuple(terms))


def _title(term: Term) -> str:
    return repr(next((text for text in term.texts.values() if text), ""))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(each for each in decomposed if not unicodedata.combining(each))
    return " ".join(kept.split())
