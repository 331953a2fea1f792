"""A worker that is ready: started, greeted, or explained why not."""

from __future__ import annotations

from hitl_tui.errors import InterpreterError
from hitl_tui.runner.declared import Declared
from hitl_tui.runner.launch import launch
from hitl_tui.runner.process import Process, WorkerDied
from hitl_tui.runner.protocol import Frame
from hitl_tui.runner.spec import RunnerSpec

_START_UP = 60.0  # seconds, LangGraph's import on a slow disk included
_INSTALL = "Install langgraph and langgraph-checkpoint-{} there, or name another --python."
_KILLED = "Try again. If it comes again: is there memory enough? Else name another --python."


def begin(spec: RunnerSpec, declared: Declared) -> Process:
    """Start a worker; `greet` waits until it is ready. Raises InterpreterError."""
    process = Process(launch(spec, declared))
    process.say(
        {"graphs": dict(declared.graphs), "paths": list(declared.paths), "saver": spec.saver}
    )
    return process


def greet(process: Process, spec: RunnerSpec) -> Frame:
    """Wait for `ready`, whose data names the versions; raises InterpreterError, process closed."""
    try:
        return _first_word(process, spec)
    except BaseException:
        process.close()
        raise


def _first_word(process: Process, spec: RunnerSpec) -> Frame:
    which = f"The Python at {spec.python}" if spec.python else "This Python"
    install = _INSTALL.format(spec.saver)
    printed = ""
    try:
        while (frame := process.hear(_START_UP)).kind == "output":
            printed = (printed + frame.data["text"])[-2000:]
    except TimeoutError as error:
        message = f"{which} started no worker within {_START_UP:.0f} seconds."
        raise InterpreterError(message, hint="Does it start by itself?") from error
    except WorkerDied as died:
        lines = "\n".join(printed.strip().splitlines()[-5:])
        message = f"{which} could not start a worker: it {died}.\n{lines}".rstrip()
        ended = str(died).startswith("ended by itself")
        raise InterpreterError(message, hint=install if ended else _KILLED) from died
    if frame.kind == "unusable":
        message = f"{which} has no usable LangGraph: {frame.data['message']}."
        raise InterpreterError(message, hint=install)
    return frame
