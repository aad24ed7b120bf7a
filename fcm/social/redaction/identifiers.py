"""Numbers that identify somebody: telephone, bank account, citizen service number.

A pattern finds candidates; the check digits decide, so that a price, a date or the number of a
permit is not taken for a person. Nothing here knows posts.
"""

from __future__ import annotations

import re

__all__ = ["CANDIDATE", "is_bsn", "is_iban", "is_phone", "mask_numbers"]

# Two letters and check digits of a bank account, or eight digits and more with the usual marks
# between them. Read by Polars and by `re` alike.
CANDIDATE = (
    r"(?i)\b[a-z]{2}[0-9]{2}(?:[ ]?[a-z0-9]){11,30}\b"
    r"|(?:\+|\(|\b)[0-9](?:[ ./()-]{0,2}[0-9]){7,18}\b"
)
_CANDIDATE = re.compile(CANDIDATE, re.ASCII)
_FORMS = (
    r"(?:\+|00)[1-9][0-9]{7,14}",  # international
    r"0[1-9][0-9]{7,10}",  # national with a leading zero: nl, de, be, uk, fr
    r"[6-9][0-9]{8}",  # Spain
    r"(?:2[0-9]|69)[0-9]{8}",  # Greece
    r"(?:2[2-6]|9[4-9])[0-9]{6}",  # Cyprus
)
_PHONE = re.compile("|".join(_FORMS), re.ASCII)
_DATE = re.compile(
    r"(?:[0-3]?[0-9]([./-])[01]?[0-9]\1[12][0-9]{3}|[12][0-9]{3}([./-])[01]?[0-9]\2[0-3]?[0-9])\b",
    re.ASCII,
)
_BSN = re.compile(r"[0-9]{8,9}|[0-9]{2,4}([ .])[0-9]{2,3}\1[0-9]{3}", re.ASCII)
_AMOUNT = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})*\.000", re.ASCII)


def is_bsn(digits: str) -> bool:
    """Say whether digits pass the eleven-test of the Dutch citizen service number.

    Nine digits, weighted 9, 8, ..., 2, -1, sum to a multiple of 11. One of eleven arbitrary
    numbers of nine digits passes as well; a number of eight digits counts as if a zero led it.

    Examples
    --------
    >>> is_bsn("111222333"), is_bsn("111222334"), is_bsn("000000000")
    (True, False, False)
    """
    if not (digits.isascii() and digits.isdigit() and len(digits) in (8, 9)) or not int(digits):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, digits.zfill(9), strict=True)) % 11 == 0


def is_iban(text: str) -> bool:
    """Say whether a text is a bank account number with right check digits (ISO 13616, mod 97).

    Examples
    --------
    >>> is_iban("NL91 ABNA 0417 1643 00"), is_iban("NL92 ABNA 0417 1643 00")
    (True, False)
    """
    plain = text.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", plain, re.ASCII):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def is_phone(text: str) -> bool:
    """Say whether a text has the form of a telephone number of the five languages' countries.

    Examples
    --------
    >>> is_phone("+31 (0)20 123 4567"), is_phone("20151234"), is_phone("15-09-2015")
    (True, False, False)
    """
    if _DATE.match(text) or _AMOUNT.fullmatch(text):
        return False
    digits = re.sub(r"[^0-9+]", "", text.replace("(0)", ""))
    return _PHONE.fullmatch(digits) is not None


def mask_numbers(text: str, *, phones: str | None, iban: str | None, bsn: str | None) -> str:
    """Return a text with identifying numbers replaced; None leaves a kind as it is.

    Examples
    --------
    >>> mask_numbers("call 020-1234567, permit 20151234", phones="x_phone", iban=None, bsn=None)
    'call x_phone, permit 20151234'
    """

    def kind(part: str) -> str | None:
        if iban is not None and is_iban(part):
            return iban
        if bsn is not None and _BSN.fullmatch(part) and is_bsn(re.sub(r"[ .]", "", part)):
            return bsn
        return phones if phones is not None and is_phone(part) else None

    def replacement(found: re.Match[str]) -> str:
        # The pattern is greedy: a date, an amount or words may hang on to a number by a blank.
        pieces, kept = found.group().split(" "), []
        while pieces:
            for count in range(len(pieces), 0, -1):
                placeholder = kind(" ".join(pieces[:count]))
                if placeholder is not None:
                    kept.append(placeholder)
                    pieces = pieces[count:]
                    break
            else:
                kept.append(pieces.pop(0))
        return " ".join(kept)

    return _CANDIDATE.sub(replacement, text)
