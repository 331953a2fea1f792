"""The `format`s of a JSON Schema that are checked: those of the library, IRIs, and times of day.

The library checks IRIs with a package that takes more than a second to import, in which keys
would wait: so that package is not installed, and IRIs are checked here, as the URIs that they
stand for (RFC 3987 §3.1). And it takes `time` as draft 3 had it, without an offset, unless told
otherwise; the standard wants an offset now, and Pydantic takes both, so both are taken here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hitl_tui.questions import library

if TYPE_CHECKING:
    from jsonschema import FormatChecker


def formats(schema: Mapping[str, Any]) -> FormatChecker:
    """Checks every known format that the schema names; others are let through, as they should be.

    Loads what checks them.
    """
    found = library.checks(set(named(schema)))
    from jsonschema import Draft3Validator, FormatChecker

    checker = FormatChecker()
    checker.checkers = found
    times = (found["time"], Draft3Validator.FORMAT_CHECKER.checkers["time"])
    checker.checks("time")(lambda value: any(_passes(value, *each) for each in times))
    checker.checks("iri")(lambda value: _is_iri(value, "URI"))
    checker.checks("iri-reference")(lambda value: _is_iri(value, "URI_reference"))
    return checker


def named(schema: Mapping[str, Any]) -> Iterator[str]:
    """The formats that a schema names anywhere, and whatever else in it looks like one's name."""
    left: list[Any] = [schema]
    while left:
        part = left.pop()
        if isinstance(part, Mapping):
            if isinstance(part.get("format"), str):
                yield part["format"]
            left += part.values()
        elif isinstance(part, list):
            left += part


def _passes(value: object, check: Callable[[object], bool], wrong: Any) -> bool:
    try:
        return check(value)
    except wrong:
        return False


@cache
def _ucschar() -> re.Pattern[str]:
    """What an IRI may hold and a URI may not (RFC 3987 §2.2)."""
    planes = (f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
    listed = "".join(("\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef", *planes, "\U000e1000-\U000efffd"))
    return re.compile(f"[{listed}]+")


def _is_iri(value: object, rule: str) -> bool:
    from rfc3986_validator import validate_rfc3986

    if not isinstance(value, str):
        return True
    return bool(validate_rfc3986(_ucschar().sub(_escaped, value), rule=rule))


def _escaped(match: re.Match[str]) -> str:
    return quote(match[0])
