"""kill -9 of app or worker at each step of a send: open, in doubt or settled, never two effects."""

import pytest

from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.send.driver import looked
from tests.contract.send.office import answer, result

KILLED = [
    ("begin", False, "open", 0),
    ("writing intent", False, "open", 0),
    ("intent", False, "in_doubt", 0),
    ("permit", False, "in_doubt", 0),
    ("sent", True, "in_doubt", 1),
    ("over", False, "done", 1),
    ("writing outcome", False, "done", 1),
    ("settled", False, "done", 1),
]


AT_A_SERVER = [
    (step, hangs, "running" if step == "sent" else state, effects)
    for step, hangs, state, effects in KILLED
    if not step.startswith("writing")
]
"""There the run goes on; the middle of a transaction is the journal's, which is a file too."""


@pytest.mark.parametrize(
    ("office", "step", "hangs", "state", "effects"),
    [("sqlite", *case) for case in KILLED]
    + [("postgres", *case) for case in KILLED[1:-1:2]]
    + [("server", *case) for case in AT_A_SERVER],
    indirect=["office"],
)
def test_an_app_that_is_killed(office, step, hangs, state, effects):
    (thread,) = office.threads(1)
    question = looked(office.inbox(), thread)
    office.switch("hang", on=hangs)
    process = office.operator(at=step, how="SIGKILL", thread=thread)
    assert process.wait(PATIENCE) == -9
    process.communicate()
    assert soon(lambda: len(office.effects()) == effects), "at a server it comes when it comes"
    assert office.state(thread) == state
    drafts = office.inbox("ann").notes.drafts(thread)
    assert bool(drafts) == (step != "settled"), "a draft stays until its answer is taken"
    office.switch("hang", on=False)
    assert soon(lambda: office.state(thread) == ("done" if state == "running" else state))
    again = answer(office.inbox(), thread, "again", question)
    assert (again["outcome"] == "finished") == (state == "open"), again
    assert len(office.effects()) == max(effects, int(state == "open"))


@pytest.mark.parametrize(
    ("step", "hangs", "outcome", "state", "effects"),
    [
        ("sent", True, "in_doubt", "in_doubt", 1),
        ("over", False, "finished", "done", 1),
    ],
)
def test_a_worker_that_is_killed(office, step, hangs, outcome, state, effects):
    office.start("t")
    office.switch("hang", on=hangs)
    assert result(office.operator(at=step, how="worker"))["outcome"] == outcome
    assert office.state() == state
    assert len(office.effects()) == effects


@pytest.mark.parametrize(("when", "effects"), [("before", 0), ("after", 1)])
def test_a_worker_that_dies_in_the_node_leaves_a_doubt(office, when, effects):
    office.start("t")
    office.switch(when, on=True)
    inbox = office.inbox()
    assert answer(inbox, "t", "yes")["outcome"] == "in_doubt"
    office.switch(when, on=False)
    opened = inbox.open("t")
    assert opened.thread.state.value == "in_doubt"
    assert "SIGKILL" in opened.thread.reason
    assert len(office.effects()) == effects
    assert answer(inbox, "t", "no")["outcome"] == "Conflict"
    assert len(office.effects()) == effects


@pytest.mark.parametrize("step", ["begin", "intent", "permit"])
def test_an_idle_worker_that_is_killed_is_replaced_or_nothing_is_sent(office, step):
    office.start("t")
    told = result(office.operator(at=step, how="worker"))
    sent = told["outcome"] == "finished"
    assert sent or "nothing was sent" in told["reason"]
    assert office.state() == ("done" if sent else "open")
    assert len(office.effects()) == int(sent)


def test_a_doubt_is_retried_only_deliberately_and_says_what_was_sent(office):
    office.start("t")
    office.switch("hang", on=True)
    process = office.operator(at="sent", how="SIGKILL")
    process.communicate(timeout=PATIENCE)
    office.switch("hang", on=False)
    inbox = office.inbox()
    opened = inbox.open("t")
    assert "answer by ann at" in opened.thread.reason
    assert "shows it open" in opened.thread.reason
    assert '"ann\'s"' in inbox.consequences("t", opened.verbs[0])
    assert list(inbox.act("t", opened.verbs[0]))[-1].data["outcome"] == "finished"
    assert soon(lambda: office.state() == "done")
    assert office.effects() == ["ann's", "ann's"]
    assert [row["kind"] for row in inbox.audit("t")] == [
        "intent", "draft sent", "set aside", "intent", "outcome",
    ]  # fmt: skip
