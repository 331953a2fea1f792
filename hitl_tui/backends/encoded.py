"""Text as SQLite stores it."""

from __future__ import annotations


def stored(text: str) -> bytes:
    """A text to compare with; as bytes, because a stored one need not be valid UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # no stored text reads like this, so it will find nothing
        return text.encode("utf-8", "surrogatepass")
