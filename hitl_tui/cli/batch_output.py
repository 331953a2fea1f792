"""What the command `batch` prints: the table before, a line for each thread, and the end."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import click

from hitl_tui.batching import Plan
from hitl_tui.cli import output
from hitl_tui.cli.reader import print_no_more
from hitl_tui.model.batches import Batch, Member
from hitl_tui.text import identity, line


class Printer:
    """Prints a batch for people, or as JSON; a reader that goes away does not stop the batch.

    `shown` makes of an answer what may be shown of it.
    """

    def __init__(self, as_json: bool, shown: Callable[[Any], Any]) -> None:
        self._as_json = as_json
        self._shown = shown
        self._read = True

    def plan(self, planned: Plan) -> None:
        """What will be sent to which thread, and which are left out and why."""
        for member in planned.members:
            value = self._shown(member.value)
            told = line(json.dumps(value, ensure_ascii=False, default=str))
            data = {"value": value, "interrupt_id": member.interrupt_id}
            self._print("send", member.thread_id, data, told)
        for out in planned.excluded:
            self._print("excluded", out.thread_id, {"reason": out.reason}, line(out.reason))

    def begun(self, batch_id: str) -> None:
        """The batch stands in the journal: by this name it can be resumed."""
        if self._as_json:
            self._print("batch", None, {"batch_id": batch_id}, "")
        else:
            output.warn(f"Batch {batch_id}")

    def unfinished(self, batches: Sequence[Batch]) -> None:
        """The batches that were cut off or stopped, oldest first."""
        for each in (batch for batch in batches if batch.waiting):
            when = f"{each.begun_at.astimezone():%Y-%m-%d %H:%M}"
            told = f"{each.waiting} of {each.size} waiting  {line(each.what)}"
            words = {"batch_id": each.batch_id, "operator": each.operator, "what": each.what}
            times = {"begun_at": each.begun_at.isoformat(), "waiting": each.waiting}
            if self._as_json:
                self._print("batch", None, {**words, **times, "size": each.size}, "")
            else:
                click.echo(f"{each.batch_id}  {when}  {line(each.operator)}  {told}")

    def member(self, member: Member) -> None:
        """How a thread stands in the batch."""
        state = _state(member)
        told = {"outcome": state, "reason": member.reason, "begun": member.begun}
        self._print("result", member.thread_id, told, line(f"{state}. {member.reason}".rstrip()))

    def end(self, batch_id: str, members: Sequence[Member]) -> None:
        """How many ended how, and how to go on with what is left."""
        counts = Counter(map(_state, members))
        self._print("end", None, {"batch_id": batch_id, "counts": counts}, "")
        if not self._as_json:
            told = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
            output.warn(f"Batch {batch_id}: {told}.")
        if any(not member.begun for member in members):
            output.warn(f"What was not sent can be resumed: --resume {batch_id}")

    def _print(self, kind: str, thread_id: str | None, data: dict[str, Any], told: str) -> None:
        if not self._read:
            return
        try:
            if self._as_json:
                thread = {} if thread_id is None else {"thread_id": thread_id}
                output.print_json({"type": kind, **thread, **data})
            elif thread_id is not None:
                click.echo(f"{kind:<8}  {identity(thread_id):<20}  {told}")
            sys.stdout.flush()
        except OSError as error:
            self._read = False
            print_no_more()
            if not isinstance(error, BrokenPipeError):
                output.warn(f"The output cannot be written: {error.strerror}. The batch goes on.")


def _state(member: Member) -> str:
    if member.running:
        return "running"
    return member.outcome.value if member.outcome else "waiting"
