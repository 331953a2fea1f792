"""Indexes of files of any size, in a folder of the test's own."""

from pathlib import Path
from typing import Any

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.index.entry import Entry
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.store import Store


def at_once(folder: Path) -> Caching:
    """An index that is right before anything is answered."""
    return Caching(folder, at_once=True, index_from=0)


def contents(folder: Path, source: Path) -> list[tuple[Any, ...]]:
    """All that an index holds of its threads, with their words, in the order of their ids."""
    columns = ", ".join(f"t.{name}" for name in Entry._fields)
    with Store(Place(folder, source)).reading() as connection:
        return connection.execute(
            f"SELECT {columns}, w.text FROM threads t JOIN words w ON w.rowid = t.id"
            " ORDER BY t.thread"
        ).fetchall()
