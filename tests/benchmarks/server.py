"""Ten thousand threads at an Agent Server: our pages beside a bare `threads.search`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from langgraph_sdk import get_sync_client

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import backend_for
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.questions.read import described
from hitl_tui.runner.spec import RunnerSpec
from tests.benchmarks.figures import Figure, least_median_p95
from tests.conftest import ROOT
from tests.contract.server.served import Served

_PAGE = 128
_TIMES = 30
_GOAL = 1.3
_OPEN = Query(states=frozenset({ThreadState.OPEN}))
_FIELDS = ["thread_id", "status", "metadata", "interrupts", "updated_at"]
_MAIL = {"customer": "Ann", "order": "7", "amount": 5.0, "reason": "too late"}


def measure(folder: Path, count: int) -> Iterator[Figure | str]:
    """The first page of a fresh start, and a page after one thread changed."""
    served = Served(folder / "served")
    _fill(served, count)
    try:
        yield from _first_pages(served, count)
        yield from _refreshed(served, count)
    finally:
        served.close()


def _fill(served: Served, count: int) -> None:
    """Start with so many rows of threads that ask: the server keeps them in a pickle of its own."""
    served.start()
    served.thread("refund", _MAIL)
    served.stop()
    file = served.folder / "graphs" / ".langgraph_api" / ".langgraph_ops.pckl"
    command = [sys.executable, "-m", "tests.benchmarks.server_rows", str(file), str(count)]
    settings = {"REDIS_URI": "fake", "DATABASE_URI": ":memory:"}  # as `langgraph dev` sets them
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | settings)
    served.start()


def _first_pages(served: Served, count: int) -> Iterator[Figure | str]:
    """A new client and a search, beside a new backend and its first page."""
    ours, bare = [], []
    for _ in range(_TIMES):
        bare.append(_timed(lambda: _bare_start(served.url)))
        backend = backend_for(
            served.url, RunnerSpec(), caching=Caching(command=("-",)), describe=described
        )
        ours.append(_timed(lambda backend=backend: backend.page(_OPEN, 0, _PAGE)))
        _settled(backend)
        backend.close()
    yield from _figures(f"server: first page of {count:,}", ours, bare)


def _refreshed(served: Served, count: int) -> Iterator[Figure | str]:
    """A page after a change, when all is known, beside a search by a client that is connected."""
    backend = backend_for(served.url, RunnerSpec(), describe=described)
    backend.page(_OPEN, 0, _PAGE)
    client = served.client
    ours, bare = [], []
    for number in range(_TIMES):
        thread_id = str(uuid.UUID(int=count - number, version=4))
        client.threads.update(thread_id, metadata={"changed": number})
        bare.append(_timed(lambda: _search(client)))
        backend._queue.look_again()
        ours.append(_timed(lambda: backend.page(_OPEN, 0, _PAGE)))
    backend.close()
    yield from _figures(f"server: refresh of {count:,}", ours, bare)


def _bare_start(url: str) -> None:
    client = get_sync_client(url=url, api_key=None)
    _search(client)
    client.close()


def _search(client: Any) -> None:
    client.threads.search(
        limit=_PAGE, status="interrupted", sort_by="updated_at", sort_order="asc", select=_FIELDS
    )


def _settled(backend: Any) -> None:
    """All rows are read: what runs in the background disturbs no measurement."""
    while backend.page(_OPEN, 0, 1).partial:
        time.sleep(0.05)


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def _figures(what: str, ours: list[float], bare: list[float]) -> Iterator[Figure | str]:
    yield Figure(what, min(ours), min(bare), at_most=_GOAL)
    yield least_median_p95(what, ours, bare)
