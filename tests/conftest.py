"""What all tests share: the demo's threads in a file of one's own, a plain environment."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
            subprocess.run(command, check=True, capture_output=True, cwd=ROOT, timeout=120)
    return path


@pytest.fixture
def source(seeded: Path, tmp_path: Path) -> Path:
    """A copy of the demo's file."""
    return Path(shutil.copy(seeded, tmp_path / "checkpoints.sqlite"))
