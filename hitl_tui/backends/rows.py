"""What a checkpointer's tables tell of one thread, whichever database holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hitl_tui.backends.tables import Head, Write


class ThreadRows(Protocol):
    """Reads threads as of one moment; see `Tables` for SQLite, `PostgresTables` for Postgres."""

    def head(self, thread_id: str, *, full: bool = True) -> Head | None:
        """One thread's head with its writes, None if there is no such thread.

        Without `full`, values that do not schedule anything may be left out.
        """

    def inner_writes(self, thread_id: str, node: str, task_id: str) -> Sequence[Write]:
        """What a task's subgraphs hold on interrupts, errors and answers, on their own heads."""

    def answered(self, thread_id: str) -> list[tuple[str, list[Write]]]:
        """Where tasks took answers among the newest checkpoints before the head, oldest first."""

    def forked(self, thread_id: str) -> list[Head]:
        """The checkpoints that several of the newest ones follow, with the answers taken there."""

    def children(self, thread_id: str, checkpoint_id: str) -> list[Head]:
        """The checkpoints that follow one, in the order in which they were written, bare."""
