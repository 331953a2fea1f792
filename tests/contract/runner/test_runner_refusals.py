"""A run that would not do what the operator saw is refused, and nothing is written."""

import sqlite3
from contextlib import closing

import pytest

from hitl_tui.errors import Conflict, Drifted, GraphError, SourceError
from hitl_tui.model.runs import Verb
from tests.contract.runner.test_runner_answers import head
from tests.contract.runner.world import World, outcome, told


def refused(world, error, match, run):
    before = world.rows()
    with pytest.raises(error, match=match):
        run()
    assert world.rows() == before


def test_a_question_the_loaded_graph_does_not_have_is_drift(world):
    world.start()
    world.graph = "builder"
    refused(world, Drifted, "does not have the questions", lambda: world.answer("x"))


def test_a_thread_that_moved_on_is_a_conflict(world):
    world.start()
    seen = head(world).config["configurable"]["checkpoint_id"]
    asked = world.asked["t"]
    world.answer("nothing", checkpoint_id=seen)
    world.asked["t"] = asked
    refused(world, Conflict, "moved on", lambda: world.answer("again", checkpoint_id=seen))


def test_a_thread_that_is_gone_is_a_conflict(world):
    world.start()
    world.asked["other"] = world.asked["t"]
    refused(world, Conflict, "no checkpoints", lambda: world.answer("x", "other"))


def test_an_answer_to_another_question_is_refused(world):
    world.start()
    refused(world, Drifted, "questions", lambda: world.answer(1, resume={"0" * 32: 1}))


def test_starting_a_thread_that_has_not_ended_is_a_conflict(world):
    world.start()
    refused(world, Conflict, "has not ended", world.start)


def test_only_a_start_creates_the_file(world):
    world.asked["t"] = ["0" * 32]
    with pytest.raises(SourceError, match="does not exist"):
        world.answer("x")
    assert not world.source.exists()


@pytest.mark.parametrize("verb", ["start", "answer"])
def test_a_file_that_is_no_database_is_refused_unchanged(world, verb):
    world.source.write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    world.asked["t"] = ["0" * 32]
    before = world.source.read_bytes()
    with pytest.raises(SourceError, match="not a database"):
        world.start() if verb == "start" else world.answer("x")
    assert world.source.read_bytes() == before


def test_a_database_without_checkpoints_is_refused_unchanged(world):
    with closing(sqlite3.connect(world.source)) as connection:
        connection.execute("CREATE TABLE songs (name)")
    before = world.source.read_bytes()
    world.asked["t"] = ["0" * 32]
    with pytest.raises(SourceError, match="no such"):
        world.answer("x")
    assert world.source.read_bytes() == before


def test_a_file_of_before_task_paths_is_migrated_only_when_it_is_written(world):
    world.start()
    with closing(sqlite3.connect(world.source)) as connection:
        connection.execute("ALTER TABLE writes DROP COLUMN task_path")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    fresh = World(world.pool, world.source.with_name("old.sqlite"))
    fresh.source.write_bytes(world.source.read_bytes())
    fresh.asked = world.asked
    before = fresh.source.read_bytes()
    with pytest.raises(Drifted):
        fresh.answer("x", resume={"0" * 32: 1})
    assert fresh.source.read_bytes() == before
    assert outcome(fresh.answer("nothing")) == "finished"


def test_a_replaced_file_is_opened_anew(world):
    world.start()
    world.source.unlink()
    for suffix in ("-wal", "-shm"):
        world.source.with_name(world.source.name + suffix).unlink(missing_ok=True)
    world.asked["t"] = ["0" * 32]
    world.start("other")
    with pytest.raises(Conflict):
        world.answer("x")


def test_a_failed_node_keeps_its_answer_and_can_be_retried_or_reopened(world):
    world.start()
    before = head(world).config["configurable"]["checkpoint_id"]
    assert outcome(world.answer("fail")) == "failed"
    pending = tuple(world.asked["t"])
    assert pending
    retry = list(world.stream("t", verb=Verb.RETRY, pending=pending, checkpoint_id=before))
    assert told(retry, "error")[0]["title"] == "ValueError"
    reopen = list(world.stream("t", verb=Verb.REOPEN, pending=pending, checkpoint_id=before))
    assert outcome(reopen) == "paused"
    assert tuple(world.asked["t"]) != pending
    assert outcome(world.answer("nothing")) == "finished"


def test_a_breakpoint_is_continued_and_a_question_is_not(pool, tmp_path):
    world = World(pool, tmp_path / "f", "gate")
    events = world.start()
    assert events[-1].data["reason"] == "Stopped before work."
    assert outcome(list(world.stream("t", verb=Verb.CONTINUE))) == "paused"
    refused(world, Drifted, "questions", lambda: list(world.stream("t", verb=Verb.CONTINUE)))


def test_what_is_done_cannot_be_continued(world):
    world.start()
    world.answer("nothing")
    refused(world, Drifted, "nothing left", lambda: list(world.stream("t", verb=Verb.CONTINUE)))


def test_a_closed_pool_refuses(tmp_path):
    from hitl_tui.runner.pool import Pool
    from hitl_tui.runner.spec import RunnerSpec
    from tests.contract.runner.world import CONFIG

    pool = Pool(RunnerSpec(config=CONFIG))
    pool.close()
    with pytest.raises(GraphError, match="closed"):
        World(pool, tmp_path / "f").start()
