"""Where a source's index is kept, and who may build it: files that only their owner can read."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from xxhash import xxh3_128_hexdigest

_NAME = "hitl-tui"
_BESIDE = ("", "-wal", "-shm", "-journal")


def user_folder() -> Path:
    """Where the user's programs keep what they can make again, as platformdirs tells it."""
    plain = _plainly(os.environ) if sys.platform == "linux" else None
    if plain is not None:
        return plain
    from platformdirs import user_cache_path

    return user_cache_path(_NAME)


def _plainly(environ: Mapping[str, str]) -> Path | None:
    """The same where that is plain on Linux; loading platformdirs takes as long as a short list."""
    cache, home = environ.get("XDG_CACHE_HOME", ""), environ.get("HOME", "")
    if cache != cache.strip() or environ.get("ANDROID_DATA"):
        return None
    if cache.startswith("/"):
        return Path(cache, _NAME)
    return Path(home, ".cache", _NAME) if home.startswith("/") and not cache else None


class Place:
    """The files of one source's index in a cache folder; names hash the source.

    A file goes by its real path, another source by its address, which is no secret.
    """

    def __init__(self, folder: Path, source: Path | str) -> None:
        self.folder = folder
        self.source = str(source.resolve()) if isinstance(source, Path) else source
        digest = xxh3_128_hexdigest(os.fsencode(self.source))
        self.path = folder / f"{digest}.db"
        self._lock = folder / f"{digest}.lock"

    def make(self) -> None:
        """Make folder and file if they are missing; raises OSError.

        What is asked is written here, so nobody else may read it; SQLite gives the files that it
        makes beside a database that one's mode.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    def remove(self) -> None:
        """Forget the index: programs that have it open go on with what they have."""
        for suffix in _BESIDE:
            self.path.with_name(f"{self.path.name}{suffix}").unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this is the only builder now; the system frees the lock of one that dies."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self._lock, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(lock)
