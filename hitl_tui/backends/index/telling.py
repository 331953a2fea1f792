"""A list straight out of an index, where its source surely holds what was indexed.

That is so while the source is the file that a build read from start to end, with the times and
sizes that it had all the while. Then a row of the index is as certain as a reading of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from hitl_tui.backends.index.meta import read_meta
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.schema import STATES
from hitl_tui.backends.index.select import Selection
from hitl_tui.backends.index.texts import soon
from hitl_tui.backends.index.unread import how_many
from hitl_tui.backends.told import Told

if TYPE_CHECKING:
    from hitl_tui.backends.sqlite_file import SqliteFile
    from hitl_tui.model.threads import Query

_COLUMNS = "thread, state, ticks, graph, title"
_SHORT = """
CASE WHEN title <> '' AND ticks > 0 AND told <> '' AND proof <> x'' THEN '{}' ELSE told END
"""
"""Only what the other columns do not say."""

PROOF = 6
_SLOTS = 32  # ids of one statement, or a multiple: so SQLite knows it already


def told(
    place: Place, source: SqliteFile, query: Query, limit: int | None, *, whole: bool
) -> Sequence[Told] | None:
    """The query's rows; None where the index cannot tell all of them for certain.

    Without `whole`, the JSON of rows that have a title and a time is left out.
    """
    stamps, young = source.stamps()
    if young or not place.path.exists():
        return None
    now = repr(source.identity()), repr(stamps)
    try:
        with closing(sqlite3.connect(f"{place.path.as_uri()}?mode=rw", uri=True)) as connection:
            connection.execute("BEGIN")
            rows = _rows(connection, now, query, limit, whole)
    except sqlite3.Error:
        return None  # whoever reads the source instead says what is wrong with the index
    return rows if source.stamps() == (stamps, False) else None


def _rows(
    connection: sqlite3.Connection,
    now: tuple[str, str],
    query: Query,
    limit: int | None,
    whole: bool,
) -> Sequence[Told] | None:
    meta = read_meta(connection)
    if meta is None or not (meta.is_ours and meta.complete and (meta.file, meta.read_at) == now):
        return None
    rows = rows_of(connection, query, limit, whole=whole)
    return None if rows is None else list(map(made, rows))


def rows_of(
    connection: sqlite3.Connection, query: Query, limit: int | None, *, whole: bool
) -> list[Any] | None:
    """The query's rows as the index holds them, for `made`; None if it cannot tell one of them.

    Nor can it tell which they are while a state is still a guess. The number `PROOF` of each is
    what proves it, see `Entry.proof`.
    """
    if how_many(connection):
        return None
    columns = f"{_COLUMNS}, {'told' if whole else _SHORT}, proof"
    wanted = Selection(connection, query).rows(columns, backwards=query.backwards)
    wanted.add(" LIMIT ?", -1 if limit is None else limit)
    try:
        rows = connection.execute(wanted.sql, wanted.values).fetchall()
    except sqlite3.OperationalError:  # some text is no UTF-8
        connection.text_factory = _text
        rows = connection.execute(wanted.sql, wanted.values).fetchall()
    return rows if all(row[5] for row in rows) else None


def rows_by_id(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Any] | None:
    """The same of these rows, in their order, without JSON that other columns tell.

    The last of each is the head that it was read from.
    """
    bound = [*ids, *[None] * (-len(ids) % _SLOTS)]
    marks = ", ".join("?" * len(bound))
    sql = f"SELECT id, {_COLUMNS}, {_SHORT}, proof, checkpoint FROM threads WHERE id IN ({marks})"
    found = soon(connection, lambda: connection.execute(sql, bound).fetchall())
    by_id = {row[0]: row[1:] for row in found}
    rows = [by_id[at] for at in ids]
    return rows if all(row[5] for row in rows) else None


def made(row: Any) -> Told:
    """What is told of a row."""
    return Told(row[0], STATES[row[1]], row[2], row[3] or "", row[4], row[5])


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
