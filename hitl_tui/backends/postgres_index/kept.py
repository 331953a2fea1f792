"""Summaries kept for as long as their rows are surely what they were."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from hitl_tui.backends.index.store import Unavailable
from hitl_tui.backends.postgres_index import shown
from hitl_tui.backends.postgres_index.claims import Found
from hitl_tui.backends.postgres_index.entries import Proof, proven, read_summaries
from hitl_tui.backends.postgres_index.moment import seen
from hitl_tui.backends.postgres_looks import heavy

if TYPE_CHECKING:
    from hitl_tui.backends.index.store import Store
    from hitl_tui.backends.index.sure import Claim
    from hitl_tui.backends.looks import Looks
    from hitl_tui.backends.postgres_index.proved import ProvedRows
    from hitl_tui.backends.postgres_index.suspects import Suspects
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.backends.weight import Weight
    from hitl_tui.database import Connection
    from hitl_tui.model.threads import ThreadSummary

_Heavy = dict[str, "tuple[Proof, Weight]"]


class ProvenSummaries:
    """Reads summaries, each anew only if its thread's keys changed; safe for several threads.

    While nobody wrote anything at all, one statement proves all that was `proved` then; none is
    needed where the look that comes before an answer did. Those that an earlier program showed are
    at hand in the index. Heavy ones are left to the `looks` of a screen.
    """

    def __init__(
        self,
        reader: PostgresReader,
        store: Store,
        looks: Looks,
        suspects: Suspects,
        proved: ProvedRows,
    ) -> None:
        self._reader = reader
        self._suspects = suspects
        self._store = store
        self._looks = looks
        self._proved = proved

    def read(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What the queue shows of the threads now, in their order; None for one that is gone."""
        text = self._proved.text
        found = self._proved.proved(thread_ids, text)
        is_last = bool(text) and self._suspects.text in {"", text}
        is_all = is_last and len(found) == len(set(thread_ids))
        if is_all and (self._proved.is_since(text) or self._reader.glance(seen) == text):
            self._proved.begin()
            self._proved.expect(thread_ids)
            return [found[name][1] for name in thread_ids]
        return self._read_anew(thread_ids)

    def _read_anew(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        text, found, weights = self._look(thread_ids)
        told = {name: self._looks.heavy(name, weight) for name, (_, weight) in weights.items()}
        read = {
            name: (weights[name][0], row) for name, row in told.items() if row and not row.unread
        }
        found = {**found, **read}
        is_read = any(self._proved.known([name]).get(name) != row for name, row in found.items())
        self._proved.take(text, found, read=is_read)
        self._proved.expect(thread_ids)
        told |= {name: row for name, (_, row) in found.items()}
        return [told.get(name) for name in thread_ids]

    def expect(self, thread_ids: Sequence[str]) -> None:
        """These will be asked for next: have them at hand, if an earlier program showed them."""
        self._known(thread_ids)
        self._proved.expect(thread_ids)

    def close(self) -> None:
        """Leave what was read to the next program."""
        if rows := self._proved.news():
            with suppress(Unavailable):  # then that one reads them
                shown.keep(self._store, rows)

    def _look(self, thread_ids: Sequence[str]) -> tuple[str, Found, _Heavy]:
        """A moment, what the database holds then, and what is to be read in passing."""
        known = self._known(thread_ids)
        if len(known) == len(set(thread_ids)):
            text, proofs = self._reader.read_once(partial(proven, threads=thread_ids))
            found = _unchanged(known, proofs)
            if len(found) == len(proofs):
                return text, found, {}
        return self._reader.read(partial(self._read, thread_ids=thread_ids, known=known))

    def _known(self, thread_ids: Sequence[str]) -> Found:
        """What the threads were, as far as anybody knows."""
        known = self._proved.known(thread_ids)
        others = [name for name in thread_ids if name not in known]
        if not others:
            return known
        with suppress(Unavailable):
            self._proved.know(shown.kept(self._store, others))
        return self._proved.known(thread_ids)

    def are_sure(self, claims: Sequence[Claim], read_at: str) -> bool:
        """False: a database is asked for its rows themselves."""
        return False

    def _read(
        self, connection: Connection, thread_ids: Sequence[str], known: Found
    ) -> tuple[str, Found, _Heavy]:
        text, proofs = proven(connection, thread_ids)
        found = _unchanged(known, proofs)
        missing = [proof for name, proof in proofs.items() if name not in found]
        weights = heavy(connection, missing) if self._looks.in_passing else {}
        light = [proof for proof in missing if proof.head.thread_id not in weights]
        read = read_summaries(connection, self._reader.path(connection), light)
        fresh = {
            proof.head.thread_id: (proof, summary)
            for proof, summary in zip(light, read, strict=True)
            if summary is not None
        }
        told = {name: (proofs[name], weight) for name, weight in weights.items()}
        return text, {**found, **fresh}, told


def _unchanged(known: Found, proofs: dict[str, Proof]) -> Found:
    """Those that are proved to be what they were."""
    return {name: row for name, row in known.items() if proofs.get(name) == row[0]}
