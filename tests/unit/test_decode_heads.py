"""Whatever a head's rows hold, a thread comes of it, and never anything but a thread."""

import json

import ormsgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl_tui.backends.derive import summary, thread
from hitl_tui.backends.tables import Head, Write
from hitl_tui.model.threads import ThreadState

CHANNELS = "__start__ __pregel_tasks branch:to:a branch:to: join:a+b:c join: start:a branch:a:b:c"
KEYS = "a __interrupt__ node arg id ns value graph_id"
WORDS = st.sampled_from([*CHANNELS.split(), *KEYS.split()])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.binary(max_size=4) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=10,
)
RECORDS = st.dictionaries(WORDS, ANYTHING, max_size=4)
CHECKPOINTS = st.fixed_dictionaries(
    {"channel_values": RECORDS, "channel_versions": RECORDS, "versions_seen": RECORDS},
    optional={"id": ANYTHING, "v": ANYTHING, "ts": ANYTHING, "pending_sends": ANYTHING},
)
INTERRUPTS = st.lists(
    st.fixed_dictionaries(
        {"value": ANYTHING}, optional={"id": ANYTHING, "ns": ANYTHING, "response_schema": ANYTHING}
    )
)
PATHS = st.sampled_from(["", "~__pregel_pull, a", "~__pregel_push, 0000000000, 0000000000", ", ,"])
WRITES = st.builds(
    Write,
    namespace=st.just(""),
    task_id=st.sampled_from(["t1", "t2", ""]),
    task_path=PATHS,
    idx=st.integers(-4, 1),
    channel=WORDS,
    kind=st.just("msgpack"),
    value=(INTERRUPTS | ANYTHING).map(ormsgpack.packb) | st.binary(max_size=9) | st.none(),
    rowid=st.integers(1, 9),
)
METADATA = st.binary(max_size=9) | st.sampled_from([b"{}", b'{"step": 1}', b'{"step": "x"}'])
HEADS = st.builds(
    Head,
    thread_id=st.text(max_size=3),
    checkpoint_id=st.text(max_size=40) | st.just("1f1e71f8-3488-6be4-8001-51b52471d24e"),
    kind=st.just("msgpack"),
    checkpoint=(CHECKPOINTS | ANYTHING).map(ormsgpack.packb) | st.binary(max_size=20),
    metadata=st.none() | METADATA,
    writes=st.lists(WRITES, max_size=6).map(tuple),
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(head=HEADS, inner=st.lists(WRITES, max_size=3))
def test_any_rows_make_a_thread(head, inner):
    found = thread(head, lambda node, task: inner)
    assert found.state in ThreadState
    assert (found.state is ThreadState.UNREADABLE) <= bool(found.reason)
    json.dumps([found.values, found.given, [i.value for i in found.interrupts]])
    short = summary(head, lambda node, task: inner)
    assert (short.state, short.next, short.reason) == (found.state, found.next, found.reason)
