"""An office for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.send.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.switch("hang", on=False)
    made.close()
