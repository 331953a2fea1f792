"""LangGraph's checkpointers for both kinds of graphs, held open between runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any

POSTGRES = "postgresql:"
"""What a database's address begins with; any other place of checkpoints is a file's path."""


class AtOnce:
    """The async methods of a saver: a worker runs one thread, nobody waits for its loop."""

    async def aget_tuple(self: Any, config: Any) -> Any:
        """The stock method, at once; so are the others below."""
        return self.get_tuple(config)

    async def alist(self: Any, config: Any, **options: Any) -> AsyncIterator[Any]:
        """See `list`."""
        for found in self.list(config, **options):
            yield found

    async def aput(self: Any, *args: Any) -> Any:
        """See `put`."""
        return self.put(*args)

    async def aput_writes(self: Any, *args: Any) -> None:
        """See `put_writes`."""
        self.put_writes(*args)

    async def adelete_thread(self: Any, thread_id: str) -> None:
        """See `delete_thread`."""
        self.delete_thread(thread_id)

    async def aget_delta_channel_history(self: Any, **options: Any) -> Any:
        """See `get_delta_channel_history`."""
        return self.get_delta_channel_history(**options)


class Savers:
    """The saver of the last source, opened again only where it must be.

    A saver adds to the stock one: `is_of` tells whether it can still be used for a source;
    `prepare` lets LangGraph make its tables, and until then a run can be refused without a trace
    (where it `MIGRATES` older ones, it waits until all else was checked);
    `try_to_write` raises one of its `errors` if nothing can be written now; `failure` is the last
    error of a write, after which nobody knows what the node did; `fence` is asked, once, when a
    run reads the checkpoint that it goes on from, and by `compare` at any time; `identity` tells a
    source from another one in its place, which would be `REPLACED`.
    """

    def __init__(self) -> None:
        self._held: Any = None

    def of(self, source: str, *, create: bool) -> Any:
        """The saver of a source; Refused if it is missing and may not be created."""
        if self._held is not None and self._held.is_of(source):  # so it is there too
            self._held.may_create = create
            return self._held
        module = import_module(f".saver_{kind_of(source)}", __package__)
        module.demand(source, create=create)
        if self._held is not None:
            self._held.close()
            self._held = None
        self._held = module.opened(source, create=create)
        return self._held


def kind_of(source: str) -> str:
    """Which saver a source needs."""
    return "postgres" if source.startswith(POSTGRES) else "sqlite"
