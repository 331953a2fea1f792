"""How soon a key shows while far too much is read, against the same key when nothing is.

One app in a terminal, on a queue where a thread with a heavy payload stands above each few light
ones. The operator goes to it, and on before it is there, and back to it: it is being read all the
while. Between that, the same keys go over light threads alone. Then each is opened as it came, and
its first line folded and unfolded, as that of a light one is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

from hitl_tui.backends.index.place import user_folder
from tests.benchmarks import index, source
from tests.benchmarks.figures import Figure, least_median_p95, p95
from tests.benchmarks.keys import Operator, pause

LAPS = 3
_COUNT = 100
_BEGUN = 0.15  # seconds after which the thread under the cursor is being read
_FOLDS = 4
_SEEN = 0.5  # seconds; what is new on screen ignores keys for a moment
_TOP = 3  # the screen's line with the first row of the queue
_LIGHT = 50  # the number of a light thread with no heavy one near


def measure(folder: Path) -> Iterator[Figure | str]:
    """Light and heavy in turn."""
    own = folder / "heavy.sqlite"
    source.build(own, _COUNT)
    older_than = source.add_heavy(own)
    index.make(own, user_folder())
    light: list[float] = []
    heavy: dict[str, list[float]] = {}
    folded: dict[str, list[float]] = {}
    with closing(Operator(own)) as operator:
        operator.wait_for("Done ", f"Heavy {len(older_than) - 1}?")
        operator.until(lambda: not re.search("being read|reading…", operator.text), 120)
        for at, (shape, number) in enumerate(older_than.items()):
            light += _laps(operator, [source.token(_LIGHT + n) for n in (0, 3, 6, 10)])
            path = [f"Heavy {at}", *(source.token(number + n) for n in (0, 3, 6))]
            heavy[shape] = _laps(operator, path)
        yield from _compared("key while 50 MB are read", heavy, light)
        few: list[float] = []
        for at, shape in enumerate(older_than):
            _go(operator, source.token(_LIGHT))
            few += _folds(operator)
            _go(operator, f"Heavy {at}")
            folded[shape] = _folds(operator)
        yield from _compared("fold among up to 1,000,000 lines", folded, few)


def _compared(
    what: str, heavy: Mapping[str, list[float]], light: list[float]
) -> Iterator[Figure | str]:
    """All shapes together, then each in detail."""
    every = [taken for each in heavy.values() for taken in each]
    yield Figure(f"{what}, median : idle", median(every), median(light), at_most=3)
    yield Figure(f"{what}, 95th : idle", p95(every), p95(light), at_most=2)
    for shape, taken in heavy.items():
        yield least_median_p95(shape, taken, light)


def _laps(operator: Operator, path: Sequence[str]) -> list[float]:
    """Some times down the path and up again; its first thread is given time to be read."""
    _go(operator, path[0])
    taken = []
    down, up = (("down", words) for words in path[1:]), (("up", words) for words in path[-2::-1])
    lap = [*down, *up]
    for _ in range(LAPS):
        operator.read(_BEGUN)
        for key, words in lap:
            taken.append(operator.seconds_to_move(key, words))
            operator.read(pause())
    return taken


def _go(operator: Operator, words: str) -> None:
    """Put the cursor on the row with these words, which is on screen."""
    operator.press("home")
    operator.until(lambda: "▌" in operator.text.splitlines()[_TOP])
    rows = operator.text.splitlines()[_TOP:]
    operator.burst(*["down"] * next(at for at, row in enumerate(rows) if words in row))
    operator.until(lambda: re.search(f"▌[^▌]{{0,40}}{words}", operator.text))


def _folds(operator: Operator) -> list[float]:
    """Open the thread under the cursor as it came; fold and unfold its first line."""
    operator.press_for("ctrl+r", "▾ question")
    operator.read(_SEEN)
    taken = []
    for _ in range(_FOLDS):
        for sign in "▸▾":
            taken.append(operator.seconds_to("enter", f"{sign} question"))
            operator.read(pause())
    operator.press_for("escape", gone="question ")
    return taken
