"""Causal claims of many people as a sequence: proposals for a map, never facts.

The constructor refuses a claim that stands for fewer than `k` people. Nothing here knows posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, overload

from fcm.errors import EvidenceError, PrivacyError
from fcm.evidence import Claim
from fcm.frozen import FrozenDict
from fcm.social.privacy import SMALLEST_K

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CausalClaims"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CausalClaims(Sequence[Claim]):
    """Claims from causal phrases, one for each pair of concepts, as many people as `k` behind each.

    A sequence of `Claim` that `fcm.weigh` takes as it is. All have the one respondent "authors of
    posts", so that ``trust={"authors of posts": 0.5}`` weighs them together.

    Parameters
    ----------
    claims : tuple of Claim
        Sorted by source and target.
    authors : mapping of (source, target) to int, at least `k`
        Distinct authors behind each claim.
    hidden : int
        Pairs that are not shown, since too few claim them or too few do not.
    k : int
    purpose, basis, credit, lexicon : str
        As in `Signals`.

    Raises
    ------
    PrivacyError
        If a claim stands for fewer than `k` people, `k` is small, or purpose or basis is missing.
    EvidenceError
        If claims and numbers of authors do not fit.
    """

    claims: tuple[Claim, ...]
    authors: Mapping[tuple[str, str], int]
    hidden: int
    k: int
    purpose: str
    basis: str
    credit: str = ""
    lexicon: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "claims", tuple(self.claims))
        object.__setattr__(self, "authors", FrozenDict(self.authors))
        if isinstance(self.k, bool) or not isinstance(self.k, int) or self.k < SMALLEST_K:
            raise PrivacyError(f"k is {self.k!r}; expected a whole number from {SMALLEST_K}.")
        for name in ("purpose", "basis"):
            if not str(getattr(self, name)).strip():
                raise PrivacyError(f"{name} is empty; causal claims carry their {name} along.")
        pairs = [(each.source, each.target) for each in self.claims]
        if len(set(pairs)) != len(pairs) or set(pairs) != set(self.authors):
            raise EvidenceError(
                "causal claims need one claim and one number of authors for each pair."
            )
        for (source, target), count in self.authors.items():
            if count < self.k:
                raise PrivacyError(
                    f"claim {source!r} -> {target!r} stands for fewer than {self.k} authors; "
                    "leave it out."
                )

    def __len__(self) -> int:
        return len(self.claims)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims)

    @overload
    def __getitem__(self, place: int) -> Claim: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Claim, ...]: ...
    def __getitem__(self, place: int | slice) -> Claim | tuple[Claim, ...]:
        return self.claims[place]

    @property
    def provenance(self) -> Mapping[str, str]:
        """What every output must carry: k, purpose, basis, credit, lexicon."""
        names = ("k", "purpose", "basis", "credit", "lexicon")
        return FrozenDict({name: str(getattr(self, name)) for name in names})

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per claim: source, target, value, confidence, authors, note."""
        return [
            {
                "source": each.source,
                "target": each.target,
                "value": each.value,
                "confidence": each.confidence,
                "authors": self.authors[each.source, each.target],
                "note": each.origin.note,
            }
            for each in self.claims
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return `to_records` as a pandas frame (needs the notebook extra)."""
        import pandas as pd

        columns = ["source", "target", "value", "confidence", "authors", "note"]
        frame = pd.DataFrame(self.to_records(), columns=columns)
        frame.attrs.update(self.provenance)
        return frame

    def __repr__(self) -> str:
        return f"CausalClaims({len(self)} pairs shown, {self.hidden} hidden, k={self.k})"

    def _repr_html_(self) -> str:
        head = ("cause", "effect", "value", "confidence", "authors")
        rows = [
            (
                each.source,
                each.target,
                f"{each.value:+.3g}",
                f"{each.confidence:.3g}",
                str(self.authors[each.source, each.target]),
            )
            for each in sorted(
                self.claims, key=lambda c: (-self.authors[c.source, c.target], c.source, c.target)
            )
        ]
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        note = (
            f"{self!r}. What authors of posts say affects what; proposals, not facts. Purpose: "
            f"{self.purpose}. Basis: {self.basis}. {self.credit}"
        )
        return (
            "<table><thead><tr>"
            + "".join(f"<th>{name}</th>" for name in head)
            + f"</tr></thead><tbody>{body}</tbody></table><p>{escape(note)}</p>"
        )
