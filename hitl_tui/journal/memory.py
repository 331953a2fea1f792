"""What was read of a file, for as long as nobody wrote to it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

_MOST = 16


class Memory:
    """Remembers readings of one file; safe to use from several threads.

    `version` tells the state of the file, None while that is not certain: then all is read.
    """

    def __init__(self, version: Callable[[], Hashable]) -> None:
        self._version = version
        self._of: Hashable = None
        self._known: dict[Hashable, Any] = {}
        self._guard = Lock()

    def of(self, name: Hashable, read: Callable[[], T]) -> T:
        """What `read` returns, or returned by that name in this state of the file."""
        version = self._version()
        with self._guard:
            if version is not None and version == self._of and name in self._known:
                found: T = self._known[name]
                return found
        found = read()
        if version is not None and self._version() == version:
            with self._guard:
                if self._of != version or len(self._known) >= _MOST:
                    self._of, self._known = version, {}
                self._known[name] = found
        return found
