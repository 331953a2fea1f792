"""Requests to one Agent Server: reads are asked again when the net fails, sends never.

The SDK and its HTTP client are imported with the first request, which is never on the UI thread.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from enum import Enum, auto
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.backends.agent_server.abilities import Abilities
from hitl_tui.backends.agent_server.address import Address
from hitl_tui.backends.agent_server.credentials import Credentials, credentials_for
from hitl_tui.errors import HitlError, SourceError

if TYPE_CHECKING:
    import httpx
    from langgraph_sdk.client import SyncLangGraphClient
    from langgraph_sdk.schema import StreamPart

T = TypeVar("T")
Ask = Callable[["SyncLangGraphClient"], T]

_TRIES = 5  # of a read
_PAUSE = 0.1  # seconds before the second try, doubled for each one after
_AWAY = 3.0  # seconds in which a server that was away is tried only once
_MOST_PAUSE = 5.0  # seconds that a server may ask us to wait between two tries
_LONG = 40.0  # seconds after which a read that failed is not tried again
_FIRST_EVENT = "-1"  # before the first one of a run


class _Use(Enum):
    """What a client is for.

    A send has a connection of its own: one that was kept may be closed at its other end, and then
    nobody knows whether it arrived. A stream may be silent for longer than an answer.
    """

    READ = auto()
    SEND = auto()
    STREAM = auto()

    @property
    def patience(self) -> float:
        """Seconds that the server may be silent."""
        return 60 if self is _Use.STREAM else 20


class Unclear(Exception):
    """Something was sent and no answer came: nobody knows whether it arrived."""


class Server:
    """One server; safe to use from several threads. Raises HitlError for whatever goes wrong.

    `abilities` is what turned out of it so far.
    """

    def __init__(self, address: Address) -> None:
        self.name = address.name
        self.abilities = Abilities()
        self._address = address
        self._lock = Lock()
        self._closed = False
        self._failed = -_AWAY
        self._clients: dict[_Use, SyncLangGraphClient] = {}
        self._credentials: Credentials | None = None

    def credentials(self) -> Credentials:
        """What is sent to prove who we are, and from where it is; raises SourceError if it cannot.

        It is looked for again after the server refused it: a keyring may hold a newer one.
        """
        found = self._credentials
        if found is None:
            found = self._credentials = credentials_for(self._address, os.environ)
        return found

    def read(self, ask: Ask[T]) -> T:
        """The answer to a question that changes nothing; asked again while that may help."""
        from hitl_tui.backends.agent_server import failures

        client, began = self._client(_Use.READ), time.monotonic()
        tries = _TRIES if began - self._failed > _AWAY else 1
        for attempt in range(tries):
            try:
                return ask(client)
            except RuntimeError as error:
                raise self._left(error) from error
            except failures.EXPECTED as error:
                late = time.monotonic() - began > _LONG
                if attempt == tries - 1 or late or not failures.is_passing(error):
                    self._failed = time.monotonic() if failures.is_away(error) else self._failed
                    raise self._explained(error) from error
                time.sleep(failures.asked_to_wait(error, _MOST_PAUSE) or _backoff(attempt))
        raise AssertionError("the last try returns or raises")

    def send(self, ask: Ask[T]) -> T:
        """Do something, once. Raises Unclear if it may have been done, HitlError if surely not."""
        from hitl_tui.backends.agent_server import failures

        client = self._client(_Use.SEND)
        try:
            return ask(client)
        except failures.EXPECTED as error:
            told = self._explained(error)
            if failures.surely_unsent(error):
                raise told from error
            raise Unclear(str(told)) from error
        except HitlError as error:  # an answer that we did not read to its end
            raise Unclear(str(error)) from error

    def events(
        self, thread_id: str, run_id: str, last: str | None, tell: Callable[[], None]
    ) -> Iterator[StreamPart]:
        """A run's events after the one called `last`, to its end, from the first one if None.

        `tell` is called with whatever comes, were it only a sign of life; what it raises ends them.
        Raises HitlError where they break off; what came until then came.
        """
        from hitl_tui.backends.agent_server import failures
        from hitl_tui.backends.agent_server.bounds import told_of_each_piece

        client = self._client(_Use.STREAM)
        parts = client.runs.join_stream(thread_id, run_id, last_event_id=last or _FIRST_EVENT)
        try:
            with told_of_each_piece(tell):
                first = next(parts, None)
            if first is not None:
                yield first
                yield from parts
        except failures.EXPECTED as error:
            raise self._explained(error) from error

    def close(self) -> None:
        """End all connections."""
        with self._lock:
            self._closed = True
            clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            client.close()

    def _left(self, error: RuntimeError) -> HitlError:
        """What asks a client that is closed was left behind when its owner went."""
        if self._closed:
            return SourceError(f"The connection to {self.name} is closed.")
        raise error

    def _explained(self, error: Exception) -> HitlError:
        """The failure in words; a server that says a secret back is not repeated."""
        from hitl_tui.backends.agent_server import failures

        told, sent = failures.explained(error, self.name), self.credentials()
        if failures.status_of(error) == 401:
            self._credentials = None
        return type(told)(sent.hidden(told.message), hint=sent.hidden(told.hint))

    def _client(self, use: _Use) -> SyncLangGraphClient:
        with self._lock:
            if self._closed:
                raise SourceError(f"The connection to {self.name} is closed.")
            if use not in self._clients:
                self._clients[use] = self._connected(use)
            return self._clients[use]

    def _connected(self, use: _Use) -> SyncLangGraphClient:
        import httpx
        from langgraph_sdk.client import SyncLangGraphClient

        from hitl_tui import __version__
        from hitl_tui.backends.agent_server.limits import watched
        from hitl_tui.backends.agent_server.transport import Bounded

        headers = {"user-agent": f"hitl-tui/{__version__}", "accept-encoding": "identity"}
        keep = 0 if use is _Use.SEND else 20  # connections for the next requests
        client = httpx.Client(
            base_url=self._address.url,
            headers=headers,
            timeout=httpx.Timeout(connect=5, read=use.patience, write=20, pool=20),
            transport=Bounded(self._address.url, self.name, keep=keep),
            follow_redirects=False,
            event_hooks={"request": [self._sign], "response": [watched(self.name)]},
        )
        return SyncLangGraphClient(client)

    def _sign(self, request: httpx.Request) -> None:
        """Say who asks; no redirect is followed, so that goes to this server alone."""
        request.headers.update(self.credentials().headers)


def _backoff(attempt: int) -> float:
    pause: float = _PAUSE * 2**attempt
    return pause * random.uniform(0.5, 1.5)
