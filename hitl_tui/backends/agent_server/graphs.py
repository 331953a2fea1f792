"""The graphs that a server has, as its assistants name them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from hitl_tui.errors import GraphError, SourceError
from hitl_tui.model.runs import GraphInfo

if TYPE_CHECKING:
    from langgraph_sdk.client import SyncLangGraphClient

    from hitl_tui.backends.agent_server.server import Server

_PAGE = 500


def must_have(server: Server, graph_id: str) -> None:
    """Raise GraphError if the server has no such graph."""
    from hitl_tui.backends.agent_server.failures import status_of

    try:
        page = server.read(lambda client: _assistants(client, 0, 1, graph_id))
    except SourceError as error:
        if error.__cause__ is None or status_of(error.__cause__) not in {404, 422}:
            raise
        page = []
    if not page:
        known = ", ".join(info.graph_id for info in declared(server)) or "none"
        raise GraphError(f"{server.name} has no graph {graph_id}.", hint=f"It has: {known}.")


def declared(server: Server) -> tuple[GraphInfo, ...]:
    """All graphs in the order of their names; one may have any number of assistants."""
    found: list[Any] = []
    while True:
        page = server.read(partial(_assistants, offset=len(found), limit=_PAGE))
        found += page
        if len(page) < _PAGE:
            break
    told = [each.get("graph_id") for each in found if isinstance(each, dict)]
    names = {name for name in told if isinstance(name, str)}
    if len(told) != len(found) or not all(isinstance(name, str) for name in told):
        raise SourceError(f"{server.name} names its graphs in a way that cannot be read.")
    return tuple(GraphInfo(name) for name in sorted(names))


def _assistants(
    client: SyncLangGraphClient, offset: int, limit: int, graph_id: str | None = None
) -> list[Any]:
    found: Any = client.assistants.search(graph_id=graph_id, limit=limit, offset=offset)
    if not isinstance(found, list) or len(found) > limit:
        raise ValueError("no page of assistants")
    return found
