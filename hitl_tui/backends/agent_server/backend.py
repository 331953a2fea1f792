"""Threads behind an Agent Server: the `Backend` of an `http(s)://…` source.

Graphs run at the server, in its own queue, and go on there when we leave. Nothing of LangGraph is
loaded here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hitl_tui.backends.agent_server.abreast import each
from hitl_tui.backends.agent_server.address import Address
from hitl_tui.backends.agent_server.doctor import checks
from hitl_tui.backends.agent_server.graphs import declared, must_have
from hitl_tui.backends.agent_server.looking import asked_before, look
from hitl_tui.backends.agent_server.queue import ServerQueue
from hitl_tui.backends.agent_server.running import Runs
from hitl_tui.backends.agent_server.server import Server
from hitl_tui.backends.words import Describe, undescribed
from hitl_tui.errors import GraphError, ThreadNotFound, UsageError
from hitl_tui.model.runs import GraphInfo, RunEvent, RunRequest
from hitl_tui.model.threads import Asked, Group, Page, Query, Thread, ThreadState

if TYPE_CHECKING:
    from hitl_tui.backends.agent_server.looking import Looked
    from hitl_tui.backends.told import FirstFound, Told


class AgentServerBackend:
    """The `Backend` of one server; safe to use from several threads.

    `early` shows rows before all are known. Without `may_run` nothing can be run.
    """

    def __init__(
        self,
        address: Address,
        *,
        may_run: bool = True,
        early: bool = False,
        describe: Describe = undescribed,
    ) -> None:
        self._server = Server(address)
        self._may_run = may_run
        self._queue = ServerQueue(self._server, self.thread, describe, early=early)
        self._runs = Runs(self._server, self._look, self._queue.look_again)

    @property
    def name(self) -> str:
        """The server's host and port."""
        return self._server.name

    @property
    def compares(self) -> bool:
        """A server runs on what it has: it only refuses answers to what is no longer asked."""
        return False

    @property
    def outlives(self) -> bool:
        """Runs go on at the server when this process ends."""
        return True

    def version(self) -> Hashable:
        """Differs when a thread of the server changed; the server is asked once a second."""
        return self._queue.version()

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        """Rows of the query; those whose state a search does not tell are looked at."""
        return self._queue.page(query, offset, limit)

    def told(self, query: Query, limit: int | None, *, whole: bool) -> Sequence[Told] | None:
        """None: a server says nothing that is certain without asking for each thread."""
        return None

    @property
    def finds_first(self) -> bool:
        """False: see `first`."""
        return False

    def first(self, query: Query, limit: int, looked_for: str | None) -> FirstFound | None:
        """None: a server is asked for its rows themselves."""
        return None

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        return self._queue.position(query, thread_id)

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state; the first call reads every row."""
        return self._queue.counts(query)

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, as they sort; "" for none."""
        return self._queue.groups(query, by)

    def thread(self, thread_id: str) -> Thread:
        """One thread in full, read afresh; raises ThreadNotFound."""
        return self._look(thread_id).thread

    def size(self, thread_id: str) -> int:
        """How many bytes a heavy thread has to read, at the least; 0 for any other."""
        return self._queue.size(thread_id)

    def several(self, thread_ids: Sequence[str]) -> Mapping[str, Thread]:
        """Several in full, some at a time; those that are not there are left out."""
        found: dict[str, Thread] = {}

        def read(thread_id: str) -> None:
            with suppress(ThreadNotFound):
                found[thread_id] = self.thread(thread_id)

        each(read, thread_ids, self.size)
        return found

    def asked_before(self, thread_id: str) -> tuple[Asked, ...]:
        """What the thread's runs answered, as far as the server keeps them; oldest first."""
        return asked_before(self._server, thread_id)

    def graphs(self) -> tuple[GraphInfo, ...]:
        """The server's graphs; their nodes stay unknown, for its threads name their graph."""
        return declared(self._server)

    def is_same_graph(self, drift: Mapping[str, Any]) -> bool:
        """A server tells a thread's questions by its own graph: none of them can have drifted."""
        return True

    def prepare(self, graph_id: str) -> None:
        """Raise GraphError if the server has no such graph, SourceError if it cannot be reached."""
        must_have(self._server, graph_id)

    def run(self, request: RunRequest) -> Iterator[RunEvent]:
        """Have the server run it, and tell what happens there."""
        self._must_run()
        return self._runs.run(request)

    def join(self, request: RunRequest) -> Iterator[RunEvent]:
        """Follow the run that was asked for before; without a `run_id`, the one going on."""
        return self._runs.join(request)

    def schema(self, place: str) -> Mapping[str, Any]:
        """Models cannot be had from a server; raises GraphError that says what can."""
        raise GraphError(
            f"{place} is a model, and a server gives none away.", hint="Name a JSON Schema file."
        )

    def cancel(self, run_id: str) -> None:
        """Ask the server to stop a run that was asked for, or joined, from here."""
        self._runs.cancel(run_id)

    def stop(self, thread_id: str) -> bool:
        """Ask the server to stop a thread's run, whoever asked for it; False if there is none."""
        self._must_run()
        going = self._runs.going_on(thread_id)
        if going is not None:
            self._runs.stop(thread_id, going.run_id)
        return going is not None

    def warm(self) -> None:
        """Nothing starts sooner by it: the server runs."""

    def close(self) -> None:
        """End the connections; what runs at the server goes on, and may be joined again.

        Whoever still follows a run keeps theirs: one that broke off would be told as a doubt.
        """
        if not self._runs.followed:
            self._server.close()

    def doctor(self) -> Iterator[tuple[bool, str]]:
        """Whether the server answers, what it is sent, and what it has."""
        return checks(self._server, self.counts)

    def _look(self, thread_id: str) -> Looked:
        looked = look(self._server, thread_id)
        self._runs.note(looked)
        return looked

    def _must_run(self) -> None:
        if not self._may_run:
            raise UsageError("Nothing can be run: this source was opened for reading only.")
