"""A part of a file as a second process reads it for a build, batch by batch, and what it sends.

Frames of `marshal`, which nothing but this program's own other process reads: a length, then the
batch; an empty one says that all was read. Whoever is cut off in the middle never said so.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from functools import partial
from typing import IO, TYPE_CHECKING

from hitl_tui.backends.index.batch import Batch, read_batch
from hitl_tui.backends.index.entry import Entry
from hitl_tui.backends.index.garbage import collecting_rarely
from hitl_tui.backends.tables import stored

if TYPE_CHECKING:
    from hitl_tui.backends.sqlite_file import SqliteFile
    from hitl_tui.backends.words import Describe

_LENGTH = 8  # bytes
_MOST = 1 << 30  # that a frame has; more is none of ours


def ask_for(after: str, pipe: IO[bytes]) -> None:
    """Say after which thread the part begins."""
    pipe.write(stored(after).hex().encode())


def asked_for(pipe: IO[bytes]) -> str:
    """The thread after which the part is to begin."""
    return bytes.fromhex(pipe.read().decode()).decode("utf-8", "surrogateescape")


def send_part(file: SqliteFile, after: str, describe: Describe, pipe: IO[bytes]) -> None:
    """Read all threads after one and send them; raises BrokenPipeError when nobody listens."""
    last: str | None = after
    while last is not None:
        work = partial(read_batch, after=last, known={}, describe=describe)
        with collecting_rarely():
            batch = file.read(work)
        last = batch.last
        read = [(tuple(entry), words) for entry, words in batch.added]
        frame = marshal.dumps((last, read) if last is not None else ())
        pipe.write(len(frame).to_bytes(_LENGTH, "big") + frame)
        pipe.flush()


def received(pipe: IO[bytes]) -> Iterator[Batch]:
    """The batches that are sent, then one without a last thread; none comes if it was cut off."""
    while True:
        length = int.from_bytes(pipe.read(_LENGTH), "big")
        if not 0 < length <= _MOST:
            return
        frame = pipe.read(length)
        if len(frame) != length:
            return
        found = marshal.loads(frame)
        if not found:
            yield Batch()
            return
        last, read = found
        yield Batch(added=[(Entry._make(entry), words) for entry, words in read], last=last)
