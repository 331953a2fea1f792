"""Summaries kept for as long as their source surely holds what it held when they were read."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from hitl_tui.backends.index.sure import Claim, are_sure
from hitl_tui.model.threads import ThreadSummary

if TYPE_CHECKING:
    from hitl_tui.backends.looks import Looks
    from hitl_tui.backends.sqlite_file import SqliteFile

_MOST = 512


class KeptSummaries:
    """Reads summaries from one file, each once a state of it; safe to use from several threads.

    A file that changed a moment ago may change again without a trace: what is read then is not
    kept. So what is told is always as certain as a reading of its own.
    """

    def __init__(self, file: SqliteFile, looks: Looks) -> None:
        self._file = file
        self._looks = looks
        self._stamps: Hashable = None
        self._kept: dict[str, ThreadSummary | None] = {}
        self._sure: tuple[Hashable, frozenset[Claim]] = None, frozenset()
        self._guard = Lock()

    def read(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What the queue shows of the threads, in their order; None for one that is not there."""
        stamps, young = self._file.stamps()
        with self._guard:
            kept = {} if young or stamps != self._stamps else self._kept
            found = {name: kept[name] for name in thread_ids if name in kept}
        missing = [name for name in thread_ids if name not in found]
        if missing:
            read = dict(zip(missing, self._looks.read(missing), strict=True))
            if not young and self._file.stamps()[0] == stamps:
                self._keep(stamps, read)
            found |= read
        return [found[name] for name in thread_ids]

    def are_sure(self, claims: Sequence[Claim], read_at: str) -> bool:
        """Whether the threads, few of them, are what their claims say.

        That is so where the file was read from start to end as it stands; else their bytes tell,
        once a state of the file.
        """
        stamps, young = self._file.stamps()
        if read_at and not young and repr(stamps) == read_at:
            return True
        at, sure = self._sure
        known = sure if not young and at == stamps else frozenset()
        left = [claim for claim in claims if claim not in known]
        if not left:
            return True
        if not self._file.read(partial(are_sure, claims=left), leave=True):
            return False
        if not young and self._file.stamps()[0] == stamps:
            self._sure = stamps, (known if len(known) < _MOST else frozenset()) | frozenset(left)
        return True

    def _keep(self, stamps: Hashable, read: dict[str, ThreadSummary | None]) -> None:
        with self._guard:
            if stamps != self._stamps:
                self._stamps, self._kept = stamps, {}
            self._kept |= {name: row for name, row in read.items() if not row or not row.unread}
            for name in list(self._kept)[:-_MOST]:
                del self._kept[name]
