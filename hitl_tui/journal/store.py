"""Where a journal is kept: what its parts need of a database, whichever one it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Values = Sequence[object] | Mapping[str, object]
"""What stands for the `?` or the `:name` of a statement."""


class Cursor(Protocol):
    """What a statement did."""

    @property
    def rowcount(self) -> int:
        """How many rows it wrote."""


class Table(Protocol):
    """A table that rows are put into."""

    def insert(self, row: dict[str, Any], *, replace: bool = False) -> object:
        """Add a row; with `replace`, in the place of the one of the same primary key."""


class Transaction(Protocol):
    """A transaction that nobody else writes in between; sqlite-utils' `Database` is one."""

    def query(self, sql: str, values: Values = ()) -> Iterable[dict[str, Any]]:
        """The rows of a statement."""

    def execute(self, sql: str, values: Values = ()) -> Cursor:
        """Do a statement."""

    def table(self, name: str) -> Table:
        """A table by its name."""


class Store(Protocol):
    """Access to one journal's tables; safe to use from several threads.

    Reading a journal that is not there finds nothing in it and does not make it; the first
    writing does. All raise JournalError where it cannot be used. Statements are written in what
    all databases understand.
    """

    def exists(self) -> bool:
        """Whether anybody ever wrote to the journal."""

    def version(self) -> Hashable:
        """A cheap token that differs when anybody wrote to the journal."""

    def read(self, sql: str, values: Values = ()) -> list[dict[str, Any]]:
        """The rows of one statement."""

    def reads(self, *statements: str) -> list[list[dict[str, Any]]]:
        """The rows of several statements, all of one state of the journal."""

    def remembered(self, name: Hashable, read: Callable[[], T]) -> T:
        """What `read` returned by that name, if surely nobody wrote to the journal since.

        For what a row shows. What is decided by is read, see `Journal.begin`.
        """

    def writing(
        self, along: Callable[[], None] | None = None
    ) -> AbstractContextManager[Transaction]:
        """One transaction: nobody else writes between its checks and its writes.

        What it wrote stands when this returns, whatever happens to the power. `along` is done
        after the writes, and raises nothing: what it writes itself, in transactions of its own,
        comes after these, and may reach the disk together with them.
        """

    def close(self) -> None:
        """Free the database; it can be used again afterwards."""
