"""What a server may say of a thread, however it is shaped, is a thread or a ValueError."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl_tui.backends.agent_server import reading
from hitl_tui.backends.agent_server.answers import UNTOLD, Run, run_of
from hitl_tui.backends.agent_server.events import bounded, told
from hitl_tui.backends.agent_server.rows import row_of
from hitl_tui.model.threads import ThreadState

ID = "1" * 32
WRITTEN = "2026-01-15T09:30:00+00:00"
BEFORE, AFTER = "2026-01-15T09:29:59+00:00", "2026-01-15T09:30:01+00:00"
VERDICT = {"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}}


def thread(runs=(), *, error=None, schema=None, status="interrupted", failed=""):
    asked = {"id": ID, "value": "Why?", "response_schema": schema}
    task = {"id": "t", "name": "ask", "error": failed or None, "interrupts": [asked]}
    raw = {"thread_id": "x", "status": status, "error": error and {"error": error}}
    state = {
        "next": ["ask"], "tasks": [task], "created_at": WRITTEN,
        "checkpoint": {"checkpoint_id": "c"},
    }  # fmt: skip
    return reading.thread(raw, state, [run_of(run) for run in runs])


def run(resume, status="error", at=AFTER, run_id="r"):
    command = {"command": {"resume": resume}}
    return {"run_id": run_id, "status": status, "created_at": at, "kwargs": command}


FIRST = run(None, "success", BEFORE, "first")


@pytest.mark.parametrize(
    ("runs", "options", "state", "given"),
    [
        ([FIRST], {}, "open", {}),
        ([run({ID: "yes"}), FIRST], {"failed": "E()"}, "locked", {ID: "yes"}),
        ([run({ID: "yes"}, "interrupted"), FIRST], {}, "locked", {ID: "yes"}),
        ([run("yes"), FIRST], {"failed": "E()"}, "locked", {ID: "yes"}),
        ([run({"other": "shape"}), FIRST], {"failed": "E()"}, "locked", {ID: {"other": "shape"}}),
        ([run("yes", at=BEFORE)], {}, "open", {}),
        ([run({"2" * 32: "yes"}), FIRST], {}, "open", {}),
        ([run({ID: "late"}, run_id="b"), run({ID: "first"}), FIRST], {}, "locked", {ID: "first"}),
        ([run({ID: "no"}), FIRST], {"error": "UnknownInterruptError"}, "open", {}),
        ([run({ID: 5}), FIRST], {"schema": VERDICT, "failed": "1 validation error"}, "open", {}),
        ([run({ID: {"ok": True}}), FIRST], {"schema": VERDICT}, "locked", {ID: {"ok": True}}),
        ([run({ID: "yes"}, "running"), FIRST], {}, "open", {}),
        ([run({ID: "yes"}, "running"), FIRST], {"status": "busy"}, "running", {}),
        ([], {"failed": "E()"}, "locked", {ID: UNTOLD}),
        ([FIRST], {"failed": "E()"}, "open", {}),
        ([run(None, "success"), run({ID: "yes"}), FIRST], {"failed": "E()"}, "open", {}),
        ([run({ID: "b"}), run(None, "success"), run({ID: "a"})], {}, "locked", {ID: "b"}),
        ([run(None, "success")], {"failed": "E()"}, "open", {}),
    ],
)
def test_which_answers_were_taken_follows_from_the_runs(runs, options, state, given):
    found = thread(runs, **options)
    assert (found.state.value, dict(found.given)) == (state, given)


def test_a_thread_without_a_checkpoint_whose_run_failed_cannot_be_read():
    raw = {"thread_id": "x", "status": "error", "error": {"error": "E"}}
    found = reading.thread(raw, {"next": [], "tasks": [], "checkpoint": None}, [])
    assert found.state is ThreadState.UNREADABLE


def test_a_server_that_contradicts_itself_is_not_believed():
    asks = {"t": [{"id": ID, "value": "Why?"}]}
    raw = {"thread_id": "x", "status": "interrupted", "interrupts": asks}
    found = reading.thread(raw, {"next": [], "checkpoint": {"checkpoint_id": "c"}}, [])
    assert found.state is ThreadState.UNREADABLE
    assert "contradicts itself" in found.reason


WORDS = st.sampled_from(
    ["thread_id", "status", "metadata", "interrupts", "updated_at", "id", "name", "value", "tasks",
     "next", "values", "checkpoint", "checkpoint_id", "checkpoint_ns", "created_at", "state",
     "error", "result", "graph_id", "response_schema", "kwargs", "command", "resume", "run_id"]
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=12,
)
OBJECTS = st.dictionaries(WORDS, ANYTHING, max_size=8)


@settings(max_examples=80, deadline=None)
@given(raw=OBJECTS, state=OBJECTS, run=OBJECTS)
def test_whatever_it_says_is_a_thread_or_a_value_error(raw, state, run):
    for read in (
        lambda: row_of(raw),
        lambda: run_of(run),
        lambda: reading.thread({"thread_id": "x", **raw}, state, [Run("r", "error")]),
    ):
        try:
            read()
        except ValueError:
            continue


class Part:
    """A part of a stream, as the SDK gives it."""

    id = None

    def __init__(self, event, data):
        self.event, self.data = event, data


@settings(max_examples=60, deadline=None)
@given(
    event=st.sampled_from(["updates", "updates|ns", "custom", "messages", "metadata", "x", ""]),
    data=ANYTHING,
)
def test_whatever_it_streams_is_events_of_plain_values(event, data):
    for each in told(Part(event, data), "x", "r"):
        assert each.to_json()


def test_a_value_too_long_to_show_is_cut_and_says_so():
    cut = bounded("x" * 100_000)
    assert len(cut) < 70_000
    assert cut.endswith("characters more")
    deep = value = []
    for _ in range(500):
        value.append([])
        value = value[0]
    assert "levels deep" in bounded(deep)
