"""What must be said before posts may be counted, and how authors become keys.

A `Privacy` holds the purpose, the lawful basis, the threshold and the secret. It knows no posts.
Software cannot supply a lawful basis, a threshold is not differential privacy, and keyed authors
are still personal data: they live only while cells are being counted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from fcm.errors import PrivacyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Privacy", "Retention"]

SMALLEST_K = 5
SHORTEST_KEY = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long scored posts may be kept, and why; without one nothing is kept but the counts.

    What is kept are rows of keyed hashes, labels and numbers, never a text. They go period by
    period: a row is kept until the last day of its period is more than `days` days ago, so for
    at most `days` and the length of a period.

    Parameters
    ----------
    days : int, at least 1
        Days after the end of a period for which its rows are kept.
    purpose : str
        Why they are kept, in a sentence: to honour deletions, for example.

    Raises
    ------
    PrivacyError
        If days is no whole number from 1, or the purpose is empty.

    Examples
    --------
    >>> Retention(days=90, purpose="to honour deletions")
    Retention(days=90, purpose='to honour deletions')
    """

    days: int
    purpose: str

    def __post_init__(self) -> None:
        if isinstance(self.days, bool) or not isinstance(self.days, int) or self.days < 1:
            raise PrivacyError(
                f"retention.days is {self.days!r}; expected a whole number from 1. To keep "
                "nothing, leave the retention out."
            )
        if not isinstance(self.purpose, str) or not self.purpose.strip():
            raise PrivacyError(
                "retention.purpose is empty; rows are kept only for a stated purpose, for example "
                "to honour deletions."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """The conditions under which posts may be counted.

    Parameters
    ----------
    purpose : str
        What the counts are for, in a sentence; printed with every output.
    basis : str
        The lawful basis of the processing; printed with every output.
    key : bytes, at least 16
        A secret kept apart from the data. Authors are hashed with a key derived from it for each
        period, so that the same author in two periods cannot be linked. The published cells do
        not depend on it. It is never shown, and a `Privacy` cannot be pickled.
    k : int, at least 5, default 10
        Fewest distinct authors for whom a cell may stand.
    retention : Retention, optional
        How long scored posts may be kept in a `Ledger`. Without one they are counted and thrown
        away, and carry no key of the post.
    dpia : str, optional
        Reference of the data protection impact assessment; needed to count posts about topics
        that are special categories of personal data.

    Raises
    ------
    PrivacyError
        If purpose or basis is empty, the key is short, k is small, or retention or dpia is of
        another type.

    References
    ----------
    BLAKE2: Saarinen & Aumasson (2015), doi:10.17487/RFC7693.

    Examples
    --------
    >>> Privacy(purpose="concerns about clean streets, by month",
    ...         basis="GDPR art. 6(1)(e)", key=bytes(range(32)))
    Privacy(purpose='concerns about clean streets, by month', basis='GDPR art. 6(1)(e)', k=10,
            retention=None, dpia='')
    """

    purpose: str
    basis: str
    key: bytes = field(repr=False)
    k: int = 10
    retention: Retention | None = None
    dpia: str = ""

    def __post_init__(self) -> None:
        for name, value, example in (
            ("purpose", self.purpose, "which concerns about mobility citizens write about"),
            ("basis", self.basis, "GDPR art. 6(1)(e), with the act that gives the task"),
        ):
            if not isinstance(value, str) or not value.strip():
                raise PrivacyError(
                    f"privacy.{name} is empty; posts are counted only for a stated {name}. "
                    f"Say it in a sentence, for example: {example}."
                )
        if not isinstance(self.key, bytes):
            raise PrivacyError(
                f"privacy.key is of type {type(self.key).__name__}; expected bytes, for example "
                "secrets.token_bytes(32)."
            )
        if len(self.key) < SHORTEST_KEY:
            raise PrivacyError(
                f"privacy.key has {len(self.key)} bytes; a key under {SHORTEST_KEY} bytes can be "
                "guessed and authors found again. Take secrets.token_bytes(32) and keep it apart "
                "from the data."
            )
        if isinstance(self.k, bool) or not isinstance(self.k, int) or self.k < SMALLEST_K:
            raise PrivacyError(
                f"privacy.k is {self.k!r}; expected a whole number from {SMALLEST_K} (10 is "
                "usual): a cell that stands for fewer people can point at one of them."
            )
        if not isinstance(self.retention, Retention | None):
            raise PrivacyError(
                f"privacy.retention is of type {type(self.retention).__name__}; expected "
                "Retention(days=90, purpose=...), or None to keep nothing."
            )
        if not isinstance(self.dpia, str):
            raise PrivacyError(
                f"privacy.dpia is of type {type(self.dpia).__name__}; expected the reference "
                "under which the assessment is filed, as text."
            )

    def keyed(self, values: Sequence[str], *, domain: str) -> NDArray[np.uint64]:
        """Return keyed hashes of identities or texts, valid in one domain only.

        Parameters
        ----------
        values : sequence of str
        domain : str
            What the hashes are for ("author 2015-W38"); equal values have other hashes in another
            domain, so that nobody can be followed from one period to the next.

        Returns
        -------
        ndarray of uint64, shape (len(values),)
            Keyed BLAKE2b of 64 bits; that two of a million values share one has probability 3e-8.
        """
        secret = hashlib.blake2b(self.key, digest_size=64).digest()
        key = hashlib.blake2b(domain.encode(), key=secret, digest_size=64).digest()
        # A lone surrogate is hashed as it is: the error about one would quote the value.
        raw = (value.encode("utf-8", "surrogatepass") for value in values)
        hashes = [hashlib.blake2b(each, key=key, digest_size=8).digest() for each in raw]
        return np.frombuffer(b"".join(hashes), dtype="<u8").astype(np.uint64)

    def __reduce__(self) -> NoReturn:
        raise PrivacyError(
            "a Privacy holds the secret key and is not pickled; hand purpose, basis and k over, "
            "and fetch the key where it is needed."
        )
