"""Summaries kept for as long as their rows are surely what they were."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from hitl_tui.backends.postgres_index.entries import Proof, proofs_of, read_summaries
from hitl_tui.backends.postgres_index.moment import seen

if TYPE_CHECKING:
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.database import Connection
    from hitl_tui.model.threads import ThreadSummary

_MOST = 512


class ProvenSummaries:
    """Reads summaries, each anew only if its thread's keys changed; safe for several threads.

    While nobody wrote anything at all, one statement proves all that was `proven` then.
    """

    def __init__(self, reader: PostgresReader) -> None:
        self._reader = reader
        self._text = ""
        self._proven: set[str] = set()
        self._kept: dict[str, tuple[Proof, ThreadSummary]] = {}
        self._guard = Lock()

    def read(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What the queue shows of the threads now, in their order; None for one that is gone."""
        if self._text and self._reader.glance(seen) == self._text:
            with self._guard:
                known = {name: self._kept[name] for name in thread_ids if name in self._proven}
            if len(known) == len(set(thread_ids)):
                return [known[name][1] for name in thread_ids]
        text, found = self._reader.read(partial(self._read, thread_ids=thread_ids))
        with self._guard:
            self._proven = set(found) | (self._proven if text == self._text else set())
            self._text = text
            self._kept |= found
            for name in list(self._kept)[:-_MOST]:
                del self._kept[name]
                self._proven.discard(name)
        return [found[name][1] if name in found else None for name in thread_ids]

    def _read(
        self, connection: Connection, thread_ids: Sequence[str]
    ) -> tuple[str, dict[str, tuple[Proof, ThreadSummary]]]:
        """The moment, and what was found then."""
        text = seen(connection)
        proofs = proofs_of(connection, thread_ids)
        with self._guard:
            kept = {name: self._kept[name] for name in proofs if name in self._kept}
        found = {name: known for name, known in kept.items() if known[0] == proofs[name]}
        missing = [name for name in proofs if name not in found]
        if missing:
            path = self._reader.path(connection)
            read = read_summaries(connection, path, [proofs[name] for name in missing])
            found |= {
                name: (proofs[name], summary)
                for name, summary in zip(missing, read, strict=True)
                if summary is not None
            }
        return text, found
