"""Which answers a thread's runs brought, and which of them its tasks have taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

from hitl_tui.backends.pending import slot_id
from hitl_tui.model.threads import NOTHING, Interrupt

ATTEMPT = "hitl_attempt"
"""The key in a run's metadata under which it names the attempt that asked for it."""

UNTOLD = {"__type__": "an answer that the server no longer tells"}
"""Stands for an answer of a run that is no longer kept."""

_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f-]{36}")
_GOING = frozenset({"pending", "running"})


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the server keeps it. `answers` by interrupt id; `bare` is one without an id.

    `attempt` is that of whoever asked for it through hitl-tui, "" for other programs' runs.
    """

    run_id: str
    status: str
    created_at: datetime | None = None
    attempt: str = ""
    answers: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    bare: tuple[Any, ...] = ()

    @property
    def is_going(self) -> bool:
        """Whether it has not ended."""
        return self.status in _GOING


def is_uuid(text: str) -> bool:
    """Whether it can be the id of a server's thread, run or assistant."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def run_of(raw: Any) -> Run:
    """A run as the server tells it; raises ValueError."""
    from hitl_tui.backends.agent_server.reading import text, time_of

    if not isinstance(raw, dict):
        raise ValueError("a run is no object")
    metadata = raw.get("metadata")
    attempt = metadata.get(ATTEMPT) if isinstance(metadata, dict) else None
    answers, bare = _resumed(raw.get("kwargs"))
    return Run(
        text(raw, "run_id"),
        text(raw, "status"),
        time_of(raw.get("created_at")),
        attempt if isinstance(attempt, str) else "",
        answers,
        bare,
    )


def _resumed(kwargs: Any) -> tuple[Mapping[str, Any], tuple[Any, ...]]:
    command = kwargs.get("command") if isinstance(kwargs, dict) else None
    if not isinstance(command, dict) or "resume" not in command or command["resume"] is None:
        return NOTHING, ()
    resume = command["resume"]
    if isinstance(resume, dict) and resume and all(_ID.fullmatch(str(key)) for key in resume):
        return resume, ()
    return NOTHING, (resume,)


def taken(
    waiting: Sequence[Interrupt],
    runs: Sequence[Run],
    written: datetime | None,
    failed: Collection[str],
    latest_error: str,
) -> dict[str, Any]:
    """By interrupt id, the answers that waiting questions have got already, newest first in `runs`.

    A question's id is of one head and of one place in its task, so a run that answered it and has
    ended was taken, unless it was refused: strictly, for another id, or by the question's schema.
    A run that ended well had every task run that still asks: what was answered before was not
    taken, or it would have been used then. `failed` are the questions of tasks that failed: where
    the server no longer keeps all runs since `written`, when the head was, they count as answered
    too.
    """
    found: dict[str, Any] = {}
    since = list(takewhile(lambda run: run.status != "success", runs))
    unbroken = len(since) < len(runs) or any(_before(run, written) for run in runs)
    if written is not None and not unbroken:
        found = dict.fromkeys(failed, UNTOLD)
    for number, run in enumerate(since):
        if run.is_going or (number == 0 and latest_error == "UnknownInterruptError"):
            continue
        for asked in waiting:
            for answer in _answers(run, asked, written, alone=len(waiting) == 1):
                if _fits(answer, asked.response_schema):
                    found[asked.id] = answer  # the oldest one is what is replayed
                else:
                    found.pop(asked.id, None)
    return found


def in_this_step(asked: Interrupt, runs: Sequence[Run]) -> tuple[Any, ...]:
    """The answers that the question's task took before it, oldest first, where runs tell them.

    A task's questions have ids by their number: the place is known of those of the root graph.
    """
    given = {key: value for run in runs for key, value in run.answers.items()}
    found: list[Any] = []
    while given and not asked.asked_by:
        key = slot_id(f"{asked.node}:{asked.task_id}", len(found))
        if key == asked.id or key not in given:
            break
        found.append(given[key])
    return tuple(found)


def _before(run: Run, moment: datetime | None) -> bool:
    return moment is not None and run.created_at is not None and run.created_at < moment


def _answers(
    run: Run, asked: Interrupt, written: datetime | None, *, alone: bool
) -> tuple[Any, ...]:
    if asked.id in run.answers:
        return (run.answers[asked.id],)
    late = written is None or run.created_at is None or run.created_at >= written
    return run.bare if alone and late else ()


def _fits(answer: Any, schema: Mapping[str, Any] | None) -> bool:
    """Whether LangGraph took the answer: one that breaks the schema is refused and not kept."""
    if schema is None:
        return True
    from jsonschema import SchemaError
    from jsonschema.validators import validator_for
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        kind = validator_for(schema)
        kind.check_schema(dict(schema))
        return bool(kind(schema, registry=Registry()).is_valid(answer))
    except (SchemaError, Unresolvable, RecursionError, re.error):
        return True
