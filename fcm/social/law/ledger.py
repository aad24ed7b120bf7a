"""A ledger: scored posts for as long as a retention allows, and the sums of periods that closed.

It exists so that a deletion can be honoured exactly: what is left is what would have been counted
without the deleted posts. It holds keyed hashes, labels and numbers, which is still personal data,
and no text, no handle and no id. It cannot be looked into: it gives `Signals` and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from fcm.errors import EvidenceError, PrivacyError
from fcm.periods import label, ordinal
from fcm.social.law.closing import Purge, first_day, join_periods, stricter, utc_day
from fcm.social.law.deletion import Deletion, moved_results
from fcm.social.law.taking import less, rows_of
from fcm.social.periods import frequency_of
from fcm.social.scored import Heard, Scored

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    import polars as pl

    from fcm.social.counts.aggregates import Signals
    from fcm.social.law.audit import AuditLog
    from fcm.social.privacy import Privacy, Retention

__all__ = ["Ledger"]


class Ledger:
    """Scored posts under a retention; every change gives a new ledger.

    `Ledger.open` begins one, `add` takes more posts in, `delete` takes posts and people out,
    `purge` closes what is too old, `signals` counts what is left.

    Attributes
    ----------
    concepts : tuple of str
    every : {"1d", "1w", "1mo", "1q"}
    lexicon : str
        Number of terms and fingerprint of the lexicon.
    purpose, basis : str
        What the posts are kept and counted for; nothing else is counted from them.
    retention : Retention
    heard : Heard
        Which posts count and which do not, deletions taken off.
    closed : Signals or None
        Published cells of the periods that are closed.
    purged : tuple of Purge
    late : int
        Posts that came for a period after it was closed; they are left out.

    Examples
    --------
    >>> from fcm.social.privacy import Privacy, Retention
    >>> from fcm.social.scored import Heard, Scored, schema
    >>> import polars as pl
    >>> scored = Scored(pl.DataFrame(schema=schema()), concepts=("noise",), every="1mo",
    ...                 lexicon="", heard=Heard())
    >>> Ledger.open(scored, privacy=Privacy(purpose="noise", basis="by law", key=bytes(16),
    ...             retention=Retention(days=90, purpose="to honour deletions")))
    Ledger(0 scored posts in 0 open periods, 0 closed; kept for 90 days)
    """

    __slots__ = (
        "_frame", "_lock", "basis", "closed", "concepts", "every", "heard", "late", "lexicon",
        "purged", "purpose", "retention",
    )  # fmt: skip

    # _frame has the columns of fcm.social.scored.schema; _lock tells the key without being it.
    def __init__(
        self,
        *,
        frame: pl.DataFrame,
        lock: int,
        concepts: tuple[str, ...],
        every: str,
        lexicon: str,
        purpose: str,
        basis: str,
        retention: Retention,
        heard: Heard,
        closed: Signals | None = None,
        purged: tuple[Purge, ...] = (),
        late: int = 0,
    ) -> None:
        self._frame = frame
        self._lock = lock
        self.concepts = concepts
        self.every = every
        self.lexicon = lexicon
        self.purpose = purpose
        self.basis = basis
        self.retention = retention
        self.heard = heard
        self.closed = closed
        self.purged = purged
        self.late = late

    @classmethod
    def open(cls, scored: Scored, *, privacy: Privacy, audit: AuditLog | None = None) -> Ledger:
        """Begin a ledger with these scored posts.

        Parameters
        ----------
        scored : Scored
            Scored under the same `privacy`: without its retention, posts carry no key by which
            one can be deleted.
        privacy : Privacy
        audit : AuditLog, optional

        Raises
        ------
        PrivacyError
            If privacy has no retention.
        """
        if privacy.retention is None:
            raise PrivacyError(
                "privacy.retention is missing; scored posts are kept only for a stated time and "
                "purpose. Give Privacy(retention=Retention(days=..., purpose=...)), or count and "
                "keep nothing."
            )
        ledger = cls(
            frame=scored._frame,
            lock=_lock(privacy),
            concepts=scored.concepts,
            every=scored.every,
            lexicon=scored.lexicon,
            purpose=privacy.purpose,
            basis=privacy.basis,
            retention=privacy.retention,
            heard=scored.heard,
        )
        if audit is not None:
            audit.record("open", rows_in=len(scored), rows_out=len(ledger), every=ledger.every)
        return ledger

    def add(self, scored: Scored, *, audit: AuditLog | None = None) -> Ledger:
        """Return the ledger with more scored posts.

        A post that is already held, told by its id, is left out; to take in a later version,
        delete the earlier one first. Posts of a closed period come too late and are counted in
        `late`.

        Raises
        ------
        EvidenceError
            If they were scored with another lexicon or in other periods.
        """
        import polars as pl

        for name in ("concepts", "every", "lexicon"):
            if getattr(scored, name) != getattr(self, name):
                raise EvidenceError(
                    f"the scored posts differ from the ledger in {name}; score them with the "
                    "ledger's lexicon and length of period, or open another ledger."
                )
        frame = scored._frame
        in_time = frame["period"] > self._closed_to
        known = frame["post"].is_in(self._frame["post"].drop_nulls().implode())
        fresh = in_time & ~known.fill_null(value=False)
        heard = less(scored.heard, frame.filter(~fresh), rows=False)
        repeated = int((in_time & ~fresh).sum())
        ledger = self._with(
            frame=pl.concat([self._frame, frame.filter(fresh)]),
            heard=self.heard + replace(heard, repeated=heard.repeated + repeated),
            late=self.late + int((~in_time).sum()),
        )
        if audit is not None:
            audit.record("add", rows_in=len(scored), rows_out=int(fresh.sum()), every=self.every)
        return ledger

    def signals(self, *, privacy: Privacy, credit: str = "") -> Signals:
        """Return who is heard, closed periods included: what was never purged gives the same.

        Parameters
        ----------
        privacy : Privacy
            Of the ledger's key, purpose and basis. Closed cells were made with the k of their
            time and are suppressed further where this k is larger.
        credit : str
            The line of credit of the source.

        Raises
        ------
        PrivacyError
            If key, purpose or basis are not those of the ledger.
        EvidenceError
            If nothing is left to count.
        """
        self._same(privacy)
        seen = self._signals(privacy, credit)
        if seen is None:
            raise EvidenceError("the ledger holds no posts and no closed periods to count.")
        return seen

    def delete(
        self,
        posts: Collection[str] = (),
        authors: Collection[str] = (),
        *,
        privacy: Privacy,
        audit: AuditLog | None = None,
    ) -> Deletion:
        """Take posts and people out, as if they had never been read.

        Parameters
        ----------
        posts, authors : collection of str
            Ids of posts and of authors as the source gives them. They are hashed and forgotten.
        privacy : Privacy
            Of the ledger's key, purpose and basis.
        audit : AuditLog, optional

        Returns
        -------
        Deletion
            With the new ledger, what was removed and which published cells moved. An id that is
            not held is counted, not an error.

        Raises
        ------
        PrivacyError
            If key, purpose or basis are not those of the ledger: nothing would be found.
        """
        self._same(privacy)
        gone, found = rows_of(self._frame, posts, authors, privacy=privacy, every=self.every)
        asked = len(set(posts)) + len(set(authors))
        kept, taken = self._frame.filter(~gone), self._frame.filter(gone)
        ledger = self._with(frame=kept, heard=less(self.heard, taken, rows=True))
        before = self._signals(privacy) if len(taken) else None
        after = ledger._signals(privacy) if len(taken) else None
        deletion = Deletion(
            ledger=ledger,
            removed=len(taken),
            unknown=asked - found,
            without_id=int(kept["post"].is_null().sum()) if posts else 0,
            closed=len(self.closed.periods) if self.closed else 0,
            moved=moved_results(before, after) if before is not None else (),
            before=before,
            after=after,
        )
        if audit is not None:
            audit.record(
                "delete",
                removed=deletion.removed,
                unknown=deletion.unknown,
                moved=len(deletion.moved),
                closed=deletion.closed,
            )
        return deletion

    def purge(
        self, now: datetime | date, *, privacy: Privacy, audit: AuditLog | None = None
    ) -> Ledger:
        """Return the ledger without the rows whose time is over; their sums stay.

        A period is closed when its last day is more than ``retention.days`` days before `now`:
        it is counted a last time, cells under k are suppressed, and its rows are dropped. Only
        whole periods are closed, so that sums stay exact. A deletion in a closed period cannot
        be replayed any more.

        Parameters
        ----------
        now : datetime or date
            A datetime with an offset counts as its day in UTC.
        privacy : Privacy
            Of the ledger's key, purpose and basis; its k is the one of the closed cells.
        audit : AuditLog, optional
        """
        import polars as pl

        self._same(privacy)
        day = utc_day(now)
        of = frequency_of(self.every)
        horizon = day - timedelta(days=self.retention.days)
        over = [t for t in self._open_periods() if first_day(t + 1, of) <= horizon]
        ledger = self
        if over:
            # Everything up to the last period that is over goes, so that closed periods are a run.
            old = pl.col("period") <= max(over)
            dropped = self._frame.filter(old)
            counted = self._with(frame=dropped).signals(privacy=privacy)
            ledger = self._with(
                frame=self._frame.filter(~old),
                closed=replace(counted, heard=None),
                purged=(
                    *self.purged,
                    Purge(
                        on=day,
                        first=label(min(over), of),
                        last=label(max(over), of),
                        rows=len(dropped),
                    ),
                ),
            )
        if audit is not None:
            audit.record(
                "purge", closed=len(over), removed=len(self) - len(ledger), rows_out=len(ledger),
                days=self.retention.days, k=privacy.k,
            )  # fmt: skip
        return ledger

    def save(self, path: str | Path) -> Path:
        """Write the ledger as a Parquet file that only its owner may read; return the path.

        It is personal data, to be deleted when the purpose ends. Equal ledgers give equal files
        under one version of polars.
        """
        from fcm.social.law.ledger_file import write

        return write(self, path)

    @classmethod
    def read(cls, path: str | Path) -> Ledger:
        """Return the ledger of a file that `save` wrote.

        Raises
        ------
        FileError
            If it is no such file, or of a newer version.
        PrivacyError
            If it states no retention.
        """
        from fcm.social.law.ledger_file import read

        return read(path)

    @property
    def _closed_to(self) -> int:
        """The last closed period, or one before all."""
        if self.closed is None or not self.closed.periods:
            return -1
        return ordinal(self.closed.periods[-1], frequency_of(self.every))

    def _open_periods(self) -> list[int]:
        return sorted(int(each) for each in self._frame["period"].unique().to_list())

    def _with(self, **changes: Any) -> Ledger:
        now = {name.lstrip("_"): getattr(self, name) for name in self.__slots__}
        return Ledger(**now | changes)

    def _signals(self, privacy: Privacy, credit: str = "") -> Signals | None:
        from fcm.social.counts.counting import count

        seen = None if self.closed is None else stricter(self.closed, k=privacy.k)
        if len(self):
            scored = Scored(
                self._frame,
                concepts=self.concepts,
                every=self.every,
                lexicon=self.lexicon,
                heard=self.heard,
            )
            counted = count(scored, privacy=privacy)
            seen = counted if seen is None else join_periods(seen, counted)
        if seen is None:
            return None
        return replace(seen, credit=credit, heard=self.heard.rounded(privacy.k))

    def _same(self, privacy: Privacy) -> None:
        for name in ("purpose", "basis"):
            if getattr(privacy, name) != getattr(self, name):
                raise PrivacyError(
                    f"privacy.{name} is not that of the ledger, {getattr(self, name)!r}; posts "
                    "kept for one purpose are not used for another."
                )
        if _lock(privacy) != self._lock:
            raise PrivacyError(
                "privacy.key is not the key of the ledger; authors and posts could not be found "
                "again. Fetch the key with which the posts were scored."
            )

    def __len__(self) -> int:
        return self._frame.height

    def __repr__(self) -> str:
        closed = len(self.closed.periods) if self.closed else 0
        return (
            f"Ledger({len(self):,} scored posts in {len(self._open_periods())} open periods, "
            f"{closed} closed; kept for {self.retention.days} days)"
        )

    def __iter__(self) -> Iterator[NoReturn]:
        raise PrivacyError("a ledger cannot be looked into; count it with ledger.signals().")

    def __reduce__(self) -> NoReturn:
        raise PrivacyError("a ledger is not pickled; keep it with ledger.save().")


def _lock(privacy: Privacy) -> int:
    """Return a number that tells whether a key is the one of a ledger, and nothing of the key."""
    return int(privacy.keyed(["ledger"], domain="ledger")[0])
