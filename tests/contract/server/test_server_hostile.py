"""Servers that lie, flood, dawdle or send us elsewhere, and keys that stay where they belong."""

import datetime
import itertools
import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hitl_tui.backends.agent_server import (
    bounds,
    following,
    limits,
    outliving,
    running,
    server,
    transport,
)
from hitl_tui.backends.connect import backend_for
from hitl_tui.errors import Conflict, HitlError, SourceError, UsageError
from hitl_tui.model.runs import EventType
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.runner.processes import PATIENCE
from tests.contract.server.office import inbox_at
from tests.contract.server.served import kept_port

KEY = "lsv2_secret-of-the-house"
THREAD = "00000000-0000-4000-8000-000000000000"
ROW = {
    "thread_id": THREAD,
    "status": "interrupted",
    "metadata": {"graph_id": "g"},
    "updated_at": "2026-01-15T09:30:00+00:00",
    "interrupts": {"task": [{"id": "i" * 32, "value": "Why?"}]},
}
STATE = {
    "values": {}, "next": ["ask"], "metadata": {"graph_id": "g"},
    "created_at": "2026-01-15T09:30:00+00:00",
    "checkpoint": {"checkpoint_id": "1f1e955b-d20e-6e69-8000-1ea51e5ab084"},
    "tasks": [{"id": "task", "name": "ask", "interrupts": ROW["interrupts"]["task"]}],
}  # fmt: skip


class Hostile:
    """Answers each path with what stands in `answers`, else as a server with one open thread."""

    def __init__(self, context=None):
        self.answers = {}
        self.seen = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *words):
                pass

            def do_GET(self):
                self.close_connection = True
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                path = self.path.partition("?")[0]
                outer.seen.append((self.command, path, dict(self.headers), body))
                found = outer.answers.get(path, usual(path))
                with suppress(OSError):
                    found(self) if callable(found) else respond(self, found)

            do_POST = do_GET

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "http" if context is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def usual(path):
    last = path.rpartition("/")[2]
    answers = {"search": [ROW], "count": 1, THREAD: ROW, "state": STATE, "runs": [], "history": []}
    if path == "/assistants/search":
        return [{"graph_id": "g"}]
    return answers.get(last, {})


def respond(handler, found, status=200, **headers):
    body = found if isinstance(found, bytes) else json.dumps(found).encode()
    handler.send_response(status)
    headers = {"Content_Type": "application/json"} | headers
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Connection", "close")
    if "Content_Length" not in headers:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def has_a_run(hostile, stream, stands):
    """A server that takes an answer as the run `r`: how that is streamed, and how it stands."""
    hostile.answers |= {
        f"/threads/{THREAD}/runs": lambda handler: respond(
            handler, {"run_id": "r"} if handler.command == "POST" else []
        ),
        f"/threads/{THREAD}/runs/r/stream": stream,
        f"/threads/{THREAD}/runs/r": stands,
    }


def refuses(status, detail="not today"):
    return lambda handler: respond(handler, {"detail": detail}, status)


@pytest.fixture
def hostile():
    made = Hostile()
    yield made
    made.close()


@pytest.fixture
def at():
    """Makes the backend of an address; each is closed at the end."""
    made = []

    def backend(url):
        made.append(backend_for(url, RunnerSpec()))
        return made[-1]

    yield backend
    for each in made:
        each.close()


@pytest.fixture
def backend(at, hostile):
    return at(hostile.url)


def test_the_usual_answers_are_a_thread_that_asks(backend):
    (row,) = backend.page(Query()).rows
    assert row.state is backend.thread(THREAD).state is ThreadState.OPEN
    assert backend.thread(THREAD).interrupts[0].value == "Why?"


@pytest.mark.parametrize(
    ("status", "word"),
    [(401, "who you are"), (403, "does not allow"), (404, "nothing there"), (409, "already"),
     (418, "refuses"), (400, "does not understand")],
)  # fmt: skip
def test_each_refusal_is_told_in_words_and_asked_once(hostile, backend, status, word):
    hostile.answers["/threads/search"] = refuses(status)
    with pytest.raises(HitlError, match=f"{word}.*{status}"):
        backend.page(Query())
    assert [path for _, path, _, _ in hostile.seen] == ["/threads/search"]


def test_a_search_that_is_refused_is_asked_for_more_plainly_and_then_told(hostile, backend):
    """An older server understands less; one that refuses every way of asking is told."""
    hostile.answers["/threads/search"] = refuses(422)
    with pytest.raises(SourceError, match=r"refuses.*422"):
        backend.page(Query())
    asked = [json.loads(body) for _, _, _, body in hostile.seen]
    assert ["select" in each for each in asked] == [True, True, False] * 2


@pytest.mark.parametrize("status", [429, 503])
def test_what_may_pass_is_asked_again_a_few_times(at, hostile, backend, status):
    answers = iter([500, status])
    hostile.answers["/threads/search"] = lambda handler: (
        refuses(found)(handler) if (found := next(answers, 0)) else respond(handler, [ROW])
    )
    assert backend.page(Query()).total == 1
    hostile.answers["/threads/search"] = refuses(status)
    with pytest.raises(SourceError, match=str(status)):
        at(hostile.url).page(Query())


@pytest.mark.parametrize(
    ("status", "kind"), [(409, Conflict), (429, SourceError), (422, SourceError)]
)
def test_a_run_that_is_refused_is_asked_for_once_and_was_not_sent(hostile, tmp_path, status, kind):
    inbox = inbox_at(hostile.url, tmp_path / "journal.db")
    hostile.answers[f"/threads/{THREAD}/runs"] = lambda handler: (
        refuses(status)(handler) if handler.command == "POST" else respond(handler, [])
    )
    with pytest.raises(kind, match="Nothing was sent"):
        list(inbox.answer(THREAD, {"i" * 32: "yes"}))
    sent = [path for method, path, _, _ in hostile.seen if method == "POST" and "runs" in path]
    assert len(sent) == 1
    assert inbox.open(THREAD).thread.state is ThreadState.OPEN
    inbox.close()


@pytest.mark.parametrize(
    "found",
    [b"", b"<html>", b"[[[[", b'{"a":', b"[1]", b'{"thread_id": 5}', b'[{"thread_id": null}]',
     b'"text"', b"null", b"\xff\xfe", b'[{"thread_id": ""}]', b"[" * 5000 + b"]" * 5000],
)  # fmt: skip
def test_malformed_answers_are_a_source_that_cannot_be_read(hostile, backend, found):
    hostile.answers |= {"/threads/search": found, f"/threads/{THREAD}": found}
    hostile.answers[f"/threads/{THREAD}/state"] = found
    with pytest.raises(SourceError):
        backend.page(Query())
    with pytest.raises(SourceError):
        backend.thread(THREAD)


@pytest.mark.parametrize(
    "lie",
    [{"tasks": "none"}, {"tasks": [5]}, {"tasks": [{"id": 1, "name": "x"}]}, {"next": 7},
     {"tasks": [{"id": "a", "name": "ask", "interrupts": [{"value": 1}]}]},
     {"tasks": [{"id": "a", "name": "ask", "interrupts": {"x": 1}}]}, {"metadata": [1]}],
)  # fmt: skip
def test_lies_about_a_thread_are_told_as_what_cannot_be_read(hostile, backend, lie):
    hostile.answers[f"/threads/{THREAD}/state"] = STATE | lie
    with pytest.raises(SourceError, match="can be read"):
        backend.thread(THREAD)


def test_a_row_that_lies_does_not_hide_the_others(hostile, backend):
    other = THREAD[:-1] + "1"
    bad = ROW | {"thread_id": other, "interrupts": {"task": [{"no": "id"}]}}
    hostile.answers |= {"/threads/search": [ROW, bad], "/threads/count": 2}
    states = {row.thread_id: row.state for row in backend.page(Query()).rows}
    assert states == {THREAD: ThreadState.OPEN, other: ThreadState.UNREADABLE}


def test_a_state_that_lies_hides_neither_its_row_nor_the_others(hostile, backend):
    other = THREAD[:-1] + "1"
    rows = [ROW, ROW | {"thread_id": other}]
    hostile.answers |= {"/threads/search": rows, "/threads/count": 2, f"/threads/{other}": rows[1]}
    hostile.answers[f"/threads/{other}/state"] = STATE | {"tasks": "none"}
    hostile.answers[f"/threads/{other}/runs"] = []
    found = {row.thread_id: row for row in backend.page(Query(whole=True)).rows}
    assert found[other].state is ThreadState.UNREADABLE
    assert found[THREAD].interrupts[0].node == "ask"
    assert found[THREAD].checkpoint_id == STATE["checkpoint"]["checkpoint_id"]


def test_a_list_without_end_is_left(hostile, backend):
    full = [ROW | {"thread_id": f"{number:032x}"} for number in range(1000)]
    hostile.answers |= {"/threads/search": full, "/threads/count": 10**9}
    with pytest.raises(SourceError):
        backend.page(Query())


def test_an_answer_that_never_ends_is_cut_off(hostile, backend, monkeypatch):
    def flood(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        while True:
            handler.wfile.write(b"[" * 100_000)

    monkeypatch.setattr(bounds, "MOST", 1_000_000)
    hostile.answers[f"/threads/{THREAD}"] = flood
    with pytest.raises(SourceError, match="more than 1 MB"):
        backend.thread(THREAD)
    hostile.answers["/threads/search"] = flood
    hostile.seen.clear()
    with pytest.raises(SourceError, match="more than 4 MB at once, and does not say for which"):
        backend.page(Query())
    assert len(hostile.seen) < 10, "it is asked for less and less, and then left"


class Dripping:
    """A socket that answers each request with `beginning`, then with a byte of `drop` at a time."""

    def __init__(self, beginning, drop):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.asked = 0
        self._answer = beginning, drop
        self._serving = threading.Thread(target=self._serve, daemon=True)
        self._serving.start()

    def _serve(self):
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.asked += 1
                threading.Thread(target=self._drip, args=(connection,), daemon=True).start()

    def _drip(self, connection):
        beginning, drop = self._answer
        with suppress(OSError), connection:
            connection.recv(65536)
            connection.sendall(beginning)
            while True:
                connection.sendall(drop)
                time.sleep(0.02)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)  # whoever waits for a connection gets none
        self._serving.join()
        self._listener.close()


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [(b"", b"H"), (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
     (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", b" "),
     (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", b" ")],
    ids=["status", "headers", "body", "what calls itself a stream"],
)  # fmt: skip
def test_an_answer_that_drips_is_left_and_not_asked_for_again(at, beginning, drop, monkeypatch):
    monkeypatch.setattr(transport, "LONGEST", 0.5)
    dripping = Dripping(beginning, drop)
    with pytest.raises(SourceError, match=r"takes more than 0\.5 s"):
        at(dripping.url).page(Query())
    assert dripping.asked <= 1, "none, where half a second is over before it is reached"
    dripping.close()


def test_a_run_whose_beginning_drips_is_in_doubt(hostile, tmp_path, monkeypatch):
    """What was sent may have arrived; nobody waits for ever to be told."""

    def drip(handler):
        if handler.command == "GET":
            respond(handler, [])
            return
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.02)

    def step(name):
        if name == "permit":  # what comes before may take its time on a busy machine
            monkeypatch.setattr(transport, "LONGEST", 0.5)

    monkeypatch.setattr(running, "FINDING", (0.01,))
    hostile.answers[f"/threads/{THREAD}/runs"] = drip
    inbox = inbox_at(hostile.url, tmp_path / "journal.db", step=step)
    end = list(inbox.answer(THREAD, {"i" * 32: "yes"}))[-1].data
    assert end["outcome"] == "in_doubt"
    inbox.close()


def test_a_stream_that_drips_is_left_and_joined_again(hostile, tmp_path, monkeypatch):
    def stream(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        handler.wfile.write(b"id: 1\nevent: custom\ndata: 1\n\n")
        while len(joined()) < 2:
            handler.wfile.write(b"x")
            time.sleep(0.02)
        status["status"] = "success"

    def joined():
        return [seen for seen in hostile.seen if seen[1].endswith("/stream")]

    status = {"status": "running"}
    monkeypatch.setattr(limits, "QUIET", 0.3)
    has_a_run(hostile, stream, lambda handler: respond(handler, status))
    inbox = inbox_at(hostile.url, tmp_path / "journal.db")
    *events, end = list(inbox.answer(THREAD, {"i" * 32: "yes"}))
    assert any("less than an event in 0.3 s" in str(event.data) for event in events)
    assert end.data["outcome"] == "paused"
    told = [{name.lower(): value for name, value in each[2].items()} for each in joined()]
    assert [headers["last-event-id"] for headers in told][:2] == ["-1", "1"]
    inbox.close()


def test_a_stream_that_outlives_its_run_is_left_with_all_that_it_told(
    hostile, tmp_path, monkeypatch
):
    """It sends signs of life for ever; the run is asked for, and its end told as it is."""

    def stream(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        handler.wfile.write(b"id: 1\nevent: custom\ndata: 1\n\n")
        while True:
            if len(told) == 3 and not last_word:
                last_word.append(b"id: 2\nevent: custom\ndata: 2\n\n")
                handler.wfile.write(last_word[0])
            handler.wfile.write(b": heartbeat\n\n")
            time.sleep(0.02)

    def stands(handler):  # it goes on at first, has ended then, and has a last word
        status = "running" if len(told) < 2 else "success"
        respond(handler, {"status": status})
        told.append(status)

    told, last_word = [], []
    monkeypatch.setattr(outliving, "QUIET", 0.1)
    monkeypatch.setattr(outliving, "LAST_WORDS", PATIENCE)
    has_a_run(hostile, stream, stands)
    inbox = inbox_at(hostile.url, tmp_path / "journal.db")
    events = []
    for event in inbox.answer(THREAD, {"i" * 32: "yes"}):
        events.append(event)
        if event.type is EventType.CUSTOM and event.data["data"] == 2:
            monkeypatch.setattr(outliving, "LAST_WORDS", 0.2)
    assert events.pop().data["outcome"] == "paused"
    assert {event.data["data"] for event in events if event.type is EventType.CUSTOM} == {1, 2}
    assert not any("Joining" in str(event.data) for event in events)
    assert sum(path.endswith("/stream") for _, path, _, _ in hostile.seen) == 1
    inbox.close()


@pytest.mark.parametrize(("status", "outcome"), [("success", "paused"), ("error", "in_doubt")])
def test_a_stream_that_talks_on_after_its_run_is_left_and_the_end_told_by_the_thread(
    hostile, tmp_path, monkeypatch, status, outcome
):
    """It is asked for the run while it talks, and once it says that the run ended, left soon.

    What it would have told of an error is not known then: no refusal is read from what was heard.
    """
    left = threading.Event()

    def stream(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        error = b'{"error": "UnknownInterruptError", "message": "gone"}'
        handler.wfile.write(b"id: 0\nevent: error\ndata: " + error + b"\n\n")
        try:
            for number in itertools.count(1):
                handler.wfile.write(b"id: %d\nevent: custom\ndata: %d\n\n" % (number, number))
                time.sleep(0.01)
        except OSError:
            left.set()

    def asked(handler=None):
        found = sum(path.endswith("/runs/r") for _, path, _, _ in hostile.seen)
        if handler is not None:
            respond(handler, {"status": status if found >= 3 else "running"})
        return found

    monkeypatch.setattr(outliving, "TALK", 0.05)
    monkeypatch.setattr(outliving, "LEFTOVER", 0.2)
    monkeypatch.setattr(outliving, "LAST_WORDS", PATIENCE)  # it is never silent
    has_a_run(hostile, stream, asked)
    inbox = inbox_at(hostile.url, tmp_path / "journal.db")
    *events, end = list(inbox.answer(THREAD, {"i" * 32: "yes"}))
    assert left.wait(PATIENCE)
    assert end.data["outcome"] == outcome
    assert (asked(), sum(path.endswith("/stream") for _, path, _, _ in hostile.seen)) == (3, 1)
    told = [event.data["data"] for event in events if event.type is EventType.CUSTOM]
    assert told == list(range(1, len(told) + 1))
    logs = [event.data["message"] for event in events if event.type is EventType.LOG]
    assert sum("what it tells now is left out" in each for each in logs) == 1
    assert not any("Joining" in each for each in logs)
    assert inbox.open(THREAD).thread.state is (
        ThreadState.OPEN if outcome == "paused" else ThreadState.IN_DOUBT
    )
    inbox.close()


def test_a_server_that_loses_sight_of_a_run_for_a_moment_does_not_end_its_following(
    hostile, tmp_path, monkeypatch
):
    """A gateway may ask another machine, which does not know the run yet."""

    def stream(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        while len(asked) < 4 or len(sent) < 100:
            event = b"id: %d\nevent: custom\ndata: %d\n\n" % (len(sent), len(sent))
            handler.wfile.write(event)
            sent.append(len(sent))
            time.sleep(0.01)
        going.clear()

    def stands(handler):
        asked.append(1)
        found = {"status": "running" if going else "success"}
        if len(asked) == 2:  # the net is well again
            monkeypatch.setattr(outliving, "LEFTOVER", PATIENCE)
        refuses(404)(handler) if len(asked) == 1 else respond(handler, found)

    going, asked, sent = [True], [], []
    monkeypatch.setattr(outliving, "TALK", 0.05)
    monkeypatch.setattr(outliving, "LEFTOVER", 0.1)
    monkeypatch.setattr(outliving, "LAST_WORDS", PATIENCE)
    monkeypatch.setattr(following, "_LATE", PATIENCE)
    has_a_run(hostile, stream, stands)
    inbox = inbox_at(hostile.url, tmp_path / "journal.db")
    *events, end = list(inbox.answer(THREAD, {"i" * 32: "yes"}))
    assert end.data["outcome"] == "paused"
    told = [event.data["data"] for event in events if event.type is EventType.CUSTOM]
    assert told == sent
    assert not any("left out" in str(event.data) for event in events)
    assert sum(path.endswith("/stream") for _, path, _, _ in hostile.seen) == 1
    inbox.close()


@pytest.mark.parametrize("ends", ["in order, and goes on", "in order", "broken"])
def test_a_run_that_may_have_begun_anew_while_the_server_was_away_is_heard_to_its_end(
    hostile, tmp_path, monkeypatch, ends
):
    """A server that restarts closes its stream, and runs what it put off before we can ask it."""

    def stream(handler):
        number = sum(path.endswith("/stream") for _, path, _, _ in hostile.seen)
        event = f"id: {number}\nevent: custom\ndata: {number}\n\n".encode()
        goes_on = number == 1 or ends == "in order, and goes on"
        length = {"Content_Length": "999"} if number == 1 and ends == "broken" else {}
        kind = "text/event-stream"
        respond(handler, event if goes_on else b"", Content_Type=kind, **length)

    def late(handler):
        time.sleep(0.3)
        respond(handler, {"status": "success"})

    monkeypatch.setattr(following, "_LATE", 0.2)
    has_a_run(hostile, stream, late)
    inbox = inbox_at(hostile.url, tmp_path / "journal.db")
    *events, end = list(inbox.answer(THREAD, {"i" * 32: "yes"}))
    assert end.data["outcome"] == "paused"
    told = [event.data["data"] for event in events if event.type is EventType.CUSTOM]
    assert told == ([1, 2] if ends == "in order, and goes on" else [1])
    assert sum("begins it anew" in str(event.data) for event in events) == (ends != "in order")
    assert sum(path.endswith("/stream") for _, path, _, _ in hostile.seen) == 2
    inbox.close()


def test_an_event_that_never_ends_leaves_the_run_in_doubt(hostile, tmp_path, monkeypatch):
    def flood(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        handler.wfile.write(b"event: custom\ndata: ")
        while True:
            handler.wfile.write(b"x" * 100_000)

    monkeypatch.setattr(limits, "MOST_EVENT", 1_000_000)
    monkeypatch.setattr("hitl_tui.backends.agent_server.running.PATIENCE", 0.2)
    inbox = inbox_at(hostile.url, tmp_path / "journal.db")
    inbox._backend._runs._patience = 0.2
    hostile.answers[f"/threads/{THREAD}/runs"] = lambda handler: respond(
        handler, {"run_id": "r"} if handler.command == "POST" else []
    )
    hostile.answers[f"/threads/{THREAD}/runs/r/stream"] = flood
    end = list(inbox.answer(THREAD, {"i" * 32: "yes"}))[-1].data
    assert end["outcome"] == "in_doubt"
    assert "more than 1 MB" in end["reason"]
    inbox.close()


def test_no_redirect_is_followed_with_or_without_the_key(at, hostile, monkeypatch):
    monkeypatch.setenv("LANGGRAPH_API_KEY", KEY)
    elsewhere = Hostile()
    for status in (301, 302, 307, 308):
        hostile.answers["/threads/search"] = lambda handler, status=status: respond(
            handler, {}, status, Location=f"{elsewhere.url}/threads/search"
        )
        with pytest.raises(SourceError, match="sends us elsewhere") as raised:
            at(hostile.url).page(Query())
        assert KEY not in str(raised.value)
    assert elsewhere.seen == []
    elsewhere.close()


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_secrets_are_sent_as_headers_and_never_told(at, hostile, monkeypatch, capfd, status):
    """Not even when the server says them back, whole or in part."""
    token = "eyJ-of-the-operator"
    monkeypatch.setenv("LANGSMITH_API_KEY", KEY)
    monkeypatch.setenv("LANGGRAPH_AUTHORIZATION", f"Bearer {token}")
    backend = at(hostile.url)
    hostile.answers["/threads/search"] = refuses(status, f"bad key {KEY}, bad token {token}")
    told = [text for _, text in backend.doctor()]
    with pytest.raises(SourceError) as raised:
        backend.page(Query())
    assert any("LANGSMITH_API_KEY and the authorization of LANGGRAPH_" in text for text in told)
    sent = [{name.lower(): value for name, value in each[2].items()} for each in hostile.seen]
    assert {headers.get("x-api-key") for headers in sent} == {KEY}
    assert {headers.get("authorization") for headers in sent} == {f"Bearer {token}"}
    shown = repr(backend._server.credentials())
    everything = "".join((*told, str(raised.value), shown, *capfd.readouterr()))
    assert KEY not in everything
    assert token not in everything


@pytest.mark.parametrize("name", ["LANGGRAPH_API_KEY", "LANGGRAPH_AUTHORIZATION"])
@pytest.mark.parametrize(
    ("address", "sent"),
    [("http://agents.example.com", False), ("https://agents.example.com", True),
     ("http://localhost:2024", True), ("http://[::1]:2024", True), ("http://127.0.0.1", True),
     ("http://127.0.0.1.example.com", False), ("http://localhost.example.com", False)],
)  # fmt: skip
def test_a_key_goes_over_tls_or_stays_on_this_machine(at, name, address, sent, monkeypatch):
    monkeypatch.setenv(name, KEY)
    found = at(address)._server.credentials()
    assert list(found.headers.values()) == ([KEY] if sent else [])
    assert "not encrypted" in found.told or sent


def test_no_proxy_of_the_environment_comes_between_us_and_this_machine(at, hostile, monkeypatch):
    """It would be sent the key, over a connection that is not encrypted."""
    elsewhere = Hostile()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, elsewhere.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("LANGGRAPH_API_KEY", KEY)
    assert at(hostile.url).page(Query()).total == 1
    assert elsewhere.seen == []
    at("http://agents.example.invalid").page(Query())
    assert elsewhere.seen
    assert all(KEY not in str(headers) for _, _, headers, _ in elsewhere.seen)
    elsewhere.close()


@pytest.mark.parametrize("name", ["LANGGRAPH_API_KEY", "LANGGRAPH_AUTHORIZATION"])
def test_a_key_that_is_none_is_refused_without_showing_it(at, hostile, monkeypatch, name):
    monkeypatch.setenv(name, f"{KEY}\nX-Other: 1")
    with pytest.raises(SourceError) as raised:
        at(hostile.url).page(Query())
    assert KEY not in str(raised.value)
    assert hostile.seen == []


def test_keys_may_be_in_the_keyring_and_are_looked_for_again_when_refused(
    at, hostile, monkeypatch, tmp_path
):
    room = tmp_path / "keyring"
    room.mkdir()
    (room / "__init__.py").write_text(
        "kept = {}\ndef get_password(service, user):\n    return kept.get((service, user))\n"
    )
    (room / "errors.py").write_text("class KeyringError(Exception):\n    pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import keyring

    kept = keyring.kept
    kept["hitl-tui", hostile.url] = KEY
    kept["hitl-tui-authorization", hostile.url] = "Bearer old"
    backend = at(hostile.url)
    found = backend._server.credentials()
    assert found.headers == {"x-api-key": KEY, "authorization": "Bearer old"}
    assert found.told == "the API key of the keyring and the authorization of the keyring"
    hostile.answers["/threads/search"] = lambda handler: (
        refuses(401)(handler)
        if handler.headers["Authorization"] == "Bearer old"
        else respond(handler, [ROW])
    )
    with pytest.raises(SourceError, match="401"):
        backend.page(Query())
    kept["hitl-tui-authorization", hostile.url] = "Bearer new"
    assert backend.page(Query()).total == 1


@pytest.mark.parametrize(
    "address",
    ["http://", "https:///x", "http://ann:word@host", "http://host/?key=x", "http://host/#x",
     "http://ho st", "http://host:port", "http://[::1"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(at, address):
    with pytest.raises(UsageError) as raised:
        at(address)
    assert "word" not in str(raised.value).lower().replace("password", "")


def test_a_certificate_that_nobody_vouches_for_is_refused(at, tmp_path, monkeypatch):
    monkeypatch.setenv("LANGGRAPH_API_KEY", KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    server = Hostile(context)
    with pytest.raises(SourceError, match="cannot prove that it is itself"):
        at(server.url).page(Query())
    assert server.seen == []
    server.close()


def certificate(folder):
    """A certificate for 127.0.0.1 that its own key signed, and that key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = Path(folder) / "server.pem"
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_server_that_is_not_there_is_told_soon(at, monkeypatch):
    pauses = []
    monkeypatch.setattr(server.time, "sleep", pauses.append)
    with kept_port() as kept, pytest.raises(SourceError, match="cannot be reached"):
        at(f"http://127.0.0.1:{kept.getsockname()[1]}").page(Query())
    assert 0 < sum(pauses) < 5, "it is tried a few times more"


def test_an_answer_to_a_send_that_is_not_read_to_its_end_leaves_a_doubt(
    hostile, tmp_path, monkeypatch
):
    """The run may have been made: it is looked for, and never asked for again."""
    monkeypatch.setattr(running, "FINDING", (0.01,))
    monkeypatch.setattr(bounds, "MOST", 1_000)
    hostile.answers[f"/threads/{THREAD}/runs"] = lambda handler: respond(
        handler, [0] * 1000 if handler.command == "POST" else []
    )
    inbox = inbox_at(hostile.url, tmp_path / "journal.db")
    end = list(inbox.answer(THREAD, {"i" * 32: "yes"}))[-1].data
    assert end["outcome"] == "in_doubt"
    posts = [path for method, path, _, _ in hostile.seen if method == "POST"]
    assert sum(path.endswith("/runs") for path in posts) == 1
    inbox.close()


def test_a_run_that_cannot_be_asked_to_stop_says_so_and_is_followed(hostile, tmp_path):
    """It was sent: what goes wrong afterwards never says that nothing was."""
    going = f"/threads/{THREAD}/runs/r"
    inbox = inbox_at(hostile.url, tmp_path / "journal.db")
    inbox._backend._runs._patience = 0.5
    hostile.answers |= {
        f"/threads/{THREAD}/runs": lambda handler: respond(
            handler, {"run_id": "r"} if handler.command == "POST" else []
        ),
        f"{going}/cancel": refuses(403),
        f"{going}/stream": lambda handler: (
            inbox.cancel(THREAD),
            respond(handler, b"event: custom\ndata: 1\n\n", Content_Type="text/event-stream"),
        ),
        going: {"status": "success"},
    }
    *events, end = list(inbox.answer(THREAD, {"i" * 32: "yes"}))
    assert any("not asked to stop" in str(event.data) for event in events)
    assert end.data["outcome"] == "paused"
    inbox.close()
