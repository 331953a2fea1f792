"""Whatever happens to a file between two lists, one out of its index prints what reading prints."""

from contextlib import suppress
from itertools import count
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from langgraph.errors import EmptyInputError

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import index_for
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.model.threads import Query, Sort, ThreadState
from hitl_tui.questions.titles import described
from tests.contract.listed import read, told
from tests.contract.shapes import ANSWER, locked_inside, nested, take
from tests.contract.test_index_steps import THREADS, Steps

NUMBERS = count()
STEPS = 60
A_RUN = 20
WAITING = Query(frozenset({ThreadState.OPEN, ThreadState.LOCKED}))
LISTS = (
    (Query(), None),
    (WAITING, None),
    (WAITING, 1),
    (Query(search="first"), None),
    (Query(sort=Sort.GRAPH, backwards=True), 2),
)


SEARCHES = (
    Query(search="first"),
    Query(WAITING.states, search="?"),
    Query(WAITING.states, sort=Sort.AGE),
    Query(frozenset({ThreadState.OPEN}), search="first", backwards=True),
)


def first_told(row):
    return row.thread_id, row.state, row.graph_id, row.title


def first_read(inbox, row):
    return row.thread_id, row.state, row.graph_id or "", inbox.title(row)


class Lists(Steps):
    """The file and the steps of the index's own test; lists are all that follows the index."""

    counted: ClassVar = {"told": 0, "read": 0, "found": 0, "not": 0}

    def __init__(self) -> None:
        super().__init__()
        self.caching = Caching(self.folder / "lists", index_from=0)
        self.listing = self._inbox(self.caching)
        self.typing = self._inbox(self.caching)
        self.typing.page(Query(), 0, 1)  # a list stood there before

    def _inbox(self, caching: Caching | None) -> Inbox:
        backend = SqliteBackend(self.path, caching=caching, describe=described)
        return Inbox(backend, Journal(self.folder / "journal.db"), operator="ann")

    def teardown(self) -> None:
        self.listing.close()
        self.typing.close()
        super().teardown()

    @rule(thread=THREADS)
    def ask_below(self, thread):
        """A thread is more than its head where a subgraph asks."""
        with suppress(ValueError):
            nested(self.saver).invoke({"log": []}, {"configurable": {"thread_id": thread}})

    @rule(thread=THREADS)
    def fail_below(self, thread):
        with suppress(EmptyInputError):
            graph = locked_inside(self.saver)
            take(graph, thread, {"log": []})
            take(graph, thread, ANSWER)

    def _relabel(self, number):
        """By another program's SQL: no row comes, goes, or gets another number."""
        label = f"'other {number}'"
        metadata = f"CAST(json_set(metadata, '$.graph_id', {label}) AS BLOB)"
        self.saver.conn.execute(f"UPDATE checkpoints SET metadata = {metadata}")
        self.saver.conn.commit()

    def _first_rows_are_those_read(self, query, reading):
        """By the operator who types; what he sees first is what he would see, or nothing."""
        found = self.typing.first(query, 3)
        self.counted["not" if found is None else "found"] += 1
        if found is not None:
            page = reading.page(query, 0, 3)
            assert [first_told(row) for row in found.rows] == [
                first_read(reading, row) for row in page.rows
            ]
            assert found.total == page.total

    @invariant()
    def the_index_is_what_a_full_scan_gives(self):
        """Here: what a list tells, if it does; where it does not, the index is made again."""
        number, is_missing = next(NUMBERS), False
        if number % 3 == 2:
            self._relabel(number)
        reading = self._inbox(None)  # a new one: a list is a process of its own
        for query, limit in LISTS:
            out = told(self.listing, query, limit, as_json=True)
            self.counted["read" if out is None else "told"] += 1
            if out is None:
                is_missing = True
            elif query.sort is Sort.WAITING:
                assert out == read(reading, query, limit, as_json=True), query
            else:  # where it stands tells its old graph, each row the new one
                lines = read(reading, Query(), None, as_json=True).splitlines()
                assert set(out.splitlines()) <= set(lines)
        for query in SEARCHES:
            self._first_rows_are_those_read(query, reading)
        reading.close()
        if is_missing:
            desk = index_for(str(self.path), self.caching, described)
            assert desk.build(lambda batches: None)
            desk.close()


def test_a_list_out_of_an_index_prints_what_reading_prints():
    run_state_machine_as_test(
        Lists,
        settings=settings(
            max_examples=STEPS // A_RUN,
            stateful_step_count=A_RUN,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Lists.counted["told"] > 2 * Lists.counted["read"] > 0
    assert Lists.counted["found"] > STEPS, "too few searches were told to compare them"
    assert Lists.counted["not"] > 0
