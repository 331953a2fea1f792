"""Asks what of the queue is to be shown only: a state, a graph, a kind, a claim or an age."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.look import GLYPHS, colour
from hitl_tui.tui.safe import styled
from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.settling import Settling
from hitl_tui.tui.view import AGES, CLAIM_WORDS, View

_MOST = 100  # graphs or kinds that are offered, those with the most threads first


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the dialog, and the view that it leads to: none for a heading."""

    words: Content
    view: View | None = None


class Narrow(Dialog[View | None]):
    """Returns the view chosen; None to leave all as it is. What is chosen already is let go."""

    help_title = "Show only"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="narrow.cancel", tooltip="Leave all as it is")
    ]

    def __init__(self, choices: Sequence[Choice], settling: Settling) -> None:
        super().__init__(settling)
        self._choices = choices

    def compose(self) -> ComposeResult:
        """What there is to choose from."""
        options = [Option(styled(each.words), disabled=each.view is None) for each in self._choices]
        with Vertical(classes="dialog"):
            yield Static("Show only", markup=False)
            yield OptionList(*options, markup=False)
            yield Static("enter  choose, or let go      esc  cancel", classes="keys", markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """One was chosen."""
        self.dismiss(self._choices[event.option_index].view)

    def action_give_up(self) -> None:
        """Change nothing."""
        self.dismiss(None)


def choices(
    view: View,
    states: Iterable[ThreadState],
    graphs: Mapping[str, int],
    kinds: Mapping[str, int],
) -> list[Choice]:
    """All there is to choose from, and what is chosen now; graphs and kinds with their counts."""
    everything = [Choice(styled("all threads"), view.everything())] if view.narrowed else []
    looks = {state: styled((f"{GLYPHS[state]} {state.label}", colour(state))) for state in states}
    ages = {age: styled(age.words) for age in AGES}
    claims = {claim: styled(words) for claim, words in CLAIM_WORDS.items()}
    return [
        *everything,
        *_part(view, "state", "State", looks if len(looks) > 1 or view.state else {}),
        *_part(view, "graph", "Graph", _counted(graphs, "no graph")),
        *_part(view, "kind", "Kind of question", _counted(kinds, "nothing asked")),
        *_part(view, "claim", "Claim", claims),
        *_part(view, "age", "Age", ages),
    ]


def _part(view: View, field: str, title: str, values: Mapping[Any, Content]) -> Iterator[Choice]:
    """The choices for one field of a view, under their heading."""
    if values:
        yield Choice(styled((title, "bold $text-primary")))
    for value, words in values.items():
        on = getattr(view, field) == value
        sign = styled(("✓ ", "bold $text-accent")) if on else styled("  ")
        changed: dict[str, Any] = {field: None if on else value}
        yield Choice(Content.assemble(sign, words), replace(view, **changed))


def _counted(groups: Mapping[str, int], nameless: str) -> dict[str, Content]:
    """Names with their counts, the most first."""
    most = sorted(groups, key=lambda name: (-groups[name], name))[:_MOST]
    return {
        name: styled(name or (nameless, "italic"), (f"  {groups[name]:,}", "$foreground-muted"))
        for name in most
    }
