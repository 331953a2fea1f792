"""A world for each test, in a file, in a database or at a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hitl_tui.backends.agent_server.credentials import KINDS
from tests.contract.everywhere.world import Local, Place, Remote, World


@pytest.fixture(params=["sqlite", "postgres", "server"])
def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """A world of one's own; a server is shared, and its threads are told apart by their ids."""
    place: Place
    if request.param == "server":
        place = Remote(request.getfixturevalue("agent_server"))
    elif request.param == "postgres":
        place = Local(request.getfixturevalue("empty"))
    else:
        place = Local(tmp_path / "threads.sqlite")
    made = World(request.param, place, tmp_path)
    for name in (name for kind in KINDS for name in kind.names):
        monkeypatch.delenv(name, raising=False)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    yield made
    made.close()
