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
def texts_as(connection: sqlite3.Connection, factory: type[str] | type[bytes]) -> Iterator[None]:
    """Texts come without a call of Python: as str, where all are UTF-8, or as the bytes they are.

    With `str` one that is no UTF-8 raises sqlite3.OperationalError.
    """
    usual, connection.text_factory = connection.text_factory, factory
    try:
        yield
    finally:
        connection.text_factory = usual


def soon(connection: sqlite3.Connection, read: Callable[[], T]) -> T:
    """What `read` returns, with texts that SQLite's own module decodes, if it can all of them."""
    try:
        with texts_as(connection, str):
            return read()
    except sqlite3.OperationalError:
        return read()  # what is wrong besides is wrong again
