"""No server of the tests outlives a run of theirs that is killed."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.contract.runner.processes import running_in, soon
from tests.lifeline import lifeline
from tests.postgres.cluster import need

OWNER = """
import sys
from pathlib import Path
from tests.contract.server.served import Served
from tests.postgres.cluster import cluster
with cluster() as database:
    print(database.folder)
    print((database.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    served = Served(Path(sys.argv[1]))
    print(served.launch().pid, flush=True)
    sys.stdin.read()
"""


def test_servers_end_with_the_process_that_started_them(tmp_path):
    need()
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as owner:
        try:
            folder = Path(owner.stdout.readline().strip())
            groups = {int(owner.stdout.readline()) for _ in range(2)}
            assert running_in(groups) >= groups
        finally:
            owner.send_signal(signal.SIGTERM)
    assert soon(lambda: not running_in(groups))
    assert soon(lambda: not folder.exists())


def test_a_block_that_ends_by_itself_leaves_nothing_to_do(tmp_path):
    with lifeline('touch "$1"', tmp_path / "done"):
        pass
    with pytest.raises(OSError, match="as it may"), lifeline('touch "$1"', tmp_path / "failed"):
        raise OSError("as it may")
    assert not [*tmp_path.iterdir()]
