"""`claim`, `release` and `snooze` from scripts, on a real file; `everywhere/` has the others."""

from hitl_tui.backends.connect import backend_for
from hitl_tui.model.threads import Query
from tests.cli import hitl, lines


def test_a_snooze_is_set_and_ended_and_bad_times_are_refused(source):
    assert hitl("snooze", source, "age-1", "--until", "2h").returncode == 0
    assert hitl("snooze", source, "age-1", "--wake").returncode == 0
    assert hitl("snooze", source, "age-1").returncode == 2
    assert hitl("snooze", source, "age-1", "--until", "soon").returncode == 2
    assert hitl("snooze", source, "nobody", "--until", "2h").returncode == 8


def test_a_read_only_look_notes_nothing(source):
    done = hitl("claim", source, "age-1", "--read-only")
    assert done.returncode == 2
    assert not source.with_name(f"{source.name}.hitl.db").exists()


def listed(source, *words):
    """The rows of `list --json`, by thread."""
    return {row["thread_id"]: row for row in lines(hitl("list", source, "--json", *words))}


def test_the_queue_of_a_real_file_leaves_what_sleeps_apart(source):
    backend = backend_for(str(source), None)
    both = {row.thread_id for row in backend.page(Query()).rows}
    asleep = frozenset({"age-1", "refund-7", "not here"})
    sleeping, waking = (Query(snoozed=which, asleep=asleep) for which in (True, False))
    assert {row.thread_id for row in backend.page(sleeping).rows} == {"age-1", "refund-7"}
    assert {row.thread_id for row in backend.page(waking).rows} == both - asleep
    assert backend.page(sleeping).total == sum(backend.counts(sleeping).values()) == 2
    assert sum(backend.counts(waking).values()) == len(both) - 2
    assert backend.position(waking, "age-1") is None
    assert backend.position(sleeping, "age-1") in (0, 1)
    backend.close()


def test_a_state_comes_with_its_reason(source):
    rows = listed(source, "--state", "all")
    reasons = {row["state"]: row["reason"] for row in rows.values()}
    assert reasons["open"] is None
    assert "taken" in reasons["locked"]
