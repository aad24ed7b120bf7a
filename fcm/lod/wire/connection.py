"""A connection to an address that was checked, on which every single read has a time limit.

`http.client` gives each ``recv`` its own timeout, so a server that sends one byte at a time holds a
reader for ever. Here each ``recv`` may take the time that is left for the whole call at most.
"""

from __future__ import annotations

import functools
import http.client
import io
import socket
import ssl
import urllib.request
from typing import Any

from fcm.errors import Deadline, LodError
from fcm.lod.wire.address import Place, Resolver, resolve
from fcm.lod.wire.limits import Countdown

__all__ = ["opener"]


class _Reads(io.RawIOBase):
    """The receiving side of a socket."""

    def __init__(self, sock: socket.socket, countdown: Countdown, read_timeout: float) -> None:
        self._socket = sock
        self._countdown = countdown
        self._read_timeout = read_timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(min(self._countdown.left(), self._read_timeout))
        try:
            return self._socket.recv_into(buffer)
        except TimeoutError:
            self._countdown.left()
            raise Deadline(
                f"{self._countdown.what}: silent for {self._read_timeout:g} s; ask for less, or "
                "allow longer silence with read_timeout=."
            ) from None

    def close(self) -> None:
        if not self.closed:
            self._socket.close()
        super().close()


class _Line:
    """What `http.client` needs of a socket; closed with its reading side."""

    def __init__(self, sock: socket.socket, countdown: Countdown, read_timeout: float) -> None:
        self._socket = sock
        self._countdown = countdown
        self._read_timeout = read_timeout
        self._reader: io.BufferedReader | None = None

    def sendall(self, data: Any) -> None:
        self._socket.settimeout(min(self._countdown.left(), self._read_timeout))
        self._socket.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        raw = _Reads(self._socket, self._countdown, self._read_timeout)
        self._reader = io.BufferedReader(raw, 65536)
        return self._reader

    def close(self) -> None:
        # urllib closes the socket while the answer is still read, as sockets count their readers.
        if self._reader is None:
            self._socket.close()


class _Connection(http.client.HTTPConnection):
    """A plain connection to one of the addresses that were checked."""

    def __init__(self, host: str, *, call: _Call, **rest: Any) -> None:
        super().__init__(host, **rest)
        self._call = call

    def connect(self) -> None:
        self.sock = _Line(self._call.socket(), self._call.countdown, self._call.read_timeout)


class _SecureConnection(_Connection):
    """A connection whose certificate is checked for the name of the host."""

    default_port = 443

    def connect(self) -> None:
        call = self._call
        plain = call.socket()
        try:
            secure = call.tls.wrap_socket(plain, server_hostname=call.place.host)
        except ssl.SSLCertVerificationError as error:
            plain.close()
            raise LodError(
                f"{call.place}: its certificate does not hold ({error.verify_message}); the "
                "answer could come from anybody."
            ) from None
        except BaseException:
            plain.close()
            raise
        self.sock = _Line(secure, call.countdown, call.read_timeout)


class _Call:
    """The addresses of one call, and how long it may take."""

    def __init__(
        self,
        place: Place,
        *,
        countdown: Countdown,
        read_timeout: float,
        allow_private: bool,
        resolver: Resolver,
    ) -> None:
        self.place = place
        self.countdown = countdown
        self.read_timeout = read_timeout
        self.addresses = resolve(
            place, allow_private=allow_private, countdown=countdown, resolver=resolver
        )

    @functools.cached_property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def socket(self) -> socket.socket:
        """Return a socket connected to the first address that answers."""
        last: OSError = OSError("no address")
        for family, to in self.addresses:
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.settimeout(min(self.countdown.left(), self.read_timeout))
            try:
                sock.connect(to)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                last = error
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        raise last


class _Handler(urllib.request.AbstractHTTPHandler):
    """Opens http and https requests over the connections of one call."""

    def __init__(self, call: _Call) -> None:
        super().__init__()
        self._call = call

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self._through(_Connection, request)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self._through(_SecureConnection, request)

    def _through(
        self, kind: type[_Connection], request: urllib.request.Request
    ) -> http.client.HTTPResponse:
        connect: Any = functools.partial(kind, call=self._call)
        return self.do_open(connect, request)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_


def opener(
    url: str,
    *,
    countdown: Countdown,
    read_timeout: float,
    allow_private: bool,
    resolver: Resolver = socket.getaddrinfo,
) -> urllib.request.OpenerDirector:
    """Return a urllib opener that reaches the host of `url` and nothing else.

    It knows http and https only, follows no redirects, uses no proxy of the environment, keeps no
    cookies, and returns answers of every status.

    Raises
    ------
    Blocked
        If the address may not be connected to.
    """
    call = _Call(
        Place.of(url),
        countdown=countdown,
        read_timeout=read_timeout,
        allow_private=allow_private,
        resolver=resolver,
    )
    director = urllib.request.OpenerDirector()
    director.add_handler(_Handler(call))
    return director
