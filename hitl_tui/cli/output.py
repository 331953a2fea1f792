"""What the command line prints: JSON for programs on stdout, words for people made safe."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from hitl_tui.inbox import Inbox, OpenThread
from hitl_tui.model.question import Question
from hitl_tui.model.runs import EventType, RunEvent
from hitl_tui.model.threads import ThreadState, ThreadSummary
from hitl_tui.questions.read import title
from hitl_tui.text import clean, line


def print_json(value: Mapping[str, Any]) -> None:
    """One object on one line of ASCII, so that no terminal can act on it."""
    try:
        text = json.dumps(value, allow_nan=False)
    except ValueError:  # NaN and infinities are no JSON: told by their names
        text = json.dumps(_finite(value), allow_nan=False)
    click.echo(text)


def row_json(inbox: Inbox, row: ThreadSummary) -> dict[str, Any]:
    """A row of `list --json`."""
    return {
        "thread_id": row.thread_id,
        "state": row.state.value,
        "graph_id": row.graph_id,
        "checkpoint_id": row.checkpoint_id,
        "waiting_since": _time(row.waiting_since),
        "updated_at": _time(row.updated_at),
        "title": inbox.title(row),
        "interrupts": [{"id": i.id, "node": i.node, "title": title(i)} for i in row.interrupts],
        "next": list(row.next),
    }


def print_groups(groups: Mapping[str, int], by: str, as_json: bool) -> None:
    """How many there are of each, the most first; what has no name comes as null or a dash."""
    key = "graph_id" if by == "graph" else by
    for name, count in sorted(groups.items(), key=lambda item: (-item[1], item[0])):
        if as_json:
            print_json({key: name or None, "count": count})
        else:
            click.echo(f"{count:>8}  {line(name) or '-'}")


def thread_json(opened: OpenThread) -> dict[str, Any]:
    """What `show --json` prints."""
    thread = opened.thread
    return {
        "thread_id": thread.thread_id,
        "state": thread.state.value,
        "reason": thread.reason,
        "graph_id": thread.graph_id,
        "checkpoint_id": thread.checkpoint_id,
        "next": list(thread.next),
        "interrupts": [_question_json(opened, question) for question in opened.questions],
        "values": dict(thread.values),
        "metadata": dict(thread.metadata),
    }


def print_row(inbox: Inbox, row: ThreadSummary) -> None:
    """A row of `list` for people: state, age, graph, thread and what it asks."""
    since = row.waiting_since or row.updated_at
    age = f"{since.astimezone():%Y-%m-%d %H:%M}" if since else "-"
    asked = inbox.title(row) or row.reason or ", ".join(row.next)
    graph = line(row.graph_id or "-")
    thread = line(row.thread_id)
    click.echo(f"{row.state.label:<10}  {age:<16}  {graph:<16}  {thread:<20}  {line(asked)}")


def print_thread(opened: OpenThread) -> None:
    """What `show` prints for people."""
    thread = opened.thread
    click.echo(f"{line(thread.thread_id)}: {thread.state.label}. {line(thread.reason)}".rstrip())
    if opened.verbs:
        click.echo("what can be done: " + ", ".join(verb.value for verb in opened.verbs))
    for question in opened.questions:
        click.echo(f"\n{line(question.title)}  [{line(question.interrupt.id)}]")
        for asked in opened.earlier.get(question.interrupt.id, ()):
            when = f"{asked.answered_at.astimezone():%Y-%m-%d %H:%M}" if asked.answered_at else "-"
            click.echo(f"  asked before  {when}  answered {_in_line(asked.answer)}")
        click.echo(_indented(question.interrupt.value))
        for action in question.actions:
            names = ", ".join(line(decision.name) for decision in action.decisions)
            click.echo(f"  decisions: {names}" if names else "")
    for head, values in (("values", thread.values), ("metadata", thread.metadata)):
        click.echo(f"\n{head}\n{_indented(dict(values))}")


def print_event(event: RunEvent) -> None:
    """An event of a run for people: what the graph printed on stdout, the rest named."""
    data = event.data
    match event.type:
        case EventType.OUTPUT:
            click.echo(clean(str(data["text"])), nl=False)
        case EventType.TOKEN:
            click.echo(clean(str(data["text"])), nl=False)
        case EventType.LOG:
            click.echo(clean(f"{data['level']} {data['logger']}: {data['message']}"), err=True)
        case EventType.ERROR:
            trace = f"{data.get('traceback') or ''}"
            click.echo(clean(f"{data['title']}: {data['message']}\n{trace}").rstrip(), err=True)
        case EventType.END:
            reason = str(data.get("reason") or "")
            click.echo(clean(f"{data['outcome']}. {reason}").rstrip(), err=True)
        case _:
            click.echo(clean(f"{event.type.value} {json.dumps(dict(data))}"))


def state_names() -> list[str]:
    """The states that `--state` takes."""
    return [*(state.value for state in ThreadState), "all"]


def warn(text: str) -> None:
    """A line of people's words, on stderr."""
    print(clean(text), file=sys.stderr)


def _question_json(opened: OpenThread, question: Question) -> dict[str, Any]:
    interrupt = question.interrupt
    before = opened.earlier.get(interrupt.id, ())
    return {
        "id": interrupt.id,
        "value": interrupt.value,
        "response_schema": interrupt.response_schema,
        "dialect": question.dialect,
        "node": interrupt.node,
        "asked_by": list(interrupt.asked_by),
        "asked_before": [
            {"answer": asked.answer, "answered_at": _time(asked.answered_at)} for asked in before
        ],
    }


def _time(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _indented(value: Any) -> str:
    return clean(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def _in_line(value: Any) -> str:
    return line(json.dumps(value, ensure_ascii=False, default=str))


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value
