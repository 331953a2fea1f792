"""Markdown as lines: nothing lost, nothing alive, every address in the open."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hitl_tui.text import is_safe
from hitl_tui.tui.content.markdown import rendered
from hitl_tui.tui.content.prose import MAX_CHARS, prose


def lines(text: str) -> list[str]:
    return [line.plain for line in prose(text)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Refund?\nTo **Ada**, `now`", ["Refund?", "", "To Ada, now"]),
        ("one\ntwo", ["one", "two"]),
        ("- a\n- b\n  c\n    1. d", ["• a", "• b", "  c", "  1. d"]),
        ("3. c\n4. d", ["3. c", "4. d"]),
        ("> said\n> so", ["│ said", "│ so"]),
        ("```py\na = 1\n\n  b\n```", ["  py", "  a = 1", "  ", "    b"]),
        ("| a |\n|---|\n| 1 | hidden |", ["| a |", "|---|", "| 1 | hidden |"]),
        ("1. a\n7. b", ["1. a", "7. b"]),
        ("2) a", ["2) a"]),
        (
            "see [it][1]\n\n[1]: http://a.example",
            ["see it ‹http://a.example›", "", "[1]: ‹http://a.example›"],
        ),
        ("a\n\n---\n\nb", ["a", "", "─" * 24, "", "b"]),
        ("snake_case_name 2 * 3 * 4", ["snake_case_name 2 * 3 * 4"]),
        ("-\n- b", ["• ", "• b"]),
        ("", []),
    ],
)
def test_what_is_read(text, shown):
    assert lines(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[click](https://evil.example/x)", "click ‹https://evil.example/x›"),
        ("<https://fine.example>", "https://fine.example"),
        ("![cat](http://x.example/y.png)", "[image: cat] ‹http://x.example/y.png›"),
        ("[good.example](https://evil.example)", "! leads to evil.example"),
        ("[j](javascript:alert(1))", "[j](javascript:alert(1))"),
        ("<b>bold</b> <script>x</script>", "<b>bold</b> <script>x</script>"),
        ("<div>\nx\n</div>", "<div>"),
        ("[/x] [@click=app.quit]y[/]", "[/x] [@click=app.quit]y[/]"),
    ],
)
def test_links_images_and_html_do_nothing_and_are_told(text, shown):
    assert shown in "\n".join(lines(text))


def test_entities_bring_nothing_in_that_controls_a_terminal():
    shown = lines("&#x202e;abc&#27;[2J &#x200b; `\x1b[31m` [x](<http://a\u202eb>)")
    assert all(is_safe(line) for line in shown)


def test_what_is_cut_is_said_with_the_key_that_shows_it():
    assert lines("x" * (MAX_CHARS + 5))[-1] == "… 5 characters more · ctrl+r shows all"


def test_what_a_text_hides_is_told_below_it():
    assert lines("Pay p\u0430ypal")[-1].startswith('! "p\u0430ypal" is not "paypal"')


def test_deep_nesting_is_shown_and_not_climbed():
    assert lines("said\n\n" + "> " * 500 + "x") == ["said", "", "> " * 500 + "x"]
    assert "".join(lines("- " * 300 + "x")).endswith("x")


@given(st.text("aZé1½ .,:;?!'\"()/%-_*#>=\n", max_size=30) | st.text(max_size=20))
@example('Refund 9.00 to Ann (again)?\nIt\'s "fine" - 5% off.\n\nSo, e.g. and/or: yes!')
@example("a\n---")
@example("a  \n1) b")
@example("a\n\n\nb")
def test_what_is_read_without_the_parser_reads_as_with_it(text):
    def seen(contents):
        return [(c.plain, [span for span in c.spans if span.start < span.end]) for c in contents]

    shown = seen(rendered(text))
    assert seen(prose(text))[: len(shown)] == shown
