"""A survey of links: what each respondent says of each link, read from a table into claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fcm.concept import Concept
from fcm.errors import EvidenceError, nearest
from fcm.evidence import Claim, Origin
from fcm.experts.terms import Terms, read_terms
from fcm.table import Row, parse_number, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_survey"]


def read_survey(
    path: str | Path,
    *,
    terms: str | Path | Terms,
    concepts: Iterable[str | Concept] | None = None,
    scale: float = 1.0,
) -> tuple[Claim, ...]:
    """Return what respondents said, one claim for each row.

    An answer "none" is a claim of no effect; a link that a respondent left out is no claim at
    all. The two are never mixed up, so a row without a term is refused.

    Parameters
    ----------
    path : path
        Columns ``source``, ``target``, ``term``, ``respondent``, and perhaps ``note`` (the
        rationale) and ``confidence`` (in [0, 1]; 1 where the column or the cell is empty).
    terms : path or Terms
        What the terms stand for. A number may stand in place of a term.
    concepts : iterable of str or Concept, optional
        If given, every source and target must be among them; a map's ``concepts`` or ``names``.
    scale : float above 0, default 1.0
        Numbers in place of terms are divided by it: 5 for a survey from -5 to 5.

    Returns
    -------
    tuple of Claim
        In the order of the rows; the origin's source is the respondent.

    Raises
    ------
    FileError
        If the table cannot be read, lacks a column, names an unknown term or concept, leaves a
        cell blank that is needed, holds a number out of range, or the same respondent grades a
        link twice. The message gives the line.
    """
    if not 0 < scale < float("inf"):
        raise EvidenceError(f"scale is {scale!r}; expected the top of the survey's scale, above 0.")
    known = terms if isinstance(terms, Terms) else read_terms(terms)
    names = None
    if concepts is not None:
        names = [each.name if isinstance(each, Concept) else each for each in concepts]
    claims: list[Claim] = []
    lines: dict[tuple[str, str, str], int] = {}
    rows = read_rows(
        path,
        columns=("source", "target", "term", "respondent"),
        optional=("note", "confidence"),
    )
    for row in rows:
        source, target = _concept(row, "source", names), _concept(row, "target", names)
        respondent = row.text("respondent")
        key = (source, target, " ".join(respondent.casefold().split()))
        if key in lines:
            raise row.fault(
                f"{respondent!r} grades {source!r} -> {target!r} a second time, first in line "
                f"{lines[key]}; keep one of the two."
            )
        lines[key] = row.line
        claims.append(
            Claim(
                source,
                target,
                _value(row, known, scale),
                _confidence(row),
                Origin(kind="survey", source=respondent, note=row.get("note")),
            )
        )
    return tuple(claims)


def _concept(row: Row, column: str, names: list[str] | None) -> str:
    name = row.text(column)
    if names is not None and name not in names:
        raise row.fault(f"{column} {name!r} is not a concept. {nearest(name, names)}")
    return name


def _value(row: Row, terms: Terms, scale: float) -> float:
    text = row.get("term")
    if not text:
        raise row.fault(
            "term is blank. Write the term for no effect if that is the answer; take the row out "
            "if the respondent gave none."
        )
    if text in terms:
        return terms.centre(text)
    number = parse_number(text, decimal_comma=row.decimal_comma)
    if number is None:
        raise row.fault(f"term {text!r} is not known. {nearest(text, terms.texts)}")
    value = number / scale
    if not -1 <= value <= 1:
        top = f"{max(2, -int(-abs(number) // 1))}"
        raise row.fault(
            f"term is {text!r}; a number must lie in [-{scale:g}, {scale:g}]. If the survey uses "
            f"-{top}..{top}, read it with scale={top}."
        )
    return value


def _confidence(row: Row) -> float:
    if not row.get("confidence"):
        return 1.0
    value = row.number("confidence")
    if not 0 <= value <= 1:
        raise row.fault(
            f"confidence is {value:g}; expected a number in [0, 1]. Divide percentages by 100."
        )
    return value
