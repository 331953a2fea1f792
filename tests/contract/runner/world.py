"""A pool and a checkpoint file, driven as the inbox drives them."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from hitl_tui.model.runs import EventType, RunEvent, RunRequest, Verb
from hitl_tui.runner.pool import Pool

GRAPHS = Path(__file__).parent / "graphs"
CONFIG = GRAPHS / "langgraph.json"
_numbers = itertools.count()


class World:
    """Starts and answers threads of one graph; remembers what each of them asks."""

    def __init__(self, pool: Pool, source: Path, graph: str = "act") -> None:
        self.pool = pool
        self.source = source
        self.graph = graph
        self.asked: dict[str, list[str]] = {}

    def start(self, thread: str = "t", **fields: Any) -> list[RunEvent]:
        fields.setdefault("input", {})
        return list(self.stream(thread, verb=Verb.START, **fields))

    def answer(self, value: Any, thread: str = "t", **fields: Any) -> list[RunEvent]:
        return list(self.answering(value, thread, **fields))

    def answering(self, value: Any, thread: str = "t", **fields: Any) -> Iterator[RunEvent]:
        asked = self.asked[thread]
        fields = {"resume": {asked[0]: value}, "pending": tuple(asked), **fields}
        return self.stream(thread, verb=Verb.ANSWER, **fields)

    def act(self, action: str, **fields: Any) -> list[RunEvent]:
        """What a fresh thread tells after it was asked to do this."""
        thread = f"{action} {next(_numbers)}"
        self.start(thread)
        return self.answer(action, thread, **fields)

    def stream(self, thread: str, **fields: Any) -> Iterator[RunEvent]:
        fields = {"run_id": f"run-{next(_numbers)}", "graph_id": self.graph, **fields}
        asked = []
        for event in self.pool.run(RunRequest(thread_id=thread, **fields), str(self.source)):
            if event.type is EventType.INTERRUPT:
                asked.append(event.data["id"])
            yield event
        self.asked[thread] = asked

    def rows(self) -> list[Any]:
        """Everything in the file."""
        with closing(sqlite3.connect(self.source)) as connection:
            return [
                connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4, 5").fetchall()
                for table in ("checkpoints", "writes")
            ]


def told(events: list[RunEvent], kind: str) -> list[Any]:
    """The data of all events of a kind."""
    return [dict(event.data) for event in events if event.type == kind]


def printed(events: list[RunEvent]) -> str:
    return "".join(data["text"] for data in told(events, "output"))


def outcome(events: list[RunEvent]) -> str:
    assert events[-1].type is EventType.END
    return str(events[-1].data["outcome"])
