"""Text that a screen must survive: control characters, markup, long, deep, wide, unreadable."""

from typing import Any

from graphs.seeding.sample import Sample, ago

_ANSWERS_BY_ITSELF = "\x1b[>q\x1b[6n\x1b[c"  # a terminal replies to these on its input
_LINK = "[@click=app.quit]press me[/]"
_BIDI = "\u202egnihtemos\u202c \u2066isolated\u2069"
_HIDDEN = "in\u200bvis\u2060ible\ufeff"


def _refund(customer: str, reason: str) -> dict[str, Any]:
    return {"customer": customer, "order": "2025-66666", "amount": 6.66, "reason": reason}


def _deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"level": levels, "note": "the innermost"}
    for level in range(levels - 1, 0, -1):
        value = {"level": level, "items": [level, str(level), level / 2, None, True], "next": value}
    return value


def _long_mail() -> dict[str, Any]:
    lines = [f"{number}. Item {number} costs {number * 3}.50 euros." for number in range(1, 401)]
    lines.append("One line without an end: " + "word " * 2000)
    return {
        "sender": "paperwork@example.org",
        "subject": "All four hundred positions of the tender " * 5,
        "text": "\n".join(lines),
        "draft": "Dear all,\n\nwe read it, every line.",
    }


SAMPLES = (
    Sample(
        "hostile-terminal",
        "refund",
        "open",
        ago(hours=16),
        _refund(
            f"Mallory {_ANSWERS_BY_ITSELF}", f"\x1b]0;owned\x07\x1b]52;c;aGE=\x07 \x9b31m{chr(0)}"
        ),
    ),
    Sample(
        "hostile-markup",
        "refund",
        "open",
        ago(hours=17),
        _refund(f"{_LINK} [/foo] [INFO]", "[/foo] [bold]list[str] $x {y} %s \\["),
    ),
    Sample(
        "hostile-hidden",
        "onboarding",
        "open",
        ago(hours=18),
        {"person": {"name": f"{_BIDI} {_HIDDEN} nul:\x00.", _LINK: _BIDI}, "missing": ["[/foo]"]},
    ),
    Sample("hostile-[/foo]-\x1b[>q", "age", "open", ago(hours=19), {"foo": "\x00\x1b[>q"}),
    Sample("long-mail", "inbox_email", "open", ago(days=3, hours=1), _long_mail()),
    Sample(
        "deep-json",
        "onboarding",
        "open",
        ago(days=3, hours=2),
        {"person": {"name": "Dee Nest", "file": _deep(24)}, "missing": ["an end"]},
    ),
    Sample(
        "wide-letters",
        "onboarding",
        "open",
        ago(days=3, hours=3),
        {
            "person": {
                "name": "山田 花子",
                "team": "企画部 🚀",
                "family": "👩‍👩‍👧‍👦 e\u0301 한국어 ไทย",
            },
            "missing": ["座席", "鍵 🔑"],
        },
    ),
    Sample("damaged-1", "age", "unreadable", ago(days=15), {"foo": "abc"}, spoil="damaged"),
    Sample(
        "encrypted-1",
        "refund",
        "unreadable",
        ago(days=16),
        _refund("Nobody knows", "Nobody can read this"),
        spoil="encrypted",
    ),
)
