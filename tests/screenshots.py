"""Writes the README's pictures: `python -m tests.screenshots [FOLDER]`, from the demo's threads."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from graphs.seed import FIXED_NOW, seed
from hitl_tui.backends.connect import backend_for
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.runner.spec import RunnerSpec
from hitl_tui.tui.app import HitlApp
from tests.tui.operator import Operator

ROOT = Path(__file__).parent.parent
WIDE, NARROW = (120, 36), (80, 24)


@contextmanager
def _inbox() -> Iterator[Inbox]:
    """The demo's threads in a file of their own, with graphs that run."""
    # a thread of the app may write a last draft beside the file while the folder goes
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder) / "checkpoints.sqlite"
        seed(source)
        spec = RunnerSpec(config=ROOT / "graphs" / "langgraph.json")
        journal = Journal(source.with_suffix(".hitl.db"))
        inbox = Inbox(backend_for(str(source), spec), journal, operator="ann")
        try:
            yield inbox
        finally:
            inbox.close()


async def _find(operator: Operator, text: str) -> None:
    """Put the cursor on the thread that a search finds first."""
    await operator.press("slash", *text, "enter")
    await operator.calm()


async def _answer(operator: Operator) -> None:
    """A form from a schema, half filled in."""
    await _find(operator, "refund")
    await operator.press("enter")
    await operator.calm()
    await operator.press("y", "tab", *"1999")
    await operator.calm()


async def _running(operator: Operator) -> None:
    """A deployment's output streams by while the next question is open."""
    await _find(operator, "deploy")
    await operator.press("enter")
    await operator.calm()
    await operator.press(*_APPROVE)
    await operator.calm()
    await operator.press("ctrl+s")
    await operator.until(lambda: operator.queue.log_pane.text().count("\n") > 12)
    await operator.press("slash", "escape")
    await operator.calm()


async def _light(operator: Operator) -> None:
    operator.app.theme = "textual-light"
    await operator.calm()


async def _inbox_itself(operator: Operator) -> None:
    await operator.calm()


_APPROVE = ("1",)
PICTURES = {
    "inbox": (_inbox_itself, WIDE),
    "answer": (_answer, WIDE),
    "running": (_running, WIDE),
    "narrow": (_inbox_itself, NARROW),
    "light": (_light, WIDE),
}


async def take(name: str, folder: Path) -> None:
    """Write one picture, `folder`/`name`.svg."""
    play, size = PICTURES[name]
    with _inbox() as inbox:
        app = HitlApp(inbox, clock=lambda: FIXED_NOW, animations=False, settle=0)
        async with app.run_test(size=size) as pilot:
            operator = Operator(app, pilot)
            await operator.ready()
            await operator.calm()
            await play(operator)
            svg = app.export_screenshot(title="hitl-tui")
    (folder / f"{name}.svg").write_text(svg, encoding="utf-8")


def main(folder: Path) -> None:
    """Write all pictures."""
    folder.mkdir(exist_ok=True)
    for name in PICTURES:
        asyncio.run(take(name, folder))
        print(folder / f"{name}.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "screenshots")
