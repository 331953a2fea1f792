"""Choices to a checked answer: what is refused, where, and in which words."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from subprocess import run
from typing import Any

import pytest

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import Choice, Problem, Question
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import check, compose, decide, encode, field_of, read, recall

CALLS = {
    "action_requests": [{"name": "a.b", "args": {"n": 1}}, {"name": "wipe", "args": {"p": "/"}}],
    "review_configs": [
        {"allowed_decisions": ["approve", "edit", "reject"]},
        {"allowed_decisions": ["approve", "reject", "respond"]},
    ],
}
AMOUNT = {"properties": {"amount": {"type": "number", "maximum": 500}}, "required": ["amount"]}


def asked(payload: Any, schema: Any = None) -> Question:
    return read(Interrupt("1", payload, response_schema=schema))


def problems(question: Question, *choices: Choice) -> list[str]:
    with pytest.raises(AnswerRefused) as refused:
        encode(question, choices)
    return [str(problem) for problem in refused.value.problems]


def test_a_batch_names_the_action_and_the_field():
    wrong = [Choice("edit", {"n": "x"}), Choice("respond")]
    assert problems(asked(CALLS), *wrong) == [
        "1. a.b.n: must be a number",
        "2. wipe.message: is required",
    ]


def test_a_decision_that_is_not_allowed_is_refused_by_name():
    assert problems(asked(CALLS), Choice("respond", {"message": "x"}), Choice("approve")) == [
        "1. a.b: 'respond' is not allowed here; these are: approve, edit, reject"
    ]


def test_a_batch_needs_a_decision_for_each_action():
    with pytest.raises(AnswerRefused, match="2 actions, 1 decisions"):
        encode(asked(CALLS), [Choice("approve")])


def test_a_problem_leads_back_to_its_action_and_field():
    question = asked(CALLS)
    assert field_of(question, Problem("1. a.b.n", "…")) == (0, "n")
    assert field_of(question, Problem("2. wipe.message", "…")) == (1, "message")
    assert field_of(question, Problem("2. wipe", "…")) == (1, "")
    assert field_of(asked("?", AMOUNT), Problem("amount", "…")) == (0, "amount")


def test_the_schemas_limits_are_told_at_the_field():
    question = asked("Refund?", AMOUNT)
    assert problems(question, Choice("answer", {"amount": 501})) == ["amount: must be at most 500"]
    assert compose(question, [Choice("answer", {"amount": 501})]) == {"amount": 501}


def test_a_part_inside_a_json_field_is_told_below_its_field():
    schema = {"properties": {"lines": {"type": "array", "items": AMOUNT}}}
    wrong = Choice("answer", {"lines": [{"amount": 1}, {"amount": 900}]})
    question = asked("?", schema)
    assert problems(question, wrong) == ["lines.1.amount: must be at most 500"]
    assert field_of(question, Problem("lines.1.amount", "…")) == (0, "lines")


def test_an_empty_reply_is_refused_but_an_empty_reason_is_left_out():
    assert problems(asked(CALLS), Choice("reject"), Choice("respond", {"message": ""})) == [
        "2. wipe.message: must not be empty"
    ]


VALUES = [3, "3", True, False, 0, 1, 1.0, None, "", {}, [], {"a": None}, [0, False]]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_sent_as_it_was_given(value):
    sent = encode(asked("?"), [Choice("answer", {"value": value})])
    assert (repr(sent), check(asked("?"), sent)) == (repr(value), ())


@pytest.mark.parametrize(("value", "options"), [(1, [True]), (True, [1]), (0, [False]), ("3", [3])])
def test_values_that_python_holds_equal_are_told_apart(value, options):
    assert check(asked({"question": "?", "options": options}), value)


def test_an_edit_left_alone_gives_the_arguments_back():
    args = {"n": 3, "x": 1.0, "s": "", "none": None, "yes": True, "l": [], "o": {"a": 1}}
    payload = {"type": "tool_approval", "name": "t", "args": args}
    (choice,) = decide(asked(payload), "edit")
    edited = encode(asked(payload), [choice])["edited_action"]["args"]
    assert repr(edited) == repr(args)


def test_arguments_whose_names_are_no_text_are_edited_as_one():
    payload = [
        {"action_request": {"action": "x", "args": {1: "a"}}, "config": {"allow_edit": True}}
    ]
    (field,) = asked(payload).actions[0].decisions[0].fields
    assert (field.name, field.default) == ("args", {1: "a"})


def test_decide_makes_the_same_choice_for_all_actions():
    assert decide(asked(CALLS), "approve") == (Choice("approve"), Choice("approve"))
    assert decide(asked(CALLS), "reject", "no") == (Choice("reject", {"message": "no"}),) * 2
    assert decide(asked("?"), "answer", "hi") == (Choice("answer", {"value": "hi"}),)


REFUSED = [
    ("edit", None, "wipe allows approve, reject, respond"),
    ("approve", "hi", "takes no message"),
    ("nonsense", None, "a.b allows approve, edit, reject"),
]


@pytest.mark.parametrize(("decision", "message", "words"), REFUSED)
def test_decide_refuses_what_cannot_be_decided(decision, message, words):
    with pytest.raises(AnswerRefused, match=words):
        decide(asked(CALLS), decision, message)


WORDS = [
    ({"type": "integer"}, 1.5, "must be a whole number"),
    ({"type": ["string", "null"]}, 1, "must be a text or null"),
    ({"enum": ["a", 1]}, "b", "must be one of a, 1"),
    ({"const": 3}, 4, "must be 3"),
    ({"exclusiveMinimum": 0}, 0, "must be more than 0"),
    ({"multipleOf": 5}, 3, "must be a multiple of 5"),
    ({"minLength": 1}, "", "must not be empty"),
    ({"maxLength": 1}, "ab", "must have at most 1 character"),
    ({"pattern": "^a"}, "b", "must match ^a"),
    ({"format": "email"}, "x", "must be an e-mail address"),
    ({"format": "date-time"}, "today", "must be a date and time such as 2026-01-31T18:00:00Z"),
    ({"uniqueItems": True}, [1, 1], "must not hold the same item twice"),
    ({"minItems": 1}, [], "must have at least 1 item"),
    ({"required": ["a"]}, {}, "a: is required"),
    ({"additionalProperties": False}, {"a": 1}, "a: is not expected"),
    ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "x", "must be a whole number or null"),
    ({"not": {"type": "string"}}, "x", "is not allowed"),
]


@pytest.mark.parametrize(("schema", "value", "words"), WORDS)
def test_a_schemas_rule_is_told_in_words(schema, value, words):
    assert [str(problem) for problem in check(asked("?", schema), value)] == [words]


PETS = {
    "oneOf": [
        {"properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}}},
        {"properties": {"kind": {"const": "dog"}}, "required": ["kind", "name"]},
    ],
    "discriminator": {"propertyName": "kind"},
}
MEANT = [
    ({}, "kind: is required"),
    ({"kind": "cow"}, "kind: must be cat or dog"),
    ({"kind": "dog"}, "name: is required"),
    ({"kind": "cat", "lives": "x"}, "lives: must be a whole number"),
]


@pytest.mark.parametrize(("value", "words"), MEANT)
def test_only_the_errors_of_the_meant_alternative_are_told(value, words):
    assert [str(problem) for problem in check(asked("?", PETS), value)] == [words]


UNUSABLE = [
    {"type": "str"},
    {"$ref": "https://example.invalid/schema.json"},
    {"$ref": "#/nowhere"},
    {"$ref": "#"},
    {"pattern": "("},
]


@pytest.mark.parametrize("schema", UNUSABLE)
def test_a_schema_that_cannot_be_used_fetches_nothing_and_refuses_nothing(schema):
    question = asked("?", schema)
    assert check(question, "x") == ()
    assert question.actions[0].decisions


def test_reading_and_titling_load_no_validator_and_no_entry_points():
    code = (
        "import sys; from hitl_tui.model.threads import Interrupt as I;"
        "from hitl_tui.questions.read import read, title;"
        "title(I('1', 'Age?')); read(I('1', '?', response_schema={'type': 'integer'}));"
        "print(sorted({'jsonschema', 'referencing', 'importlib.metadata', 'pydantic'}"
        " & sys.modules.keys()))"
    )
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_answer_is_recalled_as_the_choices_that_make_it():
    question = asked(CALLS)
    made = (Choice("edit", {"n": 2}), Choice("respond", {"message": "x"}))
    assert recall(question, encode(question, made)) == made
    assert recall(question, {"decisions": [{"type": "approve"}]}) is None
    assert recall(asked("?"), 0) == (Choice("answer", {"value": 0}),)


def test_a_time_to_wait_is_a_deadline_once_it_is_known_when_it_was_asked():
    waiting = Interrupt("1", {"question": "?", "__wait__": {"timeout": 60}})
    since = datetime(2026, 1, 31, tzinfo=UTC)
    assert read(waiting).deadline is None
    assert read(waiting, since=since).deadline == since + timedelta(minutes=1)
