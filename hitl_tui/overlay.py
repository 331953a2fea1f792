"""The states that the source alone cannot know, laid over its queue."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace

from hitl_tui.backends.backend import Backend
from hitl_tui.errors import ThreadNotFound
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.states import settled


class Overlay:
    """Corrects queries with what the journal knows; they are few threads, looked at once."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._states: Mapping[str, ThreadState] = {}
        self._of: Hashable = None
        self._lock = threading.Lock()

    def over(self, query: Query, attempts: Mapping[str, Attempt], stamp: Hashable) -> Query:
        """The query with the true states; `stamp` differs whenever they may have changed."""
        with self._lock:
            if stamp != self._of:
                self._states = dict(self._true_states(attempts))
                self._of = stamp
            return replace(query, overlay=self._states)

    def _true_states(self, attempts: Mapping[str, Attempt]) -> Iterator[tuple[str, ThreadState]]:
        for thread_id, attempt in attempts.items():
            try:
                yield thread_id, settled(self._backend.thread(thread_id), attempt).state
            except ThreadNotFound:
                continue  # begun, and not yet written by the graph; or deleted since
