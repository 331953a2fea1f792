"""An office for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.send.office import Office


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    on_postgres = getattr(request, "param", "sqlite") == "postgres"
    made = Office(tmp_path, request.getfixturevalue("empty") if on_postgres else None)
    yield made
    made.switch("hang", on=False)
    made.close()
