"""A pool for all tests of a process, a checkpoint file for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hitl_tui.runner.pool import Pool
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.runner.world import CONFIG, World


@pytest.fixture(scope="session")
def pool(begun: Path) -> Iterator[Pool]:
    shared = Pool(RunnerSpec(config=CONFIG, nice=0))
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file in which a node of our graphs says what it is at, before it does it."""
    file = tmp_path_factory.mktemp("runner") / "begun"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_TEST_BEGUN", str(file))
        yield file


@pytest.fixture
def world(pool: Pool, tmp_path: Path) -> World:
    return World(pool, tmp_path / "threads.sqlite")
