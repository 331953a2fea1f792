"""Two processes answer the same question of a server at the same instant: one effect each time."""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT
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


def raced(desk, times, journals):
    """What each of two operators was told, for each of so many threads."""
    inbox = desk.inbox()
    questions = [[thread, *looked(inbox, thread)] for thread in desk.threads(times)]
    racers = [ready(desk, "ann", journals[0]), ready(desk, "bob", journals[1])]
    told = []
    for start in range(0, times, AT_ONCE):
        line = json.dumps(questions[start : start + AT_ONCE])
        for racer in racers:
            racer.stdin.write(f"{line}\n")
            racer.stdin.flush()
        told += zip(*(json.loads(racer.stdout.readline()) for racer in racers), strict=True)
    for racer in racers:
        racer.communicate(timeout=30)
    return told


@pytest.mark.parametrize(
    ("journals", "times"),
    [pytest.param(("here", "there"), 100, marks=pytest.mark.slow), (("one", "one"), 20)],
    ids=["a journal each", "one journal"],
)
def test_each_time_one_effect_and_one_loser_told(desk, journals, times):
    """With a journal each, as on two machines, and with one, as on one machine."""
    told = raced(desk, times, journals)
    assert len(desk.effects()) == times
    for pair in told:
        finished = [each for each in pair if each["outcome"] == "finished"]
        (lost,) = [each for each in pair if each not in finished]
        assert len(finished) == 1, pair
        assert lost["outcome"] in {"Conflict", "conflict"}, pair
        assert lost["reason"], pair
