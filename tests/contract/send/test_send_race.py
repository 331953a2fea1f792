"""Two processes, opposite answers, the same instant: one effect each time, and one loser told."""

import json

import pytest

from tests.contract.runner.processes import PATIENCE
from tests.contract.send.driver import looked


def ready(office, value):
    process = office.operator(value=value, how="race")
    assert process.stdout.readline() == "ready\n"
    return process


def raced(office, times):
    threads = [f"t{number}" for number in range(times)]
    office.start(*threads)
    racers = [ready(office, "yes"), ready(office, "no")]
    inbox, told = office.inbox(), []
    for thread in threads:
        line = json.dumps([thread, *looked(inbox, thread)])
        for racer in racers:
            racer.stdin.write(f"{line}\n")
            racer.stdin.flush()
        told.append([json.loads(racer.stdout.readline()) for racer in racers])
    for racer in racers:
        racer.communicate(timeout=PATIENCE)
    return told


@pytest.mark.parametrize(
    ("office", "times"),
    [
        ("sqlite", 20),
        ("postgres", 20),
        pytest.param("sqlite", 200, marks=pytest.mark.slow),
        pytest.param("postgres", 100, marks=pytest.mark.slow),
    ],
    indirect=["office"],
)
def test_each_time_one_effect_and_one_loser_told(office, times):
    told = raced(office, times)
    assert len(office.effects()) == times
    for pair in told:
        outcomes = sorted(each["outcome"] for each in pair)
        assert outcomes == ["Conflict", "finished"], pair
        assert any("ann" in each["reason"] for each in pair), "the loser is told who"
    assert not office.inbox().audit_faults()
