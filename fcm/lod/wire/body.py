"""The body of an answer: decompressed, within its limit of bytes, and known to be whole or cut."""

from __future__ import annotations

import http.client
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from fcm.errors import NotSparql, TooLarge

__all__ = ["Body", "read_body"]

_PIECE = 65536


@dataclass(frozen=True, slots=True)
class Body:
    """What was received.

    Parameters
    ----------
    data : bytes
        Decompressed.
    cut : str
        Why the body is known to be not whole; empty if nothing speaks against it.
    """

    data: bytes
    cut: str = ""


def read_body(
    response: http.client.HTTPResponse,
    *,
    max_bytes: int,
    what: str,
    progress: Callable[[int], object] | None = None,
) -> Body:
    """Read a body to its end.

    Parameters
    ----------
    response : HTTPResponse
        Its reads are expected to keep their own time limits.
    max_bytes : int
        Most bytes after decompression.
    what : str
        The endpoint, for messages.
    progress : callable, optional
        Called with the number of bytes of each piece.

    Raises
    ------
    TooLarge
        If there are more than `max_bytes`; what came until then is dropped.
    NotSparql
        If the encoding is unknown or broken.
    """
    encoding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    unpack = _Unpacker(encoding, what)
    said = response.headers.get("Content-Length", "")
    chunked = bool(response.chunked)
    kept = io.BytesIO()
    received, cut = 0, ""
    while True:
        try:
            piece = response.read1(_PIECE)
        except http.client.IncompleteRead:
            cut = "the connection ended inside a chunk"
            break
        except (ConnectionError, http.client.HTTPException, ValueError) as error:
            cut = f"the connection broke ({type(error).__name__})"
            break
        if not piece:
            break
        received += len(piece)
        for part in unpack.parts(piece, max_bytes - kept.tell() + 1):
            kept.write(part)
            if kept.tell() > max_bytes:
                raise TooLarge(
                    f"{what}: the answer has more than {max_bytes:,} bytes; select less, or "
                    "allow more with max_bytes=."
                )
            if progress is not None:
                progress(len(part))
    if not cut and not chunked and said.isdigit() and received < int(said):
        cut = f"{received:,} of {int(said):,} bytes came"
    if not cut and not unpack.ended:
        cut = f"the {encoding} stream has no end"
    return Body(kept.getvalue(), cut)


class _Unpacker:
    """Decompresses piece by piece, never more at a time than may still be kept."""

    def __init__(self, encoding: str, what: str) -> None:
        if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
            raise NotSparql(
                f"{what}: the answer is encoded as {encoding[:40]!r}, which was not asked for; "
                "expected gzip, deflate or nothing."
            )
        self._what = what
        self._encoding = encoding
        self._engine = None if encoding == "identity" else zlib.decompressobj(47)
        self._first = True
        self.ended = encoding == "identity"
        self._any = False

    def parts(self, piece: bytes, room: int) -> list[bytes]:
        """Return what a piece unpacks to, at most `room` bytes (or a little less than all)."""
        if self._engine is None:
            return [piece]
        out: list[bytes] = []
        # Each turn takes input or gives output, so the loop is bounded by both.
        while piece and room > 0:
            if self._engine.eof:  # a further member of a gzip file
                self._engine = zlib.decompressobj(47)
            try:
                part = self._engine.decompress(piece, room)
            except zlib.error as error:
                if self._first and self._encoding == "deflate":  # without the zlib header
                    self._engine, self._first = zlib.decompressobj(-15), False
                    continue
                raise NotSparql(
                    f"{self._what}: the answer is no {self._encoding} ({error})."
                ) from None
            self._first = False
            piece = self._engine.unused_data if self._engine.eof else self._engine.unconsumed_tail
            if part:
                out.append(part)
                room -= len(part)
        self.ended = self._engine.eof
        return out
