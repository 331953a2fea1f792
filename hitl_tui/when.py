"""Times as people say them: `2h`, `30m`, `3d`, `17:30`, `tomorrow`, `2026-12-24 09:00`."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from hitl_tui.errors import UsageError

MORNING = time(9)
"""What a day without a time of day means."""

_SPAN = re.compile(r"(\d{1,4})\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def when(text: str, now: datetime) -> datetime:
    """The time that a text says, aware and after `now`; raises UsageError.

    Times of day and dates are local; a time of day that is over today is tomorrow's.
    """
    said = text.strip().lower()
    local = now.astimezone()
    if span := _SPAN.fullmatch(said):
        return now + timedelta(**{_UNITS[span[2]]: int(span[1])})
    if said == "tomorrow":
        return _at(local + timedelta(days=1), MORNING)
    found = _of_day(said, local) or _date(said)
    if found is None:
        raise UsageError(
            f"{text!r} is no time.", hint="Write 2h, 30m, 17:30, tomorrow or 2026-12-24 09:00."
        )
    if found <= now:
        raise UsageError(f"{text!r} is over.")
    return found


def _of_day(said: str, local: datetime) -> datetime | None:
    try:
        clock = time.fromisoformat(said) if ":" in said else None
    except ValueError:
        return None
    if clock is None or clock.tzinfo:
        return None
    today = _at(local, clock)
    return today if today > local else _at(local + timedelta(days=1), clock)


def _date(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    if len(said) <= 10:
        return _at(found, MORNING)
    return found.astimezone()


def _at(day: datetime, clock: time) -> datetime:
    """That time on that day, with the offset that holds then."""
    return datetime.combine(day.date(), clock).astimezone()
