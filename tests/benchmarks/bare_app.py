"""The least that a Textual app can be: its first paint is what any screen has to wait for."""

from textual.app import App, ComposeResult
from textual.widgets import Static

TEXT = "the first paint"


class Bare(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        yield Static(TEXT)


if __name__ == "__main__":
    Bare().run()
