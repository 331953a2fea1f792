"""Whatever happens to a file, its index tells what a look at the whole file tells.

`make index-steps` takes ten thousand steps.
"""

import itertools
import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.errors import EmptyInputError
from langgraph.types import interrupt

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.store import Store
from hitl_tui.backends.index.sweep import Sweep
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.backends.sqlite_file import SqliteFile
from hitl_tui.backends.weight import HEAVY
from hitl_tui.model.threads import Group, Query, Sort, ThreadState
from hitl_tui.questions.read import described
from tests.contract.indexes import at_once, contents
from tests.contract.shapes import (
    ANSWER,
    Switch,
    ask,
    break_while,
    breakpoints,
    chain,
    config,
    failing,
    locked,
    opened,
    parallel,
    say,
    sequential,
    take,
)

STEPS = int(os.environ.get("HITL_TUI_INDEX_STEPS", "60"))
IS_LONG = "HITL_TUI_INDEX_STEPS" in os.environ
A_RUN = min(STEPS, 30)

NAMES = ("a", "b", "c", "d", "ünï")
THREADS = st.sampled_from(NAMES)
MUCH = {"question": "All of it?", "text": "much " * (HEAVY // 5)}


def asks_much(saver: SqliteSaver) -> Any:
    """A graph whose question is heavy; its state is light again once that is answered."""
    return chain(a=lambda state: {"log": [interrupt(MUCH)]}, b=ask("b?")).compile(
        checkpointer=saver
    )


def fails_under_much(saver: SqliteSaver) -> Any:
    """A graph that fails with a heavy state: its keys tell no more than that nothing is asked."""
    return chain(a=say(MUCH["text"]), b=break_while(ALWAYS)).compile(checkpointer=saver)


ALWAYS = Switch()
ALWAYS.on = True
GRAPHS = (sequential, parallel, failing, breakpoints, locked, asks_much, fails_under_much)
OPEN = frozenset({ThreadState.OPEN})
ASLEEP = frozenset({"a", "ünï", "nobody"})
QUERIES = (
    Query(),
    Query(states=OPEN),
    Query(search="first"),
    Query(search="B"),
    Query(graph="mailer", backwards=True),
    Query(graph=""),
    Query(kind="plain", sort=Sort.KIND),
    Query(kind="", beside=ASLEEP),
    Query(among=ASLEEP, beside=frozenset({"a"}), states=OPEN),
    *(Query(sort=sort) for sort in Sort),
    Query(states=OPEN, snoozed=False, asleep=ASLEEP),
    Query(snoozed=True, asleep=ASLEEP, search="first", backwards=True),
    Query(sort=Sort.PRIORITY, snoozed=False, asleep=ASLEEP),
)


def asks_anew(saver: SqliteSaver) -> Any:
    """A graph whose question is another one each time its node runs."""
    return chain(a=lambda state: {"log": [interrupt(f"number {next(_NUMBERS)}?")]}).compile(
        checkpointer=saver
    )


_NUMBERS = itertools.count()


class Steps(RuleBasedStateMachine):
    """One file that LangGraph writes; two programs that share an index of it, and a screen."""

    taken = 0
    unread = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="hitl-tui-steps-"))
        self.path = self.folder / "checkpoints.sqlite"
        self.backup = self.folder / "backup.sqlite"
        self.caching = at_once(self.folder / "cache")
        self.saver = opened(self.path)
        self.saver.setup()
        self.programs = [self._program(), self._program()]
        self.screen = self._screen()

    def teardown(self) -> None:
        for program in (*self.programs, self.screen):
            program.close()
        self.saver.conn.close()
        shutil.rmtree(self.folder)

    def _program(self) -> SqliteBackend:
        return SqliteBackend(self.path, caching=self.caching, describe=described)

    def _screen(self) -> SqliteBackend:
        caching = Caching(self.caching.folder, index_from=0)
        return SqliteBackend(self.path, caching=caching, describe=described, in_passing=True)

    @initialize(builds=st.permutations(GRAPHS))
    def begin_with_some(self, builds):
        """Else steps would for long find little to go on with."""
        for thread, build in zip(NAMES, builds, strict=False):
            take(build(self.saver), thread, {"log": []})

    @rule(
        thread=THREADS,
        build=st.sampled_from(GRAPHS),
        graph_id=st.sampled_from([None, "mailer", "refund"]),
    )
    def run(self, thread, build, graph_id):
        metadata = {} if graph_id is None else {"graph_id": graph_id, "priority": len(graph_id)}
        with suppress(ValueError):  # of the node that fails
            build(self.saver).invoke({"log": []}, config(thread, **metadata))

    @rule(thread=THREADS, build=st.sampled_from(GRAPHS))
    def resume(self, thread, build):
        with suppress(EmptyInputError):
            take(build(self.saver), thread, ANSWER)

    @rule(thread=THREADS)
    def ask_and_ask_again(self, thread):
        """The second question replaces the first one's row; a look in between sees the first."""
        graph = asks_anew(self.saver)
        take(graph, thread, {"log": []})
        self.programs[0].counts(Query())
        graph.invoke(None, config(thread))

    @rule(thread=THREADS)
    def go_on(self, thread):
        with suppress(EmptyInputError):  # there is nothing to go on with
            take(breakpoints(self.saver), thread, None)

    @rule(thread=THREADS)
    def delete(self, thread):
        self.saver.delete_thread(thread)

    @rule(thread=THREADS, again=THREADS)
    def delete_and_run(self, thread, again):
        """No look in between: the new rows may have the numbers of those deleted."""
        self.saver.delete_thread(thread)
        take(sequential(self.saver), again, {"log": []})

    @rule()
    def vacuum(self):
        self.saver.conn.execute("VACUUM")

    @rule(thread=THREADS)
    def lose_writes(self, thread):
        """What a program that cleans up by its own SQL does."""
        self.saver.conn.execute("DELETE FROM writes WHERE thread_id = ?", [thread])
        self.saver.conn.commit()

    @rule(thread=THREADS)
    def lose_checkpoints(self, thread):
        self.saver.conn.execute("DELETE FROM checkpoints WHERE thread_id = ?", [thread])
        self.saver.conn.commit()

    @rule()
    def back_up(self):
        with closing(sqlite3.connect(self.backup)) as copy:
            self.saver.conn.backup(copy)

    @precondition(lambda self: self.backup.exists())
    @rule()
    def restore_in_place(self):
        with closing(sqlite3.connect(self.backup)) as copy:
            copy.backup(self.saver.conn)

    @precondition(lambda self: self.backup.exists())
    @rule()
    def replace(self):
        """Another file stands at the path; nobody has the old one open."""
        self.saver.conn.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.backup, self.folder / "new")
        (self.folder / "new").replace(self.path)
        self.saver = opened(self.path)

    @rule()
    def start_another_program(self):
        self.programs.pop(0).close()
        self.programs.append(self._program())
        self.screen.close()
        self.screen = self._screen()

    @rule()
    def forget_the_index(self):
        shutil.rmtree(self.caching.folder)

    @precondition(lambda self: self.caching.folder.exists())
    @rule(batches=st.integers(0, 2))
    def break_off_a_build(self, batches):
        """A builder dies in the middle; the next one goes on, or begins anew."""
        store = Store(Place(self.caching.folder, self.path))
        store.place.make()
        file = SqliteFile(self.path)
        store.begin(repr(file.identity()))
        if batches:
            sweep = Sweep(file, store, described, store.meta())
            sweep.step()
        store.close()

    @invariant()
    def the_index_is_what_a_full_scan_gives(self):
        """Before a page is shown: it would put right what it shows."""
        Steps.taken += 1
        whole = SqliteBackend(self.path, describe=described)
        self._a_screen_is_told_the_truth_and_waits_for_nothing_heavy(whole)
        first, second = self.programs if Steps.taken % 2 else self.programs[::-1]
        assert first.counts(Query()) == whole.counts(Query())
        self._the_rows_are_those_of_a_new_index()
        for query in QUERIES:
            assert second.page(query) == whole.page(query), query
            assert second.counts(query) == whole.counts(query), query
        for by in Group:
            assert [*first.groups(Query(), by).items()] == [*whole.groups(Query(), by).items()]
        for position, row in enumerate(whole.page(Query(sort=Sort.AGE)).rows):
            assert second.position(Query(sort=Sort.AGE), row.thread_id) == position

    def _a_screen_is_told_the_truth_and_waits_for_nothing_heavy(self, whole):
        """It follows first: what it puts down as unread, the other programs find so."""
        true, counted = whole.page(Query()).rows, whole.counts(Query())
        page = self.screen.page(Query())
        assert page.partial == any(row.unread for row in page.rows)
        for row in page.rows:
            Steps.unread += row.unread
            assert not row.unread or self.screen.size(row.thread_id) >= HEAVY
        sure = {row.thread_id for row in page.rows if not row.unread}
        assert told(page.rows, sure) == told(true, sure)
        light = Counter(row.state for row in true if self.screen.size(row.thread_id) == 0)
        assert light <= Counter(self.screen.counts(Query())) <= Counter(counted)

    def _the_rows_are_those_of_a_new_index(self):
        """Also what no query shows: times, titles, counts, words."""
        with tempfile.TemporaryDirectory() as folder:
            new = SqliteBackend(self.path, caching=at_once(Path(folder)), describe=described)
            new.counts(Query())
            assert contents(self.caching.folder, self.path) == contents(Path(folder), self.path)
            new.close()


def told(rows, names):
    """What rows of these threads say of them."""
    return {
        (row.thread_id, row.checkpoint_id, row.state, row.graph_id)
        for row in rows
        if row.thread_id in names
    }


def test_the_index_stays_what_a_full_scan_gives(capsys):
    """Runs of at most so many steps each, until all were taken; a short test takes the same ones.

    A step is counted when the index was compared after it.
    """
    while Steps.taken < STEPS:
        left = STEPS - Steps.taken
        run_state_machine_as_test(
            Steps,
            settings=settings(
                max_examples=max(1, left // A_RUN),
                stateful_step_count=A_RUN,
                derandomize=not IS_LONG,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        assert Steps.unread > 0, "no heavy thread was ever waited for"
        if not IS_LONG:
            return
        with capsys.disabled():
            print(f"\n{Steps.taken:,} steps, the index compared after each", flush=True)
