"""Whatever a node does to its process, the inbox says what happened and can be used as before."""

import re

import pytest

from hitl_tui.runner.pool import Pool
from hitl_tui.runner.spec import RunnerSpec
from tests.cli import state
from tests.contract.runner.world import CONFIG, World
from tests.terminal.terminal import Terminal
from tests.terminal.using import QUEUE, enter, fill, leave, press_once, ready, seek

DEEDS = {
    "leave": ("ended by itself with status 3", "in_doubt"),
    "crash": ("was killed by SIGSEGV", "in_doubt"),
    "read": ("EOF when reading a line", "locked"),
    "flood": ("finished", "done"),
}
ENDLESS = ("spin", "stubborn", "hold the lock")
PRINTED, KEPT = 100_000, 10_000
"""Lines of a flood, and as many as the log keeps."""
OTHER = 500
"""Lines that the other deeds, and the log itself, may add."""


@pytest.fixture
def rough(tmp_path):
    """A file with a thread for each deed."""
    pool = Pool(RunnerSpec(config=CONFIG))
    world = World(pool, tmp_path / "rough.sqlite")
    for deed in (*DEEDS, *ENDLESS):
        world.start(thread_of(deed), metadata={"graph_id": "act"})
    pool.close()
    return world.source


def test_what_nodes_do_to_their_process_is_told_and_cancelled(rough):
    terminal = Terminal.hitl(str(rough), "--config", str(CONFIG))
    ready(terminal)
    for deed, (said, _) in DEEDS.items():
        ask_for(terminal, deed)
        terminal.wait_for(said)
    counted = [int(n.replace(",", "")) for n in re.findall(_GONE, terminal.text)]
    assert PRINTED <= sum(counted) + KEPT <= PRINTED + OTHER
    for deed in ENDLESS:
        ask_for(terminal, deed)
        terminal.wait_for("Running 1 ", QUEUE)
        seek(terminal, thread_of(deed))
        terminal.wait_for("Stop run")
        terminal.press_for("ctrl+x", "Stop the run of this thread?")
        terminal.press_for("ctrl+s", gone="Stop the run of this thread?")
        terminal.wait_while("Stop run")
    leave(terminal)
    found = {deed: state(rough, thread_of(deed)) for deed in (*DEEDS, *ENDLESS)}
    assert found == {deed: became for deed, (_, became) in DEEDS.items()} | dict.fromkeys(
        ENDLESS, "in_doubt"
    )


_GONE = re.compile(r"([\d,]+) (?:older gone|dropped)")


def thread_of(deed: str) -> str:
    return f"to-{deed.replace(' ', '-')}"


def ask_for(terminal: Terminal, deed: str) -> None:
    """Answer a thread with what its node is to do."""
    seek(terminal, thread_of(deed))
    enter(terminal)
    press_once(terminal, "t", "✓")
    fill(terminal, deed, f'sends  "{deed}"')
    terminal.press("ctrl+s")
