from __future__ import annotations

import datetime as dt
import email.utils
import gzip
import socket
import ssl
import threading
import time
import urllib.request
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fcm.errors import (
    Blocked,
    Deadline,
    LodError,
    NotFound,
    NotSparql,
    Overloaded,
    TooLarge,
    Truncated,
)
from fcm.lod.wire.address import Place, resolve
from fcm.lod.wire.limits import Countdown, Gate, Limits
from fcm.lod.wire.remote import Remote, connect
from fcm.lod.wire.retry import Backoff
from fcm.lod.wire.transport import Transport, fetch
from tests.lod.fault_server import (
    ONE,
    FaultServer,
    Reply,
    chunk,
    dripping,
    endless,
    silent,
)

Q = "SELECT ?x { ?x <urn:p> ?o }"
CHUNKED = {"Transfer-Encoding": "chunked"}


def remote(server: FaultServer, **options: object) -> Remote:
    given = {"allow_private": True, "deadline": 5.0, "min_interval": 0.0, **options}
    return connect(server.url, **given)  # type: ignore[arg-type]


def transport(**options: Any) -> Transport:
    """A transport that waits for nothing."""
    return Transport(
        **{"allow_private": True, "backoff": Backoff(base=0.0), "limits": Limits(deadline=5.0)}
        | options
    )


def get(server: FaultServer, **options: Any) -> bytes:
    return fetch(server.url, accept="*/*", transport=transport(**options)).body


# Where it goes


def test_a_redirect_to_another_host_is_refused_and_gets_no_credentials(
    faulty: FaultServer,
) -> None:
    other = FaultServer()
    try:
        faulty.will(Reply(b"", status=307, headers={"Location": other.url}))
        with pytest.raises(Blocked, match=f"another place, http://127.0.0.1:{other.port}"):
            remote(faulty, auth=("ada", "s3cret")).select(Q)
        assert other.seen == []
    finally:
        other.close()
    assert len(faulty.seen) == 1


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/hostname", "ftp://127.0.0.1/", "https://127.0.0.1:{port}/sparql",
        "http://localhost:{port}/sparql", "http://ada:b@127.0.0.1:{port}/", "//169.254.169.254/",
    ],
)  # fmt: skip
def test_a_redirect_to_anything_but_the_same_origin_is_refused(
    faulty: FaultServer, location: str
) -> None:
    there = location.format(port=faulty.port)
    faulty.will(Reply(b"", status=302, headers={"Location": there}), Reply())
    with pytest.raises(Blocked):
        remote(faulty).select(Q)
    assert len(faulty.seen) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_within_the_origin_is_followed_with_the_query(
    faulty: FaultServer, status: int
) -> None:
    faulty.will(Reply(b"", status=status, headers={"Location": "/there?a=b"}), Reply())
    assert len(remote(faulty).select(Q)) == 1
    assert (faulty.seen[1].method, faulty.seen[1].path) == ("POST", "/there?a=b")
    assert faulty.seen[1].query == Q


def test_see_other_is_followed_without_the_query(faulty: FaultServer) -> None:
    faulty.will(Reply(b"", status=303, headers={"Location": "/there"}), Reply())
    assert len(remote(faulty).select(Q)) == 1
    assert (faulty.seen[1].method, faulty.seen[1].body) == ("GET", "")


def test_redirects_in_a_circle_end(faulty: FaultServer) -> None:
    faulty.will(Reply(b"", status=302, headers={"Location": "/sparql"}))
    with pytest.raises(Blocked, match="more than 5 redirects"):
        remote(faulty).select(Q)
    assert len(faulty.seen) == 6


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254",
        "0.0.0.0", "100.64.0.1", "224.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "[fe80::1]",
        "[fd00:ec2::254]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::]",
    ],
)  # fmt: skip
def test_private_and_link_local_addresses_are_refused(host: str) -> None:
    with pytest.raises(Blocked, match="allow_private=True"):
        connect(f"http://{host}:9/sparql", deadline=5.0).select(Q)


def answering(*answers: list[str]) -> tuple[Callable[..., list[Any]], list[str]]:
    """A name server that answers differently each time, and the names it was asked for."""
    asked: list[str] = []

    def resolver(host: str, port: int, **_: object) -> list[Any]:
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    return resolver, asked


def test_the_address_that_was_checked_is_the_one_connected_to(
    faulty: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver, asked = answering(["93.184.216.34"], ["127.0.0.1"])
    went: list[object] = []

    def connecting(self: socket.socket, address: object) -> None:
        went.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connecting)
    once = transport(allow_private=False, resolver=resolver, backoff=Backoff(attempts=1))
    with pytest.raises(Overloaded, match="ConnectionRefusedError"):
        fetch(f"http://rebind.example:{faulty.port}/", accept="*/*", transport=once)
    assert went == [("93.184.216.34", faulty.port)]
    assert asked == ["rebind.example"]
    assert faulty.seen == []


def test_a_name_that_changes_to_a_private_address_is_checked_at_each_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolver, asked = answering(["93.184.216.34"], ["127.0.0.1"])

    def refused(self: socket.socket, address: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refused)
    guarded = transport(allow_private=False, resolver=resolver)
    with pytest.raises(Blocked, match=r"which is 127\.0\.0\.1"):
        fetch("http://rebind.example/", accept="*/*", transport=guarded)
    assert len(asked) == 2


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    resolver, _ = answering(["93.184.216.34", "10.0.0.1"])
    with pytest.raises(Blocked, match=r"10\.0\.0\.1"):
        fetch("http://two.example/", accept="*", transport=Transport(resolver=resolver))


def test_the_host_header_is_that_of_the_name(faulty: FaultServer) -> None:
    resolver, _ = answering(["127.0.0.1"])
    url = f"http://name.example:{faulty.port}/sparql"
    assert fetch(url, accept="*/*", transport=transport(resolver=resolver)).body == ONE
    assert faulty.seen[0].headers["host"] == f"name.example:{faulty.port}"


def test_a_name_without_an_address_says_so() -> None:
    def nobody(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(LodError, match=r"'no\.example' has no address"):
        fetch("http://no.example/", accept="*", transport=Transport(resolver=nobody))


def test_a_name_server_that_is_silent_meets_the_deadline() -> None:
    done = threading.Event()

    def slow(*_: object, **__: object) -> list[Any]:
        done.wait(10)
        return []

    countdown = Countdown.of(0.05, what="http://slow.example")
    with pytest.raises(Deadline, match=r"slow\.example"):
        resolve(
            Place("http", "slow.example", 80),
            allow_private=False,
            countdown=countdown,
            resolver=slow,
        )
    done.set()


def test_proxies_of_the_environment_are_not_used(
    faulty: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    assert get(faulty) == ONE


def test_a_server_that_speaks_no_tls_is_no_https_server(faulty: FaultServer) -> None:
    url = faulty.url.replace("http:", "https:")
    once = transport(backoff=Backoff(attempts=1))
    with pytest.raises(Overloaded, match="SSL"):
        fetch(url, accept="*/*", transport=once)


def test_a_certificate_is_checked_for_the_name_of_the_host(
    faulty: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[object] = []

    def wrap(self: ssl.SSLContext, sock: socket.socket, server_hostname: str) -> ssl.SSLSocket:
        names.append((server_hostname, self.check_hostname, self.verify_mode))
        error = ssl.SSLCertVerificationError(1, "certificate verify failed")
        error.verify_message = "hostname mismatch"
        raise error

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    resolver, _ = answering(["127.0.0.1"])
    with pytest.raises(LodError, match="hostname mismatch"):
        fetch(
            f"https://name.example:{faulty.port}/",
            accept="*/*",
            transport=transport(resolver=resolver),
        )
    assert names == [("name.example", True, ssl.CERT_REQUIRED)]


# How much comes back, and when


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_decompression_bomb_stops_at_the_limit(faulty: FaultServer, encoding: str) -> None:
    bomb = zlib.compress(b" " * 50_000_000) if encoding == "deflate" else b""
    bomb = bomb or gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 60_000
    faulty.will(Reply(bomb, headers={"Content-Encoding": encoding}))
    with pytest.raises(TooLarge, match="more than 1,000,000 bytes"):
        remote(faulty, max_bytes=1_000_000).select(Q)
    assert len(faulty.seen) == 1


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(ONE)),
        ("x-gzip", gzip.compress(ONE)),
        ("GZIP", gzip.compress(ONE[:9]) + gzip.compress(ONE[9:])),
        ("deflate", zlib.compress(ONE)),
        ("deflate", zlib.compress(ONE)[2:-4]),
        ("identity", ONE),
    ],
)
def test_compressed_answers_are_read(faulty: FaultServer, encoding: str, packed: bytes) -> None:
    faulty.will(Reply(packed, headers={"Content-Encoding": encoding}))
    assert get(faulty) == ONE
    assert faulty.seen[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("encoding", "body"), [("gzip", ONE), ("deflate", b"\xff\xff\xff"), ("br", ONE)]
)
def test_an_encoding_that_is_none_is_refused(
    faulty: FaultServer, encoding: str, body: bytes
) -> None:
    faulty.will(Reply(body, headers={"Content-Encoding": encoding}))
    with pytest.raises(NotSparql):
        get(faulty)


def test_a_compressed_answer_without_its_end_is_cut(faulty: FaultServer) -> None:
    faulty.will(Reply(gzip.compress(ONE)[:-9], headers={"Content-Encoding": "gzip"}))
    with pytest.raises(Truncated, match="the gzip stream has no end"):
        get(faulty)


def test_a_compressed_error_body_is_read(faulty: FaultServer) -> None:
    body = gzip.compress(b"kein Weg")
    faulty.will(Reply(body, status=404, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(NotFound, match="kein Weg"):
        get(faulty)


@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b" " * 5_000_000)])
def test_a_broken_or_huge_error_body_does_not_hide_the_status(
    faulty: FaultServer, body: bytes
) -> None:
    faulty.will(Reply(body, status=404, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(NotFound, match="status 404"):
        get(faulty)


@pytest.mark.parametrize("where", ["body", "headers", "chunk"])
def test_one_byte_at_a_time_meets_the_deadline(faulty: FaultServer, where: str) -> None:
    start = {
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n",
        "headers": b"HTTP/1.1 200 OK\r\nX-Long: ",
        "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7ff;",
    }[where]
    faulty.will(Reply(raw=start, pieces=dripping(b"x")))
    began = time.monotonic()
    with pytest.raises(Deadline, match=r"after 0\.3 s"):
        get(faulty, limits=Limits(deadline=0.3))
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"])
def test_a_silent_server_is_given_up(faulty: FaultServer, start: bytes) -> None:
    faulty.will(Reply(raw=start, pieces=silent))
    with pytest.raises(Deadline, match=r"silent for 0\.2 s"):
        get(faulty, limits=Limits(deadline=5.0, read_timeout=0.2))
    assert len(faulty.seen) == 1


def test_an_endless_chunked_stream_stops_at_the_limit_of_bytes(faulty: FaultServer) -> None:
    piece = chunk(b"x" * 50_000)
    faulty.will(Reply(b"", headers=CHUNKED, pieces=endless(piece)))
    with pytest.raises(TooLarge):
        get(faulty, limits=Limits(deadline=5.0, max_bytes=1_000_000))


def test_endless_empty_pieces_meet_the_deadline(faulty: FaultServer) -> None:
    faulty.will(Reply(b"", headers=CHUNKED, pieces=dripping(chunk(b"x") * 1000, every=0.01)))
    with pytest.raises(Deadline):
        get(faulty, limits=Limits(deadline=0.2))


CUTS = [
    Reply(ONE[:-20], length=len(ONE)),
    Reply(chunk(ONE[:20]) + b"ff\r\nabc", headers=CHUNKED),
    Reply(chunk(ONE), headers=CHUNKED),
    Reply(b"zz\r\n", headers=CHUNKED),
]


@pytest.mark.parametrize("reply", CUTS)
def test_a_body_that_is_cut_off_is_asked_for_again(faulty: FaultServer, reply: Reply) -> None:
    faulty.will(reply, Reply())
    assert get(faulty) == ONE
    assert len(faulty.seen) == 2


@pytest.mark.parametrize("reply", CUTS)
def test_a_body_that_stays_cut_off_is_a_part(faulty: FaultServer, reply: Reply) -> None:
    with pytest.raises(Truncated, match=r"attempt 3 of 3.*cut off"):
        get(faulty.will(reply), backoff=Backoff(attempts=3, base=0.0))
    assert len(faulty.seen) == 3


def test_what_came_before_the_cut_can_be_kept(faulty: FaultServer) -> None:
    request = urllib.request.Request(faulty.will(CUTS[0]).url)
    answer = transport().send(request, keep_cut=True)
    assert answer.body == ONE[:-20]
    assert "bytes came" in answer.cut


def test_a_whole_chunked_answer_is_whole(faulty: FaultServer) -> None:
    body = chunk(ONE[:20]) + chunk(ONE[20:]) + b"0\r\n\r\n"
    assert get(faulty.will(Reply(body, headers=CHUNKED))) == ONE


def test_what_is_no_http_is_no_answer(faulty: FaultServer) -> None:
    faulty.will(Reply(raw=b"SSH-2.0-OpenSSH_9.6\r\n"))
    with pytest.raises(Overloaded, match="BadStatusLine"):
        get(faulty, backoff=Backoff(attempts=2, base=0.0))


def test_too_many_headers_are_no_answer(faulty: FaultServer) -> None:
    raw = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(200)) + b"\r\n"
    with pytest.raises(Overloaded, match="more than 100 headers"):
        get(faulty.will(Reply(raw=raw)), backoff=Backoff(attempts=1))


# Patience and manners


def waiting(**options: Any) -> tuple[Transport, list[float]]:
    """A transport whose clock moves only when it sleeps."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)

    given = {
        "allow_private": True,
        "sleep": sleep,
        "rng": np.random.default_rng(1),
        "clock": lambda: 1000.0 + sum(slept),
    }
    return Transport(**{**given, **options}), slept


@pytest.mark.parametrize("status", [429, 502, 503, 504, 408])
def test_a_busy_server_is_asked_again_after_growing_waits(faulty: FaultServer, status: int) -> None:
    busy = Reply(b"busy", status=status)
    faulty.will(busy, busy, busy, Reply())
    patient, slept = waiting()
    answer = fetch(faulty.url, accept="*/*", transport=patient)
    assert (answer.body, answer.attempts) == (ONE, 4)
    assert len(slept) == 3
    for wait, full in zip(slept, [0.5, 1.0, 2.0], strict=True):
        assert full / 2 <= wait <= full


def test_equal_seeds_wait_equally(faulty: FaultServer) -> None:
    waits = []
    for _ in range(2):
        faulty.will(Reply(b"", status=503), Reply(b"", status=503), Reply())
        patient, slept = waiting()
        fetch(faulty.url, accept="*/*", transport=patient)
        waits.append(slept)
    assert waits[0] == waits[1]


def test_retry_after_in_seconds_wins(faulty: FaultServer) -> None:
    faulty.will(Reply(b"", status=429, headers={"Retry-After": "7"}), Reply())
    patient, slept = waiting()
    fetch(faulty.url, accept="*/*", transport=patient)
    assert slept == [7.0]


def test_retry_after_as_a_date_wins(faulty: FaultServer) -> None:
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)
    date = email.utils.format_datetime(soon, usegmt=True)
    faulty.will(Reply(b"", status=503, headers={"Retry-After": date}), Reply())
    patient, slept = waiting()
    fetch(faulty.url, accept="*/*", transport=patient)
    assert len(slept) == 1
    assert 50 < slept[0] <= 60


def test_a_wait_beyond_the_deadline_is_not_begun(faulty: FaultServer) -> None:
    faulty.will(Reply(b"", status=429, headers={"Retry-After": "3600"}))
    patient, slept = waiting()
    with pytest.raises(Overloaded, match=r"in 3600 s, after the deadline of 120 s"):
        fetch(faulty.url, accept="*/*", transport=patient)
    assert slept == []
    assert len(faulty.seen) == 1


def test_a_server_that_stays_busy_is_left_alone_after_three_calls(faulty: FaultServer) -> None:
    faulty.will(Reply(b"", status=503))
    patient, _ = waiting(backoff=Backoff(attempts=2, base=0.0))
    for _ in range(3):
        with pytest.raises(Overloaded, match=r"attempt 2 of 2\): status 503"):
            fetch(faulty.url, accept="*/*", transport=patient)
    assert len(faulty.seen) == 6
    with pytest.raises(Overloaded, match=r"left alone; ask again in 60 s"):
        fetch(faulty.url, accept="*/*", transport=patient)
    assert len(faulty.seen) == 6
    patient.sleep(61.0)
    faulty.will(Reply())
    assert fetch(faulty.url, accept="*/*", transport=patient).body == ONE


def test_a_refusal_does_not_count_as_busy(faulty: FaultServer) -> None:
    faulty.will(Reply(b"", status=404))
    patient, _ = waiting()
    for _ in range(5):
        with pytest.raises(NotFound):
            fetch(faulty.url, accept="*/*", transport=patient)
    assert len(faulty.seen) == 5


def test_a_connection_that_is_refused_is_tried_again_and_then_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    patient, slept = waiting()
    with pytest.raises(Overloaded, match=r"attempt 5 of 5.*ConnectionRefusedError"):
        fetch(f"http://127.0.0.1:{port}/", accept="*/*", transport=patient)
    assert len(slept) == 4


def test_calls_keep_their_distance(faulty: FaultServer) -> None:
    patient, slept = waiting(gate=Gate(min_interval=2.0))
    for _ in range(3):
        fetch(faulty.url, accept="*/*", transport=patient)
    assert slept == [2.0, 2.0]


def test_a_turn_that_comes_after_the_deadline_is_not_waited_for(faulty: FaultServer) -> None:
    patient, slept = waiting(gate=Gate(min_interval=200.0))
    fetch(faulty.url, accept="*/*", transport=patient)
    with pytest.raises(Deadline, match="its turn comes in 200 s"):
        fetch(faulty.url, accept="*/*", transport=patient)
    assert slept == []


def test_a_document_is_fetched_with_get(faulty: FaultServer) -> None:
    got: list[int] = []
    answer = fetch(
        faulty.url, accept="application/json", transport=transport(), progress=got.append
    )
    assert (answer.status, answer.body, answer.url) == (200, ONE, faulty.url)
    assert answer.content_type == "application/sparql-results+json"
    assert (faulty.seen[0].method, faulty.seen[0].headers["accept"]) == ("GET", "application/json")
    assert sum(got) == len(ONE)


def test_credentials_follow_a_redirect_within_the_origin_only(faulty: FaultServer) -> None:
    faulty.will(Reply(b"", status=302, headers={"Location": "/there"}), Reply())
    get(faulty, auth=("ada", "s3cret"))
    assert faulty.seen[1].headers["authorization"] == faulty.seen[0].headers["authorization"]
