"""Redaction: what is struck out of a text before it is kept or shown.

For texts that must be kept. Posts that are only counted need none: `fcm.social.score` lets go of
text, and redacting first can change what is counted (see `fcm.social.redaction.effect`). A
redacted text is still personal data; what was said can point at who said it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from fcm.errors import EvidenceError
from fcm.frozen import FrozenDict
from fcm.social.redaction.identifiers import CANDIDATE, mask_numbers

if TYPE_CHECKING:
    import polars as pl

__all__ = ["LEVELS", "Redaction", "redact"]

_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_END = r"[^\s.,;:!?)\]}'\"»”’]"
_URL = (
    rf"(?i)\b(?:https?://|www\.)\S*{_END}"
    rf"|\b(?:[a-z0-9-]+\.)+[a-z]{{2,6}}/(?:\S*{_END})?"
)
_ACCOUNT = r"(^|[^\w@/.])(?:@[\w.-]*\w(?:@[\w-]+(?:\.[\w-]+)+)?|/?u/[\w-]{3,})"
_HASHTAG = r"(^|[^\w&#])#[\w]*\p{L}[\w]*"
# A word with a capital, and before it something other than the end of a sentence.
_NAME = r"([^\s.!?…:;\"'«“(¿¡*][\"'»”),]*\s+[\"'«“(¿¡]*)\p{Lu}[\p{L}\p{M}][\p{L}\p{M}\p{N}_'’-]*"
_NUMBER = r"(^|[^\p{L}\p{M}\p{N}_])\p{N}+(?:[.,:/-]\p{N}+)*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What is replaced by a placeholder.

    Placeholders ("x_name", "@x_mention", "https://x_url") are words of no language, so that no
    lexicon counts them and no phrase runs over them. They keep the form of what they replace, so
    that whatever looks past handles and links looks past them as well.

    Parameters
    ----------
    mentions : bool, default True
        Handles: "@name", "@name@server", "u/name".
    urls, mail, phones : bool, default True
        Telephone numbers as they are written in the countries of the shipped languages.
    iban, bsn : bool, default True
        Bank accounts and Dutch citizen service numbers with right check digits.
    hashtags : bool, default False
    names : bool, default False
        Every word of two letters or more with a capital that does not begin a sentence. This is
        crude on purpose: it strikes out German nouns and shouted words, and misses names that
        begin a sentence or are written small.
    numbers : bool, default False
        Every other number that stands for itself ("12", "3.50", "12/5", not "CO2").

    Raises
    ------
    EvidenceError
        If nothing is to be replaced.
    """

    mentions: bool = True
    urls: bool = True
    mail: bool = True
    phones: bool = True
    iban: bool = True
    bsn: bool = True
    hashtags: bool = False
    names: bool = False
    numbers: bool = False

    def __post_init__(self) -> None:
        if not any(getattr(self, each.name) for each in fields(self)):
            raise EvidenceError("the redaction replaces nothing; switch on at least one kind.")


LEVELS: Mapping[str, Redaction] = FrozenDict(
    {
        "contacts": Redaction(),
        "hashtags": Redaction(hashtags=True),
        "names": Redaction(hashtags=True, names=True),
        "numbers": Redaction(hashtags=True, names=True, numbers=True),
    }
)
"""Four levels, each with all that the one before it replaces."""


def redact(texts: pl.Series | Sequence[str], redaction: Redaction | None = None) -> pl.Series:
    """Return the texts with identifying parts replaced by placeholders.

    Parameters
    ----------
    texts : polars.Series or sequence of str, length R
        Nulls stay null.
    redaction : Redaction, optional
        ``Redaction()`` unless given: handles, addresses, telephone and account numbers.

    Returns
    -------
    polars.Series of str, length R

    Examples
    --------
    >>> redact(["@jan mail to a.b@c.nl or see https://x.nl/y?", "bins in Den Haag"]).to_list()
    ['@x_mention mail to x_mail or see https://x_url?', 'bins in Den Haag']
    >>> redact(["bins in Den Haag"], LEVELS["names"]).to_list()
    ['bins in x_name x_name']
    """
    import polars as pl

    chosen = Redaction() if redaction is None else redaction
    text = pl.Series("text", texts, dtype=pl.String)
    # Addresses before handles: both may hold an @, and a link may hold anything.
    if chosen.urls:
        text = _replaced(text, ("/", "www.", "WWW."), _URL, "https://x_url")
    if chosen.mentions:
        text = _replaced(text, ("@", "u/"), _ACCOUNT, "${1}@x_mention")
    if chosen.mail:
        text = _replaced(text, ("@",), _MAIL, "x_mail")
    if chosen.phones or chosen.iban or chosen.bsn:
        text = _without_numbers(text, chosen)
    if chosen.hashtags:
        text = _replaced(text, ("#",), _HASHTAG, "${1}#x_hashtag")
    if chosen.names:
        # A match takes the word before it along, so that every other name is left for a second run.
        for _ in range(2):
            text = text.str.replace_all(_NAME, "${1}x_name")
    if chosen.numbers:
        text = text.str.replace_all(_NUMBER, "${1}x_number")
    return text


def _replaced(text: pl.Series, signs: tuple[str, ...], pattern: str, placeholder: str) -> pl.Series:
    """Replace a pattern where a text holds a sign of it at all, which is quickly seen."""
    import polars as pl

    frame = pl.DataFrame({"text": text})
    column = pl.col("text")
    return frame.select(
        pl.when(pl.any_horizontal(column.str.contains(sign, literal=True) for sign in signs))
        .then(column.str.replace_all(pattern, placeholder))
        .otherwise(column)
        .alias("text")
    )["text"]


def _without_numbers(text: pl.Series, chosen: Redaction) -> pl.Series:
    """Replace identifying numbers; only texts with a candidate are looked at one by one."""
    import polars as pl

    # Most texts hold no two digits in a row, which is seen much faster than the pattern.
    rows = text.str.contains(r"[0-9][ ./()-]{0,2}[0-9]").fill_null(False).arg_true()
    rows = rows.filter(text.gather(rows).str.contains(CANDIDATE))
    if not len(rows):
        return text
    masked = [
        mask_numbers(
            each,
            phones="x_phone" if chosen.phones else None,
            iban="x_iban" if chosen.iban else None,
            bsn="x_bsn" if chosen.bsn else None,
        )
        for each in text.gather(rows).to_list()
    ]
    return text.scatter(rows, pl.Series(masked, dtype=pl.String))
