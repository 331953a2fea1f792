"""A LangChain agent whose mails a person approves, edits or rejects before they leave.

The first human message is the letter: a `To:` line (several addresses, several mails), a
`Subject:` line, an empty line, the body. `HumanInTheLoopMiddleware` stops each `send_email`:

- `batched`: one question for all mails of a turn; answer `{"decisions": [{"type": "approve"}, …]}`,
  one decision per mail, in the same order.
- `per_call`: one question per mail; answer each with one decision, `{"type": "approve"}`.

Decisions: `approve`, `edit` (with `edited_action`), `reject` (with `message`), and per call also
`respond`. The model is scripted and the mail is only printed.
"""

from collections.abc import Sequence
from email import message_from_string
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware, InterruptOnConfig
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool


@tool
def send_email(to: str, subject: str, body: str) -> str:
    """Send a mail to one address."""
    print(f"> Mail to {to}: {subject} ({len(body)} characters)")
    return f"Sent to {to}"


class Scripted(BaseChatModel):
    """A stand-in for a model: proposes the mails, then sums up what became of them."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> "Scripted":
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        last = messages[-1]
        reply = _propose(str(last.text)) if isinstance(last, HumanMessage) else _sum_up(messages)
        reply.id = f"reply-{len(messages)}"
        return ChatResult(generations=[ChatGeneration(message=reply)])


def _propose(letter: str) -> AIMessage:
    mail = message_from_string(letter)
    subject, body = str(mail["Subject"] or "(no subject)"), str(mail.get_payload())
    addresses = [address.strip() for address in str(mail["To"] or "team@example.com").split(",")]
    calls = [
        {
            "name": "send_email",
            "args": {"to": to, "subject": subject, "body": body},
            "id": f"to-{i}",
        }
        for i, to in enumerate(addresses, start=1)
    ]
    return AIMessage("", tool_calls=calls)


def _sum_up(messages: Sequence[BaseMessage]) -> AIMessage:
    results = [message.text for message in messages if isinstance(message, ToolMessage)]
    return AIMessage("Done. " + " / ".join(results))


def _agent(mode: Any, config: InterruptOnConfig) -> Any:
    middleware = HumanInTheLoopMiddleware({"send_email": config}, interrupt_mode=mode)
    return create_agent(Scripted(), [send_email], middleware=[middleware])


batched = _agent("batched", {"allowed_decisions": ["approve", "edit", "reject"]})
per_call = _agent("per_call", {"allowed_decisions": ["approve", "edit", "reject", "respond"]})
