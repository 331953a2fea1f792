"""The server of the tests, and an operator's own place for journals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hitl_tui.backends.agent_server.credentials import KINDS
from tests.contract.server.office import Desk
from tests.contract.server.served import Served


@pytest.fixture(scope="session")
def server(agent_server: Served) -> Served:
    """The server of all tests; here it alone is meant."""
    return agent_server


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that a module's tests may stop and kill, and start again."""
    folder = tmp_path_factory.mktemp("own")
    served = Served(folder, BG_JOB_SHUTDOWN_GRACE_PERIOD_SECS="1")
    served.start()
    yield served
    served.close()


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key of whoever runs the tests, and journals in the test's folder."""
    for name in (name for kind in KINDS for name in kind.names):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def desk(server: Served, tmp_path: Path) -> Iterator[Desk]:
    """An operator at the server."""
    made = Desk(server, tmp_path)
    yield made
    made.close()
