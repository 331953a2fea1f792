"""The states that the source alone cannot know, laid over its queue."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace

from hitl_tui.errors import ThreadNotFound
from hitl_tui.model.queries import NOTHING, Query, ThreadState
from hitl_tui.moment import Moment


class Overlay:
    """Corrects queries with what the journal knows; they are few threads, looked at once.

    Adds the operator's rules for priorities too, by graph.
    """

    def __init__(self, moment: Moment, priorities: Mapping[str, float] = NOTHING) -> None:
        self._moment = moment
        self._priorities = priorities
        self._states: Mapping[str, ThreadState] = {}
        self._of: Hashable = None
        self._lock = threading.Lock()

    def over(self, query: Query, stamp: Hashable) -> Query:
        """The query with the true states.

        `stamp` was taken before this was called, and differs whenever they may have changed: what
        is found out is at least as new, and is not kept for longer.
        """
        with self._lock:
            if stamp != self._of:
                self._states = dict(self._true_states())
                self._of = stamp
            return replace(query, overlay=self._states, priorities=self._priorities)

    def _true_states(self) -> Iterator[tuple[str, ThreadState]]:
        for thread_id in self._moment.attempts_at_a_glance():
            try:
                yield thread_id, self._moment.thread(thread_id)[0].state
            except ThreadNotFound:
                continue  # begun, and not yet written by the graph; or deleted since
