"""How fast a batch of answers goes through two workers, against resuming them one by one.

Ours is all that a batch is: a look at each thread, the check of its answer, the intent on the disk
before it goes, the run in a worker, its outcome. The other side is a bare loop over `graph.stream`
in one process, which does none of that. Once with a graph that does nothing, where all there is to
see is that care, and with nodes that compute for so long as to parse a document, and as a small
tool call takes.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.batching import begin, by_value, plan
from hitl_tui.carrying import carry
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import Outcome
from hitl_tui.runner.pool import Pool
from hitl_tui.runner.spec import RunnerSpec
from tests.benchmarks import source
from tests.benchmarks.answers import DECLINED, InProcess
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import CONFIG
from tests.benchmarks.source import Shape

ANSWERS = 1_000
_WORKERS = 2
_BLOCKS = 4  # in which the sides take turns
_WARM = 10  # answers of each side that are not counted
_CPU = {0.005: 1, 0.01: 1, 0.05: 4}
"""Seconds that a run computes; there are so many times fewer of those that are long."""


def measure(folder: Path, answers: int = ANSWERS) -> Iterator[Figure | str]:
    """A graph that does nothing, and ones that work."""
    yield from _compared(folder, answers, source.OPEN_REFUND, DECLINED, "that do nothing")
    for seconds, fewer in _CPU.items():
        at_work = Shape("spin", {"name": "TOKEN", "cpu": seconds}, is_open=True)
        (place := folder / f"{seconds:g}").mkdir()
        what = f"of {seconds * 1000:.0f} ms CPU time"
        yield from _compared(place, answers // fewer, at_work, "spin", what)


def _compared(
    folder: Path, answers: int, shape: Shape, value: object, what: str
) -> Iterator[Figure | str]:
    """The sides in turn, a block of threads at a time, each on a copy of one file."""
    original = folder / f"batches-{shape.graph_id}.sqlite"
    source.build(original, answers + _WARM, real=10, shapes=[shape])
    ids = [source.thread_id(number) for number in range(answers + _WARM)]
    ours, loop = 0.0, 0.0
    with ExitStack() as stack:
        file = Path(shutil.copy(original, folder / f"loop-{shape.graph_id}.sqlite"))
        single = InProcess(file, stack, shape.graph_id)
        file = Path(shutil.copy(original, folder / f"batch-{shape.graph_id}.sqlite"))
        inbox = _inbox(file, stack)
        _batch(inbox, ids[:_WARM], value)
        _loop(single, ids[:_WARM], value)
        size = answers // _BLOCKS
        for start in range(_WARM, _WARM + answers, size):
            block = ids[start : start + size]
            ours += _batch(inbox, block, value)
            loop += _loop(single, block, value)
    runs = f"batch of {answers:,} answers, {_WORKERS} workers"
    yield Figure(f"{runs} : one loop over graph.stream, runs {what}", ours, loop, at_least=1.3)
    yield f"a second: {answers / ours:.0f} answers of a batch, {answers / loop:.0f} of the loop"


def _inbox(file: Path, stack: ExitStack) -> Inbox:
    backend = SqliteBackend(file, Pool(RunnerSpec(config=CONFIG, max_workers=_WORKERS)))
    journal = Journal(file.with_name(f"{file.name}.hitl.db"))
    return stack.enter_context(closing(Inbox(backend, journal, operator="bench")))


def _batch(inbox: Inbox, ids: Sequence[str], value: object) -> float:
    begun = time.perf_counter()
    planned = plan(inbox, ids, by_value(value))
    batch_id = begin(inbox, planned, "the same for all")
    ended = [member.outcome for member in carry(inbox, batch_id, at_once=_WORKERS)]
    if ended != [Outcome.FINISHED] * len(ids):
        raise RuntimeError("not all were answered")
    return time.perf_counter() - begun


def _loop(single: InProcess, ids: Sequence[str], value: object) -> float:
    begun = time.perf_counter()
    for thread_id in ids:
        single.answer(thread_id, value)
    return time.perf_counter() - begun
