"""Notices that something on screen may have changed, whoever changed it."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from typing import TYPE_CHECKING

from hitl_tui.errors import HitlError
from hitl_tui.tui.lane import Lane

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox

POLL = 0.3  # seconds between two looks: what others write is seen within one


class Watch:
    """Remembers the version last seen; a look that takes long makes the next ones pass."""

    def __init__(self, inbox: Inbox, lane: Lane) -> None:
        self._inbox = inbox
        self._lane = lane
        self._seen: Hashable = None
        self._looking = False

    @property
    def lost(self) -> bool:
        """Whether the last look failed: what is on screen is as it was before."""
        return isinstance(self._seen, HitlError)

    async def begin(self) -> None:
        """Remember the version before anything is read; a reading that fails tells so itself."""
        with suppress(HitlError):
            await self.changed()

    async def changed(self) -> bool:
        """Whether the source or the journal changed since the last look; raises HitlError once."""
        if self._looking:
            return False
        self._looking = True
        try:
            version = await self._version()
        finally:
            self._looking = False
        before, self._seen = self._seen, version
        if isinstance(version, HitlError) and not _same(before, version):
            raise version
        return before is not None and not _same(before, version)

    async def _version(self) -> Hashable:
        try:
            return await self._lane.run(self._inbox.version)
        except HitlError as error:
            return error


def _same(one: Hashable, other: Hashable) -> bool:
    """Equal versions, or the same failure to read one."""
    if isinstance(one, HitlError) and isinstance(other, HitlError):
        return str(one) == str(other)
    return one == other
