"""Summaries kept for as long as their rows are surely what they were."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from hitl_tui.backends.index.store import Unavailable
from hitl_tui.backends.postgres_index import shown
from hitl_tui.backends.postgres_index.entries import Proof, proven, read_summaries
from hitl_tui.backends.postgres_index.moment import seen
from hitl_tui.backends.postgres_looks import heavy

if TYPE_CHECKING:
    from hitl_tui.backends.index.store import Store
    from hitl_tui.backends.index.sure import Claim
    from hitl_tui.backends.looks import Looks
    from hitl_tui.backends.postgres_index.suspects import Suspects
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.backends.weight import Weight
    from hitl_tui.database import Connection
    from hitl_tui.model.threads import ThreadSummary

_Found = dict[str, "tuple[Proof, ThreadSummary]"]
_Heavy = dict[str, "tuple[Proof, Weight]"]


class ProvenSummaries:
    """Reads summaries, each anew only if its thread's keys changed; safe for several threads.

    While nobody wrote anything at all, one statement proves all that was `proven` then. Those that
    an earlier program showed are at hand in the index. Heavy ones are left to the `looks` of a
    screen.
    """

    def __init__(
        self, reader: PostgresReader, store: Store, looks: Looks, suspects: Suspects
    ) -> None:
        self._reader = reader
        self._suspects = suspects
        self._store = store
        self._looks = looks
        self._text = ""
        self._proven: set[str] = set()
        self._kept: _Found = {}
        self._is_new = False
        self._guard = Lock()

    def read(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What the queue shows of the threads now, in their order; None for one that is gone."""
        was_written = self._suspects.text not in {"", self._text}
        if self._text and not was_written and self._reader.glance(seen) == self._text:
            with self._guard:
                known = {name: self._kept[name] for name in thread_ids if name in self._proven}
            if len(known) == len(set(thread_ids)):
                return [known[name][1] for name in thread_ids]
        text, found, weights = self._look(thread_ids)
        told = {name: self._looks.heavy(name, weight) for name, (_, weight) in weights.items()}
        found |= {
            name: (weights[name][0], row) for name, row in told.items() if row and not row.unread
        }
        with self._guard:
            self._proven = set(found) | (self._proven if text == self._text else set())
            self._text = text
            self._keep(found)
        told |= {name: row for name, (_, row) in found.items()}
        return [told.get(name) for name in thread_ids]

    def close(self) -> None:
        """Leave what was read to the next program."""
        with self._guard:
            rows, is_new, self._is_new = dict(self._kept), self._is_new, False
        if is_new:
            with suppress(Unavailable):  # then that one reads them
                shown.keep(self._store, rows)

    def _keep(self, found: _Found) -> None:
        for name in found:
            self._kept.pop(name, None)
        self._kept |= found
        for name in list(self._kept)[: -shown.MOST]:
            del self._kept[name]
            self._proven.discard(name)

    def _look(self, thread_ids: Sequence[str]) -> tuple[str, _Found, _Heavy]:
        """A moment, what the database holds then, and what is to be read in passing."""
        known = self._known(thread_ids)
        if len(known) == len(set(thread_ids)):
            text, proofs = self._reader.read_once(partial(proven, threads=thread_ids))
            found = _unchanged(known, proofs)
            if len(found) == len(proofs):
                return text, found, {}
        self._is_new = True
        return self._reader.read(partial(self._read, thread_ids=thread_ids, known=known))

    def _known(self, thread_ids: Sequence[str]) -> _Found:
        """What the threads were, as far as anybody knows."""
        with self._guard:
            known = {name: self._kept[name] for name in thread_ids if name in self._kept}
        others = [name for name in thread_ids if name not in known]
        if others:
            with suppress(Unavailable):
                known |= shown.kept(self._store, others)
        return known

    def are_sure(self, claims: Sequence[Claim], read_at: str) -> bool:
        """False: a database is asked for its rows themselves."""
        return False

    def _read(
        self, connection: Connection, thread_ids: Sequence[str], known: _Found
    ) -> tuple[str, _Found, _Heavy]:
        text, proofs = proven(connection, thread_ids)
        found = _unchanged(known, proofs)
        missing = [proof for name, proof in proofs.items() if name not in found]
        weights = heavy(connection, missing) if self._looks.in_passing else {}
        light = [proof for proof in missing if proof.head.thread_id not in weights]
        read = read_summaries(connection, self._reader.path(connection), light)
        found |= {
            proof.head.thread_id: (proof, summary)
            for proof, summary in zip(light, read, strict=True)
            if summary is not None
        }
        return text, found, {name: (proofs[name], weight) for name, weight in weights.items()}


def _unchanged(known: _Found, proofs: dict[str, Proof]) -> _Found:
    """Those that are proved to be what they were."""
    return {name: row for name, row in known.items() if proofs.get(name) == row[0]}
