"""A SQLite file as the source of an index."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hitl_tui.backends.index.first import first_asking
from hitl_tui.backends.index.keeper import Keeper
from hitl_tui.backends.index.kept import KeptSummaries

if TYPE_CHECKING:
    from hitl_tui.backends.index.store import Store
    from hitl_tui.backends.looks import Looks
    from hitl_tui.backends.sqlite_file import SqliteFile
    from hitl_tui.backends.words import Describe
    from hitl_tui.model.threads import ThreadSummary

_MOST = 256
_SECONDS = 0.25


class FileSource:
    """The `Source` that one file is; `command` starts a second process that reads for a build."""

    def __init__(self, file: SqliteFile, looks: Looks, command: Sequence[str] = ()) -> None:
        self._file = file
        self._looks = looks
        self._command = command

    @property
    def key(self) -> Path:
        """The file's path."""
        return self._file.path

    def version(self) -> Hashable:
        """Differs after every commit to the file, and when a heavy thread was read."""
        return self._file.version(), self._looks.found

    def keeper(self, store: Store, describe: Describe) -> Keeper:
        """What brings an index of the file up to date."""
        looks = self._looks if self._looks.in_passing else None
        return Keeper(self._file, store, describe, looks, self._command)

    def kept(self, store: Store) -> KeptSummaries:
        """What reads rows, each once a state of the file."""
        return KeptSummaries(self._file, self._looks)

    def first(self) -> Sequence[tuple[str, str]]:
        """Threads that ask, and their heads, as found in a fraction of a second."""
        return self._file.read(partial(first_asking, most=_MOST, seconds=_SECONDS))

    def summaries(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of the threads now."""
        return self._looks.read(thread_ids)
