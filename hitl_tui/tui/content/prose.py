"""Prose with the little Markdown that payloads use: headings, lists, rules, bold and code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual.content import Content

from hitl_tui.text import clean
from hitl_tui.tui.safe import styled

MAX_CHARS = 20_000
_INLINE = re.compile(r"\*\*(?P<bold>[^*\n]{1,400})\*\*|`(?P<code>[^`\n]{1,400})`")
_HEADING = re.compile(r"(#{1,6}) +(.*)")
_BULLET = re.compile(r"(\s*)[-*+] +(.*)")


def prose(text: str) -> Iterator[Content]:
    """The text's lines, safe, links untouched and dead; what is too long is cut and said so."""
    fenced = False
    for line in clean(text[:MAX_CHARS]).split("\n"):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            yield styled(("  " + line, "$text-accent"))
        else:
            yield _line(line)
    if len(text) > MAX_CHARS:
        yield styled((f"… {len(text) - MAX_CHARS:,} characters more", "$foreground-muted italic"))


def _line(line: str) -> Content:
    if heading := _HEADING.fullmatch(line):
        return styled((heading[2], "bold"))
    if bullet := _BULLET.fullmatch(line):
        return Content.assemble(bullet[1], "• ", _inline(bullet[2]))
    return _inline(line)


def _inline(text: str) -> Content:
    parts: list[tuple[str, str] | str] = []
    end = 0
    for match in _INLINE.finditer(text):
        parts.append(text[end : match.start()])
        bold, code = match["bold"], match["code"]
        parts.append((bold, "bold") if bold is not None else (code, "$text-accent"))
        end = match.end()
    return styled(*parts, text[end:])
