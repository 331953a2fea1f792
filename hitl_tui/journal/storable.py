"""Text as a journal can hold it."""

from __future__ import annotations


def storable(text: str) -> str:
    """SQLite stores UTF-8, which cannot hold a lone surrogate."""
    return text.encode("utf-8", "replace").decode()
