"""One moment of a database: which transactions it sees, and where its tables end.

Rows have no numbers. What is told of their age is the transaction that wrote them (`xmin`, a
number of 32 bits that goes round), and of their place the page they stand in. Most new rows stand
at the ends of their tables; some are put into the room of deleted ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from hitl_tui.database import Connection

TABLES = ("checkpoints", "checkpoint_writes")
Blocks = tuple[int, int]
"""Pages of both tables."""

MOST_AGE = 2**31 - 1


class Moment(NamedTuple):
    """What a transaction sees: all others below `oldest`, none from `next` on, none `running`.

    Two with equal `text` see the same rows. `ages` is what the database calls the age of `next`: so
    many from there on had begun, and are not told to be `running`. On a replica, which of the
    others were running is not told. `identity` tells one database of a server from another, `files`
    differ when a table was written anew as a whole.
    """

    text: str
    oldest: int
    next: int
    running: frozenset[int]
    ends: Blocks
    ages: int
    is_replica: bool
    identity: str
    files: str

    def age_of(self, transaction: int) -> int:
        """What the database calls the age of a transaction, in a reading of this moment."""
        return max(0, min(MOST_AGE, self.next + self.ages - transaction))


def moment(connection: Connection) -> Moment:
    """What the transaction of this connection sees."""
    row = connection.execute(MOMENT).fetchone()
    assert row is not None
    return moment_of(row)


def moment_of(row: Sequence[Any]) -> Moment:
    """The moment that a row of `MOMENT` tells."""
    text, at, ages, is_replica, first, second, block, *tables = row
    oldest, following, running = text.split(":")
    paths = [(path or "").split("/") for path in tables[:2]]
    folder = paths[0][-2] if len(paths[0]) > 1 else ""
    return Moment(
        f"{text} {at}",
        int(oldest),
        int(following),
        frozenset(int(each) for each in running.split(",") if each),
        (first // int(block), second // int(block)),
        ages,
        is_replica,
        f"{folder} {tables[2]} {tables[3]}",
        " ".join(path[-1] for path in paths),
    )


def seen(connection: Connection) -> str:
    """The `text` of the moment, which costs less than all of it."""
    row = connection.execute(f"SELECT {SEEN}").fetchone()
    assert row is not None
    return f"{row[0]} {row[1]}"


SEEN = """
pg_current_snapshot()::text,
CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text ELSE '' END
"""
"""What `seen` is told by."""
MOMENT = f"""
SELECT s.now::text, CASE WHEN r.is_replica THEN pg_last_wal_replay_lsn()::text ELSE '' END,
    age(pg_snapshot_xmax(s.now)::xid) AS ages, r.is_replica,
    {", ".join(f"pg_relation_size('{table}')" for table in TABLES)},
    current_setting('block_size'),
    {", ".join(f"pg_relation_filepath('{table}')" for table in TABLES)},
    {", ".join(f"'{table}'::regclass::oid" for table in TABLES)}
FROM (SELECT pg_current_snapshot() AS now) s, (SELECT pg_is_in_recovery() AS is_replica) r
"""
"""The database is told by the folder that its tables are in: one look into a catalogue less.

A new connection pays for each function that it never called: what can be told of a path is told
here, not there.
"""
COLUMNS = 11
"""So many columns has a row of `MOMENT`."""
