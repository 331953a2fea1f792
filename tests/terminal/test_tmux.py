"""A terminal that answers by itself, as tmux does, never answers for the operator."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli import contents, hitl, lines
from tests.lifeline import lifeline
from tests.terminal.graphs.hostile import ANSWERED
from tests.terminal.terminal import ENVIRONMENT, PATIENCE
from tests.terminal.using import SETTLED, wait_until

GRAPHS = Path(__file__).parent / "graphs" / "langgraph.json"
THREAD = f"pay-{ANSWERED}"
QUIET = 2.0
"""Seconds in which nobody presses a key."""

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="needs tmux")


class Tmux:
    """A tmux server of our own with one window."""

    def __init__(self, socket: Path, *command: object) -> None:
        self._socket = socket
        words = ["-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "36"]
        self(*words, *map(str, command))

    def __call__(self, *words: str) -> str:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = {**kept, **ENVIRONMENT}
        command = ["tmux", "-u", "-S", str(self._socket), *words]
        done = subprocess.run(
            command, capture_output=True, env=environment, timeout=PATIENCE, check=True
        )
        return done.stdout.decode()

    @property
    def text(self) -> str:
        """What the window shows."""
        return self("capture-pane", "-p")

    def close(self) -> None:
        """End the server; it may have ended by itself, with its only window."""
        with suppress(subprocess.CalledProcessError):
            self("kill-server")

    def wait_closed(self) -> None:
        """Return once the command ended by itself, and the server with it."""
        with suppress(subprocess.CalledProcessError):
            while self("list-sessions"):
                time.sleep(0.05)

    def press(self, *keys: str) -> None:
        for key in keys:
            self("send-keys", key)
            time.sleep(SETTLED)

    def wait_for(self, text: str, *, gone: bool = False) -> None:
        end = time.monotonic() + PATIENCE
        while (text in self.text) is gone:
            assert time.monotonic() < end, f"{text!r}, gone {gone}:\n{self.text}"
            time.sleep(0.1)


@pytest.fixture
def source(tmp_path) -> Path:
    """A file with one thread whose id and question make terminals answer."""
    path = tmp_path / "folder" / "checkpoints.sqlite"
    path.parent.mkdir()
    call = ("start", path, "asks", "--input", "{}", "--thread", THREAD, "--config", GRAPHS)
    assert hitl(*call).returncode == 3
    for journal in path.parent.glob("*.hitl.db*"):
        journal.unlink()  # so that a new one would prove that something was sent
    return path


@pytest.fixture
def tmux(source, tmp_path) -> Iterator[Tmux]:
    command = (sys.executable, "-m", "hitl_tui", source, "--config", GRAPHS)
    with lifeline('tmux -S "$1" kill-server', tmp_path / "tmux"):
        server = Tmux(tmp_path / "tmux", *command)
        try:
            server.wait_for("waiting")
            time.sleep(SETTLED)
            yield server
        finally:
            server.close()


def asks(source: Path) -> dict:
    """The only row of the queue."""
    (row,) = lines(hitl("list", source, "--state", "all", "--json"))
    return row


def test_tmux_does_answer_such_text_by_itself(tmp_path):
    """The danger is real here: shown raw, the text makes tmux type."""
    typed = tmp_path / "typed"
    program = (
        "import sys, termios, tty, os, select; tty.setraw(0);"
        f"os.write(1, {ANSWERED.encode()!r});"
        f"open({str(typed)!r}, 'wb').write(os.read(0, 99) if select.select([0], [], [], 60)[0]"
        " else b'')"
    )
    Tmux(tmp_path / "tmux", sys.executable, "-c", program)
    wait_until(lambda: typed.exists() and typed.read_bytes(), "tmux answered nothing")
    assert typed.read_bytes().startswith(b"\x1b")


def test_nothing_is_approved_while_nobody_presses_a_key(source, tmux):
    before = contents(source.parent)
    tmux.press("Enter")
    tmux.wait_for("↑↓ Move", gone=True)
    time.sleep(QUIET)
    tmux.wait_for("␛[>q␛[6n␛[c")
    tmux.wait_for("cannot send: choose a decision first")
    assert "✓" not in tmux.text
    tmux.press("Escape")
    tmux.wait_for("↑↓ Move")  # else the two may be read as one key
    tmux.press("q")
    tmux.wait_closed()
    assert contents(source.parent) == before
    assert asks(source)["state"] == "open"


def test_the_same_keys_pressed_on_purpose_do_approve(source, tmux):
    tmux.press("Enter")
    tmux.wait_for("↑↓ Move", gone=True)
    tmux.press("a")
    tmux.wait_for("✓")
    tmux.press("C-s")
    tmux.wait_for("finished")
    wait_until(lambda: asks(source)["state"] == "done", "it was not answered")
    assert source.with_name("checkpoints.sqlite.hitl.db").exists()
