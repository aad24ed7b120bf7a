"""Where the records of a table of text begin and end, told from its bytes.

A quote opens only at the start of a field; one elsewhere is a character of the text, and the
record that holds it is marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MARK", "Records", "find_records", "joined_records"]

MARK = b"\xef\xbb\xbf"
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13


@dataclass(frozen=True, slots=True)
class Records:
    """Where records start and end, their delimiters outside quotes, and their oddities.

    Parameters
    ----------
    starts, ends : ndarray of int64, shape (R,)
        First byte, and the newline behind the last.
    lines : ndarray of int64, shape (R,)
        Lines before the first byte.
    delimiters, returns : ndarray of int64, shape (R,)
        Delimiters outside quotes; 1 where the line ends in a carriage return.
    stray : ndarray of bool, shape (R,)
        Whether there is a quote that neither opens nor closes a field.
    open : int or None
        The quote that is open at the end, if there is one.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]
    delimiters: NDArray[np.int64]
    returns: NDArray[np.int64]
    stray: NDArray[np.bool_]
    open: int | None


def find_records(block: bytes, delimiter: str) -> Records:
    r"""Return the records that end in a block of bytes that begins with one.

    Examples
    --------
    >>> found = find_records(b'1,"a\nb"\n2,c\n3,"d', ",")
    >>> found.ends.tolist(), found.lines.tolist(), found.open
    ([7, 11], [0, 2], 14)
    """
    buffer = np.frombuffer(block, dtype=np.uint8)
    newlines = np.flatnonzero(buffer == _NEWLINE)
    between = np.flatnonzero(buffer == ord(delimiter))
    quotes, stray = _quotes(buffer, ord(delimiter))

    def outside(places: NDArray[np.int64]) -> NDArray[np.int64]:
        return places[np.searchsorted(quotes, places) % 2 == 0] if len(quotes) else places

    ends = outside(newlines)
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    behind = np.searchsorted(outside(between), ends)
    odd = np.zeros(len(ends) + 1, dtype=np.bool_)
    odd[np.searchsorted(ends, stray)] = True
    return Records(
        starts=starts,
        ends=ends,
        lines=np.searchsorted(newlines, starts),
        delimiters=np.diff(behind, prepend=0),
        returns=((buffer[ends - 1] == _RETURN) & (ends > starts)).astype(np.int64),
        stray=odd[:-1],
        open=int(quotes[-1]) if len(quotes) % 2 else None,
    )


def _quotes(
    buffer: NDArray[np.uint8], delimiter: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the quotes that open and close fields, in turn, and those that stand elsewhere."""
    places = np.flatnonzero(buffer == _QUOTE)
    if not len(places):
        return places, places
    edges = np.array([delimiter, _NEWLINE, _RETURN], dtype=np.uint8)
    before = np.where(places > 0, buffer[places - 1], _NEWLINE)
    after = np.where(places + 1 < len(buffer), buffer[(places + 1) % len(buffer)], _NEWLINE)
    opens, closes = np.isin(before, edges), np.isin(after, edges)
    if (opens | (before == _QUOTE))[::2].all() and (closes | (after == _QUOTE))[1::2].all():
        return places, places[:0]
    if len(buffer) >= 3 and bytes(buffer[:3]) == MARK and places[0] == 3:
        opens[0] = True
    found: list[int] = []
    stray: list[int] = []
    inside, at, count = False, 0, len(places)
    where, may_open, may_close = places.tolist(), opens.tolist(), closes.tolist()
    while at < count:
        place = where[at]
        if not inside:
            if may_open[at]:
                inside = True
                found.append(place)
            else:
                stray.append(place)
        elif at + 1 < count and where[at + 1] == place + 1:
            at += 1  # a doubled quote is one of the text
        else:
            inside = False
            found.append(place)
            if not may_close[at]:
                stray.append(place)
        at += 1
    return np.array(found, dtype=np.int64), np.array(stray, dtype=np.int64)


def joined_records(block: bytes, records: Records, chosen: NDArray[np.int64]) -> bytes:
    """Return the bytes of the chosen records, one after another."""
    if len(chosen) == len(records.ends):
        return block[: int(records.ends[-1]) + 1]
    cuts = np.flatnonzero(np.diff(chosen) > 1)
    first = records.starts[chosen[np.concatenate([[0], cuts + 1])]]
    last = records.ends[chosen[np.concatenate([cuts, [len(chosen) - 1]])]]
    return b"".join(block[a : b + 1] for a, b in zip(first, last, strict=True))
