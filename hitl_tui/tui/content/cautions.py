"""What a text hides: characters that are not seen, letters that look like others, odd addresses.

A name may be spelled with letters of another script that look the same, a link may lead elsewhere
than it says. What is shown of such a text is not enough to decide by, so it is told in words. All
this is for people: a hint too many costs a glance, so only what could pass unseen is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from hitl_tui.text import is_safe
from hitl_tui.tui.content.lookalikes import may_disguise, reads_as

LONGEST = 50_000
"""Characters of a text that are looked at; more are never shown at once."""

MOST = 4
"""Hints told of one text; of more, how many."""

_WORD = re.compile(r"[^\W_]+")
_URL = re.compile(r"(?i)\b(?:https?|ftp|wss?)://[^\s<>\"'`|()\[\]]+")


def cautions(text: str) -> tuple[str, ...]:
    """What to know about a text that one cannot see in it, a raw sentence each; mostly nothing."""
    text = text[:LONGEST]
    if text.isascii() and is_safe(text) and "://" not in text:
        return ()
    found = list(dict.fromkeys([*_hidden(text), *_disguised(text), *_addresses(text)]))
    if len(found) > MOST:
        found[MOST:] = [f"and {len(found) - MOST} more of the kind"]
    return tuple(found)


def where(url: str) -> str:
    """The host that an address leads to, as it is looked up; empty if it cannot be told."""
    try:
        host = urlsplit(url).hostname or ""
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""


def _hidden(text: str) -> Iterator[str]:
    if is_safe(text):
        return
    counts: dict[str, int] = {}
    for character in text:
        if character not in "\n\r\t" and not is_safe(character):
            counts[character] = counts.get(character, 0) + 1
    for character, count in counts.items():
        times = f", {count} times" if count > 1 else ""
        yield f"hidden: {_named(character)}{times}"


def _disguised(text: str) -> Iterator[str]:
    """Words that read as others: some letters are Latin, some only look so."""
    if not may_disguise(text):
        return
    words = [match[0] for match in _WORD.finditer(text)]
    latin = any(word.isascii() and word.isalpha() for word in words)
    for word in words:
        read = "" if word.isascii() else reads_as(word, among_latin=latin)
        if read:
            odd = next(one for one, other in zip(word, read, strict=True) if one != other)
            yield f'"{word}" is not "{read}": {odd} is {_named(odd)}'


def _addresses(text: str) -> Iterator[str]:
    """Addresses whose beginning is not where they lead."""
    for match in _URL.finditer(text):
        url = match[0]
        host = where(url)
        shown = re.split(r"[/?#\\]", url.partition("://")[2])[0]
        if not host:
            yield f"no address: {url[:80]}"
        elif "@" in shown or not shown.isascii() or "xn--" in host or "\\" in url:
            yield f"{url[:80]} leads to {host}{_spelled(host)}"


def _spelled(host: str) -> str:
    """How an encoded host is shown by browsers."""
    try:
        shown = host.encode("ascii").decode("idna")
    except UnicodeError:
        return ""
    return f' ("{shown}")' if shown != host else ""


def _named(character: str) -> str:
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "")
    return f"{name.lower()} ({code})" if name else f"a control character ({code})"
