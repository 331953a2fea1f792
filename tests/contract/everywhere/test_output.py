"""What is printed may find no reader or no room: the run goes on, and no traceback is shown."""

import os
import signal
from pathlib import Path

import pytest

from tests.contract.everywhere.world import here_and_there
from tests.contract.runner.processes import PATIENCE

pytestmark = here_and_there
FULL = Path("/dev/full")


@pytest.fixture
def nobody():
    """The writing end of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


def test_what_only_prints_ends_with_its_reader(world, nobody):
    thread = world.seed("effect")
    assert world.said("ann", "claim", thread).returncode == 0  # something to audit
    source = world.place.source
    calls = [["list", source], ["list", source, "--json"], ["list", source, "--group-by", "graph"],
             ["show", source, thread], ["doctor", source], ["audit", source]]  # fmt: skip
    for call in calls:
        process = world.call("ann", call, out=nobody)
        _, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, err) == (-signal.SIGPIPE, ""), call


def test_a_run_goes_on_without_a_reader(world, nobody):
    thread = world.seed("effect")
    words = ["answer", world.place.source, thread, "--text", "yes"]
    process = world.call("ann", words, out=nobody)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert (world.state(), world.effects()) == ("done", ["yes"])


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
def test_no_room_for_the_output_is_said_and_stops_no_run(world):
    source, thread = world.place.source, world.seed("effect")
    with FULL.open("w") as full:
        shown = world.call("ann", ["list", source], out=full)
        assert shown.communicate(timeout=PATIENCE)[1] == (
            "The output cannot be written: No space left on device.\n"
        )
        answered = world.call("ann", ["answer", source, thread, "--text", "yes"], out=full)
        _, err = answered.communicate(timeout=PATIENCE)
    assert (shown.returncode, answered.returncode) == (1, 0)
    assert "The output cannot be written" in err
    assert "Traceback" not in err
    assert (world.state(), world.effects()) == ("done", ["yes"])
