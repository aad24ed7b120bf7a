"""Links on whose sign people disagree: a mean would hide them near 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fcm.evidence import Claim

__all__ = ["Conflict", "conflicts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A link that some say raises its target and others say lowers it.

    Parameters
    ----------
    source, target : str
        The link.
    positive, negative : tuple of str
        Who says that it raises the target, and who says that it lowers it.
    neutral : tuple of str
        Who says explicitly that there is no effect.
    values : tuple of float, values in [-1, 1]
        Everything that was said of the link, ascending.
    """

    source: str
    target: str
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    neutral: tuple[str, ...] = ()
    values: tuple[float, ...] = ()

    def __str__(self) -> str:
        return (
            f"{self.source} -> {self.target}: raises it for {', '.join(self.positive)}; "
            f"lowers it for {', '.join(self.negative)}"
        )


def conflicts(claims: Iterable[Claim]) -> tuple[Conflict, ...]:
    """Return the links on which claims disagree in sign.

    Claims without any confidence say nothing and are left out. The order of the claims does not
    matter.

    Parameters
    ----------
    claims : iterable of Claim

    Returns
    -------
    tuple of Conflict
        By source, then target.

    Examples
    --------
    >>> from fcm.evidence import Claim, Origin
    >>> said = [Claim("tax", "trust", 0.5, 1.0, Origin(kind="survey", source="Ann")),
    ...         Claim("tax", "trust", -0.25, 1.0, Origin(kind="survey", source="Bo"))]
    >>> [str(each) for each in conflicts(said)]
    ['tax -> trust: raises it for Ann; lowers it for Bo']
    """
    by_link: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        if claim.confidence > 0:
            by_link.setdefault((claim.source, claim.target), []).append(claim)
    found = []
    for (source, target), said in sorted(by_link.items(), key=lambda item: item[0]):
        values = tuple(sorted(claim.value for claim in said))
        if values[0] < 0 < values[-1]:
            found.append(
                Conflict(
                    source=source,
                    target=target,
                    positive=_who(claim for claim in said if claim.value > 0),
                    negative=_who(claim for claim in said if claim.value < 0),
                    neutral=_who(claim for claim in said if claim.value == 0),
                    values=values,
                )
            )
    return tuple(found)


def _who(claims: Iterable[Claim]) -> tuple[str, ...]:
    return tuple(sorted({claim.origin.source or claim.origin.kind for claim in claims}))
