"""What the answer pane says about what will be sent."""

from __future__ import annotations

from hitl_tui.tui.widgets.answer_assess import Assessment

CONFIRM = "choose or type to confirm"
SENT = "sent · edit to send again"


def said(assessment: Assessment, *, armed: bool, sent: bool) -> tuple[str, str, str]:
    """The preview's text and state, and a hint beside it; raw where the problem is."""
    if assessment.faults:
        return cannot(str(assessment.faults[0].problem)), "wrong" if armed else "idle", ""
    if sent:
        return f"sent  {assessment.json}", "idle", SENT
    state, hint = ("ready", "") if armed else ("idle", CONFIRM)
    return f"sends  {assessment.json}", state, hint


def cannot(reason: str) -> str:
    """Why nothing can be sent."""
    return f"cannot send: {reason}"
