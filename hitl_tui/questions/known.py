"""A JSON Schema as a key: what is made of it once serves all who ask under the same one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Known:
    """A schema by what it says, so that one checked at every key is prepared only once."""

    text: str
    schema: dict[str, Any] = field(compare=False)

    @classmethod
    def of(cls, schema: Mapping[str, Any]) -> Known:
        """A schema as it is written."""
        return cls(repr(schema), dict(schema))
