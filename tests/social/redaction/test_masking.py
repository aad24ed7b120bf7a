from __future__ import annotations

import dataclasses
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import EvidenceError
from fcm.social.redaction import LEVELS, Redaction, redact
from fcm.social.redaction.identifiers import is_bsn, is_iban, is_phone, mask_numbers

NOTHING = dict.fromkeys((each.name for each in dataclasses.fields(Redaction)), False)


def only(name: str, text: str) -> str:
    return str(redact([text], Redaction(**{**NOTHING, name: True}))[0])


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("mentions", "@jan and @piet: hi", "@x_mention and @x_mention: hi"),
        ("mentions", "(@jan@server.social)", "(@x_mention)"),
        ("mentions", "thanks u/some-one!", "thanks @x_mention!"),
        ("mentions", "a@b.nl 5 @ 3 euro", "a@b.nl 5 @ 3 euro"),
        ("urls", "see https://x.nl/a?b=c. Next", "see https://x_url. Next"),
        ("urls", "(www.x.nl/a), pic.site.com/zZ", "(https://x_url), https://x_url"),
        ("urls", "it is over.but no", "it is over.but no"),
        ("mail", "a.b+c@sub.d.nl, x", "x_mail, x"),
        ("phones", "06-12345678 or +31 (0)20 123 4567", "x_phone or x_phone"),
        ("phones", "tel 91 123 45 67, 210 1234567", "tel x_phone, x_phone"),
        ("phones", "on 01-02-2018 or 2018-02-01 10:00", "on 01-02-2018 or 2018-02-01 10:00"),
        ("phones", "2018-02-01 0612345678", "2018-02-01 x_phone"),
        ("phones", "600.000.000 euro, permit 20151234", "600.000.000 euro, permit 20151234"),
        ("iban", "NL91 ABNA 0417 1643 00 thanks", "x_iban thanks"),
        ("iban", "NL92 ABNA 0417 1643 00", "NL92 ABNA 0417 1643 00"),
        ("iban", "de89370400440532013000", "x_iban"),
        ("bsn", "111222333 and 111222334", "x_bsn and 111222334"),
        ("bsn", "1112.22.333", "x_bsn"),
        ("hashtags", "#clean a#b #1 &#39;", "#x_hashtag a#b #1 &#39;"),
        ("names", "Go to Den Haag. The Hague", "Go to x_name x_name. The x_name"),
        ("names", 'he said "Jan Piet Klaas", I know', 'he said "x_name x_name x_name", I know'),
        ("names", "Dus: Den Haag", "Dus: Den x_name"),
        ("numbers", "12 bins, 3.50, 12/5, CO2", "x_number bins, x_number, x_number, CO2"),
    ],
)
def test_a_kind_replaces_what_it_names_and_nothing_else(
    kind: str, text: str, expected: str
) -> None:
    assert only(kind, text) == expected


def test_every_level_replaces_all_that_the_one_before_it_replaces() -> None:
    kinds = [
        {f.name for f in dataclasses.fields(each) if getattr(each, f.name)}
        for each in LEVELS.values()
    ]
    assert list(LEVELS) == ["contacts", "hashtags", "names", "numbers"]
    assert all(less < more for less, more in pairwise(kinds))


def test_a_redaction_that_replaces_nothing_is_refused() -> None:
    with pytest.raises(EvidenceError, match="replaces nothing"):
        Redaction(**NOTHING)


@pytest.mark.parametrize("level", list(LEVELS))
def test_redacting_twice_is_redacting_once(level: str) -> None:
    texts = ["@jan at https://x.nl/a #clean Jan called 0612345678", "a.b@c.nl 12", "in Den Haag"]
    once = redact(texts, LEVELS[level])
    assert redact(once, LEVELS[level]).to_list() == once.to_list()


def test_nulls_stay_and_empty_texts_stay_empty() -> None:
    texts = pl.Series([None, "", "@jan"])
    assert redact(texts).to_list() == [None, "", "@x_mention"]
    assert redact([]).to_list() == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(alphabet="ab A.B@#:/u0123456789+-()\u00e9\U0001f600\n", max_size=60), max_size=6
    ),
    st.sampled_from(list(LEVELS)),
)
def test_a_text_is_redacted_the_same_alone_and_with_others(texts: list[str], level: str) -> None:
    together = redact(texts, LEVELS[level]).to_list()
    assert together == [redact([text], LEVELS[level])[0] for text in texts]


@settings(max_examples=60, deadline=None)
@given(st.integers(10_000_000, 999_999_999), st.integers(0, 9))
def test_a_changed_digit_fails_the_eleven_test(number: int, digit: int) -> None:
    digits = f"{number:09d}"
    changed = digits[:4] + str(digit) + digits[5:]
    if is_bsn(digits) and changed != digits:
        assert not is_bsn(changed)
    assert sum(is_bsn(f"{number + i:09d}") for i in range(-5, 6)) <= 2


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789", min_size=10, max_size=10), st.integers(1, 9))
def test_a_right_iban_passes_and_one_wrong_digit_does_not(account: str, shift: int) -> None:
    country = "NL00" + "ABNA" + account
    rest = int("".join(str(int(c, 36)) for c in country[4:] + country[:4])) % 97
    right = f"NL{98 - rest:02d}ABNA{account}"
    assert is_iban(right)
    wrong = right[:-1] + str((int(right[-1]) + shift) % 10)
    assert not is_iban(wrong)


def test_what_is_no_number_passes_no_test() -> None:
    assert not is_bsn("")
    assert not is_bsn("١١١٢٢٢٣٣٣")
    assert not is_iban("NL91")
    assert not is_phone("12")
    assert mask_numbers("0612345678", phones=None, iban="i", bsn=None) == "0612345678"


def test_a_text_of_a_megabyte_is_redacted() -> None:
    long = "noise @jan 0612345678 https://x.nl/a Jan " * 25_000
    seen = str(redact([long], LEVELS["numbers"])[0])
    assert seen.count("x_phone") == seen.count("x_mention") == 25_000
    assert "0612345678" not in seen
