"""Agents that wait for a person: mails to approve, an inbox to answer, people to complete."""

from typing import Any

from graphs.seeding.sample import Sample, ago

_APPROVE = {"type": "approve"}


def _letter(to: str, subject: str, body: str) -> dict[str, Any]:
    text = f"To: {to}\nSubject: {subject}\n\n{body}"
    return {"messages": [{"role": "user", "content": text, "id": "letter"}]}


def _conversation() -> dict[str, Any]:
    """Thirty messages that led to the mail now proposed: with that proposal, thirty-one."""
    topics = ("the venue", "the caterer", "the invitations", "the speakers", "the budget")
    messages = []
    for number in range(1, 30):
        topic = topics[number % len(topics)]
        role = "user" if number % 2 else "assistant"
        text = (
            f"What about {topic}?"
            if number % 2
            else f"I noted **{topic}**: settled, point {number}."
        )
        messages.append({"role": role, "content": text, "id": f"message-{number}"})
    letter = _letter("venue@example.com", "Booking for 12 March", "We take the large hall.")
    return {"messages": [*messages, *letter["messages"]]}


def _received(sender: str, subject: str, text: str, draft: str) -> dict[str, Any]:
    return {"sender": sender, "subject": subject, "text": text, "draft": draft}


_mails = (
    Sample(
        "mailer-1",
        "mailer",
        "open",
        ago(minutes=9),
        _letter("alice@example.com", "Thursday", "Dear Alice,\n\nis 10:00 fine for you?\n\nBest"),
        metadata={"user": "mia", "assistant_id": "mailer"},
    ),
    Sample(
        "mailer-2",
        "mailer",
        "open",
        ago(hours=6),
        _letter(
            "bob@example.com, carol@example.com, dan@example.org",
            "The office is closed on Friday",
            "Hello,\n\nthe lift is being repaired. Please work from home.\n",
        ),
        metadata={"user": "mia", "assistant_id": "mailer"},
    ),
    Sample("mailer-3", "mailer", "open", ago(days=1, hours=5), _conversation()),
    Sample(
        "mailer-4",
        "mailer",
        "done",
        ago(days=10),
        _letter("eve@example.com, frank@example.com", "Minutes", "The minutes are attached."),
        ({"decisions": [_APPROVE, {"type": "reject", "message": "Frank has left us."}]},),
    ),
    Sample(
        "mailer-per-call-1",
        "mailer_per_call",
        "open",
        ago(minutes=18),
        _letter("gus@example.com", "Your contract", "Dear Gus,\n\nplease sign by Monday.\n"),
    ),
    Sample(
        "mailer-per-call-2",
        "mailer_per_call",
        "open",
        ago(days=2, hours=3),
        _letter("hana@example.jp, ivo@example.cz", "Release notes", "Version 4 is out."),
    ),
)

_inbox = (
    Sample(
        "inbox-email-1",
        "inbox_email",
        "open",
        ago(minutes=32),
        _received(
            "jo@example.net",
            "Offer for 200 chairs",
            "Could you send the offer again? The link expired.",
            "Dear Jo,\n\nhere is the offer again, valid until the end of the month.",
        ),
    ),
    Sample(
        "inbox-email-2",
        "inbox_email",
        "open",
        ago(hours=14),
        _received("kim@example.net", "Visit", "May we come on Tuesday?", "Dear Kim,\n\nyes."),
        ([{"type": "response", "args": "Say that the car park is closed."}],),
    ),
    Sample(
        "inbox-email-3",
        "inbox_email",
        "done",
        ago(days=7),
        _received("lottery@example.biz", "You won", "Send us your account number.", "Thanks!"),
        ([{"type": "ignore", "args": None}],),
    ),
)

_people = (
    Sample(
        "onboarding-1",
        "onboarding",
        "open",
        ago(hours=1, minutes=20),
        {"person": {"name": "Maya Petrov", "team": "Logistics"}, "missing": ["desk", "keycard"]},
    ),
    Sample(
        "onboarding-2",
        "onboarding",
        "done",
        ago(days=13),
        {"person": {"name": "Nils Berg", "team": "Sales"}, "missing": ["laptop"]},
        ({"laptop": "13 inch", "keyboard": "nordic"},),
    ),
)

SAMPLES = (*_mails, *_inbox, *_people)
