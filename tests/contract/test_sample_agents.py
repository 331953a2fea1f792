"""The samples in the dialects of LangChain and of the Agent Inbox, decision by decision."""

import pytest

from tests.contract.sample_thread import Thread, refuse_network

LETTER = {"messages": [("user", "To: a@example.com, b@example.com\nSubject: Hi\n\nHello")]}
RECEIVED = {"sender": "jo@example.net", "subject": "Visit", "text": "When?", "draft": "Now."}
EDITED = {"name": "send_email", "args": {"to": "c@example.com", "subject": "Yo", "body": "."}}
APPROVE = {"type": "approve"}


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    refuse_network(monkeypatch)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ([{"type": "accept", "args": None}], "replied: Now."),
        ([{"type": "ignore", "args": None}], "ignored"),
        ([{"type": "edit", "args": {"action": "reply", "args": EDITED["args"]}}], "replied: ."),
    ],
)
def test_an_inbox_mail_is_accepted_ignored_or_edited(answer, outcome):
    thread = Thread.start("inbox_email", RECEIVED)
    thread.answer(answer)
    assert thread.state.next == ()
    assert thread.state.values["outcome"] == outcome


def test_an_inbox_response_changes_the_draft_and_asks_again():
    thread = Thread.start("inbox_email", RECEIVED)
    thread.answer([{"type": "response", "args": "Bring cake."}])
    assert thread.asks[0][0]["action_request"]["args"]["body"] == "Now.\n\nBring cake."


def test_the_mailer_asks_once_for_all_mails(capsys):
    thread = Thread.start("mailer", LETTER)
    (request,) = thread.asks
    assert [item["args"]["to"] for item in request["action_requests"]] == [
        "a@example.com",
        "b@example.com",
    ]
    assert len(request["review_configs"]) == 2
    thread.answer({"decisions": [{"type": "edit", "edited_action": EDITED}, {"type": "reject"}]})
    assert thread.state.next == ()
    assert capsys.readouterr().out == "> Mail to c@example.com: Yo (1 characters)\n"


def test_the_mailer_per_call_asks_for_each_mail(capsys):
    thread = Thread.start("mailer_per_call", LETTER)
    assert [item["type"] for item in thread.asks] == ["tool_approval"] * 2
    thread.answer(APPROVE, at=1)
    thread.answer({"type": "respond", "message": "Call them instead."})
    assert thread.state.next == ()
    assert capsys.readouterr().out == "> Mail to b@example.com: Hi (5 characters)\n"
    assert "Call them instead." in thread.state.values["messages"][-1].text
