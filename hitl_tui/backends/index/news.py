"""Writes into an index what was read of its source, and keeps count of it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from hitl_tui.backends.index import tally
from hitl_tui.backends.index.entry import SIGNATURE, Entry
from hitl_tui.backends.index.meta import Meta, write_meta
from hitl_tui.backends.index.schema import span


@dataclass(frozen=True, slots=True)
class News:
    """What is to be written: entries with their words, threads that are gone, and meta.

    `added` are entries of threads that the index surely has not.
    """

    entries: Sequence[tuple[Entry, str]] = ()
    gone: Sequence[bytes] = ()
    meta: dict[str, object] = field(default_factory=dict)
    added: Sequence[tuple[Entry, str]] = ()


def write_news(connection: sqlite3.Connection, meta: Meta, news: News) -> None:
    """Write what is new, and count it; what is there already leaves the index as it is."""
    before = connection.total_changes
    moved: Counter[int] = Counter()
    deltas = [_put(connection, entry, words, moved) for entry, words in news.entries]
    deltas += [_drop(connection, thread, moved) for thread in news.gone]
    deltas += _add(connection, news.added, moved)
    values = dict(news.meta)
    if connection.total_changes != before or "marks" in values:
        values["serial"] = meta.serial + 1
        values["read_at"] = ""  # what was read then is here no more
        values["checkpoints"] = meta.checkpoints + sum(delta[0] for delta in deltas)
        values["writes"] = meta.writes + sum(delta[1] for delta in deltas)
        if meta.complete:
            tally.keep(connection, meta.serial, meta.serial + 1, moved)
    if values:
        write_meta(connection, values)


def write_same(connection: sqlite3.Connection, meta: Meta, read: tuple[Entry, str]) -> bool:
    """Write an entry, if its thread is there as it was when it was read; whether it is."""
    sql = f"SELECT {SIGNATURE} FROM threads WHERE thread = CAST(? AS TEXT)"
    row = connection.execute(sql, [read[0].thread]).fetchone()
    if row is None or tuple(map(_bytes, row)) != read[0].signature:
        return False
    write_news(connection, meta, News([read]))
    return True


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
_FIND = "SELECT id, checkpoints, all_writes, state FROM threads WHERE thread = CAST(? AS TEXT)"
_SAME = (
    "SELECT t.*, w.text FROM threads t JOIN words w ON w.rowid = t.id"
    " WHERE t.thread = CAST(? AS TEXT)"
)


def _put(
    connection: sqlite3.Connection, entry: Entry, words: str, moved: Counter[int]
) -> tuple[int, int]:
    """Write an entry; how many checkpoints and writes there are more."""
    old = connection.execute(_SAME, [entry.thread]).fetchone()
    if old is None:
        return _add(connection, [(entry, words)], moved)[0]
    was = Entry(*map(_bytes, old[1:-1]))
    if was.state != entry.state:
        dropped = _drop(connection, entry.thread, moved)
        (added,) = _add(connection, [(entry, words)], moved)
        return dropped[0] + added[0], dropped[1] + added[1]
    if was != entry:
        connection.execute(_PUT, (old[0], *entry))
    if old[-1] != words:
        connection.execute("UPDATE words SET text = ? WHERE rowid = ?", [words, old[0]])
    return entry.checkpoints - was.checkpoints, entry.all_writes - was.all_writes


def _add(
    connection: sqlite3.Connection, added: Sequence[tuple[Entry, str]], moved: Counter[int]
) -> list[tuple[int, int]]:
    """Write entries of threads that are not there, all at once; how much there is more, by each."""
    by_state = sorted(added, key=_state)  # full text likes its rows in their order
    numbered: list[tuple[int, tuple[Entry, str]]] = []
    for state, some in groupby(by_state, key=_state):
        numbered += enumerate(some, start=_free_id(connection, state))
    connection.executemany(_ADD, [(at, *entry) for at, (entry, _) in numbered])
    connection.executemany(_ADD_WORDS, [(at, words) for at, (_, words) in numbered])
    moved.update(map(_state, added))
    return [(entry.checkpoints, entry.all_writes) for entry, _ in added]


def _state(added: tuple[Entry, str]) -> int:
    return added[0].state


def _free_id(connection: sqlite3.Connection, state: int) -> int:
    """The id after the last one of a state."""
    first, last = span(state)
    sql = "SELECT ifnull(max(id) + 1, ?) FROM threads WHERE id BETWEEN ? AND ?"
    return int(connection.execute(sql, [first, first, last]).fetchone()[0])


def _drop(connection: sqlite3.Connection, thread: bytes, moved: Counter[int]) -> tuple[int, int]:
    old = connection.execute(_FIND, [thread]).fetchone()
    if old is None:
        return 0, 0
    connection.execute("DELETE FROM words WHERE rowid = ?", [old[0]])
    connection.execute("DELETE FROM threads WHERE id = ?", [old[0]])
    moved[old[3]] -= 1
    return -old[1], -old[2]


def _bytes(value: Any) -> Any:
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
