"""Makes a thread's stored rows unreadable, in the two ways that happen."""

import hashlib
import sqlite3


def spoil(connection: sqlite3.Connection, how: str, thread_id: str) -> None:
    """Make a thread unreadable, "damaged" or "encrypted"."""
    (damage if how == "damaged" else encrypt)(connection, thread_id)


def damage(connection: sqlite3.Connection, thread_id: str) -> None:
    """Cut every blob in half, as a broken disk or copy leaves it."""
    for table, column in (("checkpoints", "checkpoint"), ("writes", "value")):
        half = f"substr({column}, 1, length({column}) / 2)"
        connection.execute(f"UPDATE {table} SET {column} = {half} WHERE thread_id = ?", [thread_id])


def encrypt(connection: sqlite3.Connection, thread_id: str) -> None:
    """Make every blob look as `EncryptedSerializer` writes it, with a key that nobody has."""
    for table, column in (("checkpoints", "checkpoint"), ("writes", "value")):
        rows = connection.execute(
            f"SELECT rowid, {column} FROM {table} WHERE thread_id = ?", [thread_id]
        ).fetchall()
        for rowid, blob in rows:
            noise = hashlib.shake_256(blob).digest(len(blob) + 32)
            connection.execute(
                f"UPDATE {table} SET type = 'msgpack+aes', {column} = ? WHERE rowid = ?",
                [noise, rowid],
            )
