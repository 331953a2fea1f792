"""Plain business: refunds, transfers, trips, deploys, ages, articles, reports."""

from typing import Any

from graphs.seeding.sample import Sample, ago

_SHOP = {"user": "shop-bot", "assistant_id": "refunds-v3"}


def _refund(customer: str, order: str, amount: float, reason: str) -> dict[str, Any]:
    return {"customer": customer, "order": order, "amount": amount, "reason": reason}


def _wire(to: str, iban: str, amount: int, purpose: str) -> dict[str, Any]:
    return {"to": to, "iban": iban, "amount": amount, "purpose": purpose}


def _deploy(service: str, version: str, machines: int) -> dict[str, Any]:
    names = [f"{service}-{number}" for number in range(1, machines + 1)]
    return {"service": service, "version": version, "machines": names}


_ages = (
    Sample("age-1", "age", "open", ago(minutes=12), {"foo": "abc"}),
    Sample("age-2", "age", "open", ago(hours=3), {"foo": "def"}),
    Sample("age-3", "age", "done", ago(days=2), {"foo": "ghi"}, (42,)),
    Sample("age-checked-1", "age_checked", "open", ago(minutes=25), {"foo": "abc"}),
    Sample("age-checked-2", "age_checked", "open", ago(days=1), {"foo": "abc"}, (-20,)),
    Sample("age-checked-3", "age_checked", "done", ago(days=3), {"foo": "abc"}, (-20, 5)),
)

_refunds = (
    Sample(
        "refund-1",
        "refund",
        "open",
        ago(days=4),
        _refund("Ada Lindqvist", "2025-10117", 1999.0, "Screen arrived cracked; photos attached."),
        metadata=_SHOP,
    ),
    Sample(
        "refund-2",
        "refund",
        "open",
        ago(hours=20),
        _refund("Bilal Haddad", "2025-10242", 89.9, "Ordered twice by mistake."),
        metadata=_SHOP,
    ),
    Sample(
        "refund-3",
        "refund",
        "done",
        ago(days=6),
        _refund("Chiara Conti", "2025-09876", 45.5, "Wrong colour."),
        ({"approved": True, "amount": 45.5, "method": "voucher", "note": "Sorry!"},),
        metadata=_SHOP,
    ),
    Sample(
        "refund-4",
        "refund",
        "open",
        ago(hours=2),
        _refund("Daniel Okafor", "2025-10301", 15.0, "Delivery was four days late."),
        labelled=False,
    ),
    Sample(
        "refund-5",
        "refund",
        "done",
        ago(days=9),
        _refund("Elif Kaya", "2025-09410", 640.0, "Changed my mind after seven weeks."),
        ({"approved": False, "amount": 0},),
        metadata=_SHOP,
    ),
    Sample(
        "refund-6",
        "refund",
        "open",
        ago(minutes=40),
        _refund("François Léger", "2025-10310", 249.0, "Battery lasts less than an hour."),
        metadata=_SHOP,
    ),
    Sample(
        "refund-7",
        "refund",
        "open",
        ago(minutes=3),
        _refund("Grace Mbeki", "2025-10314", 120.0, "Parcel lost by the carrier."),
        metadata=_SHOP,
    ),
)

_transfers = (
    Sample(
        "transfer-1",
        "transfer",
        "open",
        ago(hours=1),
        _wire("Hansen Shipping AS", "NO93 8601 1117 947", 1_000_000, "Charter, November"),
        metadata={"user": "treasury"},
    ),
    Sample(
        "transfer-2",
        "transfer",
        "open",
        ago(weeks=3),
        _wire("Iberia Steel SL", "ES91 2100 0418 4502 0005 1332", 48_250, "Invoice 7731"),
        metadata={"user": "treasury"},
    ),
    Sample(
        "transfer-3",
        "transfer",
        "locked",
        ago(hours=5),
        _wire("Janssen & Zonen BV", "NL91 ABNA 0417 1643 00", 7_400, "Rent, fourth quarter"),
        ("approve",),
        metadata={"user": "treasury"},
    ),
    Sample(
        "transfer-4",
        "transfer",
        "locked",
        ago(days=2),
        _wire("Kowalski Sp. z o.o.", "PL61 1090 1014 0000 0712 1981 2874", 312, "Expenses"),
        ("approve",),
    ),
    Sample(
        "transfer-5",
        "transfer",
        "done",
        ago(days=12),
        _wire("L. Moreau", "FR14 2004 1010 0505 0001 3M02 606", 25_000, "No invoice found"),
        ("reject",),
    ),
)

_trips = (
    Sample("trip-1", "trip", "open", ago(minutes=55), {"city": "Lisbon"}),
    Sample("trip-2", "trip", "open", ago(hours=7), {"city": "Oslo"}, ("train", "single", "Ann")),
    Sample(
        "trip-3",
        "trip",
        "open",
        ago(days=5),
        {"city": "Kraków"},
        ("09:45 via Zürich",),
        labelled=False,
    ),
    Sample(
        "trip-4",
        "trip",
        "done",
        ago(weeks=2),
        {"city": "Turin"},
        ("train", "quiet side", "Noor Aziz", "aisle"),
    ),
)

_deploys = (
    Sample("deploy-1", "deploy", "open", ago(minutes=2), _deploy("checkout", "v4.12.0", 6)),
    Sample("deploy-2", "deploy", "open", ago(hours=11), _deploy("search", "v2.0.0-rc3", 3)),
    Sample(
        "deploy-3",
        "deploy",
        "paused",
        ago(minutes=8),
        _deploy("billing", "v1.9.4", 4),
        ("deploy",),
        until="approve",
    ),
    Sample("deploy-4", "deploy", "done", ago(days=1), _deploy("mail", "v3.3.1", 2), ("deploy",)),
)

_unasked = (
    Sample("approval-gate-1", "approval_gate", "paused", ago(hours=4), {"article": "Winter sale"}),
    Sample("approval-gate-2", "approval_gate", "paused", ago(days=8), {"article": "Our new shop"}),
    Sample(
        "monthly-report-1",
        "monthly_report",
        "failed",
        ago(hours=9),
        {"month": "October", "file": "/tmp/hitl-tui-october.txt"},
    ),
    Sample(
        "monthly-report-2",
        "monthly_report",
        "failed",
        ago(weeks=1),
        {"month": "September", "file": "/tmp/hitl-tui-september.txt"},
    ),
)

SAMPLES = (*_ages, *_refunds, *_transfers, *_trips, *_deploys, *_unasked)
