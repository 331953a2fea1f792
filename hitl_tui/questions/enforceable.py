"""Whether a JSON Schema can be enforced at all: valid, and complete in itself.

A schema that cannot is no reason to hide a question. It is shown with a note instead, because
then nothing is refused here, and the asker alone judges the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from hitl_tui.model.question import Question
from hitl_tui.questions import library
from hitl_tui.questions.known import Known
from hitl_tui.questions.registry import named
from hitl_tui.questions.resolve import has_target
from hitl_tui.questions.validate import checker


def noted(question: Question) -> Question:
    """The question, with a note if its schema cannot be enforced. Loads the library, once."""
    reason = flaw(named(question.dialect).schema(question.interrupt))
    note = f"Answers are not checked here: {reason}." if reason else ""
    return replace(question, note=note) if note else question


PARTS = 100_000
"""Parts of a schema that are looked at for references; larger ones are taken as they are."""

_LITERAL = frozenset({"const", "enum", "default", "examples"})


def flaw(schema: Any) -> str:
    """Why the schema cannot be enforced, with the place in it; empty if it can."""
    return _flaw(Known.of(schema)) if isinstance(schema, Mapping) and schema else ""


@lru_cache(maxsize=64)
def _flaw(known: Known) -> str:
    library.load()
    from jsonschema import SchemaError

    try:
        checker(known)
    except SchemaError as error:
        place = "/".join(map(str, error.absolute_path))
        return f"its schema is not valid at {place or 'its root'}: {error.message[:200]}"
    except RecursionError:
        return "its schema is nested too deep"
    missing = next((ref for ref in _refs(known.schema) if not has_target(ref, known.schema)), None)
    return "" if missing is None else f"its schema refers to {missing[:200]}, which is not in it"


def _refs(schema: Mapping[str, Any]) -> Iterator[str]:
    """The references in a schema that say where they lead without an identifier of their own."""
    left: list[Any] = [schema]
    if "$id" in schema or "$anchor" in repr(schema) or "$dynamicRef" in repr(schema):
        return  # what is named elsewhere in the schema is the library's to find
    for _ in range(PARTS):
        if not left:
            return
        part = left.pop()
        if isinstance(part, Mapping):
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            left += [item for key, item in part.items() if key not in _LITERAL]
        elif isinstance(part, list):
            left += part
