"""The command line as programs use it: whole processes, their words, JSON and exit statuses."""

from __future__ import annotations

import gc
import hashlib
import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.conftest import CONFIG
from tests.contract.runner.processes import PATIENCE


def hitl(*arguments, stdin="", cwd=None, **options) -> subprocess.CompletedProcess[str]:
    """Run `hitl-tui ARGUMENTS`."""
    return subprocess.run(
        [sys.executable, "-m", "hitl_tui", *map(str, arguments)],
        input=stdin, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=cwd,
        **options,
    )  # fmt: skip


def said(*arguments) -> subprocess.CompletedProcess[str]:
    """The same in this process, where nothing has to be loaded first."""
    from hitl_tui.cli.main import main

    words, before = ["hitl-tui", *map(str, arguments)], gc.get_threshold()
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        try:
            with patch("sys.argv", words):
                main()
        except SystemExit as end:
            status = end.code
        finally:
            gc.set_threshold(*before)
    return subprocess.CompletedProcess(words, status, out.getvalue(), err.getvalue())


def run(command, source, *arguments, **options) -> subprocess.CompletedProcess[str]:
    """Run a command with the sample graphs, its events as JSON."""
    return hitl(command, source, *arguments, "--config", CONFIG, "--json", **options)


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What a call printed, object by object."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def shown(source: Path, thread: str) -> dict[str, Any]:
    """What `show --json` says of a thread."""
    done = said("show", source, thread, "--json")
    assert done.returncode == 0, done.stderr
    return lines(done)[0]


def state(source: Path, thread: str) -> str:
    """The state of a thread."""
    return str(shown(source, thread)["state"])


def contents(folder: Path) -> dict[str, str]:
    """Every path below a folder, and what each file holds, as a hash."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
    }


def refusal(folder: Path, status: int, *arguments, **options) -> str:
    """What a call says that is refused with `status` and leaves everything as it was."""
    before = contents(folder)
    done = hitl(*arguments, cwd=folder, **options)
    assert done.returncode == status, done.stdout + done.stderr
    assert contents(folder) == before
    assert done.stdout == ""
    assert "hitl_tui/" not in done.stderr, "a traceback of ours"
    title, _, message = done.stderr.splitlines()[0].partition(": ")
    assert title, done.stderr
    assert message.rstrip("'\"").endswith("."), done.stderr
    return done.stderr
