"""Where a redirect may lead: to another address of the same origin, and nowhere else."""

from __future__ import annotations

import urllib.request

from fcm.errors import Blocked
from fcm.lod.wire.address import Place
from fcm.lod.wire.call import Call

__all__ = ["FOLLOWED", "MOST", "redirected"]

FOLLOWED = frozenset({301, 302, 303, 307, 308})
"""Statuses of redirects."""

MOST = 5
"""Most redirects in a row."""


def redirected(
    request: urllib.request.Request, target: str, status: int, origin: Place, at: Call
) -> urllib.request.Request:
    """Return the request for where a redirect points to.

    The query is sent again with it, since it may be repeated; "see other" (303) gets none.

    Parameters
    ----------
    request : urllib.request.Request
    target : str
        The absolute address.
    status : int
    origin : Place
        Of the first request.
    at : Call
        For messages.

    Raises
    ------
    Blocked
        If it points to another scheme, host or port.
    """
    try:
        there = Place.of(target)
    except Blocked as error:
        raise at.error(
            Blocked, f"it redirects to no web address ({error})", "check the address."
        ) from None
    if there != origin:
        raise at.error(
            Blocked,
            f"it redirects to another place, {there}",
            "if you trust that one, connect to it by its own address.",
        )
    headers = dict(request.header_items())
    if status == 303:
        headers = {
            name: value for name, value in headers.items() if not name.startswith("Content-")
        }
        return urllib.request.Request(target, headers=headers, method="GET")
    return urllib.request.Request(
        target, data=request.data, headers=headers, method=request.get_method()
    )
