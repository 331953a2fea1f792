"""A list straight out of an index, where its source surely holds what was indexed.

That is so while the source is the file that a build read from start to end, with the times and
sizes that it had all the while. Then a row of the index is as certain as a reading of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from hitl_tui.backends.index.meta import read_meta
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.schema import STATES
from hitl_tui.backends.index.select import Selection
from hitl_tui.backends.told import Told

if TYPE_CHECKING:
    from hitl_tui.backends.sqlite_file import SqliteFile
    from hitl_tui.model.threads import Query

_COLUMNS = "thread, state, ticks, graph, title, "
_WHOLE = "told"
_SHORT = "CASE WHEN title <> '' AND ticks > 0 AND told <> '' THEN '{}' ELSE told END"
"""Only what the other columns do not say."""


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
            rows = _rows(connection, now, query, limit, _WHOLE if whole else _SHORT)
    except sqlite3.Error:
        return None  # whoever reads the source instead says what is wrong with the index
    return rows if source.stamps() == (stamps, False) else None


def _rows(
    connection: sqlite3.Connection,
    now: tuple[str, str],
    query: Query,
    limit: int | None,
    json: str,
) -> Sequence[Told] | None:
    meta = read_meta(connection)
    if meta is None or not (meta.is_ours and meta.complete and (meta.file, meta.read_at) == now):
        return None
    wanted = Selection(connection, query).rows(_COLUMNS + json, backwards=query.backwards)
    wanted.add(" LIMIT ?", -1 if limit is None else limit)
    try:
        rows = connection.execute(wanted.sql, wanted.values).fetchall()
    except sqlite3.OperationalError:  # some text is no UTF-8
        connection.text_factory = _text
        rows = connection.execute(wanted.sql, wanted.values).fetchall()
    if not all(row[5] for row in rows):
        return None
    return [Told(row[0], STATES[row[1]], row[2], row[3] or "", row[4], row[5]) for row in rows]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
