"""`interrupt(value, response_schema=…)`: any payload, and a JSON Schema of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hitl_tui.model.threads import NOTHING, Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.known import Known
from hitl_tui.questions.payload import brief, facts_of, headline, prompt
from hitl_tui.questions.ways import ways_of


class ResponseSchema(Dialect):
    """Goes back: an instance of the schema."""

    name = "schema"

    def claims(self, interrupt: Interrupt) -> bool:
        """Whatever comes with a schema."""
        return isinstance(interrupt.response_schema, Mapping)

    def title(self, interrupt: Interrupt) -> str:
        """The payload's prompt, else the schema's own title, else the payload in short."""
        named = self.schema(interrupt).get("title")
        text = prompt(interrupt.value) or (named if isinstance(named, str) else "")
        return headline(text) or brief(interrupt.value)

    def read(self, interrupt: Interrupt) -> Reading:
        """The typed fields of the schema, one decision for each of its alternatives."""
        ways = _ways(Known.of(self.schema(interrupt)))
        topic = Topic(self.title(interrupt), ways, facts=facts_of(interrupt.value))
        return Reading((topic,), text=prompt(interrupt.value))

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """The response schema itself."""
        return interrupt.response_schema or NOTHING


@lru_cache(maxsize=16)
def _ways(known: Known) -> tuple[Way, ...]:
    """Made once for all threads that ask under the same schema; nothing in it ever changes."""
    return ways_of(known.schema, known.schema)
