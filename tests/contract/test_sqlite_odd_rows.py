"""Old, damaged, encrypted and hostile rows: each is read as far as it goes and hides no other."""

import os

import ormsgpack
import pytest
from langgraph.types import Command

from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.model.threads import Query, ThreadState
from tests.contract.shapes import (
    config,
    failing,
    failing_handler,
    fan_out,
    functional,
    locked,
    opened,
    parallel,
    sequential,
    take,
    two_in_a_node,
)


@pytest.fixture
def saver(tmp_path):
    saver = opened(tmp_path / "checkpoints.sqlite")
    yield saver
    saver.conn.close()


@pytest.fixture
def backend(saver, tmp_path):
    saver.setup()
    backend = SqliteBackend(tmp_path / "checkpoints.sqlite")
    yield backend
    backend.close()


@pytest.fixture
def rewrite(saver):
    """Changes rows by hand, as a program of another age or a bad disk would."""

    def run(sql, *values):
        saver.conn.execute(sql, values)
        saver.conn.commit()

    return run


def questions(thread):
    return [(i.id, i.value, i.node) for i in thread.interrupts]


SPOILT = {
    "pickled": ("pickle", b"cos\nsystem\n(S'true'\ntR.", "pickled"),
    "encrypted": ("msgpack+aes", b"\0" * 40, "encrypted"),
    "damaged": ("msgpack", b"\xc1\xc1", "damaged"),
    "too deep": ("msgpack", b"\x91" * 5000, "deep"),
    "of another kind": ("yaml", b"a", "unknown kind"),
    "no checkpoint": ("msgpack", b"\x01", "damaged"),
    "gone": ("msgpack", None, "missing"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_checkpoint_makes_its_own_thread_unreadable(name, saver, backend, rewrite):
    kind, data, why = SPOILT[name]
    graph = sequential(saver)
    for thread in ("bad", "good"):
        take(graph, thread, {"log": []})
    rewrite("UPDATE checkpoints SET type=?, checkpoint=? WHERE thread_id='bad'", kind, data)
    states = {row.thread_id: row.state for row in backend.page(Query()).rows}
    assert states == {"bad": ThreadState.UNREADABLE, "good": ThreadState.OPEN}
    assert why in backend.thread("bad").reason
    assert [i.value for i in backend.thread("bad").interrupts] == [{"question": "first?"}]


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_question_makes_its_own_thread_unreadable(name, saver, backend, rewrite):
    kind, data, _ = SPOILT[name]
    graph = sequential(saver)
    for thread in ("bad", "good"):
        take(graph, thread, {"log": []})
    rewrite("UPDATE writes SET type=?, value=? WHERE thread_id='bad' AND idx=-3", kind, data)
    only_open = Query(states=frozenset({ThreadState.OPEN}))
    assert [row.thread_id for row in backend.page(only_open).rows] == ["good"]
    assert backend.page(only_open).total == 1
    assert backend.counts(Query()) == {ThreadState.OPEN: 1, ThreadState.UNREADABLE: 1}
    assert backend.thread("bad").values == {"log": []}


@pytest.mark.parametrize("metadata", [b"{", b"[]", b"\xff", b"[" * 9999])
def test_spoilt_metadata_makes_the_thread_unreadable(metadata, saver, backend, rewrite):
    take(sequential(saver), "t", {"log": []})
    rewrite("UPDATE checkpoints SET metadata=?", metadata)
    assert backend.thread("t").state is ThreadState.UNREADABLE
    assert "metadata" in backend.thread("t").reason


@pytest.mark.parametrize("column", ["task_id", "task_path", "channel", "type", "value", "idx"])
@pytest.mark.parametrize("value", [b"\xff\0", "text", 7])
def test_a_field_of_another_type_is_no_crash(column, value, saver, backend, rewrite):
    take(sequential(saver), "t", {"log": []})
    rewrite(f"UPDATE writes SET {column}=? WHERE idx=-3", value)
    assert backend.thread("t").thread_id == "t"
    assert backend.page(Query()).total == 1


@pytest.mark.parametrize("value", [b"\xff\xfe", b"a\0b", "\x1b[2J", "[/x]"])
def test_a_thread_of_any_name_can_be_opened(value, saver, backend, rewrite):
    take(sequential(saver), "t", {"log": []})
    for table in ("checkpoints", "writes"):
        rewrite(f"UPDATE {table} SET thread_id=CAST(? AS TEXT)", value)
    [row] = backend.page(Query()).rows
    assert questions(backend.thread(row.thread_id)) == questions(row)


@pytest.mark.parametrize("build", [sequential, parallel, fan_out, two_in_a_node])
def test_a_file_from_before_task_paths_is_read_the_same(build, saver, backend, rewrite):
    graph = build(saver)
    take(graph, "t", {"log": []})
    first, *_ = backend.thread("t").interrupts
    graph.invoke(Command(resume={first.id: "yes"}), config("t"))
    before = backend.thread("t")
    rewrite("ALTER TABLE writes DROP COLUMN task_path")
    assert questions(backend.thread("t")) == questions(before)
    assert backend.thread("t").next == before.next


def test_a_lock_is_seen_without_task_paths(saver, backend, rewrite):
    graph = locked(saver)
    take(graph, "t", {"log": []})
    [question] = backend.thread("t").interrupts
    with pytest.raises(ValueError, match="down"):
        graph.invoke(Command(resume={question.id: "yes"}), config("t"))
    rewrite("ALTER TABLE writes DROP COLUMN task_path")
    assert backend.thread("t").given == {question.id: "yes"}


def old_interrupt(value, namespace):
    """An interrupt as LangGraph stored it before 0.6: a namespace, and no id."""
    fields = {"value": value, "resumable": True, "ns": namespace, "when": "during"}
    content = ormsgpack.packb(["langgraph.types", "Interrupt", fields])
    return ormsgpack.packb([ormsgpack.Ext(2, content)])


def test_an_old_interrupt_has_the_id_that_langgraph_gives_it(saver, backend, rewrite):
    graph = sequential(saver)
    take(graph, "t", {"log": []})
    [now] = backend.thread("t").interrupts
    row = old_interrupt("old?", [f"a:{now.task_id}"])
    rewrite("UPDATE writes SET value=? WHERE idx=-3", row)
    [pending] = graph.get_state(config("t")).interrupts
    assert questions(backend.thread("t")) == [(pending.id, "old?", "a")]
    assert pending.id == now.id


def test_a_second_question_under_the_first_ones_id_is_not_locked(saver, backend, rewrite):
    """Older versions gave all of a task's questions its first id."""
    graph = two_in_a_node(saver)
    take(graph, "t", {"log": []})
    [first] = backend.thread("t").interrupts
    graph.invoke(Command(resume={first.id: "yes"}), config("t"))
    row = old_interrupt("two?", [f"both:{first.task_id}"])
    rewrite("UPDATE writes SET value=? WHERE idx=-3", row)
    assert backend.thread("t").state is ThreadState.OPEN
    assert backend.thread("t").interrupts[0].id == first.id


def test_json_of_the_old_serializer_is_read_without_constructing(saver, backend, rewrite):
    take(sequential(saver), "t", {"log": []})
    [now] = backend.thread("t").interrupts
    row = (
        b'[{"lc": 2, "type": "constructor", "id": ["langgraph", "types", "Interrupt"],'
        b' "kwargs": {"value": "old?", "ns": ["a:%s"]}}]' % now.task_id.encode()
    )
    rewrite("UPDATE writes SET type='json', value=? WHERE idx=-3", row)
    assert questions(backend.thread("t")) == [(now.id, "old?", "a")]


def test_a_question_that_names_a_callable_calls_nothing(saver, backend, rewrite, monkeypatch):
    called = []
    monkeypatch.setattr(os, "system", called.append)
    take(sequential(saver), "t", {"log": []})
    [now] = backend.thread("t").interrupts
    bomb = ormsgpack.Ext(0, ormsgpack.packb(["os", "system", "echo boom"]))
    content = ["langgraph.types", "Interrupt", {"id": now.id, "value": bomb}]
    fields = ormsgpack.Ext(2, ormsgpack.packb(content))
    rewrite("UPDATE writes SET value=? WHERE idx=-3", ormsgpack.packb([fields]))
    [question] = backend.thread("t").interrupts
    assert question.value == {"__type__": "os.system", "value": "echo boom"}
    assert backend.page(Query(search="boom")).total == 1
    assert called == []


def test_values_nested_too_deep_do_not_hide_the_question(saver, backend, rewrite):
    take(sequential(saver), "t", {"log": ["MARK"]})
    rewrite(
        "UPDATE checkpoints SET checkpoint=CAST(replace(checkpoint, ?, ?) AS BLOB)",
        b"\xa4MARK",
        b"\x91" * 400 + b"\xc0",
    )
    thread = backend.thread("t")
    assert thread.state is ThreadState.OPEN
    assert thread.values["log"]["__type__"] == "unreadable"


def test_a_task_that_failed_and_later_succeeded_is_no_failure(saver, backend):
    graph = failing(saver)
    take(graph, "t", {"log": []})
    assert backend.thread("t").state is ThreadState.FAILED
    graph.switch.on = False
    graph.invoke(None, config("t"))
    assert backend.thread("t").errors == ()


def test_an_error_handlers_question_is_shown_and_locks_too(saver, backend):
    """The graph's own state hides it, but resuming by its id works."""
    graph = failing_handler(saver)
    take(graph, "t", {"log": []})
    [question] = backend.thread("t").interrupts
    assert question.value == "handle?"
    resume = Command(resume={question.id: "yes"})
    with pytest.raises(ValueError, match="handler down"):
        graph.invoke(resume, config("t"))
    assert backend.thread("t").given == {question.id: "yes"}
    graph.switch.on = False
    graph.invoke(None, config("t"))
    assert backend.thread("t").state is ThreadState.DONE


def test_a_question_of_a_called_task_is_listed_once(saver, backend):
    graph = functional(saver)
    take(graph, "t", "text")
    [question] = backend.thread("t").interrupts
    assert (question.node, question.value) == ("flow", {"review": "text"})


def test_a_head_without_a_time_in_its_id_takes_the_checkpoints_own(saver, backend, rewrite):
    take(sequential(saver), "t", {"log": []})
    written = backend.thread("t").updated_at
    head = backend.thread("t").checkpoint_id
    for table in ("checkpoints", "writes"):
        rewrite(f"UPDATE {table} SET checkpoint_id='zz' WHERE checkpoint_id=?", head)
    moved = backend.thread("t")
    assert abs((moved.updated_at - written).total_seconds()) < 1
    assert moved.waiting_since == moved.updated_at
