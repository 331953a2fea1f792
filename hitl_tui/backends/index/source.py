"""What an index is of, as far as an index needs to know."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from hitl_tui.backends.index.meta import Meta
    from hitl_tui.backends.index.standing import Standing
    from hitl_tui.backends.index.store import Store
    from hitl_tui.backends.index.sure import Claim
    from hitl_tui.backends.words import Describe
    from hitl_tui.model.threads import ThreadSummary

ANY = 1 << 62
"""More threads than there are."""

Told = Callable[[int], None]


class AnySummaries(Protocol):
    """Reads what rows show; safe to use from several threads."""

    def read(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of the threads now, in their order; None for one that is not there."""

    def are_sure(self, claims: Sequence[Claim], read_at: str) -> bool:
        """Whether the threads are what their claims say, if that is soon told.

        `read_at` tells up to which state of the source all of it was read; empty if it is not.
        """


class AnyKeeper(Protocol):
    """Brings one index up to date; raises Unavailable and SourceError."""

    def follow(self, *, most: int = ANY) -> Standing:
        """Read what changed, if at most `most` threads did; how the index stands then."""

    def refresh(self, threads: list[str]) -> None:
        """Read some threads again, whatever the index says of them."""

    def build(self, told: Told) -> None:
        """Make the index tell the source as it is, at whatever cost; for one builder at a time.

        `told` is given how many batches were done.
        """

    def is_up_to_date(self, meta: Meta) -> bool:
        """Whether the source is as it was when the index was followed to it, if that is cheap."""

    def misses_deletions(self, meta: Meta) -> bool:
        """Whether `follow` does not notice that threads are gone, so that a build must."""


class Source(Protocol):
    """A source of many threads; every method but `key` raises SourceError."""

    @property
    def key(self) -> Path | str:
        """What its index is filed under; not a secret."""

    def version(self) -> Hashable:
        """A cheap token that differs whenever the source may have changed."""

    def keeper(self, store: Store, describe: Describe) -> AnyKeeper:
        """What brings an index of it up to date."""

    def kept(self, store: Store) -> AnySummaries:
        """What reads the rows to show, each anew only if it may have changed."""

    def first(self) -> Sequence[tuple[str, str]]:
        """Threads that ask, and their heads, as found in a fraction of a second."""

    def summaries(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of the threads now, in their order; None for one that is not there."""
