"""What a thread asked before, and what it was answered.

LangGraph keeps a task's last interrupts in one row of the checkpoint that it ran on, and the
answers it took in another, for as long as that checkpoint is kept. Of a task that asked several
times it keeps the last question and the answers before it: those cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hitl_tui.backends.decode import Unreadable
from hitl_tui.backends.pending import INTERRUPT, RESUME, Asker, slot_id
from hitl_tui.backends.rows import ThreadRows
from hitl_tui.backends.tables import Write
from hitl_tui.backends.tasks import node_of
from hitl_tui.backends.times import time_of
from hitl_tui.model.threads import Asked, Interrupt

MOST = 20
"""Answers that are told; a loop may have asked any number of times."""


def asked_before(rows: ThreadRows, thread_id: str) -> tuple[Asked, ...]:
    """The thread's answered questions before its head, oldest first; unreadable ones left out."""
    found = [
        asked
        for following, writes in rows.answered(thread_id)
        for asked in _answered(writes, following)
    ]
    return tuple(found[-MOST:])


def _answered(writes: list[Write], following: str) -> Iterator[Asked]:
    tasks: dict[str, dict[int, Write]] = {}
    for write in writes:
        tasks.setdefault(write.task_id, {})[write.idx] = write
    for task_id, rows in tasks.items():
        if INTERRUPT in rows and RESUME in rows:
            asker = Asker("", task_id, node_of(rows[INTERRUPT].task_path), rows)
            yield from _pairs(asker, following)


def _pairs(asker: Asker, following: str) -> Iterator[Asked]:
    try:
        interrupts, answers = asker.interrupts(), asker.answers()
    except Unreadable:
        return
    for interrupt in interrupts:
        for answer in _answer(asker, interrupt, answers, only=len(interrupts) == 1):
            yield Asked(interrupt.value, asker.node, answer, time_of(following))


def _answer(asker: Asker, interrupt: Interrupt, answers: list[Any], *, only: bool) -> Iterator[Any]:
    """The answer in the interrupt's slot; the last one where its id does not tell the slot."""
    ids = [slot_id(f"{asker.node}:{asker.task_id}", slot) for slot in range(len(answers))]
    if interrupt.id in ids:
        yield answers[ids.index(interrupt.id)]
    elif only and answers and not asker.node:
        yield answers[-1]
