"""`.env` files."""

from hitl_tui.runner.dotenv import parse

TEXT = """\
# a comment
PLAIN=value
export EXPORTED = spaced out   # remark
EMPTY=
HASH=a#b
ONLY_REMARK= # nothing
SINGLE='as \\n it is # here'
DOUBLE="two\\nlines \\"quoted\\"" # remark
not an assignment
MANY="first
second"
URL=postgres://u:p@host/db?x=1&y=2
"""


def test_all_kinds_of_lines_are_understood():
    assert parse(TEXT) == {
        "PLAIN": "value",
        "EXPORTED": "spaced out",
        "EMPTY": "",
        "HASH": "a#b",
        "ONLY_REMARK": "",
        "SINGLE": "as \\n it is # here",
        "DOUBLE": 'two\nlines "quoted"',
        "MANY": "first\nsecond",
        "URL": "postgres://u:p@host/db?x=1&y=2",
    }


def test_windows_line_ends_are_no_part_of_values():
    assert parse("A=1\r\nB='2'\r\n") == {"A": "1", "B": "2"}
