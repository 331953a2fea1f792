"""Connections to an index, and all that is ever written to it.

Write-ahead logging lets any number of programs read while one writes; who writes waits its turn.
Writers bring what they read of the source, and the serial of the index that they saw before: if
another one wrote meanwhile, theirs is refused, so older news never replaces newer.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from hitl_tui.backends.index.entry import Entry
from hitl_tui.backends.index.meta import Meta, read_meta, write_meta
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.schema import INDEXES, MADE_BY, TABLES, span
from hitl_tui.backends.tables import stored

_BUSY_SECONDS = 5.0


class Unavailable(Exception):
    """The index cannot be used now; says why in people's words.

    `is_damage` tells that it never can be: what stands at its path is to be thrown away.
    """

    def __init__(self, why: str, *, is_damage: bool = False) -> None:
        super().__init__(why)
        self.is_damage = is_damage


class Emptied(Unavailable):
    """Another program began to build the index anew a moment ago."""


@dataclass(frozen=True, slots=True)
class News:
    """What is to be written: entries with their words, threads that are gone, and meta.

    `added` are entries of threads that the index surely has not.
    """

    entries: Sequence[tuple[Entry, str]] = ()
    gone: Sequence[bytes] = ()
    meta: dict[str, object] = field(default_factory=dict)
    added: Sequence[tuple[Entry, str]] = ()


class Store:
    """One index file; safe to use from several threads."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._idle: list[tuple[int, sqlite3.Connection]] = []
        self._guard = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the index; raises Unavailable."""
        with self._transaction("BEGIN") as connection:
            yield connection

    def meta(self) -> Meta | None:
        """What the index says of itself, None if it is empty; raises Unavailable."""
        with self.reading() as connection:
            return read_meta(connection)

    def begin(self, file: str) -> None:
        """Empty the index, for a build from the start; raises Unavailable."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            before = read_meta(connection)
            for statement in TABLES.split(";"):
                connection.execute(statement)
            serial = before.serial + 1 if before else 0
            connection.execute(
                "INSERT INTO meta (made_by, source, file, serial, born)"
                " VALUES (?, CAST(? AS TEXT), ?, ?, ?)",
                [MADE_BY, stored(self.place.source), file, serial, serial],
            )

    def write(self, news: News, serial: int) -> bool:
        """Write, unless another one wrote since `serial`; whether it was written."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            meta = read_meta(connection)
            if meta is None or meta.serial != serial:
                return False
            _write(connection, meta, news)
            return True

    def finish(self, values: dict[str, object], serial: int) -> bool:
        """A build is done: make it fast to read."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            meta = read_meta(connection)
            if meta is None or meta.serial != serial:
                return False
            for statement in INDEXES.split(";"):
                connection.execute(statement)
            write_meta(connection, {**values, "complete": 1, "serial": serial + 1})
            return True

    def close(self) -> None:
        """Close the connections that nobody uses, and the others when they are done."""
        self._closed = True
        self.let_go()

    def let_go(self) -> None:
        """Close the connections that nobody uses, for files that are thrown away."""
        with self._guard:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            inode, connection = self._borrow()
            try:
                connection.execute(begin)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.close()
                raise
            self._give_back(inode, connection)
        except OSError as error:
            raise Unavailable(error.strerror or str(error)) from error
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", "")
            damage = name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
            raise Unavailable(str(error), is_damage=damage) from error

    def _give_back(self, inode: int, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed:
                self._idle.append((inode, connection))
                return
        connection.close()

    def _borrow(self) -> tuple[int, sqlite3.Connection]:
        """A connection to the file that stands at the path now."""
        inode = self.place.path.stat().st_ino
        with self._guard:
            old = [item for item in self._idle if item[0] != inode]
            self._idle = [item for item in self._idle if item[0] == inode]
            found = self._idle.pop() if self._idle else None
        for _, connection in old:
            connection.close()
        return found or (inode, self._connect())

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.place.path.as_uri()}?mode=rw",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.text_factory = _text
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection


def _write(connection: sqlite3.Connection, meta: Meta, news: News) -> None:
    """Write what is new, and count it; what is there already leaves the index as it is."""
    before = connection.total_changes
    deltas = [_put(connection, entry, words) for entry, words in news.entries]
    deltas += [_drop(connection, thread) for thread in news.gone]
    deltas += _add(connection, news.added)
    values = dict(news.meta)
    if connection.total_changes != before or "marks" in values:
        values["serial"] = meta.serial + 1
        values["checkpoints"] = meta.checkpoints + sum(delta[0] for delta in deltas)
        values["writes"] = meta.writes + sum(delta[1] for delta in deltas)
    if values:
        write_meta(connection, values)


_NAMES = ", ".join(Entry._fields)
_TEXTS = {"thread", "checkpoint", "title", "told"}
_MAYBE = {"graph", "kind"}  # texts, or an empty blob
_VALUES = ", ".join(
    "CAST(? AS TEXT)" if name in _TEXTS
    else f"CASE WHEN ?{at} = x'' THEN x'' ELSE CAST(?{at} AS TEXT) END" if name in _MAYBE
    else "?"
    for at, name in enumerate(Entry._fields, start=2)
)  # fmt: skip
_ADD = f"INSERT INTO threads (id, {_NAMES}) VALUES (?, {_VALUES})"
_PUT = _ADD.replace("INSERT", "INSERT OR REPLACE", 1)
_ADD_WORDS = "INSERT INTO words (rowid, text) VALUES (?, ?)"
_FIND = "SELECT id, checkpoints, all_writes FROM threads WHERE thread = CAST(? AS TEXT)"
_SAME = (
    "SELECT t.*, w.text FROM threads t JOIN words w ON w.rowid = t.id"
    " WHERE t.thread = CAST(? AS TEXT)"
)


def _put(connection: sqlite3.Connection, entry: Entry, words: str) -> tuple[int, int]:
    """Write an entry; how many checkpoints and writes there are more."""
    old = connection.execute(_SAME, [entry.thread]).fetchone()
    if old is None:
        return _add(connection, [(entry, words)])[0]
    was = Entry(*map(_bytes, old[1:-1]))
    if was.state != entry.state:
        dropped, added = _drop(connection, entry.thread), _add(connection, [(entry, words)])[0]
        return dropped[0] + added[0], dropped[1] + added[1]
    if was != entry:
        connection.execute(_PUT, (old[0], *entry))
    if old[-1] != words:
        connection.execute("UPDATE words SET text = ? WHERE rowid = ?", [words, old[0]])
    return entry.checkpoints - was.checkpoints, entry.all_writes - was.all_writes


def _add(
    connection: sqlite3.Connection, added: Sequence[tuple[Entry, str]]
) -> list[tuple[int, int]]:
    """Write entries of threads that are not there, all at once; how much there is more, by each."""
    by_state = sorted(added, key=_state)  # full text likes its rows in their order
    numbered: list[tuple[int, tuple[Entry, str]]] = []
    for state, some in groupby(by_state, key=_state):
        numbered += enumerate(some, start=_free_id(connection, state))
    connection.executemany(_ADD, [(at, *entry) for at, (entry, _) in numbered])
    connection.executemany(_ADD_WORDS, [(at, words) for at, (_, words) in numbered])
    return [(entry.checkpoints, entry.all_writes) for entry, _ in added]


def _state(added: tuple[Entry, str]) -> int:
    return added[0].state


def _free_id(connection: sqlite3.Connection, state: int) -> int:
    """The id after the last one of a state."""
    first, last = span(state)
    sql = "SELECT ifnull(max(id) + 1, ?) FROM threads WHERE id BETWEEN ? AND ?"
    return int(connection.execute(sql, [first, first, last]).fetchone()[0])


def _drop(connection: sqlite3.Connection, thread: bytes) -> tuple[int, int]:
    old = connection.execute(_FIND, [thread]).fetchone()
    if old is None:
        return 0, 0
    connection.execute("DELETE FROM words WHERE rowid = ?", [old[0]])
    connection.execute("DELETE FROM threads WHERE id = ?", [old[0]])
    return -old[1], -old[2]


def _bytes(value: Any) -> Any:
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
