"""Keeps an index right: follows what changes in its source, and builds it where it is not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hitl_tui.backends.index.changes import (
    Changes,
    Counted,
    TooMany,
    are_there,
    changes_since,
    counted,
    marks_now,
    read_threads,
)
from hitl_tui.backends.index.heavies import heavies_of
from hitl_tui.backends.index.meta import Meta
from hitl_tui.backends.index.source import ANY, Told
from hitl_tui.backends.index.standing import Standing
from hitl_tui.backends.index.store import News, Store
from hitl_tui.backends.words import Describe

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from hitl_tui.backends.looks import Looks
    from hitl_tui.backends.sqlite_file import SqliteFile

CHEAP_ROWS = 200_000
"""All rows are counted at every change as long as there are no more: it takes a few hundredths of
a second, whatever else the machine does."""

_ATTEMPTS = 10


class Keeper:
    """Brings one index up to date; safe to use from several threads and programs.

    Heavy threads come last, one by one. With `looks`, a screen's, they are not read at all, but put
    down as `unread`, until it has read one: nobody waits for them here. `command` starts a second
    process for a build, see `Second`.
    """

    def __init__(
        self,
        file: SqliteFile,
        store: Store,
        describe: Describe,
        looks: Looks | None = None,
        command: Sequence[str] = (),
    ) -> None:
        self._file = file
        self._store = store
        self._describe = describe
        self._looks = looks
        self._command = command
        self._heavies = heavies_of(file, store, describe)

    def follow(self, *, most: int = ANY, count: bool = False, accept: bool = False) -> Standing:
        """Read what changed, if at most `most` threads did; how the index stands then.

        Deleted threads are missed where counting takes long, unless `count` is set. `accept`
        takes rows beyond those of the threads for nobody's. Raises Unavailable and SourceError.
        """
        standing = self._follow(most, count=count, accept=accept)
        if standing is Standing.RIGHT:
            self._read_heavy()
        return standing

    def _follow(self, most: int = ANY, *, count: bool = False, accept: bool = False) -> Standing:
        for _ in range(_ATTEMPTS):
            file, stamps = self._now()
            meta = self._store.meta()
            if meta is None or not self._is_right(meta, file):
                return Standing.MISSING
            if stamps and meta.stamps == stamps and not count:
                return Standing.RIGHT
            try:
                changes = self._changes(meta, most, count)
            except TooMany:
                return Standing.BEHIND
            if changes is None:
                self._store.begin(file)
                return Standing.MISSING
            if self._take(changes, meta):
                return self._concluded(changes, stamps, accept)
        return Standing.BEHIND

    def refresh(self, threads: list[str]) -> None:
        """Read some threads again, whatever the index says of them."""
        known = self._looks.heavy_rows(threads) if self._looks is not None else []
        settled = {row.weight.head.thread_id for row in known if self._heavies.settle(row)}
        others = [name for name in threads if name not in settled]
        if others:
            self._read_again(others)
        self._read_heavy()

    def build(self, told: Told = lambda threads: None) -> None:
        """Make the index tell the source as it is, at whatever cost; for one builder at a time.

        Goes on where a build was broken off. `told` is given how many batches were compared.
        """
        begun = ""
        while self._follow(count=True) is not Standing.RIGHT:
            meta = self._store.meta()
            if meta is None or not self._can_go_on(meta):
                file, begun = self._now()
                self._store.begin(file)
                continue
            if not meta.complete and not meta.marks:
                marks = self._file.read(marks_now)
                self._store.write(News(meta={"marks": marks}), meta.serial)
                continue
            self._sweep(meta, told)
        self._read_heavy(told)
        if begun and self._now()[1] == begun:
            self._note({"read_at": begun})

    def is_up_to_date(self, meta: Meta) -> bool:
        """Whether the file is as it was when the index was followed to it."""
        file, stamps = self._now()
        return bool(stamps) and meta.stamps == stamps and self._is_right(meta, file)

    def misses_deletions(self, meta: Meta) -> bool:
        """Whether counting takes too long to be done at every change."""
        return not is_cheap(meta)

    def _sweep(self, meta: Meta, told: Told) -> None:
        from hitl_tui.backends.index.second import Second
        from hitl_tui.backends.index.sweep import Sweep

        command = self._command if meta.is_empty else ()
        with Second.helping(command, self._file) as second:
            sweep = Sweep(self._file, self._store, self._describe, meta, second)
            compared = 0
            while not sweep.done:
                sweep.step()
                compared += 1
                told(compared)
        if sweep.broken:
            return
        if not meta.complete:
            self._finish()
        elif sweep.changed:
            self._note({"swept": meta.swept + 1})
        else:
            self._follow(count=True, accept=True)

    def _read_again(self, threads: list[str], *, whole: bool = False) -> None:
        work = partial(read_threads, threads=threads, describe=self._describe, whole=whole)
        for _ in range(_ATTEMPTS):
            meta = self._store.meta()
            if meta is None or self._store.write(News(*self._file.read(work)), meta.serial):
                return

    def _read_heavy(self, told: Told = lambda threads: None) -> None:
        """Read what was put down as unread, one after the other, unless that is not ours to do."""
        if self._looks is not None:
            return
        for at, thread in enumerate(self._heavies.waiting(), start=1):
            if not self._heavies.read(thread):
                self._read_again([thread], whole=True)
            told(at)

    def _finish(self) -> None:
        _, _, seconds = self._file.read(counted)
        meta = self._store.meta()
        if meta is not None:
            self._store.finish({"cursor": "", "count_seconds": seconds}, meta.serial)

    def _note(self, values: dict[str, object]) -> None:
        """Keep values of meta that belong to the index as it is now."""
        meta = self._store.meta()
        if meta is not None:
            self._store.write(News(meta=values), meta.serial)

    def _now(self) -> tuple[str, str]:
        """Which file it is, and its stamps; "" where the next change may leave the same ones."""
        stamps, young = self._file.stamps()
        return repr(self._file.identity()), "" if young else repr(stamps)

    def _is_right(self, meta: Meta, file: str) -> bool:
        return bool(meta.is_ours and meta.complete and meta.file == file)

    def _can_go_on(self, meta: Meta) -> bool:
        if not meta.is_ours or meta.file != self._now()[0]:
            return False
        return (
            bool(meta.complete)
            or not meta.marks
            or self._file.read(partial(are_there, marks=meta.marks))
        )

    def _changes(self, meta: Meta, most: int, count: bool) -> Changes | None:
        work = partial(
            changes_since,
            marks=meta.marks,
            describe=self._describe,
            most=most,
            count=count or is_cheap(meta),
        )
        return self._file.read(work)

    def _take(self, changes: Changes, meta: Meta) -> bool:
        marks = {} if changes.marks == meta.marks else {"marks": changes.marks}
        return self._store.write(News(changes.entries, changes.gone, dict(marks)), meta.serial)

    def _concluded(self, changes: Changes, stamps: str, accept: bool) -> Standing:
        """How the index stands, and up to which state of the source, if it is right."""
        meta = self._store.meta()
        if meta is None:
            return Standing.MISSING
        values: dict[str, object] = {} if stamps == meta.stamps else {"stamps": stamps}
        if changes.counted is not None:
            beyond = _beyond(meta, changes.counted)
            if not accept and beyond != (meta.orphans or _NOTHING):
                return Standing.BEHIND
            values |= {} if beyond == meta.orphans else {"orphans": beyond}
            if not is_cheap(meta):
                values["count_seconds"] = changes.counted[2]
        if values:
            self._note(values)
        return Standing.RIGHT


_NOTHING = "0 0"


def _beyond(meta: Meta, counted: Counted) -> str:
    """How many rows the source holds that are no thread's of the index."""
    return f"{counted[0] - meta.checkpoints} {counted[1] - meta.writes}"


def is_complete(connection: sqlite3.Connection, meta: Meta) -> bool:
    """Whether the source has as many rows as the index knows of, where that is soon counted."""
    beyond = meta.orphans or _NOTHING
    return not is_cheap(meta) or _beyond(meta, counted(connection)) == beyond


def is_cheap(meta: Meta) -> bool:
    """Whether the rows of the source are soon counted."""
    return meta.checkpoints + meta.writes <= CHEAP_ROWS
