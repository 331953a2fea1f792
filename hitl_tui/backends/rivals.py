"""Runs that went on from one checkpoint though another had already done so.

LangGraph has no guard against two answers to one question: both run, and each leaves a checkpoint
with the same parent. What forks on purpose says so in the metadata of the checkpoint that it
begins with: going back with `invoke(None, …)`, as re-opening does, leaves a `fork`, `update_state`
an `update`, new input an `input`. A run that goes on from a thread's head leaves a `loop`. So a
`loop` whose parent already had a child means that somebody was there before: an alarm.

The order is that of the rows, not of the ids: clocks jump. An answer that a program sends to a
checkpoint of the past by its id leaves the same rows as a race; it is the second answer to one
question too, and is told. Of a question's answers LangGraph keeps the last one taken; what the
other one was shows in what its run left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hitl_tui.backends import stored
from hitl_tui.backends.decode import Unreadable, decode
from hitl_tui.backends.pending import RESUME
from hitl_tui.backends.rows import ThreadRows
from hitl_tui.backends.tables import Head
from hitl_tui.backends.times import time_of
from hitl_tui.model.threads import Branch, Rivals

_NO_VALUE = object()


def rivals(rows: ThreadRows, thread_id: str) -> tuple[Rivals, ...]:
    """The thread's alarms, oldest first, among its newest checkpoints; unreadable ones left out."""
    found = []
    for parent in rows.forked(thread_id):
        try:
            found.append(_rivals(parent, rows.children(thread_id, parent.checkpoint_id)))
        except Unreadable:
            continue  # the thread itself says that it cannot be read
    return tuple(each for each in found if each is not None)


def _rivals(parent: Head, children: Sequence[Head]) -> Rivals | None:
    sources = [stored.metadata(child.metadata).get("source") for child in children]
    late = [at for at, source in enumerate(sources) if at and source == "loop"]
    if not late:
        return None
    loops = [child for child, source in zip(children, sources, strict=True) if source == "loop"]
    runs = loops if len(loops) > 1 else list(children[: late[0] + 1])
    before, *after = [stored.values(stored.checkpoint(head)) for head in (parent, *runs)]
    branches = [
        Branch(run.checkpoint_id, _left(values, before), time_of(run.checkpoint_id))
        for run, values in zip(runs, after, strict=True)
    ]
    return Rivals(parent.checkpoint_id, tuple(branches), _answers(parent))


def _left(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What a run put into the state, or changed there."""
    return {key: item for key, item in values.items() if before.get(key, _NO_VALUE) != item}


def _answers(parent: Head) -> tuple[Any, ...]:
    """The answers that the parent's tasks took last."""
    found: list[Any] = []
    for row in parent.writes:
        if row.idx == RESUME and row.task_id.strip("0-"):
            answers = decode(row.kind, row.value)
            found += answers if isinstance(answers, list) else [answers]
    return tuple(found)
