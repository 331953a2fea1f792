"""Starts what is measured: same interpreter, same environment, compiled code on both sides."""

from __future__ import annotations

import compileall
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pexpect

ROOT = Path(__file__).parent.parent.parent
CONFIG = Path(__file__).parent / "graphs" / "langgraph.json"
COLUMNS, ROWS = 120, 36
_KEPT = ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV", "XDG_CACHE_HOME")
_ESCAPES = re.compile(rb"\x1b\[[0-9;?>]*[A-Za-z]")
_CALM = 0.3  # seconds for a process that was killed, and its children, to be gone


def environment() -> dict[str, str]:
    """What a terminal's shell would give, and nothing that keeps Python from caching bytecode."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def compile_all() -> None:
    """Make sure that no side has to compile: ours, the programs here, and the samples."""
    for folder in ("hitl_tui", "graphs", "tests/benchmarks"):
        compileall.compile_dir(ROOT / folder, quiet=2)


def python(*arguments: object) -> list[str]:
    """The command that runs Python with these arguments."""
    return [sys.executable, *map(str, arguments)]


def seconds_of(*arguments: object) -> float:
    """How long a whole Python process takes; it must succeed and print something."""
    begun = time.perf_counter()
    done = subprocess.run(
        python(*arguments),
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        timeout=300,
        check=False,
    )
    taken = time.perf_counter() - begun
    if done.returncode or not done.stdout:
        raise RuntimeError(f"{arguments}: status {done.returncode}\n{done.stderr.decode()}")
    return taken


def seconds_to_text(pattern: bytes, *arguments: object) -> float:
    """From the start of a Python process in a terminal until bytes of `pattern` come out of it."""
    begun = time.perf_counter()
    with _spawned(*arguments) as child:
        seen = b""
        while not re.search(pattern, seen):
            seen = seen[-1024:] + child.read_nonblocking(1 << 16, timeout=30)
        return time.perf_counter() - begun


def peak_memory(pattern: bytes, *arguments: object, rest: float = 0) -> float:
    """The most megabytes that a Python process in a terminal held until `pattern` came out of it.

    And `rest` seconds more, in which what comes out is read.

    Linux tells it; other systems fail here.
    """
    with _spawned(*arguments) as child:
        seen = b""
        while not re.search(pattern, seen):
            seen = seen[-4096:] + _ESCAPES.sub(b"", child.read_nonblocking(1 << 16, timeout=60))
        end = time.monotonic() + rest
        while time.monotonic() < end:
            with suppress(pexpect.TIMEOUT):
                child.read_nonblocking(1 << 16, timeout=_CALM)
        status = Path(f"/proc/{child.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


@contextmanager
def _spawned(*arguments: object) -> Iterator[pexpect.spawn]:
    command, *rest = python(*arguments)
    child = pexpect.spawn(
        command, rest, dimensions=(ROWS, COLUMNS), env=environment(), cwd=str(ROOT), timeout=30
    )
    try:
        yield child
    except (pexpect.EOF, pexpect.TIMEOUT) as error:
        raise RuntimeError(f"{arguments} showed nothing of what was waited for") from error
    finally:
        child.kill(signal.SIGKILL)
        child.wait()
        child.close()
        time.sleep(_CALM)
