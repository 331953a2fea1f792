"""Makes checkpoint files of any size: real LangGraph runs, then copies of them under new ids.

The first `real` threads are lived by the sample graphs. Every other one is the copy of one of
them, row by row: LangGraph derives the ids of tasks and interrupts from the checkpoint's id, not
from the thread's, so a copy can be read and resumed as the original can.

Each thread holds a token that no other one has, in its id and in what it asks.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import shutil
import sqlite3
import string
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

from graphs.seeding import load
from graphs.seeding.clock import Clock, stopped_clock
from tests.benchmarks.graphs import flood, heavy, spin, talk

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_DIGITS = string.digits + string.ascii_uppercase
TOKEN = rb"Q[0-9A-Z]{4}"
"""What a token looks like, as a regular expression."""


@dataclass(frozen=True)
class Shape:
    """How a thread lives: its graph, its input ("TOKEN" stands for its token), its answers."""

    graph_id: str
    input: dict[str, Any]
    answers: tuple[Any, ...] = ()
    is_open: bool = False


_REFUND = {"customer": "TOKEN", "order": "10117", "amount": 9.0, "reason": "Arrived cracked."}
_WIRE = {"to": "TOKEN", "iban": "NO93 8601 1117 947", "amount": 950, "purpose": "Invoice 7731"}
_DEPLOY = {"service": "TOKEN", "version": "v2", "machines": ["east-1", "east-2", "west-1"]}
_LETTER = "To: team@example.com\nSubject: TOKEN\n\nThe figures are attached.\nRegards"
_MAIL = {"messages": [{"role": "user", "content": _LETTER}]}
_APPROVED = {"approved": True, "amount": 9.0}
_SENT = {"decisions": [{"type": "approve"}]}

OPEN_REFUND = Shape("refund", _REFUND, is_open=True)
SHAPES = (
    OPEN_REFUND,
    Shape("refund", _REFUND, (_APPROVED,)),
    Shape("age", {"foo": "TOKEN"}, (42,)),
    Shape("transfer", _WIRE, is_open=True),
    Shape("mailer", _MAIL, (_SENT,)),
    Shape("age_checked", {"foo": "TOKEN"}, (-20, 5)),
    Shape("deploy", _DEPLOY, is_open=True),
    Shape("transfer", _WIRE, ("reject",)),
    Shape("trip", {"city": "TOKEN"}, ("train", "quiet side", "TOKEN", "aisle")),
    Shape("deploy", _DEPLOY, ("abort",)),
)
"""Three of ten are open."""
NEWEST = 96
"""Of the hundred threads that are real, the last one that is open."""


def token(number: int) -> str:
    """The token of a thread, short enough for a narrow column: Q and four digits of base 36."""
    digits = []
    for _ in range(4):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "Q" + "".join(reversed(digits))


def thread_id(number: int) -> str:
    """The id of a thread."""
    return f"bench-{token(number)}"


def open_numbers(count: int, shapes: Sequence[Shape] = SHAPES) -> list[int]:
    """Which of `count` threads are open."""
    return [n for n in range(count) if shapes[n % len(shapes)].is_open]


def build(path: Path, count: int, *, real: int = 100, shapes: Sequence[Shape] = SHAPES) -> None:
    """Make a file of `count` threads at `path`, the first `real` of them lived by LangGraph."""
    with _written(path) as connection:
        lived = range(min(real, count))
        with _quietly(), stopped_clock(START) as clock:
            _live(SqliteSaver(connection), lived, shapes, clock)
        _copy(connection, lived, range(len(lived), count))


def kept(folder: Path, count: int) -> Path:
    """The file of `count` threads in a folder, made unless it is there; nothing half made is."""
    path, unfinished = folder / "checkpoints.sqlite", folder / "unfinished.sqlite"
    if not path.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        build(unfinished, count)
        unfinished.rename(path)
    return path


def number_of(thread: str) -> int:
    """The number of a thread, from its id."""
    return int(thread.removeprefix("bench-Q"), base=len(_DIGITS))


def next_number(path: Path) -> int:
    """The first number that no thread of a file has, nor any with a greater one."""
    last = "SELECT max(thread_id) FROM checkpoints WHERE thread_id BETWEEN 'bench-Q' AND 'bench-R'"
    with closing(sqlite3.connect(path)) as connection:
        return number_of(connection.execute(last).fetchone()[0]) + 1


def add_copies(path: Path, numbers: range, shapes: Sequence[Shape], *, real: bool = True) -> None:
    """Add threads with these numbers: one lived by LangGraph for each shape, the others copies.

    Unless they are to be `real`, all are copies of the newest open thread of a file of `SHAPES`.
    """
    lived = range(numbers.start, numbers.start + len(shapes))
    with _written(path) as connection:
        if not real:
            _copy(connection, range(NEWEST, NEWEST + 1), numbers)
            return
        with _quietly(), stopped_clock(START) as clock:
            _live(SqliteSaver(connection), lived, _from(shapes, lived.start), clock)
        _copy(connection, lived, range(lived.stop, numbers.stop))


def _from(shapes: Sequence[Shape], first: int) -> Sequence[Shape]:
    """The shapes, turned so that thread number `first` gets the first one."""
    turn = -first % len(shapes)
    return [*shapes[turn:], *shapes[:turn]]


def add_long(path: Path, rounds: Sequence[str], seconds: float) -> None:
    """Add open threads `deploy-NAME` and `spin-NAME`; the latter's run takes `seconds`."""
    with _written(path) as connection, _quietly():
        saver = SqliteSaver(connection)
        for name in rounds:
            _ask(saver, f"spin-{name}", "spin", {"name": name, "seconds": seconds})
            deploy = {"service": name, "version": "v1", "machines": ["east-1", "west-1"]}
            _ask(saver, f"deploy-{name}", "deploy", deploy)


def add_flood(path: Path, name: str, seconds: float, rate: int, graph_id: str = "flood") -> None:
    """Add an open thread whose run prints `rate` lines a second, or says so many tokens (talk)."""
    values = {"name": name, "seconds": seconds, "rate": rate}
    with _written(path) as connection, _quietly():
        _ask(SqliteSaver(connection), name, graph_id, values)


def add_heavy(path: Path) -> dict[str, int]:
    """Add an open thread of each heavy shape; whose number it is older than, by the shape's name.

    Its question names it by its position among the shapes: `Heavy 0?`.
    """
    older_than = {shape: 10 * at for at, shape in enumerate(heavy.SHAPES)}
    with _written(path) as connection, _quietly(), stopped_clock(START) as clock:
        for at, shape in enumerate(heavy.SHAPES):
            clock.set(START + timedelta(minutes=older_than[shape] - 0.5))
            values = {"name": str(at), "shape": shape}
            _ask(SqliteSaver(connection), f"heavy-{at}", "heavy", values)
    return older_than


def rows_of(path: Path, name: str) -> int:
    """How many rows a thread has."""
    with closing(sqlite3.connect(path)) as connection:
        return sum(len(_rows(connection, table, name)) for table in ("checkpoints", "writes"))


def _live(
    saver: SqliteSaver, numbers: Iterable[int], shapes: Sequence[Shape], clock: Clock
) -> None:
    graphs = {shape.graph_id: graph_of(shape.graph_id) for shape in shapes}
    for number in numbers:
        shape = shapes[number % len(shapes)]
        clock.set(START + timedelta(minutes=number))
        graph = graphs[shape.graph_id].copy(update={"checkpointer": saver})
        config = _config(thread_id(number), shape.graph_id)
        graph.invoke(_filled(shape.input, token(number)), config)
        for answer in shape.answers:
            asked = graph.get_state(config).interrupts[0]
            graph.invoke(Command(resume={asked.id: _filled(answer, token(number))}), config)


def _ask(saver: SqliteSaver, name: str, graph_id: str, values: dict[str, Any]) -> None:
    graph_of(graph_id).copy(update={"checkpointer": saver}).invoke(values, _config(name, graph_id))


def graph_of(graph_id: str) -> Any:
    """One of the sample graphs, or of those made for the benchmarks."""
    own = {"spin": spin.graph, "flood": flood.graph, "talk": talk.graph, "heavy": heavy.graph}
    return own.get(graph_id) or asyncio.run(load.load(graph_id))


def _config(name: str, graph_id: str) -> Any:
    return {"configurable": {"thread_id": name}, "metadata": {"graph_id": graph_id}}


def _filled(value: Any, text: str) -> Any:
    match value:
        case str():
            return value.replace("TOKEN", text)
        case dict():
            return {key: _filled(item, text) for key, item in value.items()}
        case list():
            return [_filled(item, text) for item in value]
        case _:
            return value


def _copy(connection: sqlite3.Connection, lived: range, numbers: range) -> None:
    """Copy the lived threads in turn until every number has a thread."""
    for table in ("checkpoints", "writes"):
        rows = {n: _rows(connection, table, thread_id(n)) for n in lived}
        copies = itertools.chain.from_iterable(
            _renamed(rows[old], old, n) for n in numbers for old in [lived[n % len(lived)]]
        )
        marks = ", ".join("?" * len(rows[lived.start][0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", copies)


def _rows(connection: sqlite3.Connection, table: str, name: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table} WHERE thread_id = ?", [name]).fetchall()


def _renamed(rows: Iterable[tuple[Any, ...]], old: int, new: int) -> Iterator[tuple[Any, ...]]:
    """The rows with another token. It is as long as the old one, so blobs stay well formed."""
    before, after = token(old), token(new)
    before_bytes, after_bytes = before.encode(), after.encode()
    for row in rows:
        yield tuple(
            cell.replace(before_bytes, after_bytes)
            if isinstance(cell, bytes)
            else cell.replace(before, after)
            if isinstance(cell, str)
            else cell
            for cell in row
        )


@contextmanager
def _written(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # a file to throw away
        yield connection
        connection.commit()


@contextmanager
def _quietly() -> Iterator[None]:
    """No output, no waiting, no tracing."""
    environment = {"DEPLOY_SECONDS": "0", "LANGSMITH_TRACING": "false"}
    before = logging.root.manager.disable
    with redirect_stdout(StringIO()), patch.dict(os.environ, environment):
        logging.disable()
        try:
            yield
        finally:
            logging.disable(before)
