"""Every seeded thread is where the seed says, as LangGraph itself sees it."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from langgraph.checkpoint.base.id import UUID
from langgraph.checkpoint.sqlite import SqliteSaver

from graphs.seed import FIXED_NOW, main, seed
from graphs.seeding.load import declared, load
from graphs.seeding.samples import SAMPLES

READABLE = [sample for sample in SAMPLES if not sample.spoil]
SPOILT = [sample for sample in SAMPLES if sample.spoil]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("seed") / "checkpoints.sqlite"
    seed(path)
    return path


@pytest.fixture
def snapshot(file):
    """Reads a sample's thread with its real graph."""
    with closing(sqlite3.connect(file, check_same_thread=False)) as connection:

        def read(sample: Any) -> Any:
            graph = asyncio.run(load(sample.graph_id))
            graph.checkpointer = SqliteSaver(connection)
            return graph.get_state({"configurable": {"thread_id": sample.thread_id}})

        yield read


def standing(snapshot: Any) -> str:
    """The state that LangGraph's own snapshot amounts to."""
    failed = any(task.error for task in snapshot.tasks)
    if snapshot.interrupts:
        return "locked" if failed else "open"
    if failed:
        return "failed"
    return "paused" if snapshot.next else "done"


def rows(path: Any) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return [
            sorted(connection.execute(f"SELECT * FROM {table}"))
            for table in ("checkpoints", "writes")
        ]


@pytest.mark.parametrize("sample", READABLE, ids=lambda sample: ascii(sample.thread_id))
def test_each_thread_is_in_the_state_the_seed_claims(snapshot, sample):
    assert standing(snapshot(sample)) == sample.state


@pytest.mark.parametrize("sample", READABLE, ids=lambda sample: ascii(sample.thread_id))
def test_each_thread_is_as_old_as_claimed_and_says_whose_it_is(snapshot, sample):
    shown = snapshot(sample)
    age = FIXED_NOW - datetime.fromisoformat(shown.created_at)
    second = timedelta(seconds=1)
    assert sample.age - second < age <= sample.age * (1 + len(sample.answers) / 4)
    assert shown.metadata.get("graph_id") == (sample.graph_id if sample.labelled else None)


@pytest.mark.parametrize("sample", SPOILT, ids=lambda sample: sample.thread_id)
def test_a_spoilt_thread_cannot_be_read(snapshot, sample):
    expected = ValueError if sample.spoil == "damaged" else NotImplementedError
    with pytest.raises(expected):
        snapshot(sample)


def test_every_graph_waits_somewhere_and_every_state_occurs():
    waiting = {sample.graph_id for sample in SAMPLES if sample.state != "done"}
    assert waiting == set(declared())
    states = {"open", "locked", "failed", "paused", "done", "unreadable"}
    assert {sample.state for sample in SAMPLES} == states
    assert len({sample.thread_id for sample in SAMPLES}) == len(SAMPLES)


def test_two_threads_do_not_say_whose_they_are_but_their_nodes_do():
    unlabelled = [sample for sample in SAMPLES if not sample.labelled]
    nodes = {graph_id: set(asyncio.run(load(graph_id)).nodes) for graph_id in declared()}
    assert len(unlabelled) == 2
    for sample in unlabelled:
        own = nodes[sample.graph_id] - {"__start__"}
        assert [name for name, others in nodes.items() if own & others] == [sample.graph_id]


def test_a_long_conversation_is_there(snapshot):
    (sample,) = (sample for sample in SAMPLES if sample.thread_id == "mailer-3")
    assert len(snapshot(sample).values["messages"]) >= 30


def test_seeding_again_gives_the_same_rows(file, tmp_path):
    seed(tmp_path / "again.sqlite")
    assert rows(tmp_path / "again.sqlite") == rows(file)


def test_a_later_now_moves_every_thread_by_as_much(file, tmp_path):
    seed(tmp_path / "later.sqlite", now=FIXED_NOW + timedelta(days=1))
    early, late = (rows(path)[0] for path in (file, tmp_path / "later.sqlite"))
    assert [row[0] for row in early] == [row[0] for row in late]
    shifts = {UUID(b[2]).time - UUID(a[2]).time for a, b in zip(early, late, strict=True)}
    assert shifts == {24 * 60 * 60 * 10_000_000}


def test_no_two_checkpoints_share_an_id(file):
    checkpoints, _ = rows(file)
    assert len({row[2] for row in checkpoints}) == len(checkpoints)


def test_what_a_sample_prints_while_seeding_stays_unheard(tmp_path, capfd):
    seed(tmp_path / "quiet.sqlite")
    assert capfd.readouterr() == ("", "")


def test_the_command_says_how_many_threads_it_made(tmp_path, capsys):
    assert main([str(tmp_path / "new.sqlite")]) == 0
    assert capsys.readouterr().out.endswith(f"new.sqlite: {len(SAMPLES)} threads\n")


def test_a_seeding_that_fails_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr("graphs.seeding.spoil.damage", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seed(tmp_path / "half.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_seeding_works_inside_a_running_event_loop(tmp_path):
    async def inside() -> None:
        seed(tmp_path / "inside.sqlite")

    asyncio.run(inside())
    assert (tmp_path / "inside.sqlite").stat().st_size > 0


def test_an_existing_file_is_refused_and_left_as_it_is(tmp_path, capsys):
    path = tmp_path / "precious.sqlite"
    path.write_text("precious")
    assert main([str(path)]) == 2
    assert "exists" in capsys.readouterr().err
    assert path.read_text() == "precious"


def test_a_folder_that_is_not_there_is_told(tmp_path, capsys):
    assert main([str(tmp_path / "nowhere" / "new.sqlite")]) == 2
    assert "cannot be made" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--help"]])
def test_other_words_get_the_usage(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage:")
