"""Contracts on real threads: what a graph does not say is demanded all the same."""

import json
from pathlib import Path

import pytest

from hitl_tui.backends.connect import backend_for
from hitl_tui.errors import AnswerRefused
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.model.question import FieldKind
from hitl_tui.model.runs import Outcome
from hitl_tui.model.threads import ThreadState
from hitl_tui.runner.spec import RunnerSpec
from tests.cli import lines, run, shown, state
from tests.conftest import ROOT

MODELS = """
from typing import Annotated, Literal
from pydantic import AfterValidator, BaseModel, Field

def even(number: int) -> int:
    if number % 2:
        raise ValueError("must be even")
    return number

Even = Annotated[int, AfterValidator(even)]

class Person(BaseModel):
    age: Even
    role: Literal["guest", "host"] = "guest"

nothing = object()
"""


@pytest.fixture
def place(source: Path, tmp_path: Path) -> Path:
    """A folder with the age graph and models beside it."""
    (tmp_path / "age.py").write_bytes((ROOT / "graphs" / "age.py").read_bytes())
    (tmp_path / "models.py").write_text(MODELS)
    (tmp_path / "langgraph.json").write_text(
        json.dumps({"dependencies": ["."], "graphs": {"age": "./age.py:graph"}})
    )
    return tmp_path


@pytest.fixture
def under(place: Path, source: Path):
    """An inbox whose age question stands under a contract."""
    made = []

    def make(contract: str, *, runs: bool = True) -> Inbox:
        spec = RunnerSpec(config=place / "langgraph.json") if runs else None
        journal = Journal(place / "checkpoints.sqlite.hitl.db")
        places = {"age": {"node": contract}}
        backend = backend_for(str(source), spec)
        made.append(Inbox(backend, journal, operator="ann", contracts=places))
        return made[-1]

    yield make
    for inbox in made:
        inbox.close()


def answer(inbox: Inbox, value) -> str:
    (question,) = inbox.open("age-1").questions
    return list(inbox.answer("age-1", {question.interrupt.id: value}))[-1].data["outcome"]


@pytest.mark.parametrize("value", ["-20", '"5"', "5.5", "null", "true"])
def test_the_samples_age_must_be_a_whole_number_from_0_up(source, value):
    before = source.read_bytes()
    done = run("answer", source, "age-1", "--value", value)
    assert done.returncode == 4, done.stdout + done.stderr
    assert lines(done)[0]["problems"]
    assert source.read_bytes() == before
    assert run("answer", source, "age-1", "--value", "0").returncode == 0
    assert shown(source, "age-1")["values"]["human_value"] == 0


def test_a_contract_gives_the_question_typed_fields(under):
    (question,) = under(str(ROOT / "graphs" / "age.schema.json")).open("age-1").questions
    (field,) = question.actions[0].decisions[0].fields
    assert (question.dialect, field.kind, field.label) == ("schema", FieldKind.INTEGER, "Age")
    assert question.title == "what is your age?"


def test_a_model_is_loaded_where_the_graph_is(under):
    (question,) = under("models:Person").open("age-1").questions
    age, role = question.actions[0].decisions[0].fields
    assert (age.name, age.kind) == ("age", FieldKind.INTEGER)
    assert role.choices == ("guest", "host")


def test_a_models_own_validators_refuse_before_anything_is_sent(under, source):
    inbox, before = under("models:Person"), source.read_bytes()
    with pytest.raises(AnswerRefused) as refused:
        answer(inbox, {"age": 5})
    assert [(p.path, p.message) for p in refused.value.problems] == [("age", "must be even")]
    assert source.read_bytes() == before
    assert inbox.open("age-1").thread.state is ThreadState.OPEN
    assert answer(inbox, {"age": 6}) == Outcome.FINISHED
    assert inbox.open("age-1").thread.values["human_value"] == {"age": 6}


def test_a_type_that_is_no_class_will_do(under):
    inbox = under("models:Even")
    with pytest.raises(AnswerRefused, match="must be even"):
        answer(inbox, 5)
    assert answer(inbox, 6) == Outcome.FINISHED


@pytest.mark.parametrize(
    ("contract", "said"),
    [
        ("models:Nobody", "has no 'Nobody'"),
        ("elsewhere:Person", "elsewhere"),
        ("models:nothing", "models:nothing"),
        ("absent.json", "absent.json"),
    ],
)
def test_a_contract_that_cannot_be_had_blocks_the_question(under, source, contract, said):
    inbox, before = under(contract), source.read_bytes()
    (question,) = inbox.open("age-1").questions
    assert said in question.blocked
    with pytest.raises(AnswerRefused, match="contract"):
        answer(inbox, 6)
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1"),
        ("[]", "object"),
        ('{"type": "nonsense"}', "not valid at type"),
        ('{"properties": {"a": {"minimum": "x"}}}', "properties/a/minimum"),
        ('{"$ref": "#/$defs/Gone"}', "#/$defs/Gone"),
        ('{"$ref": "other.json"}', "other.json"),
    ],
)
def test_a_wrong_schema_file_is_named_with_the_place_in_it(under, place, text, said):
    (place / "wrong.json").write_text(text)
    (question,) = under(str(place / "wrong.json")).open("age-1").questions
    assert "wrong.json" in question.blocked
    assert said in question.blocked


def test_models_need_an_interpreter_of_the_graph(under):
    (question,) = under("models:Person", runs=False).open("age-1").questions
    assert question.blocked


def test_a_contract_leaves_questions_that_speak_for_themselves_alone(source, tmp_path):
    journal = Journal(tmp_path / "journal.db")
    places = {"refund": {"ask": "absent.json", "review": "absent.json"}}
    nodes = {"refund": dict.fromkeys(_nodes(source, "refund-7"), "absent.json")}
    inbox = Inbox(backend_for(str(source), None), journal, operator="a", contracts=places | nodes)
    (question,) = inbox.open("refund-7").questions
    assert (question.dialect, question.contract, question.blocked) == ("schema", "", "")
    inbox.close()


def test_a_thread_of_no_graph_is_matched_by_its_nodes(source, under):
    assert state(source, "trip-3") == "open"
    opened = under("models:Person").open("trip-3")
    assert all(not question.contract for question in opened.questions)


def test_the_loop_that_asks_again_has_no_contract(source):
    assert run("answer", source, "age-checked-1", "--value", "-20").returncode == 3


def _nodes(source: Path, thread: str) -> list[str]:
    return [interrupt["node"] for interrupt in shown(source, thread)["interrupts"]]
