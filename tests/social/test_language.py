from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from fcm.errors import EvidenceError, MissingExtraError
from fcm.social import language as module
from fcm.social.language import detect, fill_languages
from fcm.social.posts import Posts, PostsReport, schema

SAID = {
    "de": "Die Laterne vor unserem Haus brennt seit Tagen nicht mehr",
    "el": "Η λάμπα στον δρόμο μας είναι σβηστή εδώ και μέρες",
    "en": "The street light in front of our house has been out for days",
    "es": "La farola delante de nuestra casa lleva días apagada",
    "nl": "De lantaarn voor ons huis brandt al dagen niet meer",
}


def posts(*rows: tuple[str, str | None]) -> Posts:
    frame = pl.DataFrame(
        [
            {"author": "a", "text": text, "created": datetime(2024, 5, 1), "language": language}
            for text, language in rows
        ],
        schema=schema(),
    )
    return Posts(frame, PostsReport(rows=len(rows)))


def test_each_of_the_five_languages_is_told() -> None:
    assert detect(list(SAID.values())) == list(SAID)


def test_one_text_is_no_list_of_texts() -> None:
    with pytest.raises(EvidenceError, match=r"expected a list of them: detect\(\[text\]\)"):
        detect(SAID["nl"])


def test_too_few_letters_tell_nothing() -> None:
    assert detect(["", None, "ok thanks", "123 456 !!!", "🙂" * 40]) == [None] * 5
    assert detect([]) == []


def test_handles_hashtags_and_addresses_are_no_letters() -> None:
    assert detect(["@someoneelseentirely #averylonghashtag https://example.org/abcdefgh"]) == [None]
    mixed = "@thecitycouncil #streetlights " + SAID["nl"]
    assert detect([mixed]) == ["nl"]


def test_the_same_text_gets_the_same_language_anywhere() -> None:
    texts = [SAID["es"], "ok", SAID["de"], SAID["es"]]
    assert detect(texts) == ["es", None, "de", "es"]
    assert detect(texts[::-1]) == ["es", "de", None, "es"]


def test_a_long_text_is_told_by_its_beginning() -> None:
    assert detect([(SAID["el"] + " ") * 20_000]) == ["el"]


def test_only_missing_languages_are_filled() -> None:
    before = posts((SAID["nl"], None), (SAID["en"], "fr"), ("ok", None), (SAID["de"], None))
    after = fill_languages(before)
    assert after._frame["language"].to_list() == ["nl", "fr", None, "de"]
    assert after.report == before.report
    assert after._frame.schema == before._frame.schema


def test_posts_with_a_language_need_no_detection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py3langid", None)
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    module._identifier.cache_clear()
    stated = posts((SAID["nl"], "nl"))
    assert fill_languages(stated) is stated


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py3langid", None)
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    module._identifier.cache_clear()
    with pytest.raises(MissingExtraError, match=r"smartgov-fcm\[language\]"):
        fill_languages(posts((SAID["nl"], None)))


def test_labelled_posts_are_told_as_often_as_stated(shared: Path) -> None:
    files = {
        "de": "umsab_test_de",
        "el": "sentimp_el",
        "en": "umsab_test_en",
        "es": "umsab_test_es",
        "nl": "politwit_nl",
    }
    right = told = 0
    for language, name in files.items():
        path = shared / "data" / "social" / "eval" / f"{name}.tsv"
        texts = pl.read_csv(path, separator="\t", quote_char=None)["text"].head(150)
        found = [each for each in detect(texts) if each is not None]
        right += found.count(language)
        told += len(found)
    assert told > 650
    assert right / told > 0.98
