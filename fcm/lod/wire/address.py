"""Which addresses may be connected to: http(s) only, public ones only unless allowed.

An address is resolved once, checked, and connected to as checked: a name that answers differently
the second time gains nothing. Nothing here opens a connection.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fcm.errors import Blocked, LodError
from fcm.lod.wire.limits import Countdown

__all__ = ["Place", "Resolver", "resolve"]

Resolver = Callable[..., list[Any]]
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Place:
    """Scheme, host and port of a URL: what browsers call its origin.

    Parameters
    ----------
    scheme : str
        "http" or "https".
    host : str
        In lower case, ASCII.
    port : int

    Examples
    --------
    >>> Place.of("https://Example.org/sparql") == Place.of("https://example.org:443/other")
    True
    >>> Place.of("file:///x")
    Traceback (most recent call last):
        ...
    fcm.errors.Blocked: 'file:///x' is no http or https address; files are opened with lod.open().
    """

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Place:
        """Return where a URL points to.

        Raises
        ------
        Blocked
            If it is no plain http(s) address: another scheme, no host, a user name and password,
            blanks or control characters.
        """
        if not isinstance(url, str):
            raise Blocked(f"the address is of type {type(url).__name__}; expected text.")
        if any(ord(each) <= 32 or ord(each) >= 127 for each in url):
            raise Blocked(
                f"{_without_user(url)!r} holds blanks, control or non-ASCII characters; "
                "percent-encode them."
            )
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Blocked(f"{_without_user(url)!r} is no address: {error}.") from None
        scheme = parts.scheme.lower()
        if scheme not in _PORTS or not parts.hostname:
            raise Blocked(
                f"{_without_user(url)!r} is no http or https address; files are opened with "
                "lod.open()."
            )
        if "@" in parts.netloc:
            raise Blocked(
                f"{_without_user(url)!r} was given with a user name in the address, where logs "
                "and messages show it; give auth=(user, password) instead."
            )
        return cls(scheme, parts.hostname.rstrip("."), port or _PORTS[scheme])

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def resolve(
    place: Place,
    *,
    allow_private: bool,
    countdown: Countdown,
    resolver: Resolver = socket.getaddrinfo,
) -> tuple[tuple[int, tuple[Any, ...]], ...]:
    """Return the socket addresses of a host, all of them checked.

    Parameters
    ----------
    place : Place
    allow_private : bool
        Also private, loopback and link-local addresses.
    countdown : Countdown
        A name server that does not answer is given up at its end.
    resolver : callable
        Like `socket.getaddrinfo`.

    Returns
    -------
    addresses : tuple of (family, address)
        At most 8.

    Raises
    ------
    Blocked
        If one of the addresses is not public. (One among several is enough: that is how a name is
        made to pass a check.)
    LodError
        If the name has no address.
    """
    box: list[Any] = []

    def ask() -> None:
        try:
            box.append(resolver(place.host, place.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            box.append(error)

    thread = threading.Thread(target=ask, daemon=True, name="fcm name look-up")
    thread.start()
    thread.join(countdown.left())
    if not box:
        countdown.left()
        raise LodError(f"{place}: the look-up of the name failed.")
    if isinstance(box[0], Exception) or not box[0]:
        raise LodError(
            f"{place}: the name {place.host!r} has no address ({box[0] or 'no answer'}); check "
            "its spelling and the network."
        )
    addresses = tuple(dict.fromkeys((family, tuple(to)) for family, _, _, _, to in box[0]))
    for _, to in addresses:
        said = str(to[0]).partition("%")[0]
        if not allow_private and not _public(said):
            shown = "" if said == place.host else f", which is {said},"
            raise Blocked(
                f"{place}: the host{shown} is a private, loopback or link-local address; give "
                "allow_private=True if you mean a server of your own."
            )
    return addresses[:8]


def _public(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        # IPv6 forms that carry an IPv4 address lead to that address.
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return _public(str(inner))
    return ip.is_global and not ip.is_multicast


def _without_user(url: str) -> str:
    head, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{head}://{host.rpartition('@')[2]}{slash}{path}" if "@" in host else url
