"""A guarded way to fetch something over HTTP: checked addresses, limits, patience and manners.

It knows nothing of SPARQL; whatever it returns has a status of 200 or 206 and came from the host
that was asked.
"""

from __future__ import annotations

import base64
import datetime as dt
import http.client
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import numpy as np

from fcm.errors import Blocked, LodError, NotSparql, Overloaded, TooLarge, Truncated
from fcm.frozen import FrozenDict
from fcm.lod.wire.address import Place, Resolver
from fcm.lod.wire.body import Body, read_body
from fcm.lod.wire.call import Call
from fcm.lod.wire.connection import opener
from fcm.lod.wire.limits import Countdown, Gate, Limits
from fcm.lod.wire.redirects import FOLLOWED, MOST, redirected
from fcm.lod.wire.retry import AGAIN, Backoff, Breaker, retry_after

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Answer", "Transport", "fetch"]

_AGENT = "smartgov-fcm/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an endpoint answered.

    Parameters
    ----------
    status : int
        200 or 206.
    headers : mapping of str to str
        Names in lower case.
    body : bytes
        Decompressed.
    url : str
        The address, after redirects.
    cut : str
        Why the body is known to be not whole; empty if nothing speaks against it.
    attempts : int
        How often was asked.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    cut: str = ""
    attempts: int = 1

    @property
    def content_type(self) -> str:
        """The media type, without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transport:
    """How one host is asked; share one between threads, so that they share its manners.

    Parameters
    ----------
    agent : str
        Who asks: a name with a way to reach you, such as "city lab (lab@example.org)".
    auth : tuple of str, optional
        User name and password (HTTP Basic); sent to the host of the address only.
    allow_private : bool, default False
        Also private, loopback and link-local addresses.
    limits : Limits
    backoff : Backoff
    gate : Gate
        At most 2 calls at a time unless said otherwise.
    breaker : Breaker
    rng : numpy Generator
        For the jitter of the waits.
    sleep, clock, resolver : callable
        `time.sleep`, `time.monotonic` and `socket.getaddrinfo` unless given.

    Raises
    ------
    LodError
        If the agent or the credentials cannot be sent.
    """

    agent: str = ""
    auth: tuple[str, str] | None = field(default=None, repr=False)
    allow_private: bool = False
    limits: Limits = field(default_factory=Limits)
    backoff: Backoff = field(default_factory=Backoff)
    gate: Gate = field(default_factory=Gate)
    breaker: Breaker = field(default_factory=Breaker)
    rng: np.random.Generator = field(default_factory=np.random.default_rng, repr=False)
    sleep: Callable[[float], object] = field(default=time.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    resolver: Resolver = field(default=socket.getaddrinfo, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.agent, str) or not re.fullmatch(r"[\x20-\x7e]{0,200}", self.agent):
            raise LodError(
                f"agent is {self.agent!r}; expected at most 200 plain ASCII characters, such as "
                "'city lab (lab@example.org)'."
            )
        if self.auth is not None and (
            len(self.auth) != 2
            or not all(isinstance(each, str) and each for each in self.auth)
            or ":" in self.auth[0]
        ):
            raise LodError("auth is no pair (user, password) of texts, or the user holds a colon.")

    @property
    def user_agent(self) -> str:
        """The value of the ``User-Agent`` header."""
        return f"{_AGENT} {self.agent}".strip()

    def countdown(self, endpoint: str) -> Countdown:
        """Return the time that one call to an endpoint may take, from now on."""
        return Countdown.of(self.limits.deadline, what=endpoint, clock=self.clock)

    def check(self, url: str) -> Self:
        """Return the transport itself if it may ask this address.

        Raises
        ------
        Blocked
            If the address is none, or credentials would travel in clear text.
        LodError
            If the host demands a contact and the agent gives none.
        """
        place = Place.of(url)
        if self.auth is not None and place.scheme != "https" and not self.allow_private:
            raise Blocked(
                f"{place}: auth= would send the password in clear text; use https, or "
                "allow_private=True for a server of your own."
            )
        wikidata = place.host == "wikidata.org" or place.host.endswith(".wikidata.org")
        if wikidata and not re.search(r"\S@\S+\.\S|https?://\S", self.agent):
            raise LodError(
                f"{place}: this host demands a contact; give agent='name (mail or web address)'."
            )
        return self

    def send(
        self,
        request: urllib.request.Request,
        *,
        call: Call | None = None,
        countdown: Countdown | None = None,
        keep_cut: bool = False,
        progress: Callable[[int], object] | None = None,
    ) -> Answer:
        """Send a request that may be repeated, until it is answered.

        Parameters
        ----------
        request : urllib.request.Request
        call : Call, optional
            For messages.
        countdown : Countdown, optional
            If this is part of a longer call.
        keep_cut : bool, default False
            Return a body that stays cut through all attempts.
        progress : callable, optional
            Called with the number of bytes of each piece that comes in.

        Raises
        ------
        Blocked, Unauthorized, NotFound, QueryRejected, NotSparql, TooLarge
            At once; asking again would not help.
        Overloaded
            If the endpoint stays busy or unreachable, or was so in the last calls.
        Truncated
            If the body stays cut.
        Deadline
            If all that takes longer than allowed.
        """
        url = request.full_url
        self.check(url)
        at = call or Call(endpoint=url)
        at = _told(at, self)
        countdown = countdown or self.countdown(at.endpoint)
        rest = self.breaker.closed_for(self.clock())
        if rest > 0:
            raise at.error(
                Overloaded,
                f"it stayed busy through the last {self.breaker.after} calls and is left alone",
                f"ask again in {rest:.0f} s.",
            )
        with self.gate.passing(countdown, self.sleep):
            try:
                answer = self._persist(request, at, countdown, keep_cut, progress)
            except Overloaded:
                self.breaker.failed(self.clock())
                raise
        self.breaker.succeeded()
        return answer

    def _persist(
        self,
        request: urllib.request.Request,
        at: Call,
        countdown: Countdown,
        keep_cut: bool,
        progress: Callable[[int], object] | None,
    ) -> Answer:
        while True:  # bounded by the attempts of the back-off
            wait: float | None = None
            try:
                answer = self._once(request, at, countdown, progress)
            except (OSError, http.client.HTTPException) as error:
                failure: LodError = at.error(
                    Overloaded, f"no answer ({_cause(error)})", "check the network and the address."
                )
            else:
                if answer.status in (200, 206) and not answer.cut:
                    return answer
                last = at.attempt >= at.attempts
                if answer.status in (200, 206):
                    if last and keep_cut:
                        return answer
                    failure = at.error(
                        Truncated,
                        f"the answer was cut off: {answer.cut}",
                        "ask for less at a time, or take what came with on_partial='keep'.",
                    )
                else:
                    failure = at.refusal(answer.status, answer.body)
                    if answer.status not in AGAIN:
                        raise failure
                    wait = retry_after(
                        answer.headers.get("retry-after"), now=dt.datetime.now(dt.UTC)
                    )
            if at.attempt >= at.attempts:
                raise failure
            if wait is None:
                with self._lock:
                    wait = self.backoff.seconds(at.attempt, self.rng)
            if wait >= countdown.left():
                raise type(failure)(
                    f"{failure} The next attempt would be in {wait:.0f} s, after the deadline of "
                    f"{self.limits.deadline:g} s."
                )
            self.sleep(wait)
            at = at.again()

    def _once(
        self,
        request: urllib.request.Request,
        at: Call,
        countdown: Countdown,
        progress: Callable[[int], object] | None,
    ) -> Answer:
        origin = Place.of(request.full_url)
        request = _prepared(request, self)
        for _ in range(MOST + 1):
            director = opener(
                request.full_url,
                countdown=countdown,
                read_timeout=self.limits.read_timeout,
                allow_private=self.allow_private,
                resolver=self.resolver,
            )
            try:
                response = director.open(request)
            except urllib.error.URLError as error:
                reason = error.reason
                raise (reason if isinstance(reason, OSError) else OSError(str(reason))) from None
            if response is None:
                raise at.error(Blocked, "the address has no known scheme", "use http or https.")
            with response:
                status = int(response.status)
                headers = {name.lower(): value for name, value in response.headers.items()}
                if status in FOLLOWED and "location" in headers:
                    target = urljoin(request.full_url, headers["location"])
                    request = redirected(request, target, status, origin, at)
                    continue
                if status in (200, 206):
                    body = read_body(
                        response, max_bytes=self.limits.max_bytes, what=str(at), progress=progress
                    )
                else:
                    body = _explanation(response)
                return Answer(
                    status=status,
                    headers=FrozenDict(headers),
                    body=body.data,
                    url=request.full_url,
                    cut=body.cut,
                    attempts=at.attempt,
                )
        raise at.error(Blocked, f"more than {MOST} redirects", "check the address of the endpoint.")


def fetch(
    url: str,
    *,
    accept: str,
    transport: Transport | None = None,
    progress: Callable[[int], object] | None = None,
) -> Answer:
    """Return a document, as ``GET`` finds it.

    Parameters
    ----------
    url : str
        http or https.
    accept : str
        Media types, as the ``Accept`` header lists them. What comes back is not checked against
        them: look at ``content_type``.
    transport : Transport, optional
        How to ask; share one between the calls to a host.
    progress : callable, optional
        Called with the number of bytes of each piece that comes in.

    Raises
    ------
    LodError
        As `Transport.send` does.
    """
    Place.of(url)
    request = urllib.request.Request(url, headers={"Accept": accept})
    return (transport or Transport()).send(request, progress=progress)


def _told(at: Call, transport: Transport) -> Call:
    secrets: tuple[str, ...] = ()
    if transport.auth is not None:
        user, password = transport.auth
        secrets = (base64.b64encode(f"{user}:{password}".encode()).decode(), password)
    return Call(
        endpoint=at.endpoint,
        query=at.query,
        attempt=1,
        attempts=transport.backoff.attempts,
        secrets=secrets,
    )


def _prepared(request: urllib.request.Request, transport: Transport) -> urllib.request.Request:
    prepared = urllib.request.Request(
        request.full_url,
        data=request.data,
        headers=dict(request.header_items()),
        method=request.get_method(),
    )
    prepared.add_header("User-agent", transport.user_agent)
    prepared.add_header("Accept-encoding", "gzip, deflate")
    if transport.auth is not None:
        token = base64.b64encode(":".join(transport.auth).encode()).decode()
        prepared.add_header("Authorization", f"Basic {token}")
    return prepared


def _explanation(response: http.client.HTTPResponse) -> Body:
    try:
        return read_body(response, max_bytes=100_000, what="explanation")
    except (NotSparql, TooLarge):
        return Body(b"")  # the status says enough


def _cause(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "the connection could not be made in time"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
