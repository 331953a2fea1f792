"""What every kind of queue can tell, and how an index of it is to be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from hitl_tui.model.threads import Group, Page, Query, ThreadState

INDEX_FROM = 16_000_000
"""Bytes of a source from which on it is worth an index: about two thousand threads."""


class Caching(NamedTuple):
    """Where indexes are kept, the user's cache folder if nowhere else, and how they come about.

    `command` builds one in the background, and until it is there what was found so far is shown;
    without it the whole source is read instead; it stands back for `wait` seconds, in which the
    first rows are read, and reads `told` from its input, which may be a secret. `at_once` builds it
    before anything is answered.
    """

    folder: Path | None = None
    command: Sequence[str] = ()
    wait: float = 0.0
    at_once: bool = False
    index_from: int = INDEX_FROM
    told: str = ""


class AnyQueue(Protocol):
    """The threads of one source; see `Backend` for each of these."""

    def page(self, query: Query, offset: int, limit: int) -> Page:
        """Rows of the query."""

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands."""

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state."""

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind."""
