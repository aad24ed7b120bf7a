"""A server on loopback that answers as it is told to: well, badly, late, for ever, or not at all.

Headers and body go out in one write, so that a small answer costs one packet.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

JSON = "application/sparql-results+json"


def result(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """A SELECT answer: text, numbers, and IRIs where a text begins with "urn:"."""
    bindings = [
        {name: _term(each) for name, each in zip(names, row, strict=True) if each is not None}
        for row in rows
    ]
    return json.dumps({"head": {"vars": list(names)}, "results": {"bindings": bindings}}).encode()


def _term(value: Any) -> dict[str, str]:
    if isinstance(value, int):
        datatype = "http://www.w3.org/2001/XMLSchema#integer"
        return {"type": "literal", "value": str(value), "datatype": datatype}
    return {"type": "uri" if value.startswith("urn:") else "literal", "value": value}


ONE = result(["x"], [["one"]])


@dataclass
class Seen:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def query(self) -> str:
        return parse_qs(self.body)["query"][0]

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body)


@dataclass
class Reply:
    """What is sent. `pieces` follow the body one by one; `length` may lie."""

    body: bytes = ONE
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str | None = JSON
    length: int | None = None
    pieces: Callable[[threading.Event], Iterator[bytes]] | None = None
    raw: bytes | None = None


Answering = Callable[[Seen], Reply]


class FaultServer:
    """Answers each request by the next of `replies`, and the last one for ever."""

    def __init__(self) -> None:
        self.replies: list[Reply | Answering] = [Reply()]
        self.seen: list[Seen] = []
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65536

            def do_GET(self) -> None:
                owner.answer(self)

            def do_POST(self) -> None:
                owner.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/sparql"
        self._thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    def will(self, *replies: Reply | Answering) -> FaultServer:
        self.replies = list(replies)
        return self

    def answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        seen = Seen(
            handler.command,
            handler.path,
            {name.lower(): value for name, value in handler.headers.items()},
            handler.rfile.read(length).decode(),
        )
        with self._lock:
            self.seen.append(seen)
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if not isinstance(reply, Reply):
            reply = reply(seen)
        handler.close_connection = True
        with contextlib.suppress(ConnectionError):
            if reply.raw is not None:
                handler.wfile.write(reply.raw)
            else:
                self._regular(handler, reply)
            handler.wfile.flush()
            for piece in reply.pieces(self.stopped) if reply.pieces else ():
                handler.wfile.write(piece)
                handler.wfile.flush()

    def _regular(self, handler: http.server.BaseHTTPRequestHandler, reply: Reply) -> None:
        handler.send_response(reply.status)
        if reply.content_type is not None:
            handler.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if "Transfer-Encoding" not in reply.headers and reply.length != -1:
            length = len(reply.body) if reply.length is None else reply.length
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.wfile.write(reply.body)

    def close(self) -> None:
        self.stopped.set()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(5)


def asking(store: Any) -> Answering:
    """Answer the queries that come from a pyoxigraph store."""
    import pyoxigraph as ox

    def answer(seen: Seen) -> Reply:
        try:
            found = store.query(seen.query)
        except SyntaxError as error:
            return Reply(str(error).encode(), status=400)
        return Reply(found.serialize(format=ox.QueryResultsFormat.JSON))

    return answer


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def dripping(data: bytes, every: float = 0.02) -> Callable[[threading.Event], Iterator[bytes]]:
    """One byte at a time, for as long as the server runs."""

    def pieces(stopped: threading.Event) -> Iterator[bytes]:
        for i in range(10_000):
            yield data[i % len(data) : i % len(data) + 1]
            if stopped.wait(every):
                return

    return pieces


def endless(piece: bytes) -> Callable[[threading.Event], Iterator[bytes]]:
    """The same piece again and again."""

    def pieces(stopped: threading.Event) -> Iterator[bytes]:
        for _ in range(1_000_000):
            if stopped.is_set():
                return
            yield piece

    return pieces


def silent(stopped: threading.Event) -> Iterator[bytes]:
    """Nothing, for as long as the server runs."""
    stopped.wait(20)
    yield from ()
