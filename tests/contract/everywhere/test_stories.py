"""The same calls end alike, wherever threads are kept."""

import json
import re
import signal
import subprocess

import pytest

from tests.contract.everywhere.stories import STORIES
from tests.contract.everywhere.world import World

_WITHOUT_EVENTS = {"audit", "cancel", "claim", "release", "snooze"}


@pytest.mark.parametrize("name", STORIES)
def test_it_ends_as_the_table_says(world, name):
    graph, table = STORIES[name]
    world.seed(graph)
    lines = [columns(line) for line in table.splitlines() if line.strip()]
    told = [line for kinds, *line in lines if not kinds or world.kind in kinds.split()]
    assert [line[:1] + as_it_was(world, line) for line in told] == told


def columns(line: str) -> list[str]:
    """For which kinds of places, the call, and how it ends: status, outcome, state."""
    found = re.fullmatch(r"\s*(?:(.+) \| )?(.+?)(?:\s+(\d)\s+(\S+)\s+(\S+))?\s*", line)
    assert found, f"no line of a story: {line}"
    return [column or "" for column in found.groups()]


def as_it_was(world: World, line: list[str]) -> list[str]:
    """Do what the line says; how it ended, in the same columns."""
    said, *ends = line
    words = said.split()
    match words[0]:
        case "down" | "hang":
            world.switch(words[0], on=words[1] == "on")
        case "begin":
            world.begin(*who_says(world, said.removeprefix("begin ")))
        case "signal":
            world.at_work.send_signal(getattr(signal, f"SIG{words[1]}"))
            if words[1] == "KILL":
                world.at_work.communicate()
        case "effects":
            assert world.effects() == words[1:]
        case _:
            assert all(ends), f"a call ends in some way: {said}"
            done = world.end() if said == "end" else world.done(*who_says(world, said))
            return [*ended(done), world.state()]
    return ends


def who_says(world: World, said: str) -> tuple[str, list[str]]:
    """The operator, and the words of the command with source and thread."""
    operator, _, said = said.rpartition(": ")
    command, *more = said.split()
    place = [world.place.source] if command == "audit" else [world.place.source, world.thread]
    events = [] if command in _WITHOUT_EVENTS else ["--json"]
    ordered = [*more, *place] if command == "audit" else [*place, *more]
    return operator or "ann", [command, *ordered, *events]


def ended(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The exit status and the outcome of the last event."""
    last = json.loads(done.stdout.splitlines()[-1]) if done.stdout.startswith("{") else {}
    return [str(done.returncode), str(last.get("outcome", "-"))]
