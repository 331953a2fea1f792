"""Prose with its Markdown: what one reads, with every link's address beside it.

Nothing is fetched and nothing is a link: images are named, HTML is text. The parser is loaded by
the first text that may hold any Markdown, off the event loop; it takes 2 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from textual.content import Content

from hitl_tui.tui.content.cautions import cautions
from hitl_tui.tui.safe import styled

MAX_CHARS = 20_000
"""Characters that are rendered; the raw view shows all."""

_PLAIN_LINE = r"[^\W\d_](?:[^\W_]|[ ,.;:?!'\"()/%-])*(?<! )"
_PLAIN = re.compile(rf"{_PLAIN_LINE}(?:\n{{1,2}}{_PLAIN_LINE})*")
"""Paragraphs that begin each line with a letter, and hold nothing that Markdown gives a meaning."""


def prose(text: str) -> Iterator[Content]:
    """The text's lines, safe; what is too long is cut and said so, what it hides is told."""
    yield from _lines(text[:MAX_CHARS])
    if len(text) > MAX_CHARS:
        yield styled((f"… {len(text) - MAX_CHARS:,} characters more {ALL}", _CUT))
    yield from warned(text)


def _lines(text: str) -> Sequence[Content]:
    if _PLAIN.fullmatch(text):
        return [styled(line) for line in text.split("\n")]
    from hitl_tui.tui.content.markdown import rendered

    return rendered(text)


def warned(text: str, indent: int = 0) -> Iterator[Content]:
    """What a text hides, a line each."""
    for caution in cautions(text):
        yield styled((f"{' ' * indent}! {caution}", "bold $text-warning"))


ALL = "· ctrl+r shows all"
_CUT = "$foreground-muted italic"
