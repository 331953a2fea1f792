"""Texts of a `format`: what they say in words, the next one and a new one; pure, no widget."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Format:
    """How texts of a format are typed with less typing.

    `fresh` makes one of the present moment, `step` the next of a text (by so many small or large
    steps, forward or back), `read` says a text in words. Both raise ValueError for other texts.
    """

    hint: str = ""
    fresh: Callable[[datetime], str] | None = None
    step: Callable[[str, int, bool], str] | None = None
    read: Callable[[str], str] | None = None

    def reading(self, text: str) -> str:
        """The text in words; empty if it is not of the format."""
        try:
            return self.read(text) if self.read and text else ""
        except (ValueError, OverflowError):
            return ""

    def stepped(self, text: str, by: int, *, large: bool, now: datetime) -> str:
        """The next text; a fresh one where there is none, the same one if it cannot be stepped."""
        if not text.strip() and self.fresh is not None:
            return self.fresh(now)
        try:
            return self.step(text, by, large) if self.step else text
        except (ValueError, OverflowError):
            return text


def _date(text: str, by: int, large: bool) -> str:
    day = date.fromisoformat(text)
    return (_months(day, by) if large else day + timedelta(days=by)).isoformat()


def _months(day: date, by: int) -> date:
    """The same day of another month; its last one where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + by, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _moment(text: str, by: int, large: bool) -> str:
    moment = datetime.fromisoformat(text) + timedelta(days=by if large else 0)
    return _zoned((moment if large else moment + timedelta(hours=by)).isoformat(), text)


def _time(text: str, by: int, large: bool) -> str:
    at = datetime.combine(date(2000, 1, 2), time.fromisoformat(text))
    at += timedelta(hours=by) if large else timedelta(minutes=by)
    return _zoned(at.timetz().isoformat(), text)


def _zoned(made: str, text: str) -> str:
    """UTC as it was written before: Z, or +00:00."""
    return made.removesuffix("+00:00") + "Z" if text[-1] in "zZ" else made


def _say_date(text: str) -> str:
    return _day(date.fromisoformat(text))


def _say_moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return ""
    local = f", {moment.astimezone(UTC):%H:%M}" if moment.utcoffset() else ""
    return f"{_day(moment)} at {moment:%H:%M}{local} UTC"


def _day(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


def _say_uri(text: str) -> str:
    host = urlsplit(text).hostname
    return f"leads to {host}" if host else ""


FORMATS: Mapping[str, Format] = {
    "date": Format(
        "↑↓ changes it · ctrl+n today",
        lambda now: now.date().isoformat(), _date, _say_date,
    ),
    "date-time": Format(
        "↑↓ changes it · ctrl+n now",
        lambda now: now.isoformat(timespec="seconds"), _moment, _say_moment,
    ),
    "time": Format(
        "↑↓ changes it · ctrl+n now",
        lambda now: f"{now.astimezone(UTC):%H:%M}:00Z", _time,
    ),
    "uuid": Format("ctrl+n a new one", lambda now: str(uuid4())),
    "uri": Format(read=_say_uri),
    "email": Format(),
}  # fmt: skip
"""What is known of each format that has an input of its own."""

NONE = Format()


def format_of(schema: Mapping[str, Any]) -> Format:
    """The format that a field's schema names; one without any help if it is none of these."""
    named = schema.get("format")
    return FORMATS.get(named, NONE) if isinstance(named, str) else NONE
