"""Why a form that is open is no longer about what its thread shows now; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.ticket import Ticket

if TYPE_CHECKING:
    from hitl_tui.opened import OpenThread

KEPT = "What you typed is kept; esc shows the thread as it is now."
GONE = "This thread is gone."
LEFT = "This thread left the list while you were at it."


def why_stale(ticket: Ticket, now: OpenThread, *, listed: bool, objection: str) -> str:
    """What changed since the form with this ticket was opened; empty if nothing that matters."""
    thread = now.thread
    asked = {interrupt.id for interrupt in thread.interrupts}
    if not asked & set(ticket.interrupt_ids):
        return f"This question was answered meanwhile: the thread is {thread.state.label} now."
    if thread.state is not ThreadState.OPEN:
        return f"This thread is {thread.state.label} now. {thread.reason}".rstrip()
    if thread.checkpoint_id != ticket.seen:
        return "This thread moved on while you were at it: what it holds has changed."
    return objection or ("" if listed else LEFT)
