"""Connections to a Postgres database, and what goes wrong with them in people's words.

Everything libpq understands may stand in the source, or in its own places: PGPASSWORD, a password
file, a service file. A password is never shown, logged, or put on a command line.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from hitl_tui.errors import UsageError

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

_ADVICE = re.compile(r"^connection (?:failed|is bad): |\n\s*Is the server running .*")
"""What libpq adds to a failure: how it began once more, and a question to its administrator."""

MASKED = "•••"
_INSTALL = "pip install 'hitl-tui[postgres]'"
_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""Seconds, and milliseconds for the last, after which a silent network counts as lost."""

_NAMED = {"application_name": "hitl-tui"}


_KEY = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "service": "PGSERVICE",
    "options": "PGOPTIONS",
}
"""What tells one database, as it is seen by one role, from another; and where else it may stand."""


class Unreachable(Exception):
    """No connection can be made; says why in people's words.

    `refused` tells that somebody answered, and that it was not about who asks.
    """

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


class Address:
    """Where a database is, from a `postgresql://…` source; raises UsageError if it cannot be read.

    `parameters` is what libpq is given, password included: not to be shown.
    """

    def __init__(self, source: str) -> None:
        _require()
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict

        try:
            given = conninfo_to_dict(source)
        except ProgrammingError as error:  # its text may repeat the password
            hint = "Write postgresql://USER@HOST:PORT/DATABASE."
            raise UsageError("The database's address cannot be read.", hint=hint) from error
        self.parameters: dict[str, str] = {key: str(value) for key, value in given.items()}
        self._secrets = [self.parameters.get("password", ""), os.environ.get("PGPASSWORD", "")]

    @property
    def name(self) -> str:
        """The database and its host, as people call them."""
        database = self._found("dbname", "PGDATABASE") or self._found("user", "PGUSER")
        host = self._found("host", "PGHOST").partition(",")[0]
        return f"{host}/{database}" if host and not host.startswith("/") else database or "postgres"

    @property
    def key(self) -> str:
        """The database and the role, the same for all programs of this user; not a secret."""
        parts = [f"{name}={self._found(name, variable)}" for name, variable in _KEY.items()]
        return "postgresql " + " ".join(part for part in parts if not part.endswith("="))

    def resolved(self) -> str:
        """The whole address for another process, with what the environment adds; a secret."""
        from psycopg.conninfo import make_conninfo
        from psycopg.pq import Conninfo

        known = {
            option.keyword.decode(): option.val.decode()
            for option in Conninfo.get_defaults()
            if option.val and option.envvar and os.environ.get(option.envvar.decode())
        }
        return make_conninfo("", **{**_PATIENCE, **_NAMED, **known, **self.parameters})

    def connect(self, options: str = "") -> Connection:
        """A connection in autocommit mode; raises Unreachable.

        `options` are given to the server as it begins, after those that are asked for anyway; not
        where a service may name some. A pooler may refuse them.
        """
        import psycopg

        defaults = {key: value for key, value in _PATIENCE.items() if key not in self.parameters}
        if options and not self._found("service", "PGSERVICE"):
            given = self._found("options", "PGOPTIONS")
            defaults["options"] = f"{given} {options}".strip()
        try:
            return psycopg.connect(
                autocommit=True,
                prepare_threshold=None,  # poolers between us and the database lose them
                **{**_NAMED, **self.parameters, **defaults},  # type: ignore[arg-type]
            )
        except psycopg.OperationalError as error:
            words = self.words(error)
            refused = "FATAL" in words and "authentication" not in words
            raise Unreachable(words, refused=refused) from error

    def words(self, error: Exception) -> str:
        """What the database said, in one line and without a secret."""
        diagnosis = getattr(error, "diag", None)
        text = getattr(diagnosis, "message_primary", None) or str(error) or type(error).__name__
        text = " ".join(_ADVICE.sub("", text).split()).rstrip(".")
        for secret in filter(None, self._secrets):
            text = text.replace(secret, MASKED)
        return text

    def _found(self, key: str, variable: str) -> str:
        return self.parameters.get(key) or os.environ.get(variable, "")


def is_lost(error: Exception, connection: Connection | None) -> bool:
    """Whether the connection is gone, so that another one may do."""
    import psycopg

    gone = connection is None or connection.closed or connection.broken
    shut = (psycopg.errors.AdminShutdown, psycopg.errors.CrashShutdown)
    return gone or isinstance(error, (psycopg.InterfaceError, *shut))


def _require() -> None:
    """Raise UsageError unless the extra is installed."""
    try:
        import psycopg  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise UsageError("Postgres sources need more packages.", hint=_INSTALL) from error
