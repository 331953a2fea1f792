"""Times as people type them."""

import time
from datetime import UTC, datetime

import pytest

from hitl_tui.errors import UsageError
from hitl_tui.when import when

NOW = datetime(2026, 3, 14, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", "2026-03-14 11:00"),
        ("2h", "2026-03-14 12:30"),
        (" 3 d ", "2026-03-17 10:30"),
        ("1w", "2026-03-21 10:30"),
        ("17:30", "2026-03-14 17:30"),
        ("09:00", "2026-03-15 09:00"),
        ("tomorrow", "2026-03-15 09:00"),
        ("2026-12-24", "2026-12-24 09:00"),
        ("2026-12-24 18:00", "2026-12-24 18:00"),
        ("2026-12-24T18:00+02:00", "2026-12-24 16:00"),
    ],
)
def test_a_time(text, expected):
    assert when(text, NOW) == datetime.fromisoformat(f"{expected}+00:00")


@pytest.mark.parametrize("text", ["", "soon", "2", "h", "25:00", "2026-13-01", "2020-01-01"])
def test_no_time_or_one_that_is_over(text):
    with pytest.raises(UsageError):
        when(text, NOW)
