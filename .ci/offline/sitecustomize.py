"""On PYTHONPATH, this refuses every connection that would leave the machine."""

from __future__ import annotations

import sys

LOCAL = ("127.", "::1", "localhost")


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ("socket.connect", "socket.getaddrinfo"):
        return
    address = arguments[1] if event == "socket.connect" else arguments[0]
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(address, tuple | str | bytes) and host:
        name = host.decode() if isinstance(host, bytes) else str(host)
        # A path is the address of a local socket.
        if not name.startswith((*LOCAL, "/", "\0")):
            raise PermissionError(f"offline: no connection to {name}")


sys.addaudithook(_refuse)
