"""A database that is restarted under the open screen: told, nothing typed is lost, it goes on."""

import pytest

from graphs.seed import seed_database
from tests.cli import hitl, lines, state
from tests.postgres.cluster import cluster, database, need
from tests.terminal.using import back, fill, leave, open_answer, wait_until


@pytest.fixture
def own():
    """A server that the test may stop, and the address of the demo's threads in it."""
    need()
    with cluster("synchronous_commit = on") as server, database(server, "demo") as address:
        seed_database(address)
        yield server, address


def test_what_is_typed_survives_a_restart_and_is_sent_after_it(own, open_inbox):
    server, address = own
    terminal = open_inbox(address)
    open_answer(terminal, "age-1", "what is your age?")
    fill(terminal, "41", "sends  41")
    server.stop()
    terminal.wait_for("Cannot read the checkpoints", "cannot be reached", "sends  41")
    server.start()
    terminal.press_for("ctrl+s", "finished")
    wait_until(lambda: state(address, "age-1") == "done", "it was not answered")
    back(terminal)
    leave(terminal)
    assert [row["data"]["sent"] for row in lines(hitl("audit", address, "--json"))
            if row["kind"] == "intent"] == [{"440f795c635437f0d20e6bd1e902ce56": 41}]  # fmt: skip
