from __future__ import annotations

from datetime import date

import pytest

from fcm.errors import UnknownFormatError
from fcm.social.platforms.cards import source_card
from fcm.social.reading import SOURCES


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_a_dated_card(source: str) -> None:
    card = source_card(source)
    assert card.source == source
    assert card.checked == date(2026, 11, 25)
    assert all(text.endswith(".") for text in card.sentences())
    assert "on the day of use" in card.terms


def test_a_card_of_no_source_is_refused() -> None:
    with pytest.raises(UnknownFormatError, match="Did you mean 'mastodon'"):
        source_card("mastodn")
