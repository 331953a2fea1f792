"""Whether a graph can run synchronously, which is quicker and can be interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def is_async_only(graph: Any) -> bool:
    """Whether any node, branch, tool or subgraph of `graph` has no synchronous form."""
    return any(_lacks_sync(part) for part in _parts(graph, set()))


def _parts(thing: Any, seen: set[int]) -> Iterator[Any]:
    """Everything executable in a graph, a node or a chain, each once."""
    if thing is None or id(thing) in seen:
        return
    seen.add(id(thing))
    yield thing
    for part in _below(thing):
        yield from _parts(part, seen)


def _below(thing: Any) -> Iterator[Any]:
    if isinstance(nodes := getattr(thing, "nodes", None), dict):
        yield from nodes.values()
    for branches in getattr(getattr(thing, "builder", None), "branches", {}).values():
        yield from (branch.path for branch in branches.values())
    yield getattr(thing, "bound", None)
    for name in ("writers", "steps", "subgraphs"):
        if isinstance(several := getattr(thing, name, None), list | tuple):
            yield from several
    for name in ("steps__", "tools_by_name"):
        if isinstance(named := getattr(thing, name, None), dict):
            yield from named.values()


def _lacks_sync(part: Any) -> bool:
    """A runnable or a tool holding a coroutine function and no function.

    LangGraph's callables have `func` and `afunc`, LangChain's tools `func` and `coroutine`; its
    lambdas have no `func` attribute at all then.
    """
    only_async = getattr(part, "afunc", None) or getattr(part, "coroutine", None)
    return only_async is not None and getattr(part, "func", None) is None
