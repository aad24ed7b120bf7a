"""P1, P9, P12 and P18: what leaves the room holds no text, handle, id or exact place.

Canaries are planted in everything that people wrote or that identifies them; then every result,
file, page, message and log of the room is searched for them.
"""

from __future__ import annotations

import inspect
import json
import logging
import pickle
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

import fcm
from fcm import social
from fcm.errors import FCMError
from fcm.social.platforms.cards import source_card
from fcm.social.posts import schema
from fcm.social.reading import SOURCES

TEXT, HANDLE, POST, PLACE = "zwaluwstaart", "kanarie", "id77310", "52.0907374"
CANARIES = (TEXT, HANDLE, POST, "5.1214201", PLACE)
WORDS = (
    "noise",
    "noise because of traffic",
    "traffic leads to noise",
    "no noise at all",
    "traffic",
)


def keys() -> social.Privacy:
    return social.Privacy(
        purpose="concerns by week",
        basis="GDPR art. 6(1)(e)",
        key=bytes(range(32)),
        k=5,
        retention=social.Retention(days=90, purpose="to honour deletions"),
    )


def lexicon() -> social.Lexicon:
    return social.Lexicon(
        terms=tuple(
            social.Term(concept=name, language="en", words=(name,)) for name in ("noise", "traffic")
        )
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    lines = ["id,author,text,created_at,language,likes,reply_to,area,group"]
    for day in range(1, 15):
        for who in range(12):
            said = f"{WORDS[(who + day) % len(WORDS)]} {TEXT}{who} https://x.example/{TEXT}"
            lines.append(
                f"{POST}-{day}-{who},{HANDLE}{who},{said},2025-03-{day:02d}T08:00:00Z,en,{who},"
                f",{('North', 'South')[who % 2]},residents"
            )
    lines.append(f"{POST}-99,{HANDLE},{TEXT},no date {TEXT},en,1,,,")
    path = tmp_path / "posts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def leaks(*things: object) -> list[str]:
    """Return the canaries that show in any form of these things."""
    said = "\n".join(each for thing in things for each in forms(thing)).lower()
    return [canary for canary in CANARIES if canary.lower() in said]


def forms(thing: object) -> list[str]:
    """Return a thing as every text it can be turned into."""
    found = [repr(thing), str(thing)]
    for name in (
        "_repr_html_", "to_records", "to_frame", "sentences", "to_markdown", "to_json", "to_dict"
    ):  # fmt: skip
        if hasattr(thing, name):
            made = getattr(thing, name)()
            found += [str(made), made.to_csv() if hasattr(made, "to_csv") else ""]
    if is_dataclass(thing) and not isinstance(thing, type):
        found += [repr(getattr(thing, each.name)) for each in fields(thing)]
    return found


def test_results_reports_and_files_hold_no_canary(
    file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    log = social.AuditLog(tmp_path / "audit.jsonl", who="data office", purpose="concerns by week")
    posts = social.read_posts(file)
    assert posts.report.broken_rows == 1
    scored = social.score(posts, lexicon(), privacy=keys(), every="1w", kinds=social.PostKinds())
    talk = social.count(scored, privacy=keys())
    assert talk.authors[0, 0] == 12
    claims = social.causal_claims(posts, lexicon(), privacy=keys())
    assert len(claims)
    parts = social.breakdown(scored, by=("area",), privacy=keys())
    assert parts["North"].authors[0, 0] == 6
    ledger = social.Ledger.open(scored, privacy=keys(), audit=log)
    deletion = ledger.delete(
        [f"{POST}-1-1", f"{POST}-unknown"], [f"{HANDLE}3"], privacy=keys(), audit=log
    )
    assert deletion.removed == 15
    facts = social.dpia_facts(talk, privacy=keys(), source="csv", audit=log)
    record = social.algorithm_register_record(
        talk, privacy=keys(), organisation="City", name="Concerns", contact="dpo@city.example"
    )
    effect = social.redaction_effect(posts, lexicon(), privacy=keys(), every="1w")
    noise = social.noisy(talk, epsilon=1.0, budget=social.Budget(2.0), cells=2, rng=0)
    things = (
        posts, posts.report, scored, talk, talk.panel("salience"), talk.panel("sentiment"), claims,
        *claims, parts, parts["North"], social.heard(talk), ledger, deletion, deletion.moved, facts,
        json.dumps(record), effect, noise.panel, social.source_card("csv"), list(log.entries()),
        pickle.dumps(scored).decode("latin-1"), keys(),
    )  # fmt: skip
    assert leaks(*things) == []
    saved = (
        talk.save(tmp_path / "signals.csv"),
        parts.save(tmp_path / "parts.csv"),
        ledger.save(tmp_path / "ledger.parquet"),
        tmp_path / "audit.jsonl",
    )
    for path in saved:
        assert leaks(path.read_bytes().decode("latin-1")) == [], path.name
    printed = capfd.readouterr()
    assert leaks(printed.out, printed.err, caplog.text) == []


def test_the_search_for_canaries_finds_one_that_is_there() -> None:
    assert leaks(social.Term(concept="x", language="en", words=(TEXT,))) == [TEXT]


def test_coordinates_end_when_pins_are_read(tmp_path: Path) -> None:  # P6
    square = [[5.0, 52.0], [6.0, 52.0], [6.0, 53.0], [5.0, 53.0], [5.0, 52.0]]
    outline = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": "North"},
                "geometry": {"type": "Polygon", "coordinates": [square]},
            }
        ],
    }
    (tmp_path / "areas.geojson").write_text(json.dumps(outline), encoding="utf-8")
    pins = tmp_path / "pins.csv"
    pins.write_text(
        f"author,comment,created_at,lon,lat\nann,too loud,2025-03-01,5.1214201,{PLACE}\n",
        encoding="utf-8",
    )
    areas = social.Areas.read(tmp_path / "areas.geojson", name="name")
    frame = social.read_posts(pins, source="pins", areas=areas)._frame
    assert frame.columns == list(schema())
    assert frame["area"].to_list() == ["North"]
    assert leaks(frame.rows()) == []


@pytest.mark.parametrize("source", SOURCES)
def test_messages_about_broken_files_hold_no_canary(source: str, tmp_path: Path) -> None:
    canaries = " ".join(CANARIES)
    for number, body in enumerate(
        (
            f'{{"data": [{{"id": "{POST}", "text": "{TEXT}", "author_id": "{HANDLE}"}}]}}',
            f'{{"id": "{POST}", "content": "{TEXT}", "created_at": "{TEXT}"',
            f"author,text,created_at,lon,lat,comment\n{HANDLE},{TEXT},{TEXT},{PLACE},{PLACE},{TEXT}\n",
            f'author,text,created_at\n"{canaries}\n',
            canaries,
        )
    ):
        ending = ".parquet" if source == "parquet" else ".csv" if number in (2, 3) else ".json"
        path = tmp_path / f"broken{number}{ending}"
        path.write_text(body, encoding="utf-8")
        try:
            report: object = social.read_posts(path, source=source).report
        except FCMError as error:
            report = f"{error!r} {error} {error.__cause__!r} {error.__context__!r}"
        assert leaks(report) == []


def test_no_public_name_gives_one_row_for_a_person() -> None:  # P9
    forbidden = ("user", "handle", "person", "profile", "network", "top_")
    for name in social.__all__:
        thing = getattr(social, name)
        names = [name, *(each for each in dir(thing) if not each.startswith("_"))]
        assert not [each for each in names if any(word in each.lower() for word in forbidden)]


@pytest.mark.parametrize("verb", ["score", "signals", "causal_claims", "redaction_effect", "count"])
def test_no_post_is_counted_without_purpose_and_basis(verb: str) -> None:  # P12
    privacy = inspect.signature(getattr(social, verb)).parameters["privacy"]
    assert privacy.kind is inspect.Parameter.KEYWORD_ONLY
    assert privacy.default is inspect.Parameter.empty


def test_purpose_and_basis_go_into_every_footer(file: Path) -> None:  # P12
    posts = social.read_posts(file)
    talk = social.signals(posts, lexicon(), privacy=keys(), every="1w")
    claims = social.causal_claims(posts, lexicon(), privacy=keys())
    shown: tuple[Any, ...] = (
        talk._repr_html_(),
        talk.panel("salience").origins["noise"].note,
        claims.provenance,
        social.dpia_facts(talk, privacy=keys(), source="csv").to_markdown(),
    )
    for each in shown:
        assert "concerns by week" in str(each)
        assert "art. 6(1)(e)" in str(each)


def test_every_source_has_a_card_with_a_date() -> None:  # P14
    for source in SOURCES:
        assert source_card(source).checked.year >= 2026


def test_the_room_reads_and_counts_without_a_connection(file: Path) -> None:  # P18
    # The test session lets sockets reach this machine only; not even that is needed here.
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    before = socket.socket.connect
    socket.socket.connect = refuse  # type: ignore[assignment,method-assign]
    try:
        talk = social.signals(social.read_posts(file), lexicon(), privacy=keys(), every="1w")
    finally:
        socket.socket.connect = before  # type: ignore[method-assign]
    assert len(talk.periods) == 3
    assert fcm.__version__


def test_every_test_that_the_page_on_privacy_names_exists() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:\w+/)?test_\w+\.py)`", page))
    assert len(named) > 10
    for name in named:
        assert (Path(__file__).parent / name).is_file(), name
    assert re.findall(r"^\| (P\d+) \|", page, re.M) == [f"P{n}" for n in range(1, 19)]
