"""What every backend can do; the contract tests hold each of them to it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from hitl_tui.model.runs import GraphInfo, RunEvent, RunRequest
from hitl_tui.model.threads import Asked, Group, Page, Query, Thread, ThreadState

if TYPE_CHECKING:
    from hitl_tui.backends.told import FirstFound, Told


class Backend(Protocol):
    """Where threads live and who resumes them. Every method may block; call it off the UI thread.

    Reading never changes the source. All raise `HitlError` for expected failures.
    """

    @property
    def name(self) -> str:
        """What the source is called on screen: a file's name, a host; untrusted."""

    @property
    def outlives(self) -> bool:
        """Whether runs go on where threads live when this process ends, and can be joined."""

    @property
    def compares(self) -> bool:
        """Whether a run is refused by itself where its thread is not as the request says.

        That is told by the very reading from which the run goes on; else whoever asks for the run
        has to look once more, right before.
        """

    def version(self) -> Hashable:
        """A cheap token that differs whenever the source may have changed since another one."""

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        """Rows `offset` to `offset + limit` of the query, each as the source has it now."""

    def told(self, query: Query, limit: int | None, *, whole: bool) -> Sequence[Told] | None:
        """What a list tells of the query's rows; None unless that is certain without reading each.

        `whole` asks for all of each row; `limit` None for every row.
        """

    @property
    def finds_first(self) -> bool:
        """Whether it is worth while to ask for `first`; cheap, and asks nobody."""

    def first(self, query: Query, limit: int, looked_for: str | None) -> FirstFound | None:
        """The first `limit` rows of a query, sooner than `page`; None unless they are certain.

        None also where the thread `looked_for` was found and is not among them.
        """

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state, the query's own `states` left aside."""

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, as they sort; "" for none."""

    def thread(self, thread_id: str) -> Thread:
        """One thread in full, read afresh; raises ThreadNotFound."""

    def size(self, thread_id: str) -> int:
        """How many bytes there are to read of a thread that takes long; 0 for any other."""

    def several(self, thread_ids: Sequence[str]) -> Mapping[str, Thread]:
        """Several in full, each as `thread` reads it; those that are not there are left out."""

    def asked_before(self, thread_id: str) -> tuple[Asked, ...]:
        """The thread's last answered questions, oldest first; those no longer kept left out."""

    def graphs(self) -> tuple[GraphInfo, ...]:
        """The declared graphs, loaded once to tell their nodes or what is wrong with them."""

    def is_same_graph(self, drift: Mapping[str, Any]) -> bool:
        """Whether a graph is still the one that a Drifted of this backend identified; cheap."""

    def prepare(self, graph_id: str) -> None:
        """Raise GraphError if the graph can never be run; so early that nothing is written yet."""

    def run(self, request: RunRequest) -> Iterator[RunEvent]:
        """Execute and tell; the last event is END. Raises before the first event if refused.

        Leaving the iterator early does not stop the run: `cancel` does.
        """

    def join(self, request: RunRequest) -> Iterator[RunEvent]:
        """Follow the run that a request asked for before; without a `run_id`, the one going on.

        As `run`, but it asks for nothing. Raises Conflict if there is no such run.
        """

    def stop(self, thread_id: str) -> bool:
        """Ask a thread's run to stop, whoever asked for it; False if none can be stopped here."""

    def schema(self, place: str) -> Mapping[str, Any]:
        """The JSON Schema of a model ("module:Class") where the graphs run; raises GraphError."""

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop: politely, then by signal, then by force. Unknown ids are ignored."""

    def warm(self) -> None:
        """Make the next run start sooner, if that can be done; never raises."""

    def close(self) -> None:
        """Free everything; running graphs of ours are stopped and leave no process behind."""

    def doctor(self) -> Iterator[tuple[bool | None, str]]:
        """What can be read, which graphs load, what is missing, in people's words.

        True: all is well; False: the source or a graph cannot be used; None: worth a look, no more.
        """
