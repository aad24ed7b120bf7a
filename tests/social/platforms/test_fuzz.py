"""Whatever a file holds, reading gives posts or an error of the library, which quotes nothing."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fcm.errors import FCMError
from fcm.social.areas import Areas
from fcm.social.counts.from_counts import from_counts
from fcm.social.posts import Posts
from fcm.social.reading import SOURCES, read_posts, stream_posts
from tests.social.platforms.records import RECORDS

CANARY = "canary-of-ana"
few = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def areas(tmp_path_factory: pytest.TempPathFactory) -> Areas:
    file = tmp_path_factory.mktemp("areas") / "a.geojson"
    ring = [[4, 52], [5, 52], [5, 53]]
    feature = {"properties": {"n": "A"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file.write_text(json.dumps({"features": [feature]}))
    return Areas.read(file, name="n")


def outcome(file: Path, data: bytes, source: str, areas: Areas) -> None:
    file.write_bytes(data)
    options = {
        "source": source,
        "areas": areas if source == "pins" else None,
        "columns": {"text": ["text"]} if source == "questionnaire" else None,
    }
    try:
        posts = read_posts(file, **options)  # type: ignore[arg-type]
        assert isinstance(posts, Posts)
        said = f"{posts!r}{posts.report}{posts.report.sentences()}"
    except FCMError as error:
        said = f"{error}{error!r}{error.__context__}{error.__cause__}"
        with pytest.raises(FCMError):
            list(stream_posts(file, batch=3, **options))  # type: ignore[arg-type]
    else:
        parts = list(stream_posts(file, batch=3, **options))  # type: ignore[arg-type]
        assert sum(map(len, parts)) == len(posts)
    assert CANARY not in said


def example(source: str, path: Path) -> bytes:
    if source in RECORDS:
        text = json.dumps([RECORDS[source](n) for n in range(3)]).replace("demo", CANARY)
        return text.replace("Mooi", CANARY).encode()
    if source == "parquet":
        file = path / "good.parquet"
        row = {"author": CANARY, "text": f"{CANARY} says", "created_at": "2018-01-01"}
        pl.DataFrame([row] * 9).write_parquet(file)
        return file.read_bytes()
    if source == "jsonl":
        row = {"author": CANARY, "text": f"{CANARY} says", "created_at": "2018-01-01", "likes": 3}
        return b"\n".join([json.dumps(row).encode()] * 4)
    if source == "crowdtangle":
        head = "Page Name,Post Created,Likes,URL,Message\n"
        return (head + f'{CANARY},2020-07-01 09:00:00 CEST,3,u,"{CANARY}"\n' * 4).encode()
    head = "author,text,comment,created_at,lon,lat,likes\n"
    row_ = f'{CANARY},"{CANARY}\nsays",{CANARY},2018-01-01,4.5,52.4,1\n'
    return (head + row_ * 4).encode()


@pytest.mark.parametrize("source", SOURCES)
def test_a_good_file_of_every_source_is_read(source: str, tmp_path: Path, areas: Areas) -> None:
    file = tmp_path / "f"
    data = example(source, tmp_path)
    outcome(file, data, source, areas)
    options = {"columns": {"text": ["text"]}} if source == "questionnaire" else {}
    posts = read_posts(
        file,
        source=source,
        areas=areas if source == "pins" else None,
        **options,  # type: ignore[arg-type]
    )
    assert len(posts) >= 1


@pytest.mark.parametrize("source", SOURCES)
@few
@given(data=st.binary(max_size=200))
def test_random_bytes(source: str, data: bytes, tmp_path: Path, areas: Areas) -> None:
    outcome(tmp_path / "f", data, source, areas)


@pytest.mark.parametrize("source", SOURCES)
@settings(few, max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_cut_and_changed_files(source: str, seed: int, tmp_path: Path, areas: Areas) -> None:
    data, rng = bytearray(example(source, tmp_path)), random.Random(seed)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(data))
        change = rng.randrange(4)
        if change == 0:
            data[at] = rng.randrange(256)
        elif change == 1:
            data[at:at] = rng.choice([b'"', b"\n", b"\r", b",", b"\x00", b"{", b"[", b"\\u0000"])
        elif change == 2:
            del data[at : at + rng.randrange(1, 40)]
        else:
            data = data[: max(at, 1)]
        if not data:
            break
    outcome(tmp_path / "f", bytes(data), source, areas)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("source", sorted(RECORDS))
@settings(few, max_examples=40)
@given(seed=st.integers(0, 2**32), value=values)
def test_any_value_may_stand_anywhere_in_a_record(
    source: str, seed: int, value: object, tmp_path: Path, areas: Areas
) -> None:
    rng = random.Random(seed)
    record = RECORDS[source](1)
    place = record
    while True:  # ends at a leaf or by chance
        name = rng.choice(sorted(place))
        if not isinstance(place[name], dict) or rng.random() < 0.3:
            break
        place = place[name]
    place[name] = value
    document = [RECORDS[source](2), record]
    outcome(tmp_path / "f", json.dumps(document).encode(), source, areas)


@few
@given(text=st.text(alphabet="<>!-/ab \"'=&;", max_size=400))
def test_markup_of_any_kind_is_text(text: str, tmp_path: Path, areas: Areas) -> None:
    record = RECORDS["mastodon"](1)
    record["content"] = text
    outcome(tmp_path / "f", json.dumps(record).encode(), "mastodon", areas)


def test_deep_and_endless_values_are_faults(tmp_path: Path, areas: Areas) -> None:
    for data in (b"[" * 100_000, b'{"a":' * 50_000, b"9" * 10_000, b'{"text": 1e999}', b"nan"):
        for source in RECORDS:
            outcome(tmp_path / "f", data, source, areas)
    deep: object = RECORDS["bluesky"](1)
    for _ in range(200):
        deep = {"thread": deep}
    outcome(tmp_path / "f", json.dumps(deep).encode(), "bluesky", areas)


@few
@given(data=st.binary(max_size=100))
def test_areas_and_counts_of_any_bytes(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "f"
    for head in (b"", b"period,concept,authors,active\n2018-01,", b'{"features": [{"geometry": '):
        file.write_bytes(head + data)
        with pytest.raises(FCMError):
            Areas.read(file, name="n")
        with suppress(FCMError):
            from_counts(file, purpose="p", basis="b")


@few
@given(value=values)
def test_areas_of_any_shape(value: object, tmp_path: Path) -> None:
    file = tmp_path / "f"
    feature = {"properties": {"n": "A"}, "geometry": {"type": "Polygon", "coordinates": value}}
    file.write_text(json.dumps({"features": [feature]}), encoding="utf-8")
    with pytest.raises(FCMError, match="feature 1"):
        Areas.read(file, name="n")
