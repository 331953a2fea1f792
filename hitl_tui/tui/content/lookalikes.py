"""Letters of other scripts that pass for Latin ones in most fonts.

The pairs are those of one letter each in Unicode's confusables that pass at a glance; letters of
compatibility, such as full-width ones, are found by their own decomposition.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_PAIRS: Final = (
    ("аеорсухіјѕԁһԛԝѵӏмкткгп", "aeopcyxijsdhqwvlmktkrn"),  # Cyrillic
    ("АВЕКМНОРСТУХІЈЅԌӀЗ", "ABEKMHOPCTYXIJSGI3"),
    ("ορναικυχγητϲω", "opvaikuxyntcw"),  # Greek
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    ("օսոհցզյՕՍ", "ounhgqjOU"),  # Armenian
    ("ᎪᏟᎬᎻᏦᏞᎷᏢᏚᎢᏙᏔ", "ACEHKLMPSTVW"),  # Cherokee
    ("ɑɡɩʟℓ", "agill"),  # Latin letters of their own kinds
)
_TABLE: Final = {ord(odd): plain for pair in _PAIRS for odd, plain in zip(*pair, strict=True)}

_ODD = re.compile(f"[{''.join(map(chr, _TABLE))}\uff10-\uff5a\u2100-\u214f\U0001d400-\U0001d7ff]")
"""What may pass for something else; the last three are compatibility letters."""


def may_disguise(text: str) -> bool:
    """Whether a text holds any such letter: quick, for texts of any length."""
    return _ODD.search(text) is not None


def reads_as(word: str, *, among_latin: bool) -> str:
    """What a word with letters that are not Latin passes for; empty if it passes for nothing.

    A word wholly of such letters is one only `among_latin` words: else it is a word of its own
    language.
    """
    read = "".join(map(_plain, word))
    if not read.isascii() or read == word:
        return ""
    mixed = any(one == other and one.isalpha() for one, other in zip(word, read, strict=True))
    return read if mixed or (among_latin and len(word) > 3) else ""


def _plain(character: str) -> str:
    """The ASCII letter or digit that one passes for; the character itself if for none."""
    if character.isascii():
        return character
    if found := _TABLE.get(ord(character)):
        return found
    if not _ODD.match(character):
        return character
    other = unicodedata.normalize("NFKC", character)
    return other if len(other) == 1 and other.isascii() and other.isalnum() else character
