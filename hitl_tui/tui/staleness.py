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


def why_stale(ticket: Ticket, now: OpenThread, at: str, *, listed: bool, objection: str) -> str:
    """What changed since the form with this ticket was opened; empty if nothing that matters.

    `at` is the interrupt whose form the operator is at, empty for none. Were that form only taken
    away, what is typed on would fall into another one's.
    """
    thread = now.thread
    asked, ours = ticket.still_asked(now), {at} if at else set(ticket.interrupt_ids)
    if not asked & ours:
        anew = any(interrupt.id in ours for interrupt in thread.interrupts)
        fate = "was answered meanwhile, or is asked otherwise" if anew else "was answered meanwhile"
        return f"This question {fate}: the thread is {thread.state.label} now."
    if thread.state is not ThreadState.OPEN:
        return f"This thread is {thread.state.label} now. {thread.reason}".rstrip()
    if thread.checkpoint_id != ticket.seen:
        return "This thread moved on while you were at it: what it holds has changed."
    return objection or ("" if listed else LEFT)
