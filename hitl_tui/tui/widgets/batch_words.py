"""What is decided about many threads: one decision with its message, or one value, typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList

from hitl_tui.batching import Make, Offer, by_decision, by_value
from hitl_tui.model.question import MISSING, Field, FieldKind
from hitl_tui.tui.once import Once
from hitl_tui.tui.safe import one_line
from hitl_tui.tui.widgets.answer_values import BadInput, value_of
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.inputs import FieldInput
from hitl_tui.tui.widgets.typed import Typed

PAUSE = 0.2
"""Seconds without an edit before what is typed counts."""

TYPED = "a value, typed here"


class BatchWords(Vertical):
    """Offers decisions, and the input of the one that is picked; what is typed for each is kept."""

    @dataclass
    class Edited(Message):
        """Something else is meant: what was decided before no longer counts."""

    @dataclass
    class Decided(Message):
        """What is `meant`, and `what` says of it in a list of batches; `lacks` is what is missing.

        It counts only while `BatchWords.meant` is still the same.
        """

        meant: object
        make: Make | None
        what: str
        lacks: str = ""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._offers: Sequence[Offer] = ()
        self._at = 0
        self._typed: dict[bool, Typed] = {}  # a message, a value
        self._timer: Once | None = None

    def compose(self) -> ComposeResult:
        """The decisions; below them comes the input."""
        yield OptionList(id="decisions", markup=False)

    @property
    def meant(self) -> object:
        """What is picked and typed this very moment, whether it was told or not."""
        return self._at, [field.typed for field in self.query(FieldInput)]

    def offer(self, offers: Sequence[Offer]) -> None:
        """Let one of these be picked."""
        self._offers = offers
        for options in self.query(OptionList):  # none when it is left meanwhile
            options.add_options([one_line(offer.name or TYPED) for offer in offers])
            options.focus()
            options.highlighted = 0

    async def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Another decision: its own input."""
        event.stop()
        self._at = event.option_index
        await self.query(FieldInput).remove()
        offer = self._offers[self._at]
        if offer.words:
            typed = self._typed.get(bool(offer.name), Typed())
            await self.mount(FieldInput(_field(offer), typed, Guard()))
        self.post_message(self.Edited())
        self._tell()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go on to what is typed."""
        event.stop()
        for field in self.query(FieldInput):
            field.focus_first()

    def on_field_input_edited(self, event: FieldInput.Edited) -> None:
        """It counts when typing pauses."""
        event.stop()
        self._typed[bool(self._offers[self._at].name)] = event.input.typed
        self.post_message(self.Edited())
        if self._timer is not None:
            self._timer.stop()
        self._timer = Once(self, PAUSE, self._tell)

    def _tell(self) -> None:
        offer = self._offers[self._at]
        typed = self._typed.get(bool(offer.name), Typed())
        meant, what = self.meant, offer.name or "a value"
        try:
            value = value_of(_field(offer), typed) if offer.words else MISSING
        except BadInput as error:
            self.post_message(self.Decided(meant, None, what, f"{offer.words}: {error}"))
            return
        if value is MISSING and offer.must:
            self.post_message(
                self.Decided(meant, None, what, f"{offer.words}: type it below the list")
            )
        elif offer.name:
            message = None if value is MISSING else str(value)
            self.post_message(self.Decided(meant, by_decision(offer.name, message), what))
        else:
            self.post_message(self.Decided(meant, by_value(value), what))


def _field(offer: Offer) -> Field:
    kind = FieldKind.TEXT if offer.name else FieldKind.ANY
    return Field("words", kind, label=offer.words, required=offer.must)
