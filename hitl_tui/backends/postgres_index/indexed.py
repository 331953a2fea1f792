"""The index of one database, and all that keeps it up."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.backends.index.desk import IndexDesk
from hitl_tui.backends.index.store import Unavailable
from hitl_tui.backends.postgres_index.keeper import SOME
from hitl_tui.backends.postgres_index.patrol import Patrol

if TYPE_CHECKING:
    from hitl_tui.backends.caching import AnyQueue, Caching
    from hitl_tui.backends.postgres_index.source import PostgresSource
    from hitl_tui.backends.words import Describe
    from hitl_tui.model.threads import Query

T = TypeVar("T")


class IndexOfPostgres:
    """Who answers for a large database; safe to use from several threads.

    Where a screen looks on, a patrol goes round in the background; a command has all new rows
    looked for before it is answered.
    """

    def __init__(self, source: PostgresSource, caching: Caching, describe: Describe) -> None:
        self._source = source
        self._suspects = source.suspects
        self._desk = IndexDesk(source, caching, describe)
        self._patrol = Patrol(source.reader, self._desk.store, self._suspects)
        self._looks_on = bool(caching.command)
        self._expects = True
        if self._looks_on:
            self._patrol.start()

    def version(self) -> Hashable:
        """Differs when the index does, brought up to date first, or a build came further."""
        return self._desk.followed(), self._desk.version()

    def expect(self, query: Query, offset: int, limit: int) -> None:
        """Have the first look prove along what the page that is asked for most likely shows."""
        if self._expects:
            self._expects = False
            self._source.expect(self._desk.threads(query, offset, limit))

    def answer(self, ask: Callable[[AnyQueue], T], whole: AnyQueue, *, counted: bool) -> T:
        """What the best queue answers; `whole` reads all of the database.

        Whatever is `counted` must not count threads that are gone.
        """
        self._source.begin()
        if self._looks_on:
            return self._desk.answer(ask, whole)
        with suppress(Unavailable):  # then the desk finds out by itself, and does without
            self._patrol.find_new()
            if counted:
                self._patrol.find_gone()
        for _ in range(0, len(self._suspects), SOME):
            self._desk.followed()
        answer = self._desk.answer(ask, whole)
        with suppress(Unavailable):
            self._patrol.note()
        return answer

    def doctor(self) -> tuple[bool, str]:
        """Whether the index can be used, and where it is."""
        return self._desk.doctor()

    def close(self) -> None:
        """Stop the patrol and a builder; listen no more."""
        self._patrol.close()
        self._source.close()
        self._desk.close()
