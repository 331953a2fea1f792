"""An operator at a server, and the effects that answers have there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from hitl_tui.backends.connect import backend_for
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.runner.spec import RunnerSpec
from tests.conftest import ROOT
from tests.contract.runner.processes import soon
from tests.contract.server.served import Served


def inbox_at(url: str, journal: Path, operator: str = "ann", **options: Any) -> Inbox:
    """An inbox on a server, with the journal in a file of the test's."""
    return Inbox(backend_for(url, RunnerSpec()), Journal(journal), operator=operator, **options)


class Desk:
    """Threads of the graph `effect` at `server`, and what their answers did."""

    def __init__(self, server: Served, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.effects_file = folder / "effects"
        self.made: list[Inbox] = []

    def start(self, graph: str = "effect", **more: Any) -> str:
        """A thread that asks."""
        return self.server.thread(graph, {"effects": str(self.effects_file), **more})

    def threads(self, count: int) -> list[str]:
        """So many threads that ask."""
        return self.server.threads("effect", [{"effects": str(self.effects_file)}] * count)

    def inbox(self, operator: str = "ann", journal: str = "journal", **options: Any) -> Inbox:
        """An operator's inbox; those with one journal share it."""
        url = options.pop("url", self.server.url)
        self.made.append(inbox_at(url, self.folder / f"{journal}.db", operator, **options))
        return self.made[-1]

    def state(self, thread_id: str, journal: str = "journal") -> str:
        """The thread's state as an operator who looks now sees it."""
        return self.inbox(journal=journal).open(thread_id).thread.state.value

    def effects(self) -> list[str]:
        """What answers did."""
        return self.effects_file.read_text().splitlines() if self.effects_file.exists() else []

    def switch(self, name: str, on: bool) -> None:
        """`down` or `hang`, on or off."""
        file = Path(f"{self.effects_file}.{name}")
        file.touch() if on else file.unlink(missing_ok=True)

    def close(self) -> None:
        """Let whatever hangs go on."""
        self.switch("hang", on=False)
        for inbox in self.made:
            inbox.close()
        self.server.come_to_rest()


def ended(events: Any) -> dict[str, Any]:
    """The END of a run, followed to it."""
    return dict(list(events)[-1].data)


def begun_by_a_process(desk: Desk) -> tuple[str, subprocess.Popen[str]]:
    """A thread whose answer hangs, and the process that sent it, which is alive."""
    desk.switch("hang", on=True)
    thread = desk.start()
    asked, seen = desk.server.asked(thread), desk.inbox().open(thread).thread.checkpoint_id
    words = [desk.server.url, str(desk.folder / "journal.db"), "ann", "yes"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.server.driver", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(json.dumps([[thread, asked, seen]]) + "\n")
    process.stdin.flush()
    assert soon(lambda: desk.effects() == ["yes"])
    return thread, process
