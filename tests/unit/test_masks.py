"""What settings mask is shown as a mark, and the mark stands for the very value."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_tui import masked_payload
from hitl_tui.errors import AnswerRefused
from hitl_tui.masked_payload import MaskedPayload
from hitl_tui.masks import MASKED, Masks, Texts
from hitl_tui.model.question import Choice, Problem
from hitl_tui.model.threads import Interrupt, Thread, ThreadState
from hitl_tui.opened import OpenThread
from hitl_tui.questions.read import check, encode, read
from hitl_tui.redactor import Redactor

SECRET = "hunter2-and-more"
MASKS = Masks(["$..password", "$..pin"])
PASSWORD = "•••••• (masked: action_requests.0.args.password)"
PIN = "•••••• (masked: action_requests.0.args.pin)"

names = st.sampled_from(["password", "pin", "to", "a"])
leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
payloads = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4)
)


def calls(**args):
    return {
        "action_requests": [{"name": "login", "args": args, "description": f"Log in: {args}"}],
        "review_configs": [
            {"action_name": "login", "allowed_decisions": ["approve", "edit", "reject"]}
        ],
    }


def shown(payload, masks=MASKS, schema=None):
    """The question that a payload asks, as it may be shown."""
    interrupt = Interrupt("i", payload, response_schema=schema)
    thread = Thread("t", ThreadState.OPEN, interrupts=(interrupt,))
    (question,) = Redactor(masks).opened(OpenThread(thread, (read(interrupt),), ())).questions
    return question


def exact(value):
    return json.dumps(value, sort_keys=True)


@given(payloads)
def test_what_is_shown_of_a_payload_holds_no_secret_and_leads_back_to_it(payload):
    masking = MaskedPayload(MASKS, payload)
    told = exact(masking.payload)
    for _, secret in MASKS.secrets(payload):
        if isinstance(secret, str) and len(secret) >= 3 and secret not in "•••••• (masked: pin)":
            assert json.dumps(secret)[1:-1] not in told.replace("password", "").replace("pin", "")
    assert exact(masking.lift(masking.payload)) == exact(payload)
    assert exact(masking.lift(masking.cover(payload))) == exact(payload)


def test_nothing_of_a_question_shows_a_secret():
    question = shown(calls(to="ann", password=SECRET, pin=4321))
    assert SECRET not in repr(question)
    assert "4321" not in repr(question)
    assert question.actions[0].facts == {"to": "ann", "password": PASSWORD, "pin": PIN}
    assert question.interrupt.value["action_requests"][0]["description"].count("masked") == 2


def test_an_answer_is_checked_and_made_with_the_true_values():
    schema = {"type": "object", "properties": {"pin": {"type": "integer", "maximum": 9999}}}
    payload = calls(to="ann", pin=4321)
    payload["review_configs"][0]["args_schema"] = schema
    question = shown(payload)
    mark = "•••••• (masked: action_requests.0.args.pin)"
    value = encode(question, [Choice("edit", {"to": "bob", "pin": mark})])
    args = value["decisions"][0]["edited_action"]["args"]
    assert args == {"to": "bob", "pin": mark}, "the value itself stays in the engine"
    assert question.masking.lift(args) == {"to": "bob", "pin": 4321}
    assert check(question, value) == ()


def test_a_mark_that_stands_for_nothing_is_refused():
    question = shown(calls(password=SECRET))
    for wrong in (MASKED, "•••••• (masked: password)", PASSWORD[:-1]):
        answer = {"decisions": [{"type": "edit", "edited_action": {"name": "login", "args": {}}}]}
        answer["decisions"][0]["edited_action"]["args"] = {"password": wrong}
        assert [problem.message for problem in check(question, answer)] == [
            "a mark stands there for which there is no masked value: type the value itself"
        ]


def test_a_payload_that_writes_a_mark_itself_does_not_get_the_value():
    """Who writes the mail's text must not have the secret put into it by an edit."""
    question = shown(calls(password=SECRET, body=f"Dear ann, {PASSWORD}"))
    edit = {"password": question.actions[0].facts["password"], "body": f"Dear ann, {PASSWORD}"}
    value = encode(question, [Choice("edit", edit)])
    args = question.masking.lift(value)["decisions"][0]["edited_action"]["args"]
    assert args == {"password": SECRET, "body": f"Dear ann, {PASSWORD}"}


@pytest.mark.parametrize("pattern", ["$..args", "$..name", "$.action_requests", "$.*"])
def test_a_mask_over_what_makes_the_dialect_leaves_the_decisions_as_they_are(pattern):
    question = shown(calls(password=SECRET), Masks([pattern]))
    assert question.dialect == "action_requests"
    assert [each.name for each in question.actions[0].decisions] == ["approve", "edit", "reject"]
    value = encode(question, [Choice("approve")])
    assert question.masking.lift(value) == {"decisions": [{"type": "approve"}]}


def test_a_number_is_not_hidden_inside_a_longer_one():
    assert Masks(["$.pin"]).over({"pin": 100, "text": "100 of 1000"}) == {
        "pin": MASKED, "text": f"{MASKED} of 1000",
    }  # fmt: skip


def test_what_is_nested_too_deeply_to_be_looked_through_is_hidden_whole():
    deep: object = {"password": SECRET}
    for _ in range(5_000):
        deep = [deep]
    assert MASKS.over({"a": deep}) == MASKED


def test_what_is_refused_is_told_without_secrets():
    """Rules of other programs, such as a model of the graph's own, quote what is wrong."""
    thread = Thread("t", ThreadState.OPEN, interrupts=(Interrupt("i", {"password": SECRET}),))
    problem = Problem("password", f"input_value='{SECRET}'")
    with (
        pytest.raises(AnswerRefused) as refused,
        Redactor(MASKS).refusals(thread, {"i": {"pin": 98765}}),
    ):
        raise AnswerRefused(f"{SECRET}, 98765", [problem], hint=f"Not {SECRET}.")
    assert SECRET not in f"{refused.value} {refused.value.problems}"
    assert "98765" not in str(refused.value)


@given(
    st.lists(st.text("ab12-]^&", min_size=1, max_size=6), max_size=8),
    st.text("ab12-]^& ", max_size=40),
)
def test_the_longest_secret_counts_wherever_one_stands(secrets, text):
    known = sorted({each for each in secrets if len(each) >= 3}, key=len, reverse=True)
    sought = "|".join(
        rf"(?<!\d){each}(?!\d)" if each.isdecimal() else re.escape(each) for each in known
    )
    expected = re.sub(sought, lambda match: f"<{match[0]}>", text) if known else text
    texts = Texts.of({each: f"<{each}>" for each in secrets})
    assert texts.hide(text) == expected
    assert texts.hidden([text, 1]) == [expected, 1]


def test_a_text_is_looked_at_as_often_however_many_secrets_there_are(monkeypatch):
    looks = []
    look = Texts._is_at
    monkeypatch.setattr(Texts, "_is_at", lambda *of: looks.append(of) or look(*of))
    text = " ".join(f"tok-{number:05}" for number in range(40, 80))
    for count in (100, 20_000):
        looks.clear()
        assert "tok-" not in Texts.of({f"tok-{n:05}": MASKED for n in range(count)}).hide(text)
        assert len(looks) == 40


def test_a_value_is_compared_with_its_own_secret_alone(monkeypatch):
    compared = []
    twins = masked_payload._twins
    monkeypatch.setattr(masked_payload, "_twins", lambda *of: compared.append(of) or twins(*of))
    payload = {"pin": [[number, number + 0.5, {"a": number}] for number in range(3_000)]}
    masking = MaskedPayload(Masks(["$.pin[*][*]"]), payload)
    assert masking.cover(payload) == masking.payload
    assert masking.lift(masking.payload) == payload
    assert len(compared) == 3 * 3_000


def test_a_mark_stays_whole_though_its_place_spells_a_secret():
    payload = {"pin": [*range(200)], "note": "100 and 101"}
    masking = MaskedPayload(Masks(["$.pin[*]"]), payload)
    assert masking.payload["pin"][100] == "•••••• (masked: pin.100)"
    assert masking.payload["note"] == f"{masking.payload['pin'][100]} and •••••• (masked: pin.101)"
    assert masking.lift(masking.payload) == payload
