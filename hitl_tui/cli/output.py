"""What the command line prints: JSON for programs on stdout, words for people made safe."""

from __future__ import annotations

import json
from typing import Any

import click

from hitl_tui.backends.told import time
from hitl_tui.cli.rows import print_json, state_names, warn
from hitl_tui.model.question import Question
from hitl_tui.model.runs import EventType, RunEvent
from hitl_tui.opened import OpenThread
from hitl_tui.text import clean, identity, line

__all__ = ["print_event", "print_json", "print_thread", "state_names", "thread_json", "warn"]


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
        "drafts_left": [
            {
                "interrupt_id": each.interrupt_id,
                "draft": each.draft,
                "answered_by": each.answered_by or None,
            }
            for each in opened.left
        ],
    }


def print_thread(opened: OpenThread) -> None:
    """What `show` prints for people."""
    thread = opened.thread
    click.echo(
        f"{identity(thread.thread_id)}: {thread.state.label}. {line(thread.reason)}".rstrip()
    )
    if opened.verbs:
        click.echo("what can be done: " + ", ".join(verb.value for verb in opened.verbs))
    for draft in opened.left:
        by = line(draft.answered_by or "elsewhere, or it is asked anew")
        click.echo(f"your draft is for a question that was answered meanwhile: {by}")
        click.echo(_indented(draft.draft))
    for question in opened.questions:
        click.echo(f"\n{line(question.title)}  [{line(question.interrupt.id)}]")
        for asked in opened.earlier.get(question.interrupt.id, ()):
            when = f"{asked.answered_at.astimezone():%Y-%m-%d %H:%M}" if asked.answered_at else "-"
            click.echo(f"  asked before  {when}  answered {_in_line(asked.answer)}")
        for answer in question.interrupt.before:
            click.echo(f"  answered in this step  {_in_line(answer)}")
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
            {"answer": asked.answer, "answered_at": time(asked.answered_at)} for asked in before
        ],
        "answered_in_step": list(interrupt.before),
    }


def _indented(value: Any) -> str:
    return clean(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def _in_line(value: Any) -> str:
    return line(json.dumps(value, ensure_ascii=False, default=str))
