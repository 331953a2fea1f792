"""Fills a new checkpoint file, or a Postgres database, with sample threads in all their states.

`python -m graphs.seed FILE` or `python -m graphs.seed postgresql://…`; the same threads, values
and ids every time, as old as if they had waited since between two minutes and three weeks before
now.
"""

import asyncio
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, redirect_stdout, suppress
from datetime import UTC, datetime
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command

from graphs.seeding import load
from graphs.seeding.clock import Clock, stopped_clock
from graphs.seeding.sample import Sample
from graphs.seeding.samples import SAMPLES
from graphs.seeding.saver import SeedSaver
from graphs.seeding.spoil import spoil

Spoil = Callable[[str, str], None]
"""Makes a thread unreadable: "damaged" or "encrypted", and its id."""

FIXED_NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


def seed(path: Path, now: datetime = FIXED_NOW) -> None:
    """Make `path` and fill it, as if it were `now` (aware); raises FileExistsError if it exists."""
    path.touch(exist_ok=False)
    try:
        with closing(sqlite3.connect(path, check_same_thread=False)) as connection, _quietly():
            connection.execute("PRAGMA synchronous = OFF")  # a new file: nothing to lose
            _alone(_fill(SeedSaver(connection), now, partial(spoil, connection)))
            connection.commit()
    except BaseException:
        path.unlink()
        raise


def seed_database(address: str, now: datetime = FIXED_NOW) -> None:
    """Fill a Postgres database, as if it were `now`; raises FileExistsError if it has threads."""
    from graphs.seeding import postgres  # noqa: PLC0415 - its driver is an extra

    with postgres.opened(address) as (saver, connection), _quietly():
        _alone(_fill(saver, now, partial(postgres.spoil, connection)))


def _alone(work: Coroutine[Any, Any, None]) -> None:
    """Run it in a loop of its own: the caller may be inside one."""
    with ThreadPoolExecutor(1) as own_loop:
        own_loop.submit(asyncio.run, work).result()


async def _fill(saver: BaseCheckpointSaver[str], now: datetime, spoil: Spoil) -> None:
    with stopped_clock(now) as clock:
        for sample in SAMPLES:
            graph = await load.load(sample.graph_id)
            graph.checkpointer = saver
            await _live(graph, sample, clock, now)
    for sample in SAMPLES:
        if sample.spoil:
            spoil(sample.spoil, sample.thread_id)


async def _live(graph: Any, sample: Sample, clock: Clock, now: datetime) -> None:
    """Run one thread to where it is to stand; each earlier step is a quarter of its age older."""
    steps = len(sample.answers)
    config = _config(sample)
    clock.set(now - sample.age * (1 + steps / 4))
    await _run(graph, sample.input, config, sample.until if not steps else "")
    for left, answer in reversed(list(enumerate(reversed(sample.answers)))):
        clock.set(now - sample.age * (1 + left / 4))
        question = graph.get_state(config).interrupts[0]
        command: Command[str] = Command(resume={question.id: answer})
        await _run(graph, command, config, sample.until if not left else "")


async def _run(graph: Any, what: Any, config: Any, until: str) -> None:
    """Run to the next stop; a node's failure is kept in the file, where it belongs."""
    with suppress(OSError):
        run = graph.astream(what, config, stream_mode="updates", durability="sync")
        async for update in run:
            if until and until in update:
                await run.aclose()
                return


def _config(sample: Sample) -> dict[str, Any]:
    label = {"graph_id": sample.graph_id} if sample.labelled else {}
    return {
        "configurable": {"thread_id": sample.thread_id},
        "metadata": {**label, **sample.metadata},
    }


@contextmanager
def _quietly() -> Iterator[None]:
    """No output, no waiting, no tracing; what waits for a file fails, whatever files there are."""
    transfer = load.module(load.HOME / "transfer.py")
    report = load.module(load.HOME / "monthly_report.py")
    environment = {"DEPLOY_SECONDS": "0.001", "LANGSMITH_TRACING": "false"}
    with (
        redirect_stdout(StringIO()),
        patch.dict(os.environ, environment),
        patch.object(transfer, "is_open", lambda: False),
        patch.object(report, "is_there", lambda file: False),
    ):
        disabled = logging.root.manager.disable
        logging.disable()
        try:
            yield
        finally:
            logging.disable(disabled)


def main(arguments: Sequence[str]) -> int:
    """The command: status 0, or 2 with a word on stderr if the file cannot be made."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: python -m graphs.seed FILE (a new file) or postgresql://…", file=sys.stderr)
        return 2
    if arguments[0].startswith(("postgresql://", "postgres://")):
        return _seed_database(arguments[0])
    path = Path(arguments[0])
    try:
        seed(path, datetime.now(UTC))
    except FileExistsError:
        print(f"{path} exists; name a new file, or remove it first", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{path} cannot be made: {error.strerror}", file=sys.stderr)
        return 2
    print(f"{path}: {len(SAMPLES)} threads")
    return 0


def _seed_database(address: str) -> int:
    try:
        seed_database(address, datetime.now(UTC))
    except FileExistsError:
        print("the database has threads already; name an empty one", file=sys.stderr)
        return 2
    print(f"{len(SAMPLES)} threads")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
