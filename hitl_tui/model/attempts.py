"""Attempts: one intent to change a thread, as the journal keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hitl_tui.model.runs import Outcome, Verb
from hitl_tui.model.threads import NOTHING


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that makes an attempt. `started` tells it from a later one of the same pid.

    `host` is a name for people; `place` tells where `pid` and the host's clock mean anything.
    """

    host: str
    pid: int
    started: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody set out to do to a thread, written down before it is done.

    `answers` are the values by interrupt id, `checkpoint_id` the head that the operator saw, and
    `asked`, for the trail alone, by interrupt id the node, the dialect and the payload answered.
    `outcome` is None while nobody knows what became of it; `alive` whether its owner still holds
    its lease and can tell. `replayed`, for the trail too, are answers that the thread had taken
    before, which this attempt runs again. `drift` is what identifies the graph that refused it
    because it knows no such question; empty otherwise. `unsent` says that it ended before anything
    of it was sent, where that was looked up.
    """

    attempt_id: str
    thread_id: str
    verb: Verb
    operator: str
    owner: Owner
    begun_at: datetime
    checkpoint_id: str | None = None
    answers: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    outcome: Outcome | None = None
    reason: str = ""
    alive: bool = False
    asked: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    replayed: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    drift: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    unsent: bool = False

    @property
    def is_left(self) -> bool:
        """Whether whoever made it is gone, and nobody has told yet what became of it."""
        return self.outcome is None and not self.alive and not self.drift
