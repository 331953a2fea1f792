"""A file that is written all the time: what takes long to read is shown all the same."""

import threading
from dataclasses import replace

from tests.fakes import PATIENCE, FakeBackend, thread

HEAVY = thread("a", "Much?", minutes=9)


async def test_a_heavy_thread_is_shown_though_the_file_changes_while_it_is_read(operate):
    backend = FakeBackend(HEAVY, thread("b", "B?"))
    first, later, whole = threading.Event(), threading.Event(), backend.thread
    begun: list[str] = []

    def slowly(name):
        found = whole(name)
        if name == "a":
            begun.append(name)
            assert (first if len(begun) == 1 else later).wait(PATIENCE)
        return found

    backend.thread = slowly
    async with operate(backend=backend, ready=False) as operator:
        await operator.until(lambda: operator.queue._warm)
        operator.queue._inbox.size = lambda name: 50_000_000 if name == "a" else 0
        first.set()
        await operator.press("down")
        await operator.shows("b")
        first.clear()
        begun.clear()
        await operator.press("up")
        await operator.until(lambda: begun)
        for step in (2, 3, 4):
            seen = backend.reads["page"]
            backend.put(replace(HEAVY, checkpoint_id=f"a@{step}"))
            await operator.until(lambda seen=seen: backend.reads["page"] > seen)
        first.set()
        await operator.until(lambda: operator.shown == "a" and len(begun) == 2)
        later.set()
        await operator.until(lambda: operator.detail.opened.thread.checkpoint_id == "a@4")
