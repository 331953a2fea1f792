"""What an index keeps of a thread as JSON is what `json.dumps` makes of its fields."""

import json
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from hitl_tui.backends.told import fields, told_json
from hitl_tui.model.threads import Interrupt, Rivals, ThreadState, ThreadSummary

TEXTS = st.text(st.characters(), max_size=8)  # lone surrogates too
MAYBE = st.none() | TEXTS
TIMES = st.none() | st.datetimes(timezones=st.just(UTC))
INTERRUPTS = st.builds(Interrupt, id=TEXTS, value=st.none(), node=TEXTS)
ROWS = st.builds(
    ThreadSummary,
    thread_id=TEXTS,
    state=st.sampled_from(ThreadState),
    reason=TEXTS,
    graph_id=MAYBE,
    checkpoint_id=MAYBE,
    waiting_since=TIMES,
    updated_at=TIMES,
    interrupts=st.lists(INTERRUPTS, max_size=3).map(tuple),
    next=st.lists(TEXTS, max_size=3).map(tuple),
)


@given(ROWS, st.lists(TEXTS, min_size=3, max_size=3))
def test_the_json_of_a_row_is_that_of_its_fields(row, texts):
    titles = texts[: len(row.interrupts)]
    title = titles[0] if titles else ""
    assert told_json(row, titles) == json.dumps(fields(row, title, titles))


def test_a_row_with_alarms_is_told_by_its_source_alone():
    row = ThreadSummary("a", ThreadState.OPEN, rivals=(Rivals("c", ()),))
    assert told_json(row, []) == ""
