"""Where the contract is held: threads in a file, in a database, at a server; the calls are alike.

Threads come to be by LangGraph alone, or by its SDK; operators call the command line in this very
process, and in one of its own what is left at work, stopped or killed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

import pytest

from hitl_tui.cli.wiring import connect
from hitl_tui.inbox import Inbox
from hitl_tui.settings import Settings
from tests.cli import said
from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.send.graphs import effect
from tests.contract.server.served import Served
from tests.places import Source, stock

_EFFECT = ROOT / "tests" / "contract" / "send" / "graphs" / "effect.py"
_AGENTS = ROOT / "tests" / "contract" / "asking" / "agents.py"
_GRAPHS = {
    "effect": f"{_EFFECT}:graph",
    "twice": f"{_EFFECT}:twice",
    "batched": f"{_AGENTS}:batched",
    "per_call": f"{_AGENTS}:per_call",
    "deploy": f"{ROOT / 'graphs' / 'deploy.py'}:make_graph",
} | {
    name: f"{ROOT / 'graphs' / name}.py:graph"
    for name in ("approval_gate", "monthly_report", "refund", "trip")
}
here_and_there = pytest.mark.parametrize("world", ["sqlite", "server"], indirect=True)
"""A world in a file and one at a server, for what runs in a database as it does in a file."""

NOBODY = "00000000-0000-4000-8000-000000000000"
"""A thread that is nowhere."""


class Place(Protocol):
    """Where threads are kept. `source` is what the command line is given."""

    source: str

    def seed(self, graph: str, graph_input: Any) -> str:
        """A thread that ran to its first stop, without any of us; its id."""

    def elsewhere(self) -> str:
        """The name of a source like this one that cannot be used."""

    def break_journal(self, environment: dict[str, str]) -> None:
        """From now on our own file cannot be written."""

    def come_to_rest(self) -> None:
        """Wait for runs that outlive their operator."""


class Local:
    """A file or a database of checkpoints; graphs run here."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.source = str(source)
        with stock(source) as saver:
            saver.setup()

    def seed(self, graph: str, graph_input: Any) -> str:
        thread = str(uuid.uuid4())
        config = {"configurable": {"thread_id": thread}, "metadata": {"graph_id": graph}}
        with stock(self._source) as saver:
            try:
                _built(graph).copy(update={"checkpointer": saver}).invoke(graph_input, config)
            except OSError:
                assert graph == "monthly_report", "only this one fails at once"
        return thread

    def elsewhere(self) -> str:
        if isinstance(self._source, Path):
            return str(self._source.with_name("missing.sqlite"))
        return "postgresql:///threads?host=/nowhere"

    def come_to_rest(self) -> None:
        """None does here."""

    def break_journal(self, environment: dict[str, str]) -> None:
        if isinstance(self._source, Path):
            self._source.with_name(f"{self._source.name}.hitl.db").mkdir()
            return
        import psycopg

        with psycopg.connect(self.source, autocommit=True) as connection:
            name = connection.info.dbname
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")


class Remote:
    """A server; its graphs run there, and other tests' threads are there too."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self.source = served.url

    def seed(self, graph: str, graph_input: Any) -> str:
        return self._served.thread(graph, graph_input)

    def elsewhere(self) -> str:
        return "http://127.0.0.1:1"

    def come_to_rest(self) -> None:
        self._served.come_to_rest()

    def break_journal(self, environment: dict[str, str]) -> None:
        file = Path(environment["XDG_DATA_HOME"])
        file.touch()


class World:
    """A place and the operators at it.

    `thread` is the one that a story is about; a test may have more of them, which are `named`.
    """

    def __init__(self, kind: str, place: Place, folder: Path) -> None:
        self.kind = kind
        self.place = place
        self.folder = folder
        self.effects_file = folder / "effects"
        self.thread = NOBODY
        self.named: dict[str, str] = {}
        self.at_work: subprocess.Popen[str] | None = None
        self.environment = {"XDG_DATA_HOME": str(folder / "data"), "EDITOR": "false"}
        self._config = folder / "langgraph.json"
        self._config.write_text(json.dumps({"dependencies": ["."], "graphs": _GRAPHS}))

    def seed(self, graph: str) -> str:
        """The story's thread; its id."""
        inputs = {
            "refund": {"customer": "Ann", "order": "7", "amount": 5.0, "reason": "late"},
            "approval_gate": {"article": "Text"},
            "monthly_report": {"month": "2026-01", "file": str(self.folder / "numbers")},
            "trip": {"city": "Rome", "nights": 2},
            "batched": {"messages": [["user", "4"]]},
            "per_call": {"messages": [["user", "4"]]},
            "deploy": {"service": "api", "version": "1", "machines": ["m1", "m2"]},
        }
        self.thread = self.place.seed(graph, inputs.get(graph, {"effects": str(self.effects_file)}))
        return self.thread

    def switch(self, name: str, on: bool) -> None:
        """What the effect's node does: `down` and `hang`, on or off."""
        file = Path(f"{self.effects_file}.{name}")
        file.touch() if on else file.unlink(missing_ok=True)

    def effects(self) -> list[str]:
        """What answers did."""
        return self.effects_file.read_text().splitlines() if self.effects_file.exists() else []

    def call(
        self, operator: str, words: Sequence[str], out: int | IO[str] = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        """The process of a command, which prints to `out`."""
        return subprocess.Popen(
            [sys.executable, "-m", "hitl_tui", *words, *self._own(operator)],
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    def done(self, operator: str, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """An operator's command in this very process, to its end."""
        done = said(*words, *self._own(operator))
        assert "hitl_tui/" not in done.stderr, "a traceback of ours"
        return done

    def said(self, operator: str, command: str, *words: str) -> subprocess.CompletedProcess[str]:
        """An operator's command on this source."""
        return self.done(operator, [command, self.place.source, *words])

    def told(self, command: str, *words: str) -> list[dict[str, Any]]:
        """The objects that a command of Ann's on this source printed, which ended well."""
        done = self.said("ann", command, *words, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def begin(self, operator: str, words: Sequence[str]) -> None:
        """A command in a process of its own, which is at work when this returns."""
        before = len(self.effects())
        self.at_work = self.call(operator, words)
        assert soon(lambda: len(self.effects()) > before), self.at_work.poll()

    @contextmanager
    def inbox(self, operator: str = "ann") -> Iterator[Inbox]:
        """What an operator has at hand, on this source."""
        made = connect(self.place.source, Settings(operator=operator, config=self._config))
        try:
            yield made
        finally:
            made.close()

    def end(self) -> subprocess.CompletedProcess[str]:
        """The command that was at work, to its end."""
        assert self.at_work is not None
        out, err = self.at_work.communicate(timeout=PATIENCE)
        assert "hitl_tui/" not in err, "a traceback of ours"
        return subprocess.CompletedProcess(self.at_work.args, self.at_work.returncode, out, err)

    def _own(self, operator: str) -> list[str]:
        return ["--config", str(self._config), "--operator", operator]

    def state(self) -> str:
        """How the thread stands for whoever looks now."""
        with self.inbox("looker") as inbox:
            return inbox.open(self.thread).thread.state.value

    def close(self) -> None:
        """Let whatever hangs go on, and end who is still at work."""
        self.switch("hang", on=False)
        if self.at_work is not None and self.at_work.poll() is None:
            self.at_work.kill()
            self.at_work.communicate()
        self.place.come_to_rest()


def _built(graph: str) -> Any:
    import asyncio

    from graphs.seeding import load

    if graph in {"batched", "per_call"}:
        from tests.contract.asking import agents

        return getattr(agents, graph)
    own = {"effect": effect.graph, "twice": effect.twice}
    return own[graph] if graph in own else asyncio.run(load.load(graph))
