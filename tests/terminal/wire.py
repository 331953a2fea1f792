"""What goes over the wire to a terminal: its control sequences, and the text between them."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter

_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[\]P_^X][^\x07\x1b\x9c]*(?:\x07|\x1b\\)"  # OSC, DCS, APC, PM, SOS
    r"|\x1b[ -/]*[0-~]"  # two characters
)
_DRAWING = re.compile(r"\x1b\[[\d;:]*[mABCDEFGHJKLMPXdf@]|\x1b[78=>]")

_LATER_BYTES = bytes(range(0x80, 0xC0))  # of a character


def sequences(raw: bytes) -> Counter[str]:
    """Every control sequence that does more than draw, and how often it was sent."""
    found = (match[0] for match in _SEQUENCE.finditer(_characters(raw)))
    return Counter(sequence for sequence in found if not _DRAWING.fullmatch(sequence))


def text(raw: bytes) -> str:
    """What is left between the sequences."""
    return _SEQUENCE.sub("", _characters(raw))


def _characters(raw: bytes) -> str:
    """What was read so far may end within a character, and what is looked at begin within one."""
    return codecs.getincrementaldecoder("utf-8")().decode(raw.lstrip(_LATER_BYTES))


def unsafe(shown: str) -> set[str]:
    """The characters of a text that control, hide or reorder; line ends are none."""
    return {c for c in set(shown) if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - set("\r\n")
