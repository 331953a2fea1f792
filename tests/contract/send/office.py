"""A file, a database or a server with threads that ask, their answers' effects, and operators."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
from langgraph.types import Command

from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.send.driver import answer, inbox_at
from tests.contract.send.graphs import effect
from tests.contract.server.served import Served
from tests.places import EVERYWHERE, KINDS, Source, journal_of, stock

__all__ = ["AtServer", "Office", "answer", "everywhere", "here_and_there", "on_both"]

on_both = pytest.mark.parametrize("office", KINDS, indirect=True)
"""An office whose threads are in a file, and one whose threads are in a database."""

everywhere = pytest.mark.parametrize("office", EVERYWHERE, indirect=True)
"""Those two, and one whose threads are at a server."""

here_and_there = pytest.mark.parametrize("office", EVERYWHERE[:2], indirect=True)
"""An office whose threads are in a file, and one whose threads are at a server."""


class Office:
    """Threads of one graph in `folder`; `effects` counts what their answers did."""

    def __init__(self, folder: Path, source: Source | None = None) -> None:
        self.source = source or folder / "threads.sqlite"
        self.effects_file = folder / "effects"
        self.made = []

    @contextmanager
    def stock(self, thread="t", graph="effect", runs=None):
        """Stock LangGraph on the file, as any other program: the graph and a thread's config."""
        graphs = ("twice", "renamed", "both")
        built = {"effect": effect.graph} | {name: getattr(effect, name) for name in graphs}
        config = {"configurable": {"thread_id": thread}, "metadata": {"graph_id": graph}}
        with stock(self.source) as saver:
            yield built[runs or graph].copy(update={"checkpointer": saver}), config

    def start(self, *threads: str, graph="effect") -> None:
        """Let threads ask, with stock LangGraph."""
        for thread in threads:
            with self.stock(thread, graph) as (built, config):
                built.invoke({"effects": str(self.effects_file)}, config)

    def threads(self, count: int) -> tuple[str, ...]:
        """So many threads that ask, under names that any place takes."""
        names = tuple(sorted(str(uuid.uuid4()) for _ in range(count)))
        self.start(*names)
        return names

    def stock_answer(self, value, thread="t", graph="effect", **options):
        """What another program does: it answers whatever the thread asks."""
        with self.stock(thread, graph) as (built, config):
            asked = built.get_state(config).interrupts[0].id
            built.invoke(Command(resume={asked: value}), config, **options)

    def inbox(self, operator="parent", **options):
        self.made.append(inbox_at(self.source, operator, **options))
        return self.made[-1]

    def notice(self, inbox) -> None:
        """Whatever changed, this inbox sees it at its next look: so it is here anyway."""

    def come_to_rest(self) -> None:
        """Wait for runs that outlive their operator: none does here."""

    def journal(self, **options):
        return journal_of(self.source, **options)

    def state(self, thread="t") -> str:
        return self.inbox().open(thread).thread.state.value

    def effects(self) -> list[str]:
        return self.effects_file.read_text().splitlines() if self.effects_file.exists() else []

    def switch(self, name: str, on: bool) -> None:
        """`down` or `hang`, on or off."""
        file = Path(f"{self.effects_file}.{name}")
        file.touch() if on else file.unlink(missing_ok=True)

    def operator(
        self, value="ann's", at="-", how="-", lease=60.0, thread="t"
    ) -> subprocess.Popen[str]:
        """A process that answers a thread, with a fault at a step."""
        words = [str(self.source), "ann", value, at, how, str(lease), thread]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.contract.send.driver", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=ROOT,
        )  # fmt: skip

    def close(self) -> None:
        for inbox in self.made:
            inbox.close()
        self.come_to_rest()


class AtServer(Office):
    """Threads of one graph at a server; its other threads are not ours."""

    def __init__(self, folder: Path, served: Served) -> None:
        super().__init__(folder, served.url)
        self._served = served

    def start(self, *threads: str, graph="effect") -> None:
        client = self._served.client
        for thread in threads:
            client.threads.create(thread_id=thread, graph_id=graph)
            client.runs.create(thread, graph, input={"effects": str(self.effects_file)})
        for thread in threads:
            self._served.settle(thread)

    def notice(self, inbox) -> None:
        inbox._backend._queue.look_again()

    def come_to_rest(self) -> None:
        self._served.come_to_rest()

    def stock_answer(self, value, thread="t", graph="effect"):
        resume = {self._served.asked(thread): value}
        self._served.client.runs.create(thread, graph, command={"resume": resume})
        self._served.settle(thread)


def result(process) -> dict[str, str]:
    """What an operator's process told at its end."""
    out, err = process.communicate(timeout=PATIENCE)
    assert out.strip(), err
    return json.loads(out.splitlines()[-1])


def stopped(process) -> bool:
    """Whether a process stands still, waited for."""
    return soon(lambda: _word(process) == "T")


def _word(process) -> str:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
