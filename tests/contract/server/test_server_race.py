"""Two processes answer the same question of a server at the same instant: one effect each time."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE
from tests.contract.send.driver import looked

AT_ONCE = 20  # threads that both answer; a run waits half a second for its turn at the server


def ready(desk, operator, journal):
    words = [desk.server.url, str(desk.folder / f"{journal}.db"), operator, operator]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.server.driver", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    return process


def raced(desk, threads, journals):
    """What each of two operators, ann and bob, was told for each of the threads."""
    inbox, times = desk.inbox(), len(threads)
    questions = [[thread, *looked(inbox, thread)] for thread in threads]
    racers = [ready(desk, "ann", journals[0]), ready(desk, "bob", journals[1])]
    told = []
    for start in range(0, times, AT_ONCE):
        line = json.dumps(questions[start : start + AT_ONCE])
        for racer in racers:
            racer.stdin.write(f"{line}\n")
            racer.stdin.flush()
        told += zip(*(json.loads(racer.stdout.readline()) for racer in racers), strict=True)
    for racer in racers:
        racer.communicate(timeout=PATIENCE)
    return told


@pytest.mark.parametrize(
    ("journals", "times"),
    [pytest.param(("here", "there"), 100, marks=pytest.mark.slow), (("one", "one"), 20)],
    ids=["a journal each", "one journal"],
)
def test_each_time_one_effect_and_one_loser_told(desk, journals, times):
    """With a journal each, as on two machines, and with one, as on one machine."""
    threads, winners = desk.threads(times), []
    for pair in raced(desk, threads, journals):
        (winner,) = [at for at, each in enumerate(pair) if each["outcome"] == "finished"]
        lost = pair[1 - winner]
        assert lost["outcome"] in {"Conflict", "conflict"}, pair
        assert lost["reason"], pair
        winners.append(("ann", "bob")[winner])
    assert Counter(desk.effects()) == Counter(winners), "one effect each, that of who was told so"
    state_of = desk.server.client.threads.get_state
    assert [state_of(thread)["values"]["answer"] for thread in threads] == winners
