"""Tells one Postgres server from another: databases of two may have the same name and number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hitl_tui.database import Connection

_SYSTEM = "SELECT system_identifier::text FROM pg_control_system()"
_MAY_ASK = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')"


def system_of(connection: Connection) -> str:
    """The server's own number, "" where this role may not know it.

    In a transaction, which a refusal would end, leave is asked for first.
    """
    from psycopg import errors
    from psycopg.pq import TransactionStatus

    if connection.info.transaction_status != TransactionStatus.IDLE:
        may = connection.execute(_MAY_ASK).fetchone()
        if not (may and may[0]):
            return ""
    try:
        row = connection.execute(_SYSTEM).fetchone()
    except errors.InsufficientPrivilege:
        return ""
    return str(row[0]) if row else ""
