"""Pages of a server's rows, asked for as well as it understands, and their number.

What is too much at once is asked for in smaller parts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from hitl_tui.backends.agent_server.abilities import LEAST
from hitl_tui.backends.agent_server.bounds import ROWS, TooMuch, no_more_than
from hitl_tui.backends.agent_server.heavy import begun, heavy
from hitl_tui.backends.agent_server.rows import Row, row_of
from hitl_tui.errors import SourceError

if TYPE_CHECKING:
    from langgraph_sdk.client import SyncLangGraphClient
    from langgraph_sdk.schema import ThreadSortBy, ThreadStatus

    from hitl_tui.backends.agent_server.server import Server


class Order(NamedTuple):
    """In which order rows are asked for, and of threads with which status."""

    field: ThreadSortBy
    direction: Literal["asc", "desc"]
    status: ThreadStatus | None = None


def search(server: Server, offset: int, limit: int, by: Order) -> list[Row]:
    """A page of rows, `limit` at most; what is too much at once is asked for in smaller parts.

    A row that is too much alone is told as one that must be read apart.
    """
    try:
        return page(server, offset, limit, by)
    except TooMuch as error:
        if limit == 1:
            return _alone(server, offset, by, error)
    half = limit // 2
    found = search(server, offset, half, by)
    if len(found) < half:
        return found
    return found + search(server, offset + half, limit - half, by)


def _alone(server: Server, offset: int, by: Order, error: TooMuch) -> list[Row]:
    """The one row that is too much, by as little of it as tells which one it is."""
    try:
        found = page(server, offset, 1, by, LEAST)
    except TooMuch as again:  # the server takes no notice of what it is asked for
        found = [row_of(begun(again))]
    return [heavy(row, error.size) for row in found]


def page(
    server: Server, offset: int, limit: int, by: Order, fields: tuple[str, ...] | None = None
) -> list[Row]:
    """Rows as this server understands to be asked for them, all of each unless `fields` are named.

    Raises TooMuch.
    """
    from hitl_tui.backends.agent_server.failures import status_told

    able = server.abilities
    while True:
        way = able.search
        named = fields if way.fields else None
        ask = partial(
            _rows, offset=offset, limit=min(limit, way.most), by=by, fields=named or way.fields
        )
        try:
            with no_more_than(ROWS):
                return server.read(ask)
        except TooMuch:
            raise
        except SourceError as error:
            if not able.ask_less(status_told(error), way):
                raise


def _rows(
    client: SyncLangGraphClient,
    offset: int,
    limit: int,
    by: Order,
    fields: tuple[str, ...] | None,
) -> list[Row]:
    select: Any = None if fields is None else list(fields)
    found: Any = client.threads.search(
        offset=offset,
        limit=limit,
        sort_by=by.field,
        sort_order=by.direction,
        status=by.status,
        select=select,
    )
    if not isinstance(found, list) or len(found) > limit:
        raise ValueError("no page of threads")
    return [row_of(each) for each in found]


def count_of(server: Server) -> int | None:
    """How many threads there are; None where the server cannot tell."""
    from hitl_tui.backends.agent_server.failures import status_told

    if not server.abilities.counts:
        return None
    try:
        return server.read(_number)
    except SourceError as error:
        if not server.abilities.do_not_count(status_told(error)):
            raise
        return None


def _number(client: SyncLangGraphClient) -> int:
    found: Any = client.threads.count()
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError("no number of threads")
    return found
