"""Markdown as lines of content: headings, lists, quotes, code; addresses in the open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from textual.content import Content

from hitl_tui.tui.content.cautions import where
from hitl_tui.tui.safe import styled

_CODE, _MUTED = "$text-accent", "$foreground-muted"
_MARKS = {"strong": "bold", "em": "italic", "s": "strike"}
_DEEPEST = 20  # levels
_RULE = "─" * 24
Part = tuple[str, str]


def rendered(text: str) -> list[Content]:
    """The text's lines. Line ends stay where they were; HTML is text, and no link is one."""
    environment: dict[str, Any] = {}
    tokens = _parser().parse(text, environment)
    if any(token.level >= _DEEPEST - 1 for token in tokens):  # the parser drops what is deeper
        return [styled(line) for line in text.split("\n")]
    writer = _Writer()
    for token in tokens:
        writer.take(token)
    for name, target in environment.get("references", {}).items():
        writer.lines.append(styled((f"[{name}]: ‹{target.get('href', '')}›", _MUTED)))
    while writer.lines and not writer.lines[-1].plain:
        writer.lines.pop()
    return writer.lines


@cache
def _parser() -> MarkdownIt:
    # No tables: what stands outside of their columns would be left out.
    options = {"html": False, "maxNesting": _DEEPEST}
    return MarkdownIt("commonmark", options).enable("strikethrough")


class _Writer:
    """Takes a document's tokens one after the other."""

    def __init__(self) -> None:
        self.lines: list[Content] = []
        self._inside: list[str] = []  # what stands before each line
        self._lists = 0
        self._mark = ""  # what stands before the next line, once
        self._style = ""

    def take(self, token: Token) -> None:
        """Write what a token says."""
        if token.type in _TAKERS:
            _TAKERS[token.type](self, token)

    def inline(self, token: Token) -> None:
        """A paragraph's or a heading's text."""
        for line in _lines(token.children or []):
            self._write([(text, f"{self._style} {style}".strip()) for text, style in line])

    def heading(self, token: Token) -> None:
        """What follows is a heading."""
        self._style = "bold underline" if token.tag == "h1" else "bold"

    def close(self, token: Token) -> None:
        """A block is over: a blank line, but none between the items of a tight list."""
        self._style = ""
        if not token.hidden and self.lines and self.lines[-1].plain:
            self.lines.append(Content(""))

    def code(self, token: Token) -> None:
        """Lines of code, as they are."""
        if token.info:
            self._write([("  " + token.info, _MUTED)])
        for line in token.content.removesuffix("\n").split("\n"):
            self._write([("  " + line, _CODE)])
        self.close(token)

    def rule(self, token: Token) -> None:
        """A line across."""
        self._write([(_RULE, _MUTED)])
        self.close(token)

    def begin_list(self, token: Token) -> None:
        """A list inside others, or on its own."""
        self._lists += 1

    def end_list(self, token: Token) -> None:
        """The list is over."""
        self._lists -= 1
        if not self._lists:
            self.close(token)

    def begin_item(self, token: Token) -> None:
        """An item: its first line has the bullet or number, the others stand below its text."""
        mark = f"{token.info}{token.markup} " if token.info else "• "
        self._mark = "".join(self._inside) + mark
        self._inside.append(" " * len(mark))

    def begin_quote(self, token: Token) -> None:
        """A quote."""
        self._inside.append("│ ")

    def leave(self, token: Token) -> None:
        """An item or a quote is over."""
        if self._mark:  # an item without a text
            self._write([])
        self._inside.pop()

    def _write(self, parts: Sequence[Part]) -> None:
        before, self._mark = self._mark or "".join(self._inside), ""
        self.lines.append(styled((before, _MUTED), *parts))


def _lines(tokens: Sequence[Token]) -> list[list[Part]]:
    """The lines of a text, each as its parts; line ends are kept, as people typed them."""
    lines: list[list[Part]] = [[]]
    styles: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        name = token.type.rpartition("_")[0]
        if token.type in ("softbreak", "hardbreak"):
            lines.append([])
        elif token.type == "link_open":
            links.append((f"{token.attrGet('href')}{_titled(token)}", sum(map(len, lines))))
            styles.append("underline")
        elif token.type == "link_close":
            styles.pop()
            lines[-1] += _target(*links.pop(), lines)
        elif token.type == "image":
            lines[-1].append((f"[image: {token.content}] ", "italic"))
            lines[-1].append((f"‹{token.attrGet('src')}{_titled(token)}›", _MUTED))
        elif name in _MARKS:
            styles.append(_MARKS[name]) if token.nesting == 1 else styles.pop()
        else:
            style = [*styles, _CODE] if token.type == "code_inline" else styles
            lines[-1].append((token.content, " ".join(style)))
    return lines


def _titled(token: Token) -> str:
    title = token.attrGet("title")
    return f' "{title}"' if title else ""


def _target(href: str, since: int, lines: Sequence[Sequence[Part]]) -> Iterator[Part]:
    """Where a link leads, unless its text is that already; loud if the text says otherwise."""
    said = "".join(text for text, _ in [part for line in lines for part in line][since:])
    if said != href:
        yield f" ‹{href}›", _MUTED
        told = where(said if "://" in said else f"https://{said}") if "." in said else ""
        if told and " " not in said and told != where(href):
            yield f" ! leads to {where(href) or href}", "bold $text-warning"


_TAKERS: Final[Mapping[str, Callable[[_Writer, Token], None]]] = {
    "inline": _Writer.inline,
    "heading_open": _Writer.heading,
    "heading_close": _Writer.close,
    "paragraph_close": _Writer.close,
    "fence": _Writer.code,
    "code_block": _Writer.code,
    "hr": _Writer.rule,
    "bullet_list_open": _Writer.begin_list,
    "ordered_list_open": _Writer.begin_list,
    "bullet_list_close": _Writer.end_list,
    "ordered_list_close": _Writer.end_list,
    "list_item_open": _Writer.begin_item,
    "list_item_close": _Writer.leave,
    "blockquote_open": _Writer.begin_quote,
    "blockquote_close": _Writer.leave,
}
