"""Whether a value satisfies a JSON Schema, by the `jsonschema` library, draft 2020-12.

The library takes 50 ms to import: it is loaded with the first question that has a schema.
References are looked up in the schema itself and nowhere else; nothing is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from hitl_tui.questions import library
from hitl_tui.questions.known import Known
from hitl_tui.questions.tell import Finding, told

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator


def findings(schema: Mapping[str, Any], value: Any) -> tuple[Finding, ...]:
    """Everything that is wrong with the value, each thing once, in the value's order.

    A schema that is itself invalid cannot be enforced: nothing is found then. What is found
    before a reference leads nowhere, or in circles, counts.
    """
    return tuple(dict.fromkeys(_found(dict(schema), value))) if schema else ()


def _found(schema: dict[str, Any], value: Any) -> Iterator[Finding]:
    library.load()
    from jsonschema import SchemaError
    from referencing.exceptions import Unresolvable

    try:
        rules = checker(Known.of(schema))
        for error in sorted(rules.iter_errors(value), key=lambda e: [str(p) for p in e.path]):
            yield from told(error)
    except (SchemaError, Unresolvable, RecursionError, re.error):
        return


@lru_cache(maxsize=16)
def checker(known: Known) -> Validator:
    """The validator of a schema; raises SchemaError if it is itself invalid."""
    library.load()
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for
    from referencing import Registry

    from hitl_tui.questions.formats import formats

    kind = _with_marks(validator_for(known.schema, default=Draft202012Validator))
    kind.check_schema(known.schema)
    return kind(known.schema, registry=Registry(), format_checker=formats(known.schema))


@cache
def _with_marks(kind: type[Validator]) -> type[Validator]:
    """The library's rules, and that what tells alternatives apart must be there.

    JSON Schema itself gives `discriminator` no meaning; Pydantic demands the property it names.
    """
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    def mark(_: Any, rule: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        name = rule.get("propertyName") if isinstance(rule, Mapping) else None
        if isinstance(name, str) and isinstance(value, Mapping) and name not in value:
            yield ValidationError(f"{name!r} is required")

    made: type[Validator] = extend(kind, {"discriminator": mark})  # type: ignore[no-untyped-call]
    return made
