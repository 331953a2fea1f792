"""The declared graphs of this worker, loaded once each."""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from typing import Any

from langgraph.graph.state import StateGraph
from langgraph.pregel import Pregel
from langgraph.runtime import Runtime

from .failures import Refused, described, is_the_users
from .locate import find


class Graphs:
    """Loads and keeps graphs; knows when a file they came from has changed since.

    `loop` is where everything async of this worker runs, so that what a factory opens (a client,
    a session) can be used by the nodes.
    """

    def __init__(self, places: Mapping[str, str], loop: asyncio.AbstractEventLoop) -> None:
        self._places = places
        self._loop = loop
        self._found: dict[str, Any] = {}
        self._broken: dict[str, Refused] = {}
        self._probed: set[str] = set()
        self._seen: dict[str, int] = {}

    @contextmanager
    def opened(self, graph_id: str, config: Mapping[str, Any]) -> Iterator[Any]:
        """The compiled graph, for one run; Refused if it cannot be had."""
        found = self.load(graph_id)
        if isinstance(found, Pregel):
            yield found
            return
        with self._made(graph_id, found, config) as graph:
            yield graph

    def load(self, graph_id: str) -> Any:
        """The graph or its factory; Refused if it is neither or does not import."""
        found = self._find(graph_id)
        if not isinstance(found, Pregel) and not callable(found):
            raise _no_graph(graph_id, found)
        return found

    def is_made(self, graph_id: str) -> bool:
        """Whether a factory makes the graph for each run, and may have something to close."""
        return not isinstance(self.load(graph_id), Pregel)

    def probe(self, graph_id: str) -> None:
        """Refused if the graph can be had for no run at all.

        A factory that fails without a thread's configuration may work with one; one that gives
        something else than a graph never will.
        """
        found = self.load(graph_id)
        if isinstance(found, Pregel) or graph_id in self._probed:
            return
        try:
            with self._made(graph_id, found, {"configurable": {}}):
                self._probed.add(graph_id)
        except Refused as refused:
            if refused.__cause__ is None:
                raise

    def files(self) -> dict[str, int]:
        """The user's files that were loaded, with when they were written, in ns."""
        return dict(self._seen)

    def is_stale(self) -> bool:
        """Whether a file of the user's code is another one than was loaded."""
        return any(_modified(path) != time for path, time in self._seen.items())

    def _find(self, graph_id: str) -> Any:
        if graph_id in self._broken:
            raise self._broken[graph_id]
        if graph_id not in self._found:
            if graph_id not in self._places:
                declared = ", ".join(sorted(self._places))
                raise Refused("graph", f"No graph {graph_id!r} is declared; there is: {declared}.")
            try:
                self._found[graph_id] = _compiled(find(self._places[graph_id]))
            except Refused as refused:
                self._broken[graph_id] = refused
                raise
            finally:
                self.watch(self._places[graph_id])
        return self._found[graph_id]

    def watch(self, place: str) -> None:
        """Remember the files that loading a place brought in, to know when they change."""
        files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        for path in (*files, os.path.abspath(place.rpartition(":")[0])):
            if path and path not in self._seen and is_the_users(path):
                self._seen[path] = _modified(path)

    @contextmanager
    def _made(self, graph_id: str, factory: Any, config: Mapping[str, Any]) -> Iterator[Any]:
        """What a factory gives: a graph, a builder, an awaitable or a context manager of one."""
        closing: Any = None
        try:
            made = factory(**_arguments(factory, config))
            if inspect.isawaitable(made):
                made = self._loop.run_until_complete(_await(made))
            if isinstance(made, AbstractAsyncContextManager):
                closing = made
                made = self._loop.run_until_complete(made.__aenter__())
            elif isinstance(made, AbstractContextManager):
                closing = made
                made = made.__enter__()
        except Exception as error:
            told = described(error)["traceback"].rstrip()
            raise Refused("graph", f"The factory of {graph_id} failed.\n{told}") from error
        try:
            if not isinstance(graph := _compiled(made), Pregel):
                raise _no_graph(graph_id, made)
            yield graph
        finally:
            self._close(closing)

    def _close(self, opened: Any) -> None:
        if isinstance(opened, AbstractAsyncContextManager):
            self._loop.run_until_complete(opened.__aexit__(None, None, None))
        elif opened is not None:
            opened.__exit__(None, None, None)


def _compiled(found: Any) -> Any:
    """A builder's graph, Refused if it is incomplete; anything else as it is."""
    if not isinstance(found, StateGraph):
        return found
    try:
        return found.compile()
    except ValueError as error:
        raise Refused("graph", f"The graph does not compile: {error}") from error


def _arguments(factory: Any, config: Mapping[str, Any]) -> dict[str, Any]:
    """What the factory asks for: the run's config, a runtime, or nothing."""
    wanted: dict[str, Any] = {}
    for name, parameter in inspect.signature(factory).parameters.items():
        if "runtime" in f"{name} {parameter.annotation}".lower():
            wanted[name] = Runtime()
        elif (
            parameter.default is parameter.empty
            and parameter.kind
            not in (
                parameter.VAR_POSITIONAL,
                parameter.VAR_KEYWORD,
            )
        ) or name == "config":
            wanted[name] = dict(config)
    return wanted


async def _await(awaitable: Any) -> Any:
    return await awaitable


def _no_graph(graph_id: str, found: Any) -> Refused:
    kind = f"{type(found).__module__}.{type(found).__qualname__}"
    hint = "Name a compiled graph, a builder, or a function that returns one."
    return Refused("graph", f"{graph_id} is no LangGraph graph but a {kind}.", hint)


def _modified(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return -1
