"""Where a test's threads are kept: in a SQLite file, named by its path, in a Postgres database or
at an Agent Server, named by their addresses. What a test does to any of them is the same call.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from hitl_tui.backends.backend import Backend
from hitl_tui.backends.connect import backend_for
from hitl_tui.cli.wiring import store_for
from hitl_tui.journal.journal import Journal
from tests.contract.runner.processes import PATIENCE

Source = Path | str
KINDS = ("sqlite", "postgres")
EVERYWHERE = ("sqlite", "server", "postgres")
_TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")

on_both = pytest.mark.parametrize("source", KINDS, indirect=True)
"""The demo's threads in a file, and again in a database."""

everywhere = pytest.mark.parametrize("source", EVERYWHERE, indirect=True)
"""Those two, and a server, which has threads of its own."""

here_and_there = pytest.mark.parametrize("anywhere", EVERYWHERE[:2], indirect=True)
"""`anywhere` for what a database does as a file does: in a file, and at a server."""


@contextmanager
def stock(source: Source) -> Iterator[Any]:
    """LangGraph's own saver, as any other program uses it."""
    if isinstance(source, Path):
        with closing(sqlite3.connect(source, PATIENCE, check_same_thread=False)) as connection:
            yield SqliteSaver(connection)
        return
    from langgraph.checkpoint.postgres import PostgresSaver

    with PostgresSaver.from_conn_string(source) as saver:
        saver.setup()
        yield saver


def backend_of(source: Source) -> Backend:
    """A look at the threads; nothing can be run."""
    return backend_for(str(source), None)


def journal_of(source: Source, **options: Any) -> Journal:
    """The journal that operators of the source share."""
    return Journal(store_for(str(source)), **options)


def has_journal(source: Source) -> bool:
    """Whether anything was ever written down."""
    if isinstance(source, Path):
        return source.with_name(f"{source.name}.hitl.db").exists()
    if source.startswith("http"):
        return any(Path(os.environ["XDG_DATA_HOME"]).rglob("*.hitl.db"))
    schemas = rows(source, "SELECT 1 FROM pg_namespace WHERE nspname = 'hitl_tui'")
    return bool(schemas)


def held(source: Source) -> object:
    """All that LangGraph's tables hold, to be compared."""
    if isinstance(source, Path):
        return source.read_bytes()
    return [rows(source, f"SELECT t.*, t.xmin FROM {table} t ORDER BY 1, 2, 3, 4, 5")
            for table in _TABLES]  # fmt: skip


def held_of(source: Source, thread: str) -> object:
    """All of one thread that its source holds; of a file or a database, all of it."""
    if isinstance(source, Path) or not source.startswith("http"):
        return held(source)
    from langgraph_sdk import get_sync_client

    client = get_sync_client(url=source, api_key=None)
    told = client.threads.get(thread), client.threads.get_state(thread), client.runs.list(thread)
    client.close()
    return told


def rows(source: str, statement: str) -> list[tuple[Any, ...]]:
    """What a statement finds in a database."""
    import psycopg

    with psycopg.connect(source, autocommit=True) as connection:
        return connection.execute(statement).fetchall()


def forget(saver: Any, config: Any) -> None:
    """Delete one checkpoint, as if it had never been written."""
    checkpoint = config["configurable"]["checkpoint_id"]
    if isinstance(saver, SqliteSaver):
        saver.conn.execute("DELETE FROM checkpoints WHERE checkpoint_id = ?", [checkpoint])
        saver.conn.commit()
    else:
        saver.conn.execute("DELETE FROM checkpoints WHERE checkpoint_id = %s", [checkpoint])
