from __future__ import annotations

import pickle
from typing import Any

import pytest

from fcm.errors import PrivacyError
from fcm.social import Privacy

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
    ],
)
def test_conditions_that_protect_nobody_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(PrivacyError, match=words):
        privacy(**changes)


def test_purpose_basis_and_key_have_no_defaults() -> None:
    with pytest.raises(TypeError, match=r"purpose.*basis.*key"):
        Privacy()  # type: ignore[call-arg]


def test_the_key_is_never_shown_and_never_pickled() -> None:
    assert "canary" not in repr(privacy())
    with pytest.raises(PrivacyError, match="secret key"):
        pickle.dumps(privacy())


def test_an_author_has_one_key_in_a_period_and_another_in_the_next() -> None:
    first = privacy().keyed(["ana", "ben", "ana"], domain="author 2018-01").tolist()
    second = privacy().keyed(["ana", "ben"], domain="author 2018-02").tolist()
    assert first[0] == first[2]
    assert len({*first, *second}) == 4


def test_another_secret_gives_other_keys() -> None:
    (ours,) = privacy().keyed(["ana"], domain="author 2018").tolist()
    (theirs,) = privacy(key=KEY + b"!").keyed(["ana"], domain="author 2018").tolist()
    assert ours != theirs


def test_a_key_longer_than_the_hash_takes_counts_to_its_last_byte() -> None:
    long = bytes(200)
    (ours,) = privacy(key=long + b"a").keyed(["ana"], domain="author 2018").tolist()
    (theirs,) = privacy(key=long + b"b").keyed(["ana"], domain="author 2018").tolist()
    assert ours != theirs
