"""`.env` files: KEY=VALUE lines, as LangGraph's own tools accept them."""

from __future__ import annotations

import re

_LINE = re.compile(
    r"""^\s*(?:export\s+)?(?P<key>[A-Za-z_][\w.]*)\s*=[ \t]*
        (?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>[^']*)'|(?P<bare>[^\n]*?))
        [ \t]*(?:(?<=\s)\#[^\n]*|(?<=["'])\#[^\n]*)?[ \t]*$""",
    re.MULTILINE | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def parse(text: str) -> dict[str, str]:
    """The variables of a `.env` file; comments, `export` and both quotes are understood.

    Double quotes take backslash escapes, single quotes take everything as it is; both may span
    lines. Lines that are no assignment are left out.
    """
    return {match["key"]: _value(match) for match in _LINE.finditer(text.replace("\r\n", "\n"))}


def _value(match: re.Match[str]) -> str:
    if (double := match["double"]) is not None:
        return _ESCAPE.sub(lambda m: _ESCAPED.get(m[1], m[1]), double)
    if (single := match["single"]) is not None:
        return single
    bare = match["bare"]
    return "" if bare.startswith("#") else bare.strip()
