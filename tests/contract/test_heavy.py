"""Threads that take long to read: a screen's rows come at once, heavy ones told by their size.

Written by LangGraph into a real file and a real database; read as a screen has them read.
"""

import random
import sys
import threading
from contextlib import closing

import pytest
from langgraph.types import Command

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import backend_for
from hitl_tui.backends.looks import Looks
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.questions.read import described
from tests.contract.heavy import ask, config, graph
from tests.contract.indexes import at_once
from tests.contract.runner.processes import PATIENCE
from tests.places import KINDS, stock
from tests.postgres.cluster import database

LINE = "x" * 5_000_000
PACKED = random.Random(7).randbytes(1_500_000).hex()
"""Text that no database makes much shorter."""
HEAVY = {"c-line", "d-state"}
EVERYTHING = Query()


@pytest.fixture(scope="module", params=KINDS)
def heavy(request, tmp_path_factory):
    """Where two heavy threads and a light one are."""
    if request.param == "postgres":
        with database(request.getfixturevalue("server"), "heavy") as address:
            yield filled(address)
    else:
        yield filled(tmp_path_factory.mktemp("heavy") / "checkpoints.sqlite")


def filled(place):
    with stock(place) as saver:
        ask(saver, "a-light", ["Light?"])
        ask(saver, "c-line", [LINE])
        ask(saver, "d-state", ["Heavy?"], carried=PACKED)
    return place


def test_several_at_once_are_what_each_is_by_itself(heavy):
    names = ["a-light", "c-line", "d-state"]
    with closing(backend_for(str(heavy), None)) as backend:
        assert backend.several([*names, "nobody"]) == {name: backend.thread(name) for name in names}


@pytest.fixture
def gate(monkeypatch):
    """While it is not set, nobody comes to the end of a heavy thread."""
    gate, look = threading.Event(), Looks._look
    monkeypatch.setattr(Looks, "_look", lambda *given: gate.wait(PATIENCE) and look(*given))
    yield gate
    gate.set()


@pytest.fixture(params=[True, False], ids=["indexed", "in memory"])
def screen(request, heavy, tmp_path):
    """The backend that a screen has."""
    if request.param:
        with closing(backend_for(str(heavy), None, caching=at_once(tmp_path))) as first:
            first.counts(EVERYTHING)
    size = 0 if request.param else 1 << 60
    caching = Caching(tmp_path, command=(sys.executable, "-c", "0"), index_from=size)
    with closing(made(heavy, caching)) as backend:
        yield backend


def made(place, caching=None):
    return backend_for(str(place), None, caching=caching, describe=described)


def test_a_heavy_row_is_a_guess_until_it_is_read_and_then_what_a_patient_look_tells(
    heavy, screen, gate
):
    with closing(made(heavy)) as patient:
        first = screen.page(EVERYTHING)
        rows = {row.thread_id: row for row in first.rows}
        assert {name for name, row in rows.items() if row.unread} == HEAVY
        assert "5 MB" in rows["c-line"].reason
        assert first.partial
        version = screen.version()
        gate.set()
        told = read(screen)
        assert screen.version() != version
        for true in patient.page(EVERYTHING).rows:
            row = told[true.thread_id]
            assert (row.state, row.checkpoint_id) == (true.state, true.checkpoint_id)
            assert list(map(described, row.interrupts)) == list(map(described, true.interrupts))
        assert screen.page(EVERYTHING).rows == tuple(told.values())
        assert screen.counts(EVERYTHING) == patient.counts(EVERYTHING)


def test_a_heavy_thread_tells_how_much_it_is_and_is_read_in_full(heavy, screen):
    with closing(made(heavy)) as patient:
        assert screen.size("a-light") == screen.size("nobody") == 0
        assert screen.size("c-line") > len(LINE)
        assert screen.size("d-state") > 1_000_000
        for name in ("a-light", *HEAVY):
            assert screen.thread(name) == patient.thread(name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_heavy_thread_that_changes_is_read_again(kind, tmp_path, request):
    place = tmp_path / "f.sqlite" if kind == "sqlite" else request.getfixturevalue("empty")
    with stock(place) as saver:
        ask(saver, "one", [LINE])
        caching = Caching(tmp_path, command=(sys.executable, "-c", "0"), index_from=1 << 60)
        with closing(made(place, caching)) as backend:
            assert read(backend)["one"].state is ThreadState.OPEN
            graph(saver, [LINE]).invoke(Command(resume="yes"), config("one"))
            assert read(backend)["one"].state is ThreadState.DONE
            saver.delete_thread("one")
            assert read(backend) == {}


def read(backend):
    while (page := backend.page(EVERYTHING)).partial:
        threading.Event().wait(0.05)
    return {row.thread_id: row for row in page.rows}
