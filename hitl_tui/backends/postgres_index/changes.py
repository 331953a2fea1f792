"""Finds what changed in a database: where new rows stand, and which transactions wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hitl_tui.backends.postgres_index.moment import MOMENT, MOST_AGE, TABLES, Moment, moment_of

if TYPE_CHECKING:
    from hitl_tui.backends.postgres_index.known import Known
    from hitl_tui.backends.postgres_index.marks import Marks
    from hitl_tui.database import Connection

_NEW = (
    "SELECT thread_id, count(*) FROM {} WHERE ctid >= %s::text::tid"
    " AND age(xmin) BETWEEN 0 AND %s GROUP BY thread_id"
)
TOUCHED = " UNION ALL ".join(_NEW.format(table) for table in TABLES)
_LIMIT = f"(SELECT least(split_part(now, ':', 2)::bigint + ages - %s, {MOST_AGE}) FROM now)"
NEWS = f"""
WITH now AS MATERIALIZED ({MOMENT.replace("%", "%%")}) SELECT now.*, t.* FROM now CROSS JOIN (
    SELECT array_agg(u.thread_id) AS threads, coalesce(sum(u.count), 0)::bigint AS rows
    FROM ({TOUCHED.replace("0 AND %s", f"0 AND {_LIMIT}")}) u
) t
"""
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


def news(connection: Connection, since: Marks) -> tuple[Moment, set[str], int]:
    """The moment, and what `touched` tells of it; right if `since` is calm and reaches it."""
    first, second = since.last_pages()
    values = [_at(first), since.next, _at(second), since.next]
    row = connection.execute(NEWS, values).fetchone()
    assert row is not None
    *now, threads, rows = row
    return moment_of(now), set(threads or ()), rows


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
