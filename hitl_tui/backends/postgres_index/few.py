"""A few threads in one statement: what proves them, and all that a queue shows of them.

Only what is plain is told that way. Of a thread that is heavy or gone nothing is; one that has
subgraphs, was forked, or holds Sends with the checkpoint before, takes more statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl_tui.backends.index.entry import Entry, entry_of
from hitl_tui.backends.postgres_index.entries import HEADS, Proof, proof_of
from hitl_tui.backends.postgres_page import PostgresPage
from hitl_tui.backends.postgres_tables import (
    BLOBS,
    OWN_SENDS,
    SCHEDULING,
    bare_head,
    heads_sql,
)
from hitl_tui.backends.summaries import summaries
from hitl_tui.backends.tables import Head, Write
from hitl_tui.backends.weight import HEAVY

if TYPE_CHECKING:
    from hitl_tui.backends.words import Describe
    from hitl_tui.database import Connection
    from hitl_tui.model.threads import ThreadSummary

_PACKED = 10  # times that JSON may be longer than it is stored
_ON_HEAD = """
FROM checkpoint_writes w
WHERE w.thread_id = p.id AND w.checkpoint_ns = '' AND w.checkpoint_id = p.head
"""
_SIZE = f"""
(SELECT coalesce(sum(octet_length(w.blob)), 0) {_ON_HEAD})
+ (SELECT coalesce(sum(octet_length(b.blob)), 0) FROM {BLOBS} {SCHEDULING})
+ {_PACKED} * (pg_column_size(c.checkpoint) + pg_column_size(c.metadata))
"""
_TEXTS = ", ".join(
    f"convert_to({each}, 'UTF8')"
    for each in ("w.task_id", "{path}", "w.idx::text", "w.channel", "w.type")
)
_MORE = f""", p.*, (
    SELECT array_agg(ARRAY[{_TEXTS}, w.blob] ORDER BY age(w.xmin) DESC, w.ctid) {_ON_HEAD}
)"""


class Few(NamedTuple):
    """A thread's proof, and what is shown of it, as of one moment."""

    proof: Proof
    summary: ThreadSummary


def few_sql(threads: str, path: str) -> str:
    """The threads, see `entries.HEADS`, of which `few` makes something."""
    source = f"""({HEADS.format(threads=threads)}) p CROSS JOIN LATERAL (
        SELECT * FROM checkpoints k
        WHERE k.thread_id = p.id AND k.checkpoint_ns = '' AND k.checkpoint_id = p.head
    ) c"""
    return heads_sql(source, f"{_SIZE} < {HEAVY}", False, _MORE.format(path=path))


COLUMNS = 17
"""So many columns has a row of it."""


def few(connection: Connection, path: str, rows: Iterable[Sequence[Any]]) -> list[Few]:
    """What the rows of `few_sql` tell; nothing of those that take more."""
    found: dict[str, tuple[Proof, Head]] = {}
    for row in rows:
        proof, head = proof_of(row[7:16]), bare_head(row[:7], ())
        is_plain = not proof.inner and not proof.is_forked
        if is_plain and (row[2] is None or (row[3] or 0) >= OWN_SENDS):
            found[row[0]] = proof, head._replace(writes=_writes(row[16] or ()))
    ahead = {name: head for name, (_, head) in found.items()}
    page = PostgresPage(connection, (), path=path, nested=set(), forked=set(), ahead=ahead)
    told = summaries(page, list(found))
    return [
        Few(proof, summary)
        for (proof, _), summary in zip(found.values(), told, strict=True)
        if summary is not None
    ]


def unknown(
    found: Iterable[Few], known: Mapping[str, tuple[object, ...]], describe: Describe
) -> list[tuple[Entry, str]]:
    """The entries of those that an index with these signatures has not."""
    return [
        entry_of(proof.head, summary, proof.inner, describe)
        for proof, summary in found
        if known.get(proof.head.thread_id) != proof.signature
    ]


def _writes(rows: Iterable[Sequence[bytes | None]]) -> tuple[Write, ...]:
    return tuple(_write(row, at) for at, row in enumerate(rows, start=1))


def _write(row: Sequence[bytes | None], at: int) -> Write:
    task, path, idx, channel, kind = (None if each is None else each.decode() for each in row[:5])
    return Write("", task or "", path or "", int(idx or 0), channel or "", kind, row[5], at)
