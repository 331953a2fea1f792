"""Which interrupts wait on a head, who raised them, and whether their answer is already taken.

LangGraph stores a task's latest interrupts in one row of the head. They wait while the task has put
nothing out. Answers that the task took stand in another row, kept even when the task then fails:
from then on LangGraph replays them, and an interrupt whose answer is among them is locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hitl_tui.backends.decode import Unreadable, decode
from hitl_tui.backends.tables import Write
from hitl_tui.backends.tasks import PUSH, is_handler, node_of
from hitl_tui.model.threads import Interrupt

ERROR, INTERRUPT, RESUME = -1, -3, -4
_NO_TASK = "00000000-0000-0000-0000-000000000000"
_CONTROL = {"__error_source_node__"}


@dataclass(frozen=True, slots=True)
class Asker:
    """A task that asked: its rows by `idx`, in its namespace, and its node if that is known."""

    namespace: str
    task_id: str
    node: str
    rows: Mapping[int, Write]

    @property
    def is_call(self) -> bool:
        """Whether another task called it: then its interrupts are that task's to report."""
        return self.rows[INTERRUPT].task_path.startswith(f"~{PUSH}, ~")

    def interrupts(self) -> tuple[Interrupt, ...]:
        """What it asked last; raises Unreadable."""
        row = self.rows[INTERRUPT]
        found = decode(row.kind, row.value)
        items = found if isinstance(found, list) else [found]
        return tuple(self._after_answers(_interrupt(item, self)) for item in items)

    def answers(self) -> list[Any]:
        """The answers it took so far, in the order of its questions; raises Unreadable."""
        row = self.rows.get(RESUME)
        if row is None:
            return []
        found = decode(row.kind, row.value)
        return found if isinstance(found, list) else [found]

    def taken(self, interrupt_id: str) -> int | None:
        """Which of the answers is this interrupt's; None while it is not answered.

        The id hashes the task and, from the second question on, how many answers came before.
        Where the name it hashes is unknown, as an error handler's is, an error and an answer that
        were written after the question say the same.
        """
        answers = len(self.answers())
        if not answers:
            return None
        if not self.node or is_handler(self.rows[INTERRUPT].task_path):
            return answers - 1 if self._failed_since() else None
        prefix = f"{self.namespace}|" if self.namespace else ""
        for slot in range(answers):
            if interrupt_id == slot_id(f"{prefix}{self.node}:{self.task_id}", slot):
                return slot if slot or self._failed_since() else None
        return None

    def _after_answers(self, interrupt: Interrupt) -> Interrupt:
        """With the answers that the task took before it; all of them, unless its own is there."""
        taken = self.taken(interrupt.id)
        before = self.answers()[:taken]
        return replace(interrupt, before=tuple(before)) if before else interrupt

    def _failed_since(self) -> bool:
        """Whether it took an answer and failed after it asked.

        LangGraph once gave all of a task's questions the first one's id, so for that id the
        answers alone do not tell.
        """
        asked = self.rows[INTERRUPT].rowid
        return all(idx in self.rows and self.rows[idx].rowid > asked for idx in (ERROR, RESUME))


def askers(writes: Iterable[Write], names: Mapping[str, str]) -> list[Asker]:
    """The tasks whose interrupts wait. `names` gives nodes by task id where a path does not."""
    tasks: dict[tuple[str, str], list[Write]] = {}
    for write in writes:
        if write.task_id != _NO_TASK:
            tasks.setdefault((write.namespace, write.task_id), []).append(write)
    found = []
    for (namespace, task_id), rows in sorted(tasks.items(), key=lambda item: _order(item[1])):
        control = {row.idx: row for row in rows if row.idx < 0}
        if INTERRUPT in control and not finished(rows):
            node = node_of(rows[0].task_path) or names.get(task_id, "")
            found.append(Asker(namespace, task_id, node, control))
    return found


def finished(rows: Iterable[Write]) -> bool:
    """Whether a task with these rows put something out, which is how LangGraph marks the end."""
    return any(row.idx >= 0 and row.channel not in _CONTROL for row in rows)


def slot_id(namespace: str, slot: int) -> str:
    """The id of a task's question number `slot`."""
    from xxhash import xxh3_128_hexdigest

    text = f"{namespace}|{slot}" if slot else namespace
    return xxh3_128_hexdigest(text.encode("utf-8", "replace"))


def guess_node(asker: Asker, candidates: Iterable[str]) -> str:
    """The candidate whose name gives the asker's interrupts their id, "" if none does."""
    ids = {interrupt.id for interrupt in asker.interrupts()}
    slots = range(len(asker.answers()) + 1)
    for node in candidates:
        if any(slot_id(f"{node}:{asker.task_id}", slot) in ids for slot in slots):
            return node
    return ""


def named(interrupt: Interrupt, inner: Sequence[Asker]) -> Interrupt:
    """The root's copy of an interrupt, with the subgraphs below it that raised the same one."""
    if not inner:
        return interrupt
    below = [asker.namespace for asker in inner if asks(asker, interrupt.id)]
    deepest = max(below, key=len, default="")
    return replace(interrupt, asked_by=tuple(deepest.split("|")) if deepest else ())


def asks(asker: Asker, interrupt_id: str) -> bool:
    """Whether it is this asker's own interrupt; one that cannot be read is not."""
    try:
        return any(interrupt.id == interrupt_id for interrupt in asker.interrupts())
    except Unreadable:
        return False


def _interrupt(item: Any, asker: Asker) -> Interrupt:
    if not isinstance(item, dict) or "value" not in item:
        raise Unreadable("A question is damaged.")
    schema = item.get("response_schema")
    return Interrupt(
        id=_id(item),
        value=item["value"],
        node=asker.node,
        task_id=asker.task_id,
        response_schema=schema if isinstance(schema, dict) else None,
    )


def _id(item: Mapping[str, Any]) -> str:
    """An interrupt's id; old files hold its namespace instead, of which the id is the hash."""
    if isinstance(item.get("id"), str):
        return str(item["id"])
    namespace = item.get("ns")
    if not isinstance(namespace, list):
        raise Unreadable("A question has no id.")
    return slot_id("|".join(map(str, namespace)), 0)


def _order(rows: Sequence[Write]) -> tuple[bool, str, str]:
    """Sends come first, in their order, as in LangGraph; nodes go by name."""
    path = rows[0].task_path
    return not path.startswith(f"~{PUSH}"), path, rows[0].task_id
