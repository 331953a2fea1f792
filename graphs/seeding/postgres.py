"""The stock Postgres checkpointer for the samples, and how its rows are made unreadable."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import dict_row

from graphs.seeding.at_once import AtOnce


class SeedSaver(AtOnce, PostgresSaver):
    """Texts without NUL, which Postgres cannot hold."""

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: dict[str, str | int | float],
    ) -> RunnableConfig:
        values = {
            key: value.replace("\0", "") if isinstance(value, str) else value
            for key, value in checkpoint["channel_values"].items()
        }
        held: Checkpoint = {**checkpoint, "channel_values": values}
        return super().put(config, held, metadata, new_versions)


@contextmanager
def opened(address: str) -> Iterator[tuple[SeedSaver, psycopg.Connection[Any]]]:
    """A saver on an empty database, and its connection; FileExistsError if it has threads."""
    with psycopg.connect(address, autocommit=True, row_factory=dict_row) as connection:
        saver = SeedSaver(connection)
        saver.setup()
        if connection.execute("SELECT 1 FROM checkpoints LIMIT 1").fetchone():
            raise FileExistsError(address)
        yield saver, connection


def spoil(connection: psycopg.Connection[Any], how: str, thread_id: str) -> None:
    """Make a thread unreadable: cut every blob in half, or encrypt it with a key nobody has."""
    for table in ("checkpoint_blobs", "checkpoint_writes"):
        rows = connection.execute(
            f"SELECT ctid::text AS place, blob FROM {table}"
            " WHERE thread_id = %s AND blob IS NOT NULL",
            [thread_id],
        ).fetchall()
        for row in rows:
            connection.execute(
                f"UPDATE {table} SET blob = %s, type = coalesce(%s, type)"
                " WHERE ctid = %s::text::tid",
                [*_spoilt(row["blob"], how), row["place"]],
            )


def _spoilt(blob: bytes, how: str) -> tuple[bytes, str | None]:
    if how == "damaged":
        return blob[: len(blob) // 2], None
    return hashlib.shake_256(blob).digest(len(blob) + 32), "msgpack+aes"
