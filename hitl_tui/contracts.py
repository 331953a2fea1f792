"""Contracts: what answers must be where a graph asks without saying so.

Settings name, per graph and node, a JSON Schema file or a model of the graph's own code. Such a
contract holds for plain questions only: a payload that says how it wants to be answered, in a
response schema or in a dialect of its own, is taken at its word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from hitl_tui.errors import AnswerRefused, GraphUnknown, HitlError, UsageError
from hitl_tui.model.question import Question
from hitl_tui.model.threads import NOTHING, Interrupt, Thread
from hitl_tui.questions.enforceable import flaw, noted
from hitl_tui.questions.read import read

OVERRIDE = "The command line can send a value all the same, with --override."

Places: TypeAlias = Mapping[str, Mapping[str, str]]
"""By graph and node: the path of a JSON Schema file (`….json`), or a model's `module:Class`."""


class Contracts:
    """Reads questions under their contracts.

    `schema_of` tells a model's JSON Schema and raises HitlError if it cannot be had;
    `graph_of` which graph a thread belongs to, and raises GraphUnknown.
    """

    def __init__(
        self,
        places: Places,
        schema_of: Callable[[str], Mapping[str, Any]],
        graph_of: Callable[[Thread], str],
    ) -> None:
        self._places = places
        self._schema_of = schema_of
        self._graph_of = graph_of
        self._nodes = frozenset(node for nodes in places.values() for node in nodes)

    def questions(self, thread: Thread) -> tuple[Question, ...]:
        """What a thread asks. A contract that cannot be had blocks its question and says why."""
        graph: list[str | None] = []  # asked for at most once: it may take loading the graphs
        return tuple(
            noted(self._question(thread, interrupt, thread.waiting_since, graph))
            for interrupt in thread.interrupts
        )

    def _question(
        self, thread: Thread, interrupt: Interrupt, since: datetime | None, graph: list[str | None]
    ) -> Question:
        question = read(interrupt, since=since)
        if interrupt.node not in self._nodes or question.dialect != "plain":
            return question
        if not graph:
            graph.append(self._graph(thread))
        place = self._places.get(graph[0] or "", NOTHING).get(interrupt.node)
        return question if place is None else self._held(question, place, since)

    def _held(self, question: Question, place: str, since: datetime | None) -> Question:
        try:
            schema = file_schema(Path(place)) if is_file(place) else self._schema_of(place)
            if reason := flaw(schema):
                raise UsageError(f"{place}: {reason}.")
        except HitlError as error:
            return replace(question, blocked=f"Its contract is missing. {error}", contract=place)
        held = replace(question.interrupt, response_schema=schema)
        return replace(read(held, since=since), contract=place)

    def _graph(self, thread: Thread) -> str | None:
        try:
            return self._graph_of(thread)
        except GraphUnknown:
            return None


def is_file(place: str) -> bool:
    """Whether a contract is a schema file, and no model."""
    return place.endswith(".json")


def models(questions: Iterable[Question]) -> dict[str, str]:
    """By interrupt id, the models that are to check the answers once more before they are sent."""
    held = ((q.interrupt.id, q.contract) for q in questions)
    return {key: place for key, place in held if place and not is_file(place)}


def demand(questions: Sequence[Question], values: Mapping[str, Any], *, override: bool) -> None:
    """Raise AnswerRefused for an answer to a question that is blocked.

    Without its contract an answer is never sent, for it would go unchecked; what somebody else is
    to answer is only answered here to override them.
    """
    for question in questions:
        if not question.blocked or question.interrupt.id not in values:
            continue
        if question.contract:
            raise AnswerRefused(question.blocked)
        if not override:
            raise AnswerRefused(question.blocked, hint=OVERRIDE)


def file_schema(path: Path) -> Mapping[str, Any]:
    """The JSON Schema in a file; raises UsageError that names the file and the place in it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"{path} is not valid JSON: {error.msg} ({where}).") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON text.") from error
    if not isinstance(found, dict):
        raise UsageError(f"{path} must hold a JSON object.")
    return found
