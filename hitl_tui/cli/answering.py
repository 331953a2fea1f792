"""The command `answer`: one answer, or several of one thread together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import IO, Any

import click

from hitl_tui.cli.running import follow
from hitl_tui.cli.wiring import (
    common_options,
    graph_option,
    inbox_for,
    json_option,
    source_argument,
    thread_argument,
)
from hitl_tui.errors import Conflict, UsageError
from hitl_tui.model.question import Question
from hitl_tui.opened import OpenThread
from hitl_tui.questions.read import decide, encode


@dataclass(frozen=True, slots=True)
class Words:
    """The answer as the call gives it: exactly one of value, text, decision and file."""

    value: str | None
    text: str | None
    decision: str | None
    message: str | None
    file: IO[str] | None

    def check(self) -> None:
        """Raise UsageError unless the call gives one answer, in one way."""
        ways = (self.value, self.text, self.decision, self.file)
        if sum(way is not None for way in ways) != 1:
            raise UsageError("Give one of --value, --text, --decision and --from.")
        if self.message is not None and self.decision is None:
            raise UsageError("--message goes with --decision.")


@click.command("answer")
@source_argument
@thread_argument
@click.option("--interrupt", metavar="ID", help="Which question, if the thread asks several.")
@click.option("--value", metavar="JSON", help="The answer as JSON, sent as it is.")
@click.option("--text", help="The answer as a text.")
@click.option("--decision", metavar="NAME", help="approve, reject, … as `show` names them.")
@click.option("--message", help="The text that goes with a decision.")
@click.option(
    "--from", "file", type=click.File(encoding="utf-8"),
    help="A file of {interrupt id: value, …}; - is standard input.",
)  # fmt: skip
@click.option("--override", is_flag=True, help="Answer even what somebody else is to answer.")
@graph_option
@json_option
@common_options
def answer(
    source: str, thread: str, interrupt: str | None, override: bool, as_json: bool, **flags: Any
) -> int:
    """Check an answer to THREAD, send it, stream what the graph does with it."""
    words = Words(**{field.name: flags.pop(field.name) for field in fields(Words)})
    words.check()
    with inbox_for(source, flags) as inbox:

        def begin() -> Any:
            opened = inbox.open(thread)
            values = _values(words, opened, interrupt)
            return inbox.answer(thread, values, seen=opened, override=override)

        return follow(inbox, thread, begin, as_json)


def _values(words: Words, opened: OpenThread, interrupt: str | None) -> Mapping[str, Any]:
    if words.file is not None:
        values = parse_json(words.file.read(), "--from")
        if not isinstance(values, dict) or not values:
            raise UsageError("--from must hold an object: {interrupt id: value, …}.")
        return values
    question = _question(opened, interrupt)
    return {question.interrupt.id: value_for(words, question)}


def value_for(words: Words, question: Question) -> Any:
    """The answer that the call's words make; raises AnswerRefused if they make none."""
    if words.value is not None:
        return parse_json(words.value, "--value")
    if words.decision is not None:
        return encode(question, decide(question, words.decision, words.message))
    return words.text


def _question(opened: OpenThread, interrupt: str | None) -> Question:
    found = [q for q in opened.questions if interrupt in (None, q.interrupt.id)]
    if not found:
        thread, can = opened.thread, ", ".join(opened.verbs) or "nothing"
        now = f"The thread is {thread.state.label} now. {thread.reason}".rstrip()
        raise Conflict(
            "That question is not asked (any more).", hint=f"{now} What can be done: {can}."
        )
    if len(found) > 1:
        ids = ", ".join(question.interrupt.id for question in found)
        raise UsageError(f"The thread asks several questions: choose with --interrupt, of {ids}.")
    return found[0]


def parse_json(text: str, option: str) -> Any:
    """The value of a JSON text; raises UsageError that says where it is wrong."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{option} is not JSON: {error}.", hint="A text needs quotes: '\"yes\"'."
        ) from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")
