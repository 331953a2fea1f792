"""The command line's contract on a server: the same words, JSON and exit statuses as on a file."""

import json
import stat

from hitl_tui.cli.wiring import journal_for
from hitl_tui.settings import Settings
from tests.cli import hitl, lines, run
from tests.contract.test_cli import INTERRUPT, ROW, THREAD

MAIL = {"customer": "Ann", "order": "7", "amount": 5.0, "reason": "late"}


def test_start_list_show_and_answer(server):
    begun = run("start", server.url, "refund", "--input", json.dumps(MAIL))
    end = lines(begun)[-1]
    thread = end["thread_id"]
    assert (end["outcome"], begun.returncode) == ("paused", 3)
    rows = {row["thread_id"]: row for row in lines(hitl("list", server.url, "--json"))}
    assert set(rows[thread]) == ROW
    assert (rows[thread]["state"], rows[thread]["graph_id"]) == ("open", "refund")
    assert rows[thread]["title"] == "Refund 5.00 to Ann?"
    (shown,) = lines(hitl("show", server.url, thread, "--json"))
    assert set(shown) == THREAD
    (asked,) = shown["interrupts"]
    assert set(asked) >= INTERRUPT
    assert asked["dialect"] == "schema"
    assert asked["response_schema"]["required"] == ["approved", "amount"]
    assert (asked["node"], shown["next"]) == ("review", ["review"])
    assert shown["metadata"]["graph_id"] == "refund"
    refused = run("answer", server.url, thread, "--value", '{"approved": true}')
    assert (refused.returncode, lines(refused)[-1]["outcome"]) == (4, "refused")
    done = run("answer", server.url, thread, "--value", '{"approved": true, "amount": 5.5}')
    events = lines(done)
    assert (done.returncode, events[-1]["outcome"]) == (0, "finished")
    updates = [event for event in events if event["type"] == "update"]
    assert updates[-1]["update"] == {"outcome": "refunded 5.50 by card"}
    late = run("answer", server.url, thread, "--value", '{"approved": true, "amount": 5.5}')
    assert (late.returncode, lines(late)[-1]["outcome"]) == (5, "conflict")
    told = [json.loads(row["data"]) if isinstance(row["data"], str) else row["data"]
            for row in lines(hitl("audit", server.url, "--thread", thread, "--json"))]  # fmt: skip
    assert [row.get("outcome") for row in told] == [None, "paused", None, "finished"]
    assert hitl("audit", "verify", server.url).returncode == 0


def test_a_thread_that_is_not_there_is_status_8(server):
    done = hitl("show", server.url, "no-uuid")
    assert done.returncode == 8
    assert done.stderr.startswith("No such thread: 127.0.0.1:")


def test_an_address_that_cannot_be_one_is_status_2(server):
    for address in ("http://", "http://ann:secret@127.0.0.1", "http://127.0.0.1/?key=secret"):
        done = hitl("list", address)
        assert done.returncode == 2
        assert "secret" not in done.stderr


def test_the_journal_is_this_users_alone_and_the_same_however_the_address_is_spelled(tmp_path):
    inboxes = []
    for address in ("http://LOCALHOST:2024/", "http://127.0.0.1:2024", "https://127.0.0.1:2024"):
        settings = Settings(operator="ann")
        journal = journal_for(address, settings)
        journal.choose_graph("thread", address, "ann")
        inboxes.append(journal)
    assert inboxes[0].graph_choices() == {"thread": "http://127.0.0.1:2024"}
    files = sorted((tmp_path / "data" / "hitl-tui" / "servers").glob("*.hitl.db"))
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700
    for journal in inboxes:
        journal.close()
