"""What is no Agent Server, or lets nobody in, is said once, in words; nothing is written here."""

import pytest

from hitl_tui.backends.agent_server import server
from tests.cli import contents, said
from tests.contract.server.served import kept_port
from tests.contract.server.test_server_hostile import THREAD, Hostile, refuses, respond

CALLS = [
    ["list"], ["list", "--json"], ["show", THREAD], ["show", THREAD, "--json"],
    ["answer", THREAD, "--value", "1"], ["continue", THREAD], ["retry", THREAD],
    ["claim", THREAD], ["watch", THREAD], ["cancel", THREAD],
    ["start", "age", "--input", "{}"],
]  # fmt: skip
FOUND = {
    "a page": (b"<html>Welcome</html>", "answers what no Agent Server does"),
    "nothing": (b"", "answers what no Agent Server does"),
    "another service": ({"status": "ok"}, "answers what no Agent Server does"),
    "who is it": (refuses(401), "wants to know who you are"),
    "not allowed": (refuses(403), "does not allow"),
    "out of order": (refuses(500), "has a fault of its own"),
    "elsewhere": (lambda h: respond(h, {}, 307, Location="http://127.0.0.1:1/"), "elsewhere"),
}


class Alike(dict):
    """Answers every path with the same."""

    def __init__(self, found):
        super().__init__()
        self._found = found

    def get(self, key, default=None):
        return self._found


@pytest.fixture(params=[*FOUND, "nobody", "no TLS"])
def unusable(request):
    """The address of something that is no server for us, and what is said of it."""
    if request.param == "nobody":
        with kept_port() as kept:
            yield f"http://127.0.0.1:{kept.getsockname()[1]}", "cannot be reached"
        return
    found, words = FOUND.get(request.param, ({}, "cannot be reached"))
    made = Hostile()
    made.answers = Alike(found)
    yield made.url.replace("http:", "https:" if request.param == "no TLS" else "http:"), words
    made.close()
    assert not any(path.endswith("/runs") for method, path, _, _ in made.seen if method == "POST")


def test_it_is_status_8_and_said_in_a_line_and_by_doctor(unusable, tmp_path, monkeypatch):
    monkeypatch.setattr(server, "_PAUSE", 0.0)
    address, words = unusable
    for command, *rest in CALLS:
        done = said(command, address, *rest)
        assert (done.returncode, done.stdout) == (8, ""), command
        assert done.stderr.startswith("Cannot read the checkpoints: 127.0.0.1:"), command
        assert words in done.stderr, command
        assert done.stderr.count("\n") == 1, command
    doctor = said("doctor", address)
    assert doctor.returncode == 8
    assert [each for each in doctor.stdout.splitlines() if each.startswith("BAD") and words in each]
    assert "ok   127.0.0.1:" in doctor.stdout, "it goes on, and says what else is so"
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("name", ["", "..", "../info", "a/../../info", "a/runs", "a?b", "%2e"])
def test_an_id_that_leads_elsewhere_on_the_server_is_no_threads(name):
    made = Hostile()
    made.answers = Alike({"status": "ok", "run_id": THREAD})
    try:
        for command in ("show", "watch", "cancel", "retry"):
            done = said(command, made.url, name)
            assert (done.returncode, done.stdout) == (8, ""), command
            assert "has no thread" in done.stderr, command
        assert not [path for _, path, _, _ in made.seen if "info" in path or "run" in path]
    finally:
        made.close()
