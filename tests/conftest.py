"""What all tests share: the demo's threads in a file of one's own, a plain environment."""

import fcntl
import gc
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.contract.runner.processes import PATIENCE
from tests.postgres.cluster import NOT_INSTALLED, Cluster, cluster, database, need, programs

settings.register_profile(
    "alike", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("alike")
"""Each run tries the same examples, however long a busy machine takes for them."""

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "graphs" / "langgraph.json"

for _name in (
    "NO_COLOR",
    "TEXTUAL_THEME",
    "TEXTUAL",
    "COLORTERM",
    "FORCE_COLOR",
    "PYTHONDONTWRITEBYTECODE",
):
    os.environ.pop(_name, None)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory) -> Iterator[None]:
    """Indexes go to a folder of the tests' own, also from the programs that they start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's file, made once for all of pytest's workers; copy it before changing it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / "seeded.sqlite"
    with (folder / "seeding").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            command = [sys.executable, "-m", "graphs.seed", str(path)]
            subprocess.run(command, check=True, capture_output=True, cwd=ROOT, timeout=PATIENCE)
    return path


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """A Postgres of one's own, with the demo's threads in its database `seeded`."""
    from graphs.seed import seed_database

    need()
    with cluster() as made:
        made.sql("CREATE DATABASE seeded")
        seed_database(made.url("seeded"))
        made.sql("VACUUM ANALYZE", database="seeded")
        yield made


_NUMBERS = itertools.count()


@pytest.fixture
def empty(server: Cluster) -> Iterator[str]:
    """The address of an empty database."""
    with database(server, f"empty_{next(_NUMBERS)}") as address:
        yield address


@pytest.fixture
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """A copy of the demo's file, or of its database where a test is `on_both`.

    Where it runs `everywhere`, also a server, which has other threads.
    """
    if getattr(request, "param", "sqlite") == "server":
        yield request.getfixturevalue("agent_server").url
        return
    if getattr(request, "param", "sqlite") == "postgres":
        server = request.getfixturevalue("server")
        with database(server, f"copy_{next(_NUMBERS)}", "seeded") as address:
            yield address
        return
    yield Path(shutil.copy(request.getfixturevalue("seeded"), tmp_path / "checkpoints.sqlite"))


def pytest_collection_finish() -> None:
    """Collections pass over what is loaded by then, and are seldom, as in the command itself.

    They took a third of the time of the tests of the screen.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was left out is said where it is seen."""
    if programs() is None:
        terminalreporter.write_line(NOT_INSTALLED, red=True, bold=True)
