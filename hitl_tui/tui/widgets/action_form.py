"""One action's part of the form: its decisions, and the fields of the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from hitl_tui.model.question import MISSING, Action, Problem
from hitl_tui.text import clean, line
from hitl_tui.tui.widgets.answer_assess import Fault, Pick
from hitl_tui.tui.widgets.answer_defaults import initial
from hitl_tui.tui.widgets.answer_parts import inside
from hitl_tui.tui.widgets.choice_bar import ChoiceBar
from hitl_tui.tui.widgets.decision_bar import DecisionBar
from hitl_tui.tui.widgets.ground import Column
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.inputs import FieldInput
from hitl_tui.tui.widgets.typed import Typed


class ActionForm(Column):
    """Owns what is chosen and typed for one action.

    Where there is but one decision it is chosen from the start. Its bar is shown only if the form
    could be sent as it stands: picking is then how the operator says that it is meant. An `inner`
    form is a part of a field, and cannot be sent by itself.
    """

    @dataclass
    class Edited(Message):
        """The operator decided, typed or picked."""

    def __init__(
        self,
        action: Action,
        guard: Guard,
        pick: Pick | None = None,
        *,
        heading: str = "",
        inner: bool = False,
    ) -> None:
        super().__init__()
        self._action = action
        self._guard = guard
        self._heading = heading
        self._drafts = {at: dict(typed) for at, typed in pick.drafts.items()} if pick else {}
        self._begun = pick is not None
        alone = len(action.decisions) == 1
        self._decision = 0 if alone else pick.decision if pick else None
        self._bar = DecisionBar(action.decisions, guard, picked=None if alone else self._decision)
        self._bar.display = not alone or (not inner and (pick is not None or _complete(action)))
        self._inputs = self._new_inputs()
        self._fields = Column(*self._inputs, classes="action--fields")
        self._message = Static(classes="action--message", markup=False)

    def compose(self) -> ComposeResult:
        """Heading, decisions, what the chosen one means, its fields."""
        if self._heading:
            yield Static(Content(line(self._heading)), classes="action--heading", markup=False)
        yield self._bar
        yield self._message
        yield self._fields

    def on_mount(self) -> None:
        """Explain what is chosen."""
        self._explain()

    @property
    def pick(self) -> Pick:
        """What is chosen and typed now; what was typed for other decisions is kept too."""
        self._remember()
        return Pick(self._decision, {at: dict(typed) for at, typed in self._drafts.items()})

    def focus_first(self) -> None:
        """Focus the decisions if there is one to make, else what is typed, or the first field."""
        if len(self._action.decisions) == 1 and self._inputs and self._begun:
            self._inputs[0].focus_place("")
        elif self._bar.display or not self._inputs:
            self._bar.focus()
        else:
            self._inputs[0].focus_first()

    def focus_confirm(self) -> None:
        """Focus what confirms the form as it stands."""
        if self._bar.display:
            self._bar.focus()
        else:
            self.focus_first()

    def focus_place(self, place: str) -> None:
        """Focus the field at a dotted place, as deep as can be; the decisions if it is empty."""
        name, inner = inside([each.field.name for each in self._inputs], place)
        for each in self._inputs:
            if each.field.name == name:
                each.focus_place(inner)
                return
        self.focus_first()

    def fault(self, problem: Problem) -> Fault:
        """A problem whose path is a dotted place in this form, with the field that it is about."""
        return Fault(
            problem, None, *inside([each.field.name for each in self._inputs], problem.path)
        )

    def mark(self, faults: Sequence[Fault]) -> None:
        """Show each fault below its field, those of the whole below the decisions."""
        for each in self._inputs:
            each.mark([fault for fault in faults if fault.field == each.field.name])
        names = [each.field.name for each in self._inputs]
        rest = next((fault.problem for fault in faults if fault.field not in names), None)
        self.set_class(rest is not None, "-invalid")
        if rest is not None:
            self._message.update(Content(clean(rest.message)))
            self._message.display = True
        else:
            self._explain()

    @on(ChoiceBar.Picked)
    async def _decided(self, event: ChoiceBar.Picked) -> None:
        event.stop()
        if event.index != self._decision:
            self._remember()
            self._decision = event.index
            self._inputs = self._new_inputs()
            await self._fields.remove_children()
            await self._fields.mount_all(self._inputs)  # what is typed next belongs into them
        self._touched()

    @on(FieldInput.Edited)
    def _edited(self, event: FieldInput.Edited) -> None:
        event.stop()
        self._touched()

    def _remember(self) -> None:
        if self._decision is not None:
            self._drafts[self._decision] = {each.field.name: each.typed for each in self._inputs}

    def _touched(self) -> None:
        self.remove_class("-invalid")
        self._explain()
        self.post_message(self.Edited())

    def _explain(self) -> None:
        decided = None if self._decision is None else self._action.decisions[self._decision]
        said = decided.help if decided else ""
        self._message.update(Content(clean(said)))
        self._message.display = bool(said)

    def _new_inputs(self) -> list[FieldInput]:
        """Inputs for the chosen decision's fields, with what was typed there before."""
        if self._decision is None:
            return []
        fields = self._action.decisions[self._decision].fields
        typed: dict[str, Typed] = self._drafts.get(self._decision, {})
        return [
            FieldInput(
                it, typed.get(it.name) or initial(it), self._guard, restored=it.name in typed
            )
            for it in fields
        ]


def _complete(action: Action) -> bool:
    """Whether the one decision's form could be sent before anything was typed."""
    fields = action.decisions[0].fields if action.decisions else ()
    return all(not field.required or field.default is not MISSING for field in fields)
