"""The time that a checkpoint's id holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)


def ticks_of(checkpoint_id: str) -> int:
    """When the checkpoint was written, in units of 100 ns since 1582; 0 if its id does not tell."""
    digits = checkpoint_id.replace("-", "")
    if len(digits) != 32 or digits[12] != "6":
        return 0
    try:
        return int(digits[:12], 16) << 12 | int(digits[13:16], 16)
    except ValueError:
        return 0


def ticks_at(moment: datetime) -> int:
    """An aware time in the same units."""
    return (moment - _GREGORIAN) // timedelta(microseconds=1) * 10


def moment_of(ticks: int) -> datetime:
    """The time in UTC of so many such units; raises OverflowError in a year without a calendar."""
    return _GREGORIAN + timedelta(microseconds=ticks // 10)


def time_of(checkpoint_id: str) -> datetime | None:
    """When the checkpoint was written, in UTC; None if its id is not a UUID of version 6.

    A version 6 UUID counts 100 ns since 1582 in its first 60 bits, most significant first.
    """
    ticks = ticks_of(checkpoint_id)
    try:
        return moment_of(ticks) if ticks else None
    except OverflowError:
        return None
