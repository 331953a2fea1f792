"""Indexes of files of any size, in a folder of the test's own."""

import time
from pathlib import Path
from typing import Any

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import index_for
from hitl_tui.backends.index.entry import Entry
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.store import Store
from hitl_tui.backends.sqlite_file import SqliteFile
from hitl_tui.questions.titles import described


def at_once(folder: Path) -> Caching:
    """An index that is right before anything is answered."""
    return Caching(folder, at_once=True, index_from=0)


def gated(gate: Path, command: tuple[str, ...]) -> tuple[str, ...]:
    """A command that waits until a file is there."""
    waits = 'until test -e "$0"; do sleep 0.02; done; exec "$@"'
    return ("sh", "-c", waits, str(gate), *command)


def contents(folder: Path, source: Path) -> list[tuple[Any, ...]]:
    """All that an index holds of its threads, with their words, in the order of their ids."""
    columns = ", ".join(f"t.{name}" for name in Entry._fields)
    with Store(Place(folder, source)).reading() as connection:
        return connection.execute(
            f"SELECT {columns}, w.text FROM threads t JOIN words w ON w.rowid = t.id"
            " ORDER BY t.thread"
        ).fetchall()


def index(path: Path) -> Caching:
    """An index of a file that nothing can change any more without a trace."""
    file = SqliteFile(path)
    while file.stamps()[1]:
        time.sleep(0.01)
    caching = Caching(path.with_name("cache"), index_from=0)
    desk = index_for(str(path), caching, described)
    assert desk.build(lambda batches: None)
    desk.close()
    return caching
