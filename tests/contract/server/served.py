"""A real Agent Server on this machine: the sample graphs, and those whose effects tests count."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.error import URLError

from langgraph_sdk import get_sync_client

from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE
from tests.contract.server.shapes_served import SERVED
from tests.lifeline import lifeline

_EFFECT = ROOT / "tests" / "contract" / "send" / "graphs" / "effect.py"
_ASKING = ROOT / "tests" / "contract" / "asking"
_SHAPES = Path(__file__).with_name("shapes_served.py")
_DOORS = Path(__file__).with_name("doors.py")
_QUIET = {
    "LANGSMITH_TRACING": "false",
    "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    "LANGGRAPH_NO_VERSION_CHECK": "true",
    "LOG_LEVEL": "ERROR",
    "DEPLOY_SECONDS": "1",
}


def kept_port() -> socket.socket:
    """A port of the loopback that nobody else is given while this is open, and none listens at.

    A server that names it can listen there all the same, as servers set SO_REUSEADDR.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    return kept


class Served:
    """`langgraph dev` in `folder`, which holds its graphs and whatever it keeps.

    With `shapes` it has those of the contract too, and takes longer to start. With `doors` it lets
    in whoever `doors.py` knows, and no other.
    """

    def __init__(
        self, folder: Path, *, shapes: bool = False, doors: bool = False, **environment: str
    ) -> None:
        self.folder = folder
        self._kept = kept_port()  # also while it is down
        self.port = int(self._kept.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.switches = folder / "switches"
        self.switches.mkdir(parents=True, exist_ok=True)
        paths = {"SHAPE_SWITCHES": str(self.switches), "PYTHONPATH": str(ROOT)}
        self._environment = paths | environment
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline = ExitStack()
        graphs = folder / "graphs"
        if not graphs.exists():
            ignored = shutil.ignore_patterns("__pycache__", ".langgraph_api", "dialect_example")
            shutil.copytree(ROOT / "graphs", graphs, ignore=ignored)
            for file in (_EFFECT, _ASKING / "ask.py", _ASKING / "agents.py", _SHAPES):
                shutil.copy(file, graphs)
            config = json.loads((graphs / "langgraph.json").read_text())
            config["graphs"] |= {"effect": "./effect.py:graph", "twice": "./effect.py:twice"}
            config["graphs"] |= {"ask": "./ask.py:graph"}
            agents = ("batched", "per_call")
            config["graphs"] |= {name: f"./agents.py:{name}" for name in agents}
            shaped = SERVED if shapes else []
            config["graphs"] |= {each.name: f"./shapes_served.py:{each.name}" for each in shaped}
            if doors:
                shutil.copy(_DOORS, graphs / "doors.py")
                config["auth"] = {"path": "./doors.py:auth", "disable_studio_auth": True}
            (graphs / "langgraph.json").write_text(json.dumps(config))
        signed = {"authorization": "Bearer ann's"} if doors else None
        self.client = get_sync_client(url=self.url, api_key=None, headers=signed)

    def start(self) -> None:
        """Begin to serve; returns when requests are answered."""
        process = self.launch()
        end = time.monotonic() + PATIENCE
        while not self._answers():
            log_text = (self.folder / "log").read_text(errors="replace")
            assert process.poll() is None, log_text[-4000:]
            assert time.monotonic() < end, log_text[-4000:]
            time.sleep(0.1)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process, which leads a group of its own, and ends with this one."""
        command = [
            str(Path(sys.executable).with_name("langgraph")), "dev", "--no-browser", "--no-reload",
            "--port", str(self.port), "--n-jobs-per-worker", "10",
        ]  # fmt: skip
        keep = {"PATH", "HOME", "LANG", "TMPDIR"}
        environment = {key: value for key, value in os.environ.items() if key in keep}
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder / "graphs", stdout=log, stderr=log,
                stdin=subprocess.DEVNULL,
                env=environment | _QUIET | self._environment, start_new_session=True,
            )  # fmt: skip
        self._lifeline.enter_context(lifeline('kill -KILL "-$1"', self._process.pid))
        return self._process

    def kill(self) -> None:
        """End it as a crash does, with whatever it runs."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._ended()

    def stop(self) -> None:
        """End it in an orderly way: what it runs is put off until it is back."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGTERM)
            self._process.wait(PATIENCE)
            self._ended()

    def forget(self) -> None:
        """Lose what was written down since it last started, and all before, while it is down."""
        shutil.rmtree(self.folder / "graphs" / ".langgraph_api")

    def close(self) -> None:
        """End it for good."""
        self.kill()
        self.client.close()
        self._kept.close()

    def _ended(self) -> None:
        self._lifeline.close()
        self._process = None

    def thread(self, graph: str, graph_input: Any, **more: Any) -> str:
        """A thread that ran to its first stop, by the SDK alone."""
        thread_id = str(self.client.threads.create(graph_id=graph, **more)["thread_id"])
        self.client.runs.wait(thread_id, graph, input=graph_input, raise_error=False)
        return thread_id

    def threads(self, graph: str, inputs: list[Any]) -> list[str]:
        """Threads that ran to their first stop, all at once."""
        made = [str(self.client.threads.create(graph_id=graph)["thread_id"]) for _ in inputs]
        for thread_id, graph_input in zip(made, inputs, strict=True):
            self.client.runs.create(thread_id, graph, input=graph_input)
        for thread_id in made:
            self.settle(thread_id)
        return made

    def settle(self, thread_id: str) -> str:
        """Wait until no run of the thread is going on; its status then."""
        end = time.monotonic() + PATIENCE
        while (status := self.client.threads.get(thread_id)["status"]) == "busy":
            assert time.monotonic() < end, "the run does not end"
            time.sleep(0.05)
        return str(status)

    def come_to_rest(self) -> None:
        """Wait until no run is going on: the next test looks at the same server."""
        for thread in self.client.threads.search(status="busy", limit=1000, select=["thread_id"]):
            self.settle(thread["thread_id"])

    def asked(self, thread_id: str) -> str:
        """The id of the one question of a thread, as the SDK has it."""
        (interrupt,) = self.client.threads.get_state(thread_id)["interrupts"]
        return str(interrupt["id"])

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/ok", timeout=10) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False
