"""How SQLite's texts come out of an index, where the usual way takes longer than what is looked up.

That calls Python for each text, because a stored text need not be valid UTF-8.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def uninterpreted(connection: sqlite3.Connection) -> Iterator[None]:
    """Texts come as bytes, for whoever does not look at them."""
    usual, connection.text_factory = connection.text_factory, bytes
    try:
        yield
    finally:
        connection.text_factory = usual


def soon(connection: sqlite3.Connection, read: Callable[[], T]) -> T:
    """What `read` returns, with texts that SQLite's own module decodes, if it can all of them."""
    usual, connection.text_factory = connection.text_factory, str
    try:
        return read()
    except sqlite3.OperationalError:
        connection.text_factory = usual
        return read()  # what is wrong besides is wrong again
    finally:
        connection.text_factory = usual
