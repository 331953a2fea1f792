"""Servers of the tests end with the process that started them, also if that one is killed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lifeline(script: str, *words: object) -> Iterator[None]:
    """If this process ends before the block does, a shell runs `script`; `words` are its $1, $2, …

    It reads from a pipe that this process alone writes to: a line tells that the block is over, an
    end without a line that nobody is left to say so. The shell is in a session of its own, where no
    signal for this one's group reaches it.
    """
    with subprocess.Popen(
        ["sh", "-c", f"read -r over || {{ {script}; }}", "sh", *map(str, words)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as shell:  # fmt: skip
        try:
            yield
        finally:
            assert shell.stdin is not None
            shell.stdin.write(b"over\n")
