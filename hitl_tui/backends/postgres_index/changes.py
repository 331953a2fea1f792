"""Finds what changed in a database: where new rows stand, and which transactions wrote them."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from hitl_tui.backends.postgres_index.claims import Claims
from hitl_tui.backends.postgres_index.few import Few, few, few_sql
from hitl_tui.backends.postgres_index.moment import (
    COLUMNS,
    MOMENT,
    MOST_AGE,
    TABLES,
    Moment,
    moment_of,
)
from hitl_tui.backends.postgres_tables import storable

if TYPE_CHECKING:
    from hitl_tui.backends.postgres_index.known import Known
    from hitl_tui.backends.postgres_index.marks import Marks
    from hitl_tui.database import Connection

_NEW = (
    "SELECT thread_id, count(*) FROM {} WHERE ctid >= %s::text::tid"
    " AND age(xmin) BETWEEN 0 AND %s GROUP BY thread_id"
)
TOUCHED = " UNION ALL ".join(_NEW.format(table) for table in TABLES)
_MOST = 20_000  # new rows that are told one by one
_ROWS = " UNION ALL ".join(
    f"SELECT thread_id FROM {table}"
    " WHERE ctid >= %s::tid AND age(xmin) BETWEEN 0 AND (SELECT age(%s::xid))"
    for table in TABLES
)
_NEWS = f"""
WITH now AS MATERIALIZED ({MOMENT.replace("%", "%%")}), new AS MATERIALIZED (
    SELECT ARRAY({_ROWS} LIMIT {_MOST}) AS threads
)
SELECT now.*, new.threads, {{refuted}} AS refuted {{columns}} FROM now CROSS JOIN new {{few}}
"""
_FEW = 8  # threads that are read with the news of them
_THREADS = f"(SELECT DISTINCT u.id FROM unnest(new.threads || %s::text[]) AS u (id) LIMIT {_FEW})"
PASSED = _NEW.replace(" AND", " AND ctid < %s::text::tid AND", 1)
_COUNTED = " + ".join(
    f"pg_stat_get_tuples_{what}(to_regclass('{table}'))"
    for table in TABLES
    for what in ("inserted", "updated")
)
THINNED = """
SELECT a.thread FROM unnest(%s::text[], %s::text[], %s::int[]) AS a (thread, head, writes)
WHERE NOT EXISTS (
    SELECT 1 FROM checkpoints c
    WHERE c.thread_id = a.thread AND c.checkpoint_ns = '' AND c.checkpoint_id = a.head
) OR a.writes <> (
    SELECT count(*) FROM checkpoint_writes w
    WHERE w.thread_id = a.thread AND w.checkpoint_ns = '' AND w.checkpoint_id = a.head
)
"""
ASKING = """
SELECT DISTINCT w.thread_id, w.checkpoint_id FROM checkpoint_writes w
WHERE w.ctid >= %s::text::tid AND w.ctid < %s::text::tid AND w.idx = -3 AND w.checkpoint_ns = ''
    AND w.checkpoint_id = (
        SELECT c.checkpoint_id FROM checkpoints c
        WHERE c.thread_id = w.thread_id AND c.checkpoint_ns = ''
        ORDER BY c.checkpoint_id DESC LIMIT 1
    )
LIMIT %s
"""


def written(connection: Connection) -> int:
    """How many rows were ever put into the tables, as the server's statistics tell, to any role.

    They are late by up to ten seconds, count what was rolled back, and may begin anew.
    """
    row = connection.execute(f"SELECT {_COUNTED}").fetchone()
    return int(row[0] or 0) if row else 0


def touched(connection: Connection, since: Marks, now: Moment) -> tuple[set[str], int]:
    """The threads with rows at the tables' ends that were not seen before; how many rows."""
    age = now.age_of(since.earliest(now))
    first, second = since.pages(now)
    rows = connection.execute(TOUCHED, [_at(first), age, _at(second), age]).fetchall()
    return {row[0] for row in rows}, sum(row[1] for row in rows)


class News(NamedTuple):
    """What one statement tells: the moment, new rows' threads, a row each; claims that fail.

    `few` are threads that were read, of these and of the suspects.
    """

    now: Moment
    rows: Sequence[str]
    refuted: Set[str]
    few: Sequence[Few]

    @property
    def is_all(self) -> bool:
        """Whether there are no more new rows than are told."""
        return len(self.rows) < _MOST


@cache
def news_sql(path: str | None, refuted: str) -> str:
    """The statement of `news`, in Postgres's own words: a long one is not parsed anew each time."""
    few = path and f"LEFT JOIN LATERAL ({few_sql(_THREADS, path)}) f ON true"
    refuted = f"ARRAY({refuted})" if refuted else "NULL::text[]"
    sql = _NEWS.format(refuted=refuted, columns=", f.*" if few else "", few=few or "")
    first, *parts = sql.split("%s")
    numbered = "".join(f"${at}{part}" for at, part in enumerate(parts, start=1))
    return (first + numbered).replace("%%", "%")


def news(
    connection: Connection,
    since: Marks,
    claims: Claims,
    suspects: Collection[str],
    path: str | None,
) -> News:
    """What is new, which of the claims fail, and a few of the threads read, as of one moment.

    Right if `since` is calm and reaches that. With no `path`, see `PostgresReader.path`, none is
    read: that takes long where a connection never did it.
    """
    from psycopg import RawCursor

    first, second = since.last_pages()
    following = str(since.next % 2**32)
    values: list[object] = [_at(first), following, _at(second), following, *claims.values]
    values += [[each for each in suspects if storable(each)]] if path else ()
    cursor = RawCursor(connection)
    rows = cursor.execute(news_sql(path, claims.sql), values, binary=True).fetchall()
    now = moment_of(rows[0][:COLUMNS])
    new, refuted, *_ = rows[0][COLUMNS:]
    read = [row[COLUMNS + 2 :] for row in rows if path and row[COLUMNS + 2] is not None]
    return News(now, new, set(refuted or ()), few(connection, path or "", read))


def touched_between(
    connection: Connection, table: int, pages: range, since: int, now: Moment
) -> set[str]:
    """The threads with rows in some pages of a table that transactions from `since` on wrote."""
    values = [_at(pages.start), _at(pages.stop), now.age_of(since)]
    return {row[0] for row in connection.execute(PASSED.format(TABLES[table]), values)}


def thinned(connection: Connection, rows: Sequence[Known]) -> set[str]:
    """Those of an index's rows that lack their head by now, or some writes on it."""
    values = [[getattr(row, name) for row in rows] for name in ("thread", "head", "writes")]
    return {row[0] for row in connection.execute(THINNED, values)}


def asking(connection: Connection, pages: range, most: int) -> list[tuple[str, str]]:
    """Threads whose questions stand in some pages, and their heads."""
    values = [_at(pages.start), _at(pages.stop), most]
    return [(row[0], row[1]) for row in connection.execute(ASKING, values)]


def _at(page: int) -> str:
    """A page's beginning, as Postgres writes it."""
    return f"({min(page, MOST_AGE)},0)"
