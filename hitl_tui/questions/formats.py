"""The `format`s of a JSON Schema that are checked: those of the library, IRIs, and times of day.

The library checks IRIs with a package that takes more than a second to import, in which keys
would wait: so that package is not installed, and IRIs are checked here, as the URIs that they
stand for (RFC 3987 §3.1). And it takes `time` as draft 3 had it, without an offset, unless told
otherwise; the standard wants an offset now, and Pydantic takes both, so both are taken here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from jsonschema import FormatChecker

_UCSCHAR = re.compile(
    "[\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd]+"
)
"""What an IRI may hold and a URI may not (RFC 3987 §2.2)."""


def formats() -> FormatChecker:
    """Checks every format that is known; unknown ones are let through, as the standard says."""
    from jsonschema import Draft3Validator, Draft202012Validator, FormatChecker

    drafts = (Draft202012Validator.FORMAT_CHECKER, Draft3Validator.FORMAT_CHECKER)
    checker = FormatChecker()
    checker.checkers = checker.checkers | drafts[0].checkers
    checker.checks("time")(lambda value: any(draft.conforms(value, "time") for draft in drafts))
    checker.checks("iri")(lambda value: _is_iri(value, "URI"))
    checker.checks("iri-reference")(lambda value: _is_iri(value, "URI_reference"))
    return checker


def _is_iri(value: object, rule: str) -> bool:
    from rfc3986_validator import validate_rfc3986

    if not isinstance(value, str):
        return True
    return bool(validate_rfc3986(_UCSCHAR.sub(_escaped, value), rule=rule))


def _escaped(match: re.Match[str]) -> str:
    return quote(match[0])
