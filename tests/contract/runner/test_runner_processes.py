"""No worker outlives its owner, and none is left behind by a pool that closes."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from hitl_tui.errors import GraphError, InterpreterError
from hitl_tui.model.runs import Verb
from hitl_tui.runner.pool import Pool
from hitl_tui.runner.spec import RunnerSpec
from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE, children, open_files, running_in, soon
from tests.contract.runner.world import CONFIG, World, outcome, printed

OWNER = """
import sys
from pathlib import Path
from hitl_tui.runner.pool import Pool
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.runner.world import CONFIG, World, told, printed
pool = Pool(RunnerSpec(config=CONFIG))
world = World(pool, Path(sys.argv[1]))
world.act("leave a child")
print(printed(world.act("tell the world")).splitlines()[0].split()[-2])
world.start()
print("ready", flush=True)
for event in world.answering(sys.argv[2]):
    pass
"""


@pytest.mark.parametrize("action", ["hold the lock", "spin", "stubborn", "keep a child"])
def test_killing_the_owner_ends_its_workers_whatever_they_do(tmp_path, action):
    command = [sys.executable, "-c", OWNER, str(tmp_path / "f"), action]
    begun = tmp_path / "begun"
    env = {**os.environ, "RUNNER_TEST_BEGUN": str(begun)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env) as owner:
        try:
            assert owner.stdout.readline().strip().isdigit()
            assert owner.stdout.readline() == "ready\n"
            assert soon(lambda: begun.exists() and begun.read_text() == action)
            groups = children(owner.pid)
            assert soon(lambda: len(running_in(groups)) == 1 + (action == "keep a child"))
        finally:
            owner.send_signal(signal.SIGKILL)
    assert soon(lambda: not running_in(groups))


def test_closing_ends_everything_and_frees_every_descriptor(begun, tmp_path):
    before = children(), open_files()
    pool = Pool(RunnerSpec(config=CONFIG))
    world = World(pool, tmp_path / "f")
    world.start()
    ended = []
    thread = threading.Thread(target=lambda: ended.extend(world.answer("leave a child")))
    thread.start()
    thread.join(PATIENCE)
    world.start("b")
    thread = threading.Thread(target=lambda: ended.extend(world.answer("hold the lock", "b")))
    thread.start()
    groups = children() - before[0]
    assert soon(lambda: begun.read_text() == "hold the lock")
    assert running_in(groups)
    pool.close()
    pool.close()
    thread.join(PATIENCE)
    assert outcome(ended) == "cancelled"
    assert soon(lambda: not running_in(groups))
    assert soon(lambda: children() <= before[0])
    assert soon(lambda: open_files() <= before[1]), "what others had open may be closed meanwhile"


def test_nothing_is_started_before_it_is_needed(tmp_path):
    before = children()
    pool = Pool(RunnerSpec(config=CONFIG))
    assert children() <= before
    pool.close()


def test_a_warm_pool_has_its_worker_ready(tmp_path):
    before = children()
    pool = Pool(RunnerSpec(config=CONFIG))
    pool.warm()
    assert soon(lambda: children() - before)
    assert len(pool.graphs()) > 10
    pool.close()


def test_two_runs_go_at_the_same_time_and_a_third_waits_its_turn(tmp_path):
    pool = Pool(RunnerSpec(config=CONFIG, max_workers=2))
    worlds = [World(pool, tmp_path / "f") for _ in range(5)]
    ends = []

    def answer(number):
        worlds[number].start(str(number))
        ends.append(outcome(worlds[number].answer("wait", str(number))))

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert ends == ["finished"] * 5
    assert len(pool._crew._idle) == 2
    pool.close()


def test_a_run_goes_on_when_its_reader_leaves(world):
    world.start()
    events = world.answering("speak")
    next(events)
    events.close()
    assert soon(lambda: is_done(world))


def is_done(world):
    try:
        return list(world.stream("t", verb=Verb.CONTINUE)) is None
    except GraphError as error:
        return "nothing left" in str(error)


def test_a_nicer_worker(tmp_path):
    pool = Pool(RunnerSpec(config=CONFIG, nice=15))
    nice = printed(World(pool, tmp_path / "f").act("tell the world")).splitlines()[0].split()[-1]
    assert int(nice) == min(19, os.nice(0) + 15)
    pool.close()


def interpreter(tmp_path, text):
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o755)
    return script


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (None, "There is no Python at"),
        ("echo broken >&2; exit 7", "ended by itself with status 7.\nbroken"),
        ("kill -SEGV $$", "killed by SIGSEGV"),
        (f'exec {sys.executable} -S -I "$@"', "has no usable LangGraph"),
    ],
)
def test_an_interpreter_that_cannot_be_used_is_explained(tmp_path, text, match):
    python = interpreter(tmp_path, text) if text else tmp_path / "nowhere"
    pool = Pool(RunnerSpec(python=python, config=CONFIG))
    with pytest.raises(InterpreterError, match=match) as raised:
        World(pool, tmp_path / "f").start()
    assert "--python" in raised.value.hint
    pool.close()


def test_a_file_that_may_not_be_executed_is_explained(tmp_path):
    (tmp_path / "python").write_text("")
    pool = Pool(RunnerSpec(python=tmp_path / "python", config=CONFIG))
    with pytest.raises(InterpreterError, match="Permission denied"):
        pool.graphs()
    pool.close()
