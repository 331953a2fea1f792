"""The journal: who set out to do what to which thread, and what became of it.

One for each source, shared by all its operators: a SQLite file beside a file, readable by its owner
alone, a schema of its own in a database. Nothing is sent before it stands here; looking never makes
it, and loads nothing that only writing needs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hitl_tui.journal.clock import LEASE
from hitl_tui.journal.file import JournalFile
from hitl_tui.journal.notes import Notes
from hitl_tui.journal.standing import Standing, glance, standing, touched
from hitl_tui.journal.storable import storable
from hitl_tui.model.queries import NOTHING

if TYPE_CHECKING:
    from hitl_tui.journal.batches import Batches
    from hitl_tui.journal.intents import Intents
    from hitl_tui.journal.store import Store
    from hitl_tui.journal.trail import Trail
    from hitl_tui.masks import Masks
    from hitl_tui.model.attempts import Attempt
    from hitl_tui.model.runs import Outcome


class Journal:
    """Access to the journal in a store, or in the file at a path; safe from several threads.

    Reading a journal that is not there finds nothing in it and does not make it. `lease` is how
    many seconds an attempt holds its thread unless it is renewed, `masks` what is never shown, and
    never kept for longer than it is needed.
    """

    def __init__(
        self, place: Path | Store, *, lease: float = LEASE, masks: Sequence[str] = ()
    ) -> None:
        self._store: Store = JournalFile(place) if isinstance(place, Path) else place
        self._patterns = masks
        self.lease = lease
        self.notes = Notes(self._store)

    @property
    def is_masked(self) -> bool:
        """Whether anything is never shown."""
        return bool(self._patterns)

    @cached_property
    def masks(self) -> Masks:
        """What is never shown; raises UsageError for a pattern that cannot be read."""
        from hitl_tui.masks import Masks

        return Masks(self._patterns)

    @cached_property
    def batches(self) -> Batches:
        """What operators sent to many threads at once."""
        from hitl_tui.journal.batches import Batches

        return Batches(self._store)

    @property
    def trail(self) -> Trail:
        """The audit trail."""
        return self._intents.trail

    def version(self) -> Hashable:
        """A cheap token that differs when anybody wrote to the journal."""
        return self._store.version()

    def standing(self) -> Standing:
        """What the journal knows now of threads that are not simply as their source shows them."""
        return standing(self._store)

    def glance(self) -> Standing:
        """The same for a row's sake: read again only if somebody wrote to the journal."""
        return glance(self._store)

    def unresolved(self) -> Mapping[str, Attempt]:
        """By thread id, the newest attempt that is under way or whose end nobody knows."""
        return {key: each for key, each in self.standing().attempts.items() if not each.drift}

    def touched(self, since: int) -> frozenset[str]:
        """The threads of which something was written since a `Standing` of that `seq`."""
        return touched(self._store, since)

    def touched_at_a_glance(self, since: int) -> frozenset[str]:
        """The same for a row's sake."""
        return self._store.remembered(("touched", since), partial(self.touched, since))

    def graph_choices(self) -> Mapping[str, str]:
        """The graph that an operator picked, by thread id."""
        rows = self._store.read("SELECT thread_id, graph_id FROM graph_choices")
        return {row["thread_id"]: row["graph_id"] for row in rows}

    def attempts(self, thread_id: str) -> Sequence[Attempt]:
        """Everything that was set out on a thread, in order, with whether it was sent."""
        from hitl_tui.journal.rows import to_attempt
        from hitl_tui.journal.trail import unsent

        sql = "SELECT * FROM attempts WHERE thread_id = ? ORDER BY seq"
        key = storable(thread_id)
        never = unsent(self._store, key)
        rows = self._store.read(sql, [key])
        return [to_attempt({**row, "unsent": row["attempt_id"] in never}) for row in rows]

    def begin(
        self,
        attempt: Attempt,
        *,
        instead_of: str | None = None,
        pending: Collection[str] | None = None,
    ) -> None:
        """Take the lease and write the intent, unless something speaks against it.

        See `Intents.begin` for what does. Raises Conflict, and JournalError.
        """
        self._intents.begin(attempt, instead_of=instead_of, pending=pending)

    def hold(self, attempt_id: str) -> float:
        """Make sure, right before sending, that the attempt still holds its thread for long.

        Returns until when it may send, on the host's own clock; raises Conflict if its lease ran
        out meanwhile, or another operator decided about it.
        """
        return self._intents.hold(attempt_id)

    def renew(self, attempt_id: str, *, sent: bool = True) -> bool:
        """Say that the owner lives; False if somebody decided about the attempt.

        Before anything was `sent` also False if the lease had run out: then it is not renewed.
        """
        return self._intents.renew(attempt_id, sent=sent)

    def settle(
        self,
        attempt_id: str,
        outcome: Outcome,
        reason: str = "",
        *,
        sent: bool = True,
        drift: Mapping[str, Any] = NOTHING,
        along: Callable[[], None] | None = None,
    ) -> bool:
        """Write what became of an attempt; one that may have run stays unresolved.

        False, and only the trail tells, if another operator took it over meanwhile. `drift`
        identifies the graph that refused it, if that was why. `along` as in `Store.writing`.
        """
        told = outcome, reason
        return self._intents.settle(attempt_id, *told, sent=sent, drift=drift, along=along)

    def resolve(self, attempt_id: str, operator: str = "", why: str = "abandoned") -> None:
        """An operator looked and decided: the attempt no longer stands in the way, nor may send.

        Raises Conflict if its owner is at it after all.
        """
        self._intents.resolve(attempt_id, operator, why)

    def choose_graph(self, thread_id: str, graph_id: str, operator: str) -> None:
        """Remember which graph a thread belongs to; what another one refused no longer counts."""
        self._intents.choose_graph(thread_id, graph_id, operator)

    def close(self) -> None:
        """Free its store; the journal can be used again afterwards."""
        self._store.close()

    @cached_property
    def _intents(self) -> Intents:
        """What writes: it keeps nothing of its own, so a second one would do no harm."""
        from hitl_tui.journal.intents import Intents

        return Intents(self._store, self.lease, self.masks)
