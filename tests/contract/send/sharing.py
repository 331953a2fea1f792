"""Faults of a journal's file while several answers reach it in one commit, all of them real."""

import os
import resource
import signal
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

from hitl_tui.journal import together
from tests.contract.runner.processes import PATIENCE, soon

SHARING = 8  # answers that share a commit


class Shared:
    """Lets a journal's intents, and its outcomes, reach the disk eight at a time.

    What is to `meet` the next commit of "intents" or of "outcomes" happens once.
    """

    def __init__(self, journal):
        together._PATIENCE = PATIENCE  # nobody commits before all wrote, however slowly
        self._together = journal._store._together
        self._met = {}
        self._stage = None
        journal.begin = self._gathered(journal.begin, "intents")
        journal.settle = self._gathered(journal.settle, "outcomes")
        self._commit, self._together._commit = self._together._commit, self._committed

    def meet(self, stage, before=lambda: None, after=lambda: None):
        """`before`: all parts are written, and not committed; `after`: they are on the disk.

        Nobody knows of either yet.
        """
        self._met[stage] = before, after

    def _gathered(self, write, stage):
        barrier = threading.Barrier(SHARING, action=lambda: self._hold(stage))

        def gathered(*args, **options):
            barrier.wait(PATIENCE)
            return write(*args, **options)

        return gathered

    def _hold(self, stage):
        """Nobody gets a turn until all wait for it, and perhaps who renews their leases."""
        held = threading.Event()

        def hold():
            with self._together._turn:
                self._stage = stage
                held.set()
                assert soon(lambda: self._together._waiting >= SHARING)

        threading.Thread(target=hold, daemon=True).start()
        assert held.wait(PATIENCE)

    def _committed(self, connection):
        stage, self._stage = self._stage, None
        before, after = self._met.pop(stage, (lambda: None,) * 2)
        before()
        self._commit(connection)
        after()


def killed():
    """Kill this process."""
    os.kill(os.getpid(), signal.SIGKILL)


def torn(journal: Path, size: int):
    """The kernel kills this process as soon as it has written so many more bytes.

    So it does with a process that does not ignore SIGXFSZ, as Python does by itself.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(journal, size)


def _limit(journal: Path, size: int):
    """No file of this process grows beyond the journal's WAL as it is now, and so many bytes."""
    wal = journal.with_name(f"{journal.name}-wal")
    grown = wal.stat().st_size if wal.exists() else 0
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (grown + size, most))


@contextmanager
def no_growth(journal: Path, size: int):
    """The kernel refuses what would make a file larger: EFBIG, an I/O error to SQLite."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    _limit(journal, size)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


@contextmanager
def no_room(journal: Path, size: int):
    """The file system holds so many bytes more: it is filled with ballast."""
    ballast = journal.with_name("ballast")
    status = os.statvfs(journal.parent)
    with ballast.open("wb", buffering=0) as file:
        file.write(bytes(max(status.f_bavail * status.f_frsize - size, 0)))
    try:
        yield
    finally:
        ballast.unlink()


FAULTS = {"growth": no_growth, "room": no_room}


def mounted(folder: Path, size: str) -> bool:
    """Whether a small file system could be mounted at a folder."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    return not os.geteuid() and not subprocess.call(mount, stderr=subprocess.DEVNULL)
