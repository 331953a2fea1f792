"""What of a server is well: whether it answers, how it is spoken to, what it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hitl_tui.backends.agent_server.graphs import declared
from hitl_tui.errors import HitlError
from hitl_tui.model.threads import Query, ThreadState

if TYPE_CHECKING:
    from langgraph_sdk.client import SyncLangGraphClient

    from hitl_tui.backends.agent_server.server import Server


def checks(
    server: Server, counts: Callable[[Query], Mapping[ThreadState, int]]
) -> Iterator[tuple[bool, str]]:
    """A line for each check; the first failure is the last line."""
    try:
        yield True, f"{server.name}: spoken to with {server.credentials().told}"
        yield True, f"{server.name}: Agent Server {_version(server.read(_info))}"
        total = sum(counts(Query()).values())
        yield True, f"{server.name}: {total} thread{'' if total == 1 else 's'}"
        for info in declared(server):
            yield True, f"graph {info.graph_id}: declared at the server, and run there"
    except HitlError as error:
        yield False, str(error)


def _info(client: SyncLangGraphClient) -> Any:
    return client.http.get("/info")


def _version(info: Any) -> str:
    found = info.get("version") if isinstance(info, dict) else None
    return str(found)[:40] if found else "of an unknown version"
