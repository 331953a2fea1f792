"""What is searched is the beginning of what is asked, however much comes behind."""

import json

from hypothesis import given
from hypothesis import strategies as st

from hitl_tui.backends import words as searched
from hitl_tui.backends.words import fold, words
from hitl_tui.model.threads import Interrupt, ThreadState, ThreadSummary

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(), inner, max_size=9),
    max_leaves=40,
)


@given(VALUES, st.integers(1, 60))
def test_it_is_the_beginning_of_the_json(value, most):
    summary = ThreadSummary("t", ThreadState.OPEN, interrupts=(Interrupt("1", value),))
    before, searched.MOST = searched.MOST, most
    try:
        told = words(summary, "")
    finally:
        searched.MOST = before
    assert told == fold(f"t\n\n\n{json.dumps(value, ensure_ascii=False)}"[:most])[:most]
