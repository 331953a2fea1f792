"""No text but our own literals may be read as markup, and none may skip the filters.

In a widget that interprets markup a planted `[@click=app.quit]` is a live link and `[/x]` ends the
app. So whatever is shown is `Content`, or text with `markup=False`, or a literal.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCREEN = ROOT / "hitl_tui" / "tui"
FILES = sorted(SCREEN.rglob("*.py"))
TAKE_MARKUP = {"Static", "Label", "Markdown", "OptionList", "SelectionList", "DataTable", "Log",
               "RichLog", "Collapsible", "notify", "Notification"}  # fmt: skip
TAKE_LABELS = {"Button", "Option", "Selection", "Checkbox", "RadioButton", "Link", "TabPane"}
TITLES = {"border_title", "border_subtitle", "tooltip", "sub_title"}
FORBIDDEN = {"from_markup", "from_rich_text", "escape_markup", "render_str", "Markdown", "Link",
             "exec", "eval"}  # fmt: skip
OURS = {
    "f'Answer {which} of {count}' if count > 1 else 'Answer'",  # numbers
    "f'[b]{names[0]}[/b]'",  # the names of the two panes
    "f'v  {names[1].lower()}'",
    "self.view.order",  # the names of the orders
    "hint",  # one of the answer pane's own
    "told",  # the log's own words
}
"""Titles made of our own words and numbers alone, looked at one by one."""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            yield getattr(called, "attr", getattr(called, "id", "")), node


def is_literal(node: ast.expr) -> bool:
    """Whether the text stands in the code: a constant, or a choice of constants."""
    if isinstance(node, ast.IfExp):
        return is_literal(node.body) and is_literal(node.orelse)
    return isinstance(node, ast.Constant)


def is_content(node: ast.expr) -> bool:
    """Whether it is made by `Content` or by one of our functions that return it."""
    names = {"Content", "one_line", "lines_of", "styled", "assemble"}
    return isinstance(node, ast.Call) and bool(
        names & {getattr(node.func, "attr", ""), getattr(node.func, "id", "")}
    )


def faults(source: str) -> list[str]:
    """What in a file's code could read a text as markup, by line."""
    tree = ast.parse(source)
    found = []
    for name, call in calls(tree):
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        plain = isinstance(keywords.get("markup"), ast.Constant) and not keywords["markup"].value
        if name in FORBIDDEN:
            found.append((call, name))
        elif name in TAKE_MARKUP and not plain:
            found.append((call, f"{name} without markup=False"))
        elif name in TAKE_LABELS and not all(map(harmless, call.args)):
            found.append((call, f"{name} with a label that may be markup"))
        titles = [keywords[key] for key in TITLES & keywords.keys()]
        if name != "Binding" and not all(map(harmless, titles)):  # help shows those as content
            found.append((call, f"{name} with a title that may be markup"))
    found += [(value, f"{ast.unparse(value)} as a title") for value in titles_set(tree)]
    return [f"line {node.lineno}: {what}" for node, what in found]


def titles_set(tree: ast.AST) -> Iterator[ast.expr]:
    """What is assigned to a title, which is always markup, and may hold what is not ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            names = {part.attr for target in node.targets for part in ast.walk(target)
                     if isinstance(part, ast.Attribute)}  # fmt: skip
            if names & TITLES and not harmless(node.value) and ast.unparse(node.value) not in OURS:
                yield node.value


def harmless(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return harmless(node.body) and harmless(node.orelse)
    return is_literal(node) or is_content(node)


def ids(path: Path) -> str:
    return str(path.relative_to(SCREEN))


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_no_text_is_read_as_markup(path):
    assert not faults(path.read_text())


@pytest.mark.parametrize("code", [
    "Static(text)", "Static('hello')", "widgets.Label(text, id='x')", "self.notify(message)",
    "self.app.notify(f'{name} done', markup=True)", "Button(name)", "Button(f'{name}')",
    "Option(name)", "Content.from_markup(text)", "Widget(tooltip=text)", "Markdown(text)",
    "OptionList(*names)", "self.border_title = name", "a.text, a.tooltip = pair()",
])  # fmt: skip
def test_the_rule_finds_what_it_forbids(code):
    assert faults(code)


@pytest.mark.parametrize("code", [
    "Static(text, markup=False)", "Button('No')", "Button(Content(name))", "Button(one_line(x))",
    "self.notify(clean(x), markup=False)", "Option(Content(x))", "Widget(tooltip='Yes')",
    "self.border_title = 'Log'", "Binding('a', 'b', tooltip=f'Tab {name}')",
])  # fmt: skip
def test_the_rule_lets_pass_what_is_safe(code):
    assert not faults(code)
