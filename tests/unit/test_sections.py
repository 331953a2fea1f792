"""Rows in groups: every line is a head or a row, in order, and each row is found in its line."""

from hypothesis import given
from hypothesis import strategies as st

from hitl_tui.tui.sections import Head, Sections


@given(st.lists(st.integers(1, 4), max_size=6))
def test_lines_are_the_groups_one_after_the_other(counts):
    groups = {f"g{at}": count for at, count in enumerate(counts)}
    expected, row = [], 0
    for name, count in groups.items():
        expected.append(Head(name, count))
        for _ in range(count):
            expected.append(row)
            row += 1
    sections = Sections(groups)
    told = [sections.head_at(n) or sections.row_at(n) for n in range(sections.lines(row))]
    assert told == expected
    for line, what in enumerate(expected):
        if isinstance(what, Head):
            assert sections.row_at(line) == expected[line + 1]
            assert sections.top_of(expected[line + 1]) == line
        else:
            assert sections.line_of(what) == line


def test_without_groups_a_line_is_a_row():
    sections = Sections()
    assert [sections.row_at(n) for n in range(3)] == [0, 1, 2]
    assert [sections.line_of(n) for n in range(3)] == [0, 1, 2]
    assert sections.head_at(0) is None
    assert sections.lines(3) == 3
