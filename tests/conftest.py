"""What all tests share: the demo's threads in a file of one's own, a plain environment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "graphs" / "langgraph.json"

for _name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL", "COLORTERM", "FORCE_COLOR"):
    os.environ.pop(_name, None)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory) -> Path:
    """The demo's file, made once; copy it before changing it."""
    path = tmp_path_factory.mktemp("seeded") / "checkpoints.sqlite"
    command = [sys.executable, "-m", "graphs.seed", str(path)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, timeout=60)
    return path


@pytest.fixture
def source(seeded: Path, tmp_path: Path) -> Path:
    """A copy of the demo's file."""
    return Path(shutil.copy(seeded, tmp_path / "checkpoints.sqlite"))
