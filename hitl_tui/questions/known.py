"""A JSON Schema as a key: what is made of it once serves all who ask under the same one."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Known:
    """A schema by what it says, so that one checked at every key is prepared only once."""

    text: bytes | str
    schema: dict[str, Any] = field(compare=False)

    @classmethod
    def of(cls, schema: Mapping[str, Any]) -> Known:
        """A schema as it is written."""
        return cls(_text(schema), dict(schema))


def _text(schema: Mapping[str, Any]) -> bytes | str:
    """What is different for schemas that differ, a 1 from a true one too."""
    try:
        # of version 2: later ones differ by what is shared
        return marshal.dumps(schema, 2)  # type: ignore[arg-type]  # whatever it is
    except ValueError:  # too deep, or not of plain values alone
        return repr(schema)
