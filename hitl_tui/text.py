"""Untrusted text made visible and harmless.

A terminal acts on control characters, and some make it *answer* on its input, where the answer
looks like keys. So nothing that a payload, a thread id, a node name, a graph's output or an error
holds is shown before it went through `clean` or `line`: only they make a `Safe` string.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NewType

Safe = NewType("Safe", str)
"""Text that cannot control a terminal: no C0, DEL, C1, bidi, zero-width or surrogate character."""

UNKNOWN = "\N{REPLACEMENT CHARACTER}"

_INVISIBLE = (
    "\x80-\x9f"  # C1: one-character CSI, OSC and DCS among them
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # fillers without width
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"  # zero width, bidi, separators
    "\ud800-\udfff"  # lone surrogates cannot even be encoded
    "\U000e0000-\U000e0fff"  # tags and variation selectors: hidden text
)
_UNSAFE = f"[\x00-\x09\x0b-\x1f\x7f{_INVISIBLE}]"
_UNSAFE_LINE = f"[\x00-\x1f\x7f{_INVISIBLE}]"


def clean(text: str) -> Safe:
    r"""Text of many lines made safe: `\n` stays, a tab becomes spaces, the rest becomes visible.

    C0 and DEL become their control pictures (ESC is `␛`), everything else unsafe `�`.
    """
    if text.isascii() and text.isprintable():
        return Safe(text)
    return Safe(_pattern(_UNSAFE).sub(_visible, text.replace("\r\n", "\n").replace("\t", "    ")))


def line(text: str) -> Safe:
    r"""Text of one line made safe: as `clean`, and `\n` becomes `␊` too."""
    if text.isascii() and text.isprintable():
        return Safe(text)
    return Safe(_pattern(_UNSAFE_LINE).sub(_visible, text))


def identity(text: str) -> Safe:
    """A thread's id, say, as `line`; in quotes where blanks at its ends would not be seen."""
    return line(text) if text.strip() == text != "" else Safe(f'"{line(text)}"')


def is_safe(text: str) -> bool:
    r"""Whether `text` holds nothing that `clean` would change, a tab aside."""
    return _pattern(_UNSAFE).search(text) is None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Compiled for the first text that is not plain ASCII; a list may have none."""
    return re.compile(text)


def megabytes(count: int) -> Safe:
    """So many bytes in words: "48 MB"."""
    return Safe(f"{count / 1e6:,.0f} MB")


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else UNKNOWN
