from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from fcm.errors import FileError, OfflineMiss, Truncated
from fcm.lod.wire.cache import Cache, Entry
from fcm.lod.wire.remote import Remote, connect
from tests.lod.fault_server import FaultServer, Reply, result

Q = "SELECT ?x { ?x <urn:p> ?o }"


def remote(server: FaultServer, folder: Path, **options: object) -> Remote:
    given = {"allow_private": True, "deadline": 5.0, "min_interval": 0.0, **options}
    return connect(server.url, cache=folder, **given)  # type: ignore[arg-type]


def test_a_complete_answer_is_asked_for_once(faulty: FaultServer, tmp_path: Path) -> None:
    first = remote(faulty, tmp_path).select(Q)
    again = remote(faulty, tmp_path).select(Q)
    assert len(faulty.seen) == 1
    assert again.to_records() == first.to_records()
    assert again.origin == first.origin


def test_offline_only_what_was_kept_is_answered(faulty: FaultServer, tmp_path: Path) -> None:
    remote(faulty, tmp_path).select(Q, o="a")
    away = remote(faulty, tmp_path, offline=True)
    assert len(away.select(Q, o="a")) == 1
    for ask in (lambda: away.select(Q, o="b"), lambda: away.ask("ASK { ?s ?p ?o }")):
        with pytest.raises(OfflineMiss, match="connect once without offline=True"):
            ask()
    assert len(faulty.seen) == 1


def test_another_endpoint_graph_form_format_or_user_is_another_question() -> None:
    parts = {
        "endpoint": "e",
        "query": "q",
        "form": "SELECT",
        "accept": "json",
        "graph": "",
        "user": "",
    }
    keys = {Cache.key(**{**parts, name: "other"}) for name in parts} | {Cache.key(**parts)}
    assert len(keys) == 7


def test_bindings_are_part_of_the_question(faulty: FaultServer, tmp_path: Path) -> None:
    source = remote(faulty, tmp_path)
    for value in ("a", "b", "a"):
        source.select(Q, o=value)
    assert len(faulty.seen) == 2


@pytest.mark.parametrize(
    "reply",
    [Reply(headers={"X-SPARQL-MaxRows": "1"}), Reply(status=206),
     Reply(result(["x"], [["a"], ["b"]])[:-5])],
)  # fmt: skip
def test_a_part_is_never_kept(faulty: FaultServer, tmp_path: Path, reply: Reply) -> None:
    source = remote(faulty.will(reply), tmp_path, on_partial="keep")
    source.select(Q)
    source.select(Q)
    with pytest.raises(Truncated):
        remote(faulty, tmp_path).select(Q)
    assert len(faulty.seen) == 3
    assert list(tmp_path.iterdir()) == []


def test_an_answer_of_unknown_completeness_is_not_kept(faulty: FaultServer, tmp_path: Path) -> None:
    faulty.will(lambda seen: Reply(status=400) if "COUNT" in seen.query else body)
    body = Reply(result(["x"], [["a"]] * 1000))
    assert not remote(faulty, tmp_path).select(Q).complete
    assert list(tmp_path.iterdir()) == []


def test_old_answers_are_fetched_anew(faulty: FaultServer, tmp_path: Path) -> None:
    remote(faulty, tmp_path).select(Q)
    remote(faulty, tmp_path, max_age=3600.0).select(Q)
    assert len(faulty.seen) == 1
    faulty.will(Reply(result(["x"], [["new"]])))
    assert list(remote(faulty, tmp_path, max_age=0.0).select(Q)["x"]) == ["new"]
    assert len(faulty.seen) == 2
    assert list(remote(faulty, tmp_path).select(Q)["x"]) == ["new"]
    assert len(faulty.seen) == 2


def test_an_ask_is_kept_too(faulty: FaultServer, tmp_path: Path) -> None:
    faulty.will(Reply(b'{"head": {}, "boolean": true}'))
    source = remote(faulty, tmp_path)
    assert source.ask("ASK { ?s ?p ?o }")
    assert source.ask("ASK { ?s ?p ?o }")
    assert len(faulty.seen) == 1


def entry(body: bytes = b"body", fetched: float = 100.0) -> Entry:
    return Entry(body=body, content_type="t", fetched=fetched, reason="r")


def test_an_answer_from_the_future_has_no_age(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("k", entry(fetched=200.0))
    assert cache.get("k", now=100.0, max_age=1000.0) is None
    assert cache.get("k", now=100.0) == entry(fetched=200.0)


def test_a_file_cut_at_any_place_or_changed_is_no_answer(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("k", entry(b"x" * 200))
    path = next(tmp_path.iterdir())
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        assert cache.get("k", now=100.0) is None, end
    for old, new in ((b'"r"', b'"s"'), (b"100.0", b"101.0"), (b'"k"', b'"l"')):
        assert old in whole
        path.write_bytes(whole.replace(old, new))
        assert cache.get("k", now=100.0) is None
    path.write_bytes(whole)
    assert cache.get("k", now=100.0) == entry(b"x" * 200)


def test_a_damaged_answer_is_fetched_anew(faulty: FaultServer, tmp_path: Path) -> None:
    remote(faulty, tmp_path).select(Q)
    path = next(tmp_path.iterdir())
    path.write_bytes(path.read_bytes()[:-3])
    assert len(remote(faulty, tmp_path).select(Q)) == 1
    assert len(faulty.seen) == 2
    remote(faulty, tmp_path).select(Q)
    assert len(faulty.seen) == 2


@pytest.mark.parametrize("step", ["write", "flush", "fsync", "replace"])
def test_a_program_killed_while_it_writes_leaves_the_old_answer(tmp_path: Path, step: str) -> None:
    Cache(tmp_path).put("k", entry(b"old"))
    program = textwrap.dedent(f"""
        import os, pathlib
        from fcm.lod.wire.cache import Cache, Entry
        step = {step!r}
        def die(*_, **__): os._exit(9)
        if step == "fsync": os.fsync = die
        if step == "replace": pathlib.Path.replace = die
        if step in ("write", "flush"):
            opened = os.fdopen
            class File:
                def __init__(self, *args): self.file = opened(*args)
                def __enter__(self): return self
                def __exit__(self, *_): return None
                def write(self, data):
                    self.file.write(data[: len(data) // 2])
                    self.file.flush()
                    if step == "write": die()
                def flush(self): die()
            os.fdopen = File
        Cache({str(tmp_path)!r}).put(
            "k", Entry(body=b"new", content_type="t", fetched=1.0, reason="r")
        )
    """)
    done = subprocess.run([sys.executable, "-c", program], timeout=30, check=False)
    assert done.returncode == 9
    assert Cache(tmp_path).get("k", now=100.0) == entry(b"old")


def test_an_answer_that_cannot_be_written_says_so_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left"):
        Cache(tmp_path).put("k", entry())
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("x")
    with pytest.raises(FileError, match="expected a folder"):
        Cache(tmp_path / "cache")


def test_kept_answers_are_for_their_owner_only_and_hold_no_credentials(
    faulty: FaultServer, tmp_path: Path
) -> None:
    remote(faulty, tmp_path, auth=("ada", "s3cret")).select(Q)
    path = next(tmp_path.iterdir())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"s3cret" not in path.read_bytes()
    assert faulty.url.encode() in path.read_bytes()
