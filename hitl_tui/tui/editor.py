"""The operator's own editor: a text goes out to it and comes back, the screen stands aside."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hitl_tui.errors import UsageError

Suspend = Callable[[], AbstractContextManager[object]]


def edit(text: str, suffix: str, environment: Mapping[str, str], suspend: Suspend) -> str:
    """What the operator made of a text in $VISUAL or $EDITOR, called with its own arguments.

    `suspend` gives the terminal away for as long as the editor runs. The text is in a file that
    only its owner can read, in a folder that is removed at the end, whatever happens. Raises
    UsageError, and then nothing is changed, if there is no editor, it cannot be started, ends
    with a status, or leaves what is no text.
    """
    command = _command(environment)
    with TemporaryDirectory(prefix="hitl-tui-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"answer{suffix}"
        path.touch(mode=0o600)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with suspend():
            _run([*command, str(path)])
        try:
            return _read(path, text)
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{command[0]} left no text that can be read: {error}.") from error


def _command(environment: Mapping[str, str]) -> list[str]:
    named = next((n for n in ("VISUAL", "EDITOR") if environment.get(n, "").strip()), "")
    if not named:
        raise UsageError("No editor is named.", hint="Set VISUAL or EDITOR, then come back.")
    try:
        return shlex.split(environment[named])
    except ValueError as error:
        raise UsageError(f"{named} is no command: {environment[named]!r}: {error}.") from error


def _run(command: Sequence[str]) -> None:
    try:
        with _deaf():
            status = subprocess.run(command, check=False).returncode
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"The editor {command[0]!r} cannot be started: {reason}.") from error
    if status:
        raise UsageError(f"{command[0]} ended with status {status}: all is as it was.")


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl+C is the editor's while it has the terminal; a handler, unlike SIG_IGN, stays ours."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _read(path: Path, before: str) -> str:
    """The file's text; editors end the last line, which is not meant where nobody did so before."""
    text = path.read_bytes().decode("utf-8", "surrogatepass").replace("\r\n", "\n")
    ended = text.endswith("\n") and not before.endswith("\n")
    return text[:-1] if ended else text


def system_environment() -> Mapping[str, str]:
    """The variables of this process."""
    return os.environ
