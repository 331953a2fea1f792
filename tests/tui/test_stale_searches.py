"""A search that nobody waits for any more is left, wherever it is; the keys go on meanwhile."""

import asyncio
import threading

import pytest

from hitl_tui.backends.index import search
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.store import Store
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.questions.titles import described
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.rows import read_rows
from hitl_tui.tui.widgets import thread_list
from hitl_tui.tui.widgets.search import Search
from hitl_tui.unwanted import Unwanted, is_unwanted, wanted_while
from tests.contract.indexes import index
from tests.contract.shapes import opened, sequential, take

ENDLESS = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
SOON = ENDLESS.replace("FROM n)", "FROM n LIMIT 200000)")


@pytest.fixture
def store(tmp_path):
    place = Place(tmp_path, "somewhere")
    place.make()
    store = Store(place)
    yield store
    store.close()


def test_what_takes_long_in_an_index_is_left_when_nobody_waits(store):
    with pytest.raises(Unwanted), wanted_while(lambda: False), store.reading() as connection:
        connection.execute(ENDLESS).fetchall()
    with wanted_while(lambda: True), store.reading() as connection:
        assert connection.execute(SOON).fetchall() == [(200_000,)]
    assert not is_unwanted()


async def test_a_job_is_left_when_its_awaiter_is_and_the_next_one_is_done(store):
    lane, begun, ends = Lane("test"), threading.Event(), []

    def endless():
        begun.set()
        try:
            with store.reading() as connection:
                connection.execute(ENDLESS).fetchall()
        except Unwanted:
            ends.append("left")
            raise

    task = asyncio.create_task(lane.run(endless))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    assert await lane.run(lambda: "next") == "next"
    assert ends == ["left"]
    with pytest.raises(asyncio.CancelledError):
        await task
    lane.close()


async def test_a_word_is_typed_while_each_of_its_searches_would_never_end(
    tmp_path, monkeypatch, operate
):
    """Each letter stands in its field at once; the word's own rows come though no other did."""
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    take(sequential(saver), "first-of-all", {"log": []})
    saver.conn.close()
    find, left = search.find, []

    def endless(connection, query):
        if query.search != "first?":
            left.append(query.search)
            connection.execute(ENDLESS).fetchall()
        return find(connection, query)

    monkeypatch.setattr(search, "find", endless)
    backend = SqliteBackend(path, caching=index(path), describe=described)
    async with operate(backend=backend) as operator:
        await operator.pilot.press("slash")
        field = operator.queue.query_one(Search)
        for end in range(1, len("first?") + 1):
            await operator.pilot.press("question_mark" if end == 6 else "first?"[end - 1])
            assert field.value == "first?"[:end]
            if field.value != "first?":  # it is under way when the next letter comes
                await operator.until(lambda: left and left[-1] == field.value)
        await operator.until(lambda: operator.list._rows.total == 1 and not operator.list._anew)


async def test_what_is_found_first_is_drawn_while_the_list_is_read_and_keys_wait_for_that(
    tmp_path, monkeypatch, operate
):
    path, gate = tmp_path / "checkpoints.sqlite", threading.Event()
    saver = opened(path)
    for thread in ("one", "two", "three"):
        take(sequential(saver), thread, {"log": []})
    saver.conn.close()
    backend = SqliteBackend(path, caching=index(path), describe=described)

    def held(*args):
        while not gate.wait(0.01):
            if is_unwanted():  # that of an earlier letter
                raise Unwanted
        return read_rows(*args)

    async with operate(backend=backend) as operator:
        monkeypatch.setattr(thread_list, "read_rows", held)
        await operator.pilot.press("slash", *"two")
        await operator.until(lambda: operator.list._rows.total == 1)
        assert operator.list._rows.get(0).thread.thread_id == "two"
        operator.list.action_move(1)
        operator.list.action_open()
        assert operator.list.thread_id == "one", "a key acted on a row that is not read"
        assert operator.queue.opening is None
        gate.set()
        await operator.until(lambda: operator.list.thread_id == "two")
        assert operator.list._rows.get(0).thread.interrupts
