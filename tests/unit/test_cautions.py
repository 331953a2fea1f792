"""What cannot be seen in a text is told in words, and plain texts are left alone."""

import pytest

from hitl_tui.tui.content.cautions import MOST, cautions, where


@pytest.mark.parametrize(
    "text",
    [
        "Refund 120.00 to Ada Lind?", "naïve café – “ok”", "Привет, мир", "оса", "日本語 text",
        "ΔT = 5 µs, λx, m², ½", "1ª vez", "https://fine.example/a?b=c#d", "mail ann@fine.example",
        "two\nlines\tand a tab", "Zażółć gęślą jaźń", "emoji 👍",
    ],
)  # fmt: skip
def test_honest_texts_are_left_alone(text):
    assert cautions(text) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("p\u0430ypal", 'is not "paypal": \u0430 is cyrillic small letter a (U+0430)'),
        ("pay to \u0440\u0430\u0443\u0440\u0430l", 'is not "paypal"'),
        ("pay to \u0430\u0440\u0440\u04cf\u0435", 'is not "apple"'),
        ("\uff41mazon", "fullwidth latin small letter a"),
        ("\U0001d429aypal", "mathematical bold small p"),
        ("ad\u200bmin", "hidden: zero width space (U+200B)"),
        ("a\u202eb\u202ec", "right-to-left override (U+202E), 2 times"),
        ("x\x1b[2J", "hidden: a control character (U+001B)"),
        ("tag\U000e0041", "hidden: tag latin capital letter a"),
        ("https://google.com@evil.example/x", "leads to evil.example"),
        ("https://\u0430\u0440\u0440\u04cf\u0435.com/", "leads to xn--80ak6aa92e.com"),
        ("http://xn--80ak6aa92e.com", "\u0430\u0440\u0440\u04cf\u0435.com"),
    ],
)
def test_what_could_pass_unseen_is_told(text, told):
    assert any(told in caution for caution in cautions(text)), cautions(text)


def test_of_many_hints_some_are_told_and_how_many_more():
    found = cautions(
        " ".join(f"p\u0430{word}" for word in ("ypal", "lm", "per", "nel", "int", "ge"))
    )
    assert len(found) == MOST + 1
    assert found[-1] == "and 2 more of the kind"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://user:pw@evil.example:8/x", "evil.example"),
        ("https://B\u00fccher.example", "xn--bcher-kva.example"),
        ("http://[", ""),
        ("https://a..b\u00e9", ""),
    ],
)
def test_where_an_address_leads(url, host):
    assert where(url) == host
