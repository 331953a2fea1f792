"""Heavy threads of an index that have only been put down by their keys and sizes: read one by one.

So a flood of bytes never delays what is known of other threads. Whoever reads one, in whichever
program, writes it where the index still has the thread as it was read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hitl_tui.backends.apart import row_apart
from hitl_tui.backends.index.reading import entry_apart
from hitl_tui.backends.index.unread import unread

if TYPE_CHECKING:
    from hitl_tui.backends.apart import HeavyRow
    from hitl_tui.backends.index.store import Store
    from hitl_tui.backends.sqlite_file import SqliteFile
    from hitl_tui.backends.words import Describe


ReadRow = Callable[[str], "HeavyRow | None"]


class Heavies:
    """The heavy threads of one index; safe to use from several threads. Raises Unavailable.

    `row` reads one of the source's, None if it is not heavy any more, or never holds still.
    """

    def __init__(self, row: ReadRow, store: Store, describe: Describe) -> None:
        self._row = row
        self._store = store
        self._describe = describe

    def waiting(self) -> list[str]:
        """The threads that are to be read, in the queue's own order."""
        with self._store.reading() as connection:
            return unread(connection)

    def read(self, thread: str) -> bool:
        """Read one; False where it changed meanwhile, or is not heavy any more."""
        row = self._row(thread)
        return row is not None and self.settle(row)

    def settle(self, row: HeavyRow) -> bool:
        """Write what was read of one; False where the index has the thread otherwise."""
        entry = entry_apart(row, self._describe)
        return entry is not None and self._store.write_same(entry)


def heavies_of(file: SqliteFile, store: Store, describe: Describe) -> Heavies:
    """Those of a file's index."""
    return Heavies(lambda thread: row_apart(file, thread), store, describe)
