"""A server with authentication of its own: who is known works there, others are told, not sent."""

import pytest

from tests.cli import hitl, lines, run
from tests.contract.server.served import Served

MAIL = {"customer": "Ann", "order": "7", "amount": 5.0, "reason": "late"}
ANSWER = ("--value", '{"approved": true, "amount": 5.5}')


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    served = Served(tmp_path_factory.mktemp("guarded"), doors=True)
    served.start()
    yield served
    served.close()


def test_whoever_is_known_works_there_and_others_are_told(guarded, monkeypatch):
    thread, url = guarded.thread("refund", MAIL), guarded.url

    stranger = hitl("list", url)
    assert stranger.returncode == 8
    assert "who you are" in stranger.stderr
    assert "LANGGRAPH_AUTHORIZATION" in stranger.stderr
    monkeypatch.setenv("LANGGRAPH_AUTHORIZATION", "Bearer nobody-knows-me")
    refused = hitl("answer", url, thread, *ANSWER)
    assert refused.returncode == 8
    assert "nobody-knows-me" not in refused.stdout + refused.stderr

    monkeypatch.setenv("LANGGRAPH_AUTHORIZATION", "Bearer gus's")
    assert [row["thread_id"] for row in lines(hitl("list", url, "--json"))] == [thread]
    guest = run("answer", url, thread, *ANSWER)
    assert (guest.returncode, lines(guest)[-1]["outcome"]) == (8, "refused")
    assert "does not allow you this (403): Guests run nothing. Nothing was sent." in guest.stderr
    assert lines(hitl("show", url, thread, "--json"))[0]["state"] == "open"

    monkeypatch.setenv("LANGGRAPH_AUTHORIZATION", "Bearer ann's")
    told = hitl("doctor", url)
    assert "the authorization of LANGGRAPH_AUTHORIZATION" in told.stdout
    done = run("answer", url, thread, *ANSWER)
    assert (done.returncode, lines(done)[-1]["outcome"]) == (0, "finished")
    begun = run("start", url, "age", "--input", '{"foo": "abc"}')
    assert (begun.returncode, lines(begun)[-1]["outcome"]) == (3, "paused")
    for shown in (told, done, begun):
        assert "ann's" not in shown.stdout + shown.stderr
