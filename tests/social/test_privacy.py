from __future__ import annotations

import pickle
from typing import Any

import pytest

from fcm.errors import PrivacyError
from fcm.social.privacy import Privacy, Retention

KEY = b"canary-key-0123456789"


def privacy(**changes: Any) -> Privacy:
    return Privacy(**{"purpose": "concerns by month", "basis": "GDPR art. 6", "key": KEY} | changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"purpose": ""}, "purpose is empty"),
        ({"basis": "  "}, "basis is empty"),
        ({"key": b"short"}, "has 5 bytes"),
        ({"key": "k" * 32}, "of type str"),
        ({"k": 4}, "k is 4"),
        ({"k": 10.0}, "k is 10.0"),
        ({"k": True}, "k is True"),
        ({"retention": 90}, "retention is of type int"),
        ({"dpia": None}, "dpia is of type NoneType"),
    ],
)
def test_p02_and_p12_conditions_that_protect_nobody_are_refused(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(PrivacyError, match=words):
        privacy(**changes)


def test_p12_purpose_basis_and_key_have_no_defaults() -> None:
    with pytest.raises(TypeError, match=r"purpose.*basis.*key"):
        Privacy()  # type: ignore[call-arg]


def test_p02_the_key_is_never_shown_and_never_pickled() -> None:
    assert "canary" not in repr(privacy())
    with pytest.raises(PrivacyError, match="secret key"):
        pickle.dumps(privacy())


def test_p02_an_author_has_one_key_in_a_period_and_another_in_the_next() -> None:
    first = privacy().keyed(["ana", "ben", "ana"], domain="author 2018-01").tolist()
    second = privacy().keyed(["ana", "ben"], domain="author 2018-02").tolist()
    assert first[0] == first[2]
    assert len({*first, *second}) == 4


def test_p02_another_secret_gives_other_keys() -> None:
    (ours,) = privacy().keyed(["ana"], domain="author 2018").tolist()
    (theirs,) = privacy(key=KEY + b"!").keyed(["ana"], domain="author 2018").tolist()
    assert ours != theirs


def test_p02_a_key_longer_than_the_hash_takes_counts_to_its_last_byte() -> None:
    long = bytes(200)
    (ours,) = privacy(key=long + b"a").keyed(["ana"], domain="author 2018").tolist()
    (theirs,) = privacy(key=long + b"b").keyed(["ana"], domain="author 2018").tolist()
    assert ours != theirs


def test_p04_nothing_is_kept_unless_a_retention_says_how_long_and_why() -> None:
    assert privacy().retention is None
    kept = Retention(days=90, purpose="to honour deletions")
    assert privacy(retention=kept).retention == kept


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": 0}, "days is 0"),
        ({"days": 1.5}, "days is 1.5"),
        ({"days": True}, "days is True"),
        ({"purpose": " "}, "retention.purpose is empty"),
    ],
)
def test_p04_a_retention_without_an_end_or_a_purpose_is_refused(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(PrivacyError, match=words):
        Retention(**{"days": 90, "purpose": "to honour deletions"} | changes)
