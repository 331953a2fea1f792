"""What a resumed run is given back."""

from hitl_tui.runner.context import given_back


def test_what_langgraph_writes_itself_is_not_given_back():
    own = {"source": "loop", "step": 3, "parents": {}, "writes": None, "run_id": "r"}
    own |= {"langgraph_step": 1, "checkpoint_ns": "", "thread_id": "t", "__pregel_x": 1}
    assert given_back(own) == ({}, {})


def test_scalars_go_back_as_configuration_and_everything_as_metadata():
    metadata = {"graph_id": "refund", "limit": 3, "vip": True, "tags": ["a"], "none": None}
    configurable, kept = given_back(metadata)
    assert configurable == {"graph_id": "refund", "limit": 3, "vip": True}
    assert kept == metadata
