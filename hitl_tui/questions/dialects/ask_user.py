"""`ask_user` tools: one or more questions, each answered with a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.form import Form, Slot
from hitl_tui.questions.langchain import closed
from hitl_tui.questions.payload import headline, is_record, not_text, pick, rest


class AskUser(Dialect):
    """Goes back: `{"answers": […]}`, a text for each question; several choices joined by a comma.

    A free text is always good, besides the choices. Cancelling answers all with empty texts.
    """

    name = "ask_user"

    def claims(self, interrupt: Interrupt) -> bool:
        """A list of questions that each say what they ask."""
        value = interrupt.value
        if not is_record(value) or value.get("type") != "ask_user":
            return False
        asked = value.get("questions")
        return isinstance(asked, list) and bool(asked) and all(_asks(each) for each in asked)

    def title(self, interrupt: Interrupt) -> str:
        """The first question."""
        return headline(interrupt.value["questions"][0]["question"])

    def read(self, interrupt: Interrupt) -> Reading:
        """One field for each question, under one decision; or cancel."""
        value = interrupt.value
        empty = [""] * len(value["questions"])
        slots = tuple(_slot(at, each) for at, each in enumerate(value["questions"]))
        ways = (
            Way("answer", Form({"answers": empty}, slots), "Answer"),
            Way("cancel", Form({"status": "cancelled", "answers": empty}), "Cancel"),
        )
        return Reading(
            (Topic(self.title(interrupt), ways),),
            text="\n".join(each["question"] for each in value["questions"]),
            unknown=_unknown(value),
        )

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """As many texts as questions; a required one says something unless all is cancelled."""
        asked = interrupt.value["questions"]
        count = {"type": "array", "minItems": len(asked), "maxItems": len(asked)}
        each = [{"type": "string", "minLength": int(_required(one))} for one in asked]
        answers = closed(answers=count | {"prefixItems": each})
        nothing = count | {"items": {"const": ""}}
        cancelled = closed(status={"const": "cancelled"}, answers=nothing)
        return {"if": {"required": ["status"]}, "then": cancelled, "else": answers}

    def pack(self, interrupt: Interrupt, answers: Sequence[Any]) -> Any:
        """The one answer, with several choices of a question joined to a text."""
        texts = [", ".join(each) if isinstance(each, list) else each for each in _texts(answers)]
        return answers[0] | {"answers": texts}


def _texts(answers: Sequence[Any]) -> list[Any]:
    return list(answers[0]["answers"])


def _asks(question: Any) -> bool:
    return is_record(question) and isinstance(question.get("question"), str)


def _required(question: Mapping[str, Any]) -> bool:
    return question.get("required") is not False


def _unknown(value: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the known keys, in the whole, in each question and its choices."""
    found = rest(value, "type", "questions", "tool_call_id")
    for at, question in enumerate(value["questions"], 1):
        more = rest(question, "question", "type", "choices", "required")
        more |= not_text(question, "type")
        if not isinstance(question.get("required"), bool | None):
            more["required"] = question["required"]
        listed = question.get("choices")
        if not isinstance(listed, list) or any(map(_says_more, listed)):
            more |= {"choices": listed} if listed is not None else {}
        found |= {f"{at}. {key}": item for key, item in more.items()}
    return found


def _says_more(choice: Any) -> bool:
    return isinstance(choice, Mapping) and bool(rest(choice, "value"))


def _slot(at: int, question: Mapping[str, Any]) -> Slot:
    """The field of one question, named by its number, for two may ask the same."""
    listed = question.get("choices")
    choices = tuple(_choice(each) for each in listed) if isinstance(listed, list) else ()
    several = pick(question, "type") == "multi_select"
    kind = FieldKind.CHOICES if several else FieldKind.CHOICE
    required = _required(question)
    field = Field(
        f"{at + 1}",
        kind if choices else FieldKind.LINES,
        label=question["question"],
        required=required,
        choices=choices,
        free=True,
        schema={"type": "string", "minLength": int(required)},
    )
    return Slot(field, ("answers", at))


def _choice(choice: Any) -> str:
    value = pick(choice, "value", "label") if is_record(choice) else choice
    return value if isinstance(value, str) else str(value)
