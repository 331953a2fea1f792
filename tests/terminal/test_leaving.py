"""However the app ends, the terminal is given back and no process stays behind."""

import os
import signal

import pytest

from tests.terminal.using import alive, leave, wait_until, workers


@pytest.fixture
def warm(open_inbox, source):
    """An inbox whose first worker runs, and the worker."""
    terminal = open_inbox(source)
    terminal.wait_for("Queue", "refund")
    wait_until(lambda: workers(terminal.child.pid), "no worker was warmed up")
    return terminal, workers(terminal.child.pid)


def test_leaving_gives_the_terminal_back_and_leaves_no_process(warm):
    terminal, started = warm
    leave(terminal)
    assert b"\x1b[?1049l" in terminal.raw
    wait_until(lambda: not any(map(alive, started)), "a worker outlived the app")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_no_process(warm, number):
    terminal, started = warm
    os.kill(terminal.child.pid, number)
    wait_until(lambda: not any(map(alive, started)), "a worker outlived the app")
    wait_until(lambda: not alive(terminal.child.pid), "the app did not end")
