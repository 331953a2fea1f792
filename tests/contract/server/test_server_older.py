"""Servers that can less than today's: what they lack is done without or told, and not missed."""

import json

import pytest

from hitl_tui.backends.agent_server import catalogue, queue
from hitl_tui.errors import SourceError
from hitl_tui.model.queries import Query
from hitl_tui.model.threads import ThreadState
from tests.contract.server.office import ended
from tests.contract.server.proxy import FaultProxy


@pytest.fixture
def proxy(server):
    made = FaultProxy(server.port)
    yield made
    made.close()


def refuses(method, path, body):
    """A strict one: it counts nothing, gives rows as a whole only, and a hundred at a time."""
    if path == "/threads/count":
        return 404
    asked = json.loads(body) if body else {}
    search = path == "/threads/search" and ("select" in asked or asked.get("limit", 0) > 100)
    return 422 if search or "select=" in path else 0


def ignores(path, body):
    """One that takes no notice of what it does not know, and gives ten rows at most."""
    asked = json.loads(body) if body else {}
    if path == "/threads/search":
        asked.pop("select", None)
        asked["limit"] = min(asked["limit"], 10)
    return json.dumps(asked).encode() if body else body


def ids(inbox):
    return {row.thread_id for row in inbox.page(Query(), 0, 10_000).rows}


@pytest.mark.parametrize("kind", ["strict", "lenient"])
def test_all_of_it_works_and_nothing_is_missed(desk, proxy, kind, monkeypatch):
    if kind == "strict":
        proxy.refuses = refuses
        monkeypatch.setattr(catalogue, "UNCOUNTED_EVERY", 0.05)
    else:
        proxy.rewrites = ignores
        monkeypatch.setattr(queue, "COUNTS_EVERY", 0.0)
    thread, gone = desk.threads(2)
    desk.threads(12)
    inbox = desk.inbox(url=proxy.url)
    assert ids(inbox) == ids(desk.inbox(journal="direct"))
    before = inbox.version()
    assert ended(inbox.answer(thread, {desk.server.asked(thread): "yes"}))["outcome"] == "finished"
    assert inbox.open(thread).thread.state is ThreadState.DONE
    assert inbox.version() != before
    desk.server.client.threads.delete(gone)
    inbox._backend._queue.look_again()
    assert ids(inbox) == ids(desk.inbox(journal="direct")) != set()
    assert gone not in ids(inbox)


def test_one_that_does_not_sort_is_refused_for_changes_would_be_missed(desk, proxy):
    desk.threads(2)

    def unsorted(path, body):
        asked = json.loads(body) if body else {}
        asked.pop("sort_by", None)
        return json.dumps(asked | {"sort_order": "asc", "sort_by": "created_at"}).encode()

    proxy.rewrites = lambda path, body: unsorted(path, body) if path == "/threads/search" else body
    with pytest.raises(SourceError, match="does not sort"):
        desk.inbox(url=proxy.url).page(Query())
