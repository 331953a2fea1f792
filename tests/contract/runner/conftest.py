"""A pool for all tests of a process, a checkpoint file for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hitl_tui.runner.pool import Pool
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.runner.world import CONFIG, World


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    shared = Pool(RunnerSpec(config=CONFIG, nice=0))
    yield shared
    shared.close()


@pytest.fixture
def world(pool: Pool, tmp_path: Path) -> World:
    return World(pool, tmp_path / "threads.sqlite")
