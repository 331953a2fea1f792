"""A thread as it came, as lines to fold: every value in full and exact, texts wrapped."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len

from hitl_tui.giving_way import OFTEN, gently, give_way, reading_much
from hitl_tui.text import line
from hitl_tui.tui.widgets.answer_values import to_json

if TYPE_CHECKING:
    from hitl_tui.opened import OpenThread

_NARROWEST = 12
_MANY = 1_000  # lines within a fold that are counted before it is unfolded


@dataclass(slots=True)
class Node:
    """A line: `text` is safe; `end` is the position after its last line within.

    `value` is what stands there; a `piece` of a long text has none. `open` is whether the lines
    within are shown, and `hidden`, where that is known, which of them will be. `found_as` is what a
    search looks at, `around` the position of the line it is in, -1 for none.
    """

    depth: int
    text: str
    value: Any = None
    end: int = 0
    open: bool = False
    piece: bool = False
    found_as: str = field(default="", repr=False)
    around: int = -1
    hidden: array[int] | None = field(default=None, repr=False)


class Lines(NamedTuple):
    """Lines to fold, the positions of those that no fold hides, and the cells of the widest."""

    nodes: Sequence[Node]
    rows: array[int]
    width: int


def lines_of(parts: Sequence[tuple[str, Any]], width: int) -> Lines:
    """The lines of all parts, the first one unfolded; `width` is the room for a line. Slow."""
    with reading_much():
        nodes = nodes_of(parts, width)
        widths = (2 * node.depth + 2 + cell_len(node.text) for node in gently(nodes))
        return laid_out(Lines(nodes, array("q"), max(widths, default=0)))


def unfolded(lines: Lines, opened: bool) -> Lines:
    """All lines, or those of the first level; slow."""
    for node in gently(lines.nodes):
        node.open, node.hidden = opened, None
    return laid_out(lines)


def laid_out(lines: Lines) -> Lines:
    """The same lines, with those that are shown now, and would be if a fold were opened; slow."""
    for at, node in enumerate(gently(lines.nodes)):
        if not node.open and node.end - at > _MANY:
            node.hidden = shown(lines.nodes, at + 1, node.end)
    return lines._replace(rows=shown(lines.nodes))


def position_of(nodes: Sequence[Node], text: str, at: int, step: int) -> int | None:
    """The next line that holds a text, from `at` on or back from it; None if there is none. Slow.

    With `step` 0 the line at `at` counts too.
    """
    count, way = len(nodes), -1 if step < 0 else 1
    for far in range(abs(step), count + 1):
        number = (at + way * far) % count
        if text in nodes[number].found_as:
            return number
    return None


def parts_of(opened: OpenThread, at: int) -> list[tuple[str, Any]]:
    """What there is of a thread by name, the question at position `at` first."""
    questions = list(opened.questions)
    if questions:
        questions.insert(0, questions.pop(at))
    thread = opened.thread
    parts: list[tuple[str, Any]] = []
    for question in questions:
        interrupt = question.interrupt
        parts.append((f"question {interrupt.id}", interrupt.value))
        if interrupt.response_schema is not None:
            parts.append(("its response_schema", interrupt.response_schema))
        for asked in opened.earlier.get(interrupt.id, ()):
            parts.append((f"answered before, {asked.answered_at or 'earlier'}", asked.answer))
    more = {"answers taken": thread.given, "state": thread.values, "metadata": thread.metadata}
    parts += [(name, value) for name, value in more.items() if value]
    return parts + ([("errors", list(thread.errors))] if thread.errors else [])


def nodes_of(parts: Sequence[tuple[str, Any]], width: int) -> list[Node]:
    """The lines of all parts, the first one unfolded; `width` is the room for a line."""
    nodes: list[Node] = []
    left: list[tuple[int, str, Any]] = [(0, name, value) for name, value in reversed(parts)]
    while left:
        depth, name, value = left.pop()
        room = max(_NARROWEST, width - 2 * depth - 2)
        node = Node(depth, "", value)
        nodes.append(node)
        if len(nodes) % OFTEN == 0:
            give_way()
        if isinstance(value, Mapping) and value:
            node.text = f"{name}  {{{len(value)}}}"
            inner = [(depth + 1, f"{line(str(key))}:", part) for key, part in value.items()]
            left += reversed(inner)
        elif isinstance(value, list | tuple) and value:
            node.text = f"{name}  [{len(value)}]"
            left += reversed([(depth + 1, f"{n}", part) for n, part in enumerate(value)])
        else:
            shown = to_json(value)
            node.text = f"{name} {shown}"
            if len(node.text) > room:
                node.text = f"{name}  {_size(value, shown)}"
                pieces = gently(_pieces(value, shown, room - 2))
                nodes += (Node(depth + 1, piece, piece=True) for piece in pieces)
    _close(nodes)
    return nodes


def within(nodes: Sequence[Node], at: int) -> Iterator[int]:
    """The positions of the lines around a line, the outermost last."""
    while (at := nodes[at].around) >= 0:
        yield at


def shown(nodes: Sequence[Node], start: int = 0, stop: int | None = None) -> array[int]:
    """The positions of the lines that no fold hides, of some whole lines."""
    found = array("q")
    stop = len(nodes) if stop is None else stop
    while start < stop:
        found.append(start)
        start = start + 1 if nodes[start].open else nodes[start].end
    return found


def _close(nodes: Sequence[Node]) -> None:
    """Tell each line where it ends and what it is in; unfold the first part."""
    around: list[int] = []
    for at, node in enumerate(gently(nodes)):
        while around and nodes[around[-1]].depth >= node.depth:
            nodes[around.pop()].end = at
        node.around = around[-1] if around else -1
        around.append(at)
        node.found_as = node.text.casefold()
    for at in around:
        nodes[at].end = len(nodes)
    for node in nodes[: nodes[0].end if nodes else 0]:
        node.open = node.depth < 3


def _size(value: Any, shown: str) -> str:
    lines = value.count("\n") + 1 if isinstance(value, str) else 1
    many = f", {lines:,} lines" if lines > 1 else ""
    return f"… {len(shown):,} characters{many}"


def _pieces(value: Any, shown: str, room: int) -> Iterator[str]:
    """A long text in pieces, each no wider than the room: broken after its line ends."""
    ends = shown.split("\\n") if isinstance(value, str) and "\n" in value else [shown]
    for number, text in enumerate(ends):
        whole = text if number == len(ends) - 1 else f"{text}\\n"
        for start in range(0, len(whole), room):
            yield whole[start : start + room]
