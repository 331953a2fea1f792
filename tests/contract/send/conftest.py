"""An office for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.send.office import AtServer, Office


@pytest.fixture
def office(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """Threads in a file of the test's own, unless it says where else; journals are its own too."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    match getattr(request, "param", "sqlite"):
        case "server":
            made: Office = AtServer(tmp_path, request.getfixturevalue("agent_server"))
        case "postgres":
            made = Office(tmp_path, request.getfixturevalue("empty"))
        case _:
            made = Office(tmp_path)
    yield made
    made.switch("hang", on=False)
    made.close()
