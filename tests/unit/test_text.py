"""Untrusted text becomes visible and harmless, and ordinary text stays as it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_tui.text import clean, identity, is_safe, line

ANY_TEXT = st.text(st.characters(), max_size=80)  # surrogates included

HOSTILE = {
    "ESC": ("\x1b[>q", "␛[>q"),
    "OSC 52": ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
    "NUL": ("a\0b", "a␀b"),
    "DEL": ("a\x7fb", "a␡b"),
    "C1 CSI": ("\x9b6n", "�6n"),
    "bidi override": ("abc\u202etxt.exe", "abc�txt.exe"),
    "isolate": ("\u2066x\u2069", "�x�"),
    "zero width": ("pay\u200bpal", "pay�pal"),
    "joiner": ("a\u200db", "a�b"),
    "byte order mark": ("\ufeffa", "�a"),
    "soft hyphen": ("a\u00adb", "a�b"),
    "line separator": ("a\u2028b", "a�b"),
    "tag": ("a\U000e0041b", "a�b"),
    "lone surrogate": ("a\ud800b", "a�b"),
    "hangul filler": ("a\u3164b", "a�b"),
    "carriage return": ("safe\rEVIL", "safe␍EVIL"),
    "backspace": ("no\x08\x08yes", "no␈␈yes"),
}


@pytest.mark.parametrize(("raw", "shown"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_acts_on_a_terminal_or_hides_is_shown_as_a_sign(raw, shown):
    assert clean(raw) == shown
    assert line(raw) == shown


@pytest.mark.parametrize("text", ["", "plain", "héllo", "日本語", "🙂", "e\u0301", "[/foo] [red]"])
def test_ordinary_text_stays_as_it_is(text):
    assert clean(text) == text
    assert line(text) == text


def test_many_lines_keep_their_breaks_and_one_line_shows_them():
    assert clean("a\r\n\tb\n") == "a\n    b\n"
    assert line("a\n\tb") == "a␊␉b"


@given(ANY_TEXT)
def test_nothing_unsafe_survives(text):
    shown = clean(text)
    assert is_safe(shown)
    shown.encode()
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in shown if c != "\n")
    assert not any(unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE", "LRE"} for c in shown)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)
    assert line(line(text)) == line(text)
    assert "\n" not in line(text)


@pytest.mark.parametrize(
    ("thread_id", "shown"),
    [
        ("a b", "a b"),
        ("", '""'),
        ("  ", '"  "'),
        (" a", '" a"'),
        ("\u3000", '"\u3000"'),
        ("\n", '"␊"'),
        ("a\x1b", "a␛"),
    ],
)
def test_an_id_whose_blanks_would_not_be_seen_is_quoted(thread_id, shown):
    assert identity(thread_id) == shown
