"""Models that contracts name: their JSON Schema, and what they say of an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from .failures import Refused, described
from .graphs import Graphs
from .locate import find

_MOST = 100


class Models:
    """Pydantic models, TypedDicts, dataclasses: whatever Pydantic can check, by place."""

    def __init__(self, graphs: Graphs) -> None:
        self._graphs = graphs
        self._adapters: dict[str, TypeAdapter[Any]] = {}

    def schema(self, place: str) -> dict[str, Any]:
        """The JSON Schema of what the model takes; Refused if there is no such model."""
        try:
            return self._adapter(place).json_schema()
        except PydanticUserError as error:
            raise Refused("graph", f"{place} has no JSON Schema: {error.message}") from error

    def demand(self, contracts: Mapping[str, str], answers: Mapping[str, Any]) -> None:
        """Refused, with a problem for each wrong part, unless the models take the answers.

        A model may demand more than its JSON Schema says: its own validators run here.
        """
        problems = [
            {"path": ".".join(filter(None, [key if len(answers) > 1 else "", path])), "message": m}
            for key, place in contracts.items()
            if key in answers
            for path, m in self._problems(place, answers[key])
        ]
        if problems:
            told = "; ".join(f"{p['path']}: {p['message']}".removeprefix(": ") for p in problems)
            raise Refused("answer", told, problems=problems[:_MOST])

    def _problems(self, place: str, answer: Any) -> Iterator[tuple[str, str]]:
        adapter = self._adapter(place)
        try:
            adapter.validate_json(json.dumps(answer))  # as JSON: a strict model takes dates so
        except ValidationError as error:
            for found in error.errors(include_url=False, include_context=False):
                path = ".".join(map(str, found["loc"]))
                yield path, found["msg"].removeprefix("Value error, ")
        except Exception as error:  # noqa: BLE001 - a validator's own code may raise anything
            yield "", f"{place} cannot check it: {described(error)['message']}"

    def _adapter(self, place: str) -> TypeAdapter[Any]:
        if place not in self._adapters:
            try:
                self._adapters[place] = TypeAdapter(find(place))
            except PydanticUserError as error:
                message = f"{place} is no model that Pydantic can check: {error.message}"
                raise Refused("graph", message) from error
            finally:
                self._graphs.watch(place)
        return self._adapters[place]
