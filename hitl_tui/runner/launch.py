"""Start a worker process: its interpreter, its pipes, its environment."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from hitl_tui.errors import InterpreterError
from hitl_tui.runner.declared import Declared
from hitl_tui.runner.spec import RunnerSpec

WORKER = Path(__file__).with_name("worker")
_WIDE = 1 << 20  # bytes that a graph may print, or a worker say, before anyone must read
_HINT = "Name the Python of the graphs' environment with --python."


@dataclass(frozen=True, slots=True)
class Launched:
    """A process and our ends of its pipes: the owner closes all four."""

    popen: subprocess.Popen[bytes]
    requests: int
    events: int
    raw: int
    leash: int


def launch(spec: RunnerSpec, declared: Declared) -> Launched:
    """Start a worker in a process group of its own; raises InterpreterError."""
    python = _interpreter(spec.python)
    with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
        requests, their_requests = reversed(_pipe(theirs, ours))
        events, their_events = _pipe(ours, theirs)
        raw, their_output = _pipe(ours, theirs)
        their_leash, leash = _pipe(theirs, ours)
        numbers = (their_requests, their_events, raw, their_leash, spec.nice)
        _widen(raw)
        _widen(events)
        popen = _popen(python, numbers, their_output, declared)
        ours.pop_all()
    return Launched(popen, requests, events, raw, leash)


def _pipe(readers: contextlib.ExitStack, writers: contextlib.ExitStack) -> tuple[int, int]:
    reader, writer = os.pipe()
    readers.callback(os.close, reader)
    writers.callback(os.close, writer)
    return reader, writer


def _popen(
    python: str, numbers: tuple[int, ...], output: int, declared: Declared
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            # -u: what was printed when the process dies must not be in a buffer of its own.
            [python, "-u", str(WORKER), *map(str, numbers)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=numbers[:4],
            cwd=declared.folder,
            env={**os.environ, **declared.env},
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise InterpreterError(f"There is no Python at {python}.", hint=_HINT) from error
    except OSError as error:
        message = f"{python} cannot be started: {error.strerror}."
        raise InterpreterError(message, hint=_HINT) from error


def _interpreter(python: Path | None) -> str:
    """The interpreter's path; a venv's link is kept, since it is what makes it that venv's."""
    if python is None:
        return sys.executable
    if len(python.parts) == 1 and not python.exists():
        found = shutil.which(str(python))
        if found is None:
            raise InterpreterError(f"There is no {python} on the PATH.", hint=_HINT)
        return found
    return str(python.absolute())


def _widen(pipe: int) -> None:
    """A wide pipe lets a graph go on while C code keeps its interpreter lock, or nobody reads."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):  # the user's pipes have a limit of their own
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _WIDE)
