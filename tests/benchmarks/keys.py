"""How soon a key shows on the screen while graphs run, against the same key when none does.

One app in a terminal goes from idle to busy and back, several times. Busy is what an operator
makes it by answering: `deploy` streams its output, `spin` never leaves its loop. The key moves the
cursor of the queue; it has shown when the cursor's mark stands in the row it went to.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from itertools import cycle, pairwise
from pathlib import Path
from random import Random
from statistics import median

import pexpect

from hitl_tui.backends.index.place import user_folder
from tests.benchmarks import index, source
from tests.benchmarks.figures import Figure, least_median_p95, p95
from tests.benchmarks.processes import COLUMNS, CONFIG, ROOT, ROWS, environment, python
from tests.terminal.terminal import KEYS, Terminal

ROUNDS = ("a", "b", "c")
KEYS_A_PHASE = 22
_SPIN_SECONDS = 30.0
_COUNT = 10_000
_WALK = 16  # rows that the cursor goes up and down
_PAUSES = (0.1, 0.2)  # seconds
_PATIENCE = 20  # seconds for a key to show
_ESCAPES = re.compile(r"\x1b\[[0-9;?>]*[A-Za-z]")
_chance = Random(1)


class Operator(Terminal):
    """The app with somebody at its keyboard who measures.

    While it is not `looking`, what comes is thrown away undrawn: an emulated screen is slow.
    """

    looking = True

    def __init__(self, file: Path) -> None:
        command = python("-m", "hitl_tui", "open", file, "--config", CONFIG)
        at_once = {"HITL_TUI_GRACE": "0"}  # what is sent runs while the keys are measured
        super().__init__(
            *command, columns=COLUMNS, rows=ROWS, cwd=ROOT, env=environment() | at_once
        )

    def seconds_to_move(self, key: str, token: str) -> float:
        """From the key until the row with that token has the cursor."""
        return self.seconds_to(key, f"▌[^▌]{{0,40}}{token}")

    def seconds_to(self, key: str, pattern: str) -> float:
        """From the key until what is written has the pattern."""
        there = re.compile(pattern)
        seen, begun = b"", time.perf_counter()
        self.child.send(KEYS[key])
        while not there.search(_ESCAPES.sub("", seen.decode(errors="replace"))):
            try:
                left = _PATIENCE - (time.perf_counter() - begun)
                seen += self.child.read_nonblocking(1 << 16, timeout=max(left, 0))
            except pexpect.TIMEOUT as error:
                raise RuntimeError(f"no {pattern} after {key}:\n{self.text}") from error
        taken = time.perf_counter() - begun
        if self.looking:
            self._draw(seen)
        return taken

    def read(self, seconds: float) -> None:
        """Take what the command wrote in that time."""
        if self.looking:
            super().read(seconds)
            return
        end, self.raw = time.monotonic() + seconds, b""
        while (left := end - time.monotonic()) > 0:
            with suppress(pexpect.TIMEOUT):
                self.raw += self.child.read_nonblocking(1 << 20, timeout=left)

    def look_again(self) -> None:
        """See all of the screen, of which parts were drawn while nobody looked."""
        self.looking = True
        self.resize(COLUMNS, ROWS - 1)
        self.read(0.5)
        self.resize(COLUMNS, ROWS)
        self.read(0.5)

    def choose(self, thread_id: str) -> None:
        """Answer a thread with the first of its options, and list all that wait again."""
        self.press_for("/", "End search")
        self.burst("ctrl+u", thread_id)
        self.wait_for(f"· {thread_id}")
        self.press_for("enter", "Move")
        self.press_for("enter", "Choose")
        self.press_for("1", "sends")
        self.press("ctrl+s")
        self.wait_while("Choose")
        self.press_for("/", "End search")
        self.press_for("escape", gone="End search")

    def see_all(self, count: int = _COUNT) -> None:
        """Go to the first row of so many threads."""
        self.press("home")
        self.wait_for(*(source.token(number) for number in _first_rows(count)[:2]))
        self.press("home")
        self.read(1.0)


def measure(file: Path) -> Iterator[Figure | str]:
    """Idle and busy in turn, a few dozen keys each time."""
    own = Path(shutil.copy(file, file.with_name("keys.sqlite")))
    source.add_long(own, ROUNDS, _SPIN_SECONDS)
    index.make(own, user_folder())
    idle, busy = [], []
    with closing(Operator(own)) as operator:
        operator.wait_for("Done ")
        for name in ROUNDS:
            operator.see_all()
            idle += walk(operator)
            operator.choose(f"spin-{name}")
            operator.choose(f"deploy-{name}")
            operator.see_all()
            operator.wait_for("2 running")
            busy += walk(operator)
            operator.wait_for("2 running")
            operator.wait_while("running", timeout=90)
    yield Figure("key while graphs run, median : idle", median(busy), median(idle), at_most=3)
    yield Figure("key while graphs run, 95th : idle", p95(busy), p95(idle), at_most=2)
    yield least_median_p95("key while graphs run", busy, idle)


def walk(operator: Operator, count: int = _COUNT, keys: int = KEYS_A_PHASE) -> list[float]:
    """Move up and down the rows on screen, the first of so many threads."""
    numbers = _first_rows(count)
    path = cycle([*pairwise(numbers), *pairwise(reversed(numbers))])
    taken = []
    for _, (before, after) in zip(range(keys), path, strict=False):
        key = "down" if numbers.index(after) > numbers.index(before) else "up"
        taken.append(operator.seconds_to_move(key, source.token(after)))
        operator.read(pause())
    return taken


def pause() -> float:
    """Seconds from a key's effect to the next key, in step with nothing that is drawn."""
    return _chance.uniform(*_PAUSES)


def _first_rows(count: int) -> Sequence[int]:
    """The threads at the top of the queue: copies are as old as their originals."""
    waiting = sorted(source.open_numbers(count), key=lambda n: (n % 100, n))
    return waiting[:_WALK]
