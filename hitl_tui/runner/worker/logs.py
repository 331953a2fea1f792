"""Python's logging and warnings as `log` frames, in order with everything else."""

from __future__ import annotations

import logging

from .plain import plain
from .wire import Wire


def attach(wire: Wire) -> None:
    """Hear all loggers from INFO on, and `warnings`."""
    root = logging.getLogger()
    root.addHandler(_ToWire(wire))
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)


class _ToWire(logging.Handler):
    """Tells each record; its exception, if any, stands below the message."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = self.format(record)
        except Exception:  # noqa: BLE001 - a bad format string must not end the run
            message = f"{record.msg!r} % {record.args!r}"
        self._wire.tell("log", level=record.levelname, logger=record.name, message=plain(message))
