"""A graph that does not know a question: nothing is sent, and the thread says so until it does."""

import json
from pathlib import Path

import pytest

from hitl_tui.backends.connect import backend_for
from hitl_tui.errors import Drifted
from hitl_tui.inbox import Inbox
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.runner.spec import RunnerSpec
from tests.cli import hitl
from tests.contract.send.driver import looked
from tests.contract.send.graphs import effect

S = ThreadState


@pytest.fixture
def config(tmp_path):
    """Another version of the graph, in which the node has another name."""
    code = Path(effect.__file__).read_text().replace('compiled("act", act)', 'compiled("do", act)')
    (tmp_path / "newer.py").write_text(code)
    (tmp_path / "langgraph.json").write_text('{"graphs": {"effect": "./newer.py:graph"}}')
    return tmp_path / "langgraph.json"


@pytest.fixture
def inbox(office, config):
    office.start("t")
    journal = office.journal()
    made = Inbox(backend_for(str(office.source), RunnerSpec(config=config)), journal, operator="a")
    yield made
    made.close()


def drift(inbox):
    asked, seen = looked(inbox, "t")
    with pytest.raises(Drifted):
        list(inbox.answer("t", {asked: "yes"}, seen=seen))
    return asked, seen


def test_it_is_counted_and_listed_as_drifted_and_cannot_be_answered(inbox, office, config):
    drift(inbox)
    assert inbox.counts(Query()) == {S.DRIFTED: 1}
    (row,) = inbox.page(Query(frozenset({S.DRIFTED}))).rows
    assert "Load the graph that asked it" in row.reason
    words = ["answer", office.source, "t", "--value", '"x"', "--config", config, "--json"]
    done = hitl(*words)
    assert done.returncode == 8
    assert json.loads(done.stdout.splitlines()[-1])["outcome"] == "refused"
    assert office.effects() == []


def test_it_is_open_again_when_the_graphs_file_is_another(inbox, office, config):
    question = drift(inbox)
    before = inbox.version()
    file = config.with_name("newer.py")
    file.write_text(Path(effect.__file__).read_text())
    assert inbox.version() != before, "the screen looks again"
    assert inbox.open("t").thread.state is S.OPEN
    events = inbox.answer("t", {question[0]: "yes"}, seen=question[1])
    assert list(events)[-1].data["outcome"] == "finished"
    assert office.effects() == ["yes"]


def test_it_is_open_for_an_operator_who_loads_another_graph(inbox, office):
    drift(inbox)
    assert inbox.open("t").thread.state is S.DRIFTED
    assert office.inbox("bob").open("t").thread.state is S.OPEN
