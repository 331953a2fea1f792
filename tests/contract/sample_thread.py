"""A thread of a sample graph in memory, for the tests of the samples."""

import asyncio
import socket
from dataclasses import dataclass
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from graphs.seeding import load


@dataclass
class Thread:
    """Run, answer and look; async throughout, since one graph has to be."""

    graph: Any
    config: Any

    @classmethod
    def start(cls, graph_id: str, values: Any) -> "Thread":
        graph = asyncio.run(load.load(graph_id))
        graph.checkpointer = InMemorySaver()
        thread = cls(graph, {"configurable": {"thread_id": graph_id}})
        thread.run(values)
        return thread

    def run(self, what: Any, mode: str = "updates") -> list[Any]:
        async def collect() -> list[Any]:
            return [item async for item in self.graph.astream(what, self.config, stream_mode=mode)]

        return asyncio.run(collect())

    def answer(self, value: Any, at: int = 0, mode: str = "updates") -> list[Any]:
        return self.run(Command(resume={self.state.interrupts[at].id: value}), mode)

    @property
    def state(self) -> Any:
        return self.graph.get_state(self.config)

    @property
    def asks(self) -> list[Any]:
        return [item.value for item in self.state.interrupts]


def refuse_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every attempt to reach another machine fail the test."""

    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"a sample graph reached for {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
