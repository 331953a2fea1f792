"""Ages on the command line: a number and its unit."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import click

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGE = r"(\d{1,6}(?:\.\d{1,3})?)([smhdw])"


class Age(click.ParamType):  # type: ignore[type-arg]  # not generic in older versions
    """An age as `90s`, `30m`, `2h`, `3d` or `1w` becomes a timedelta."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The age; refused with what to write instead."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(_AGE, str(value).strip())
        if found is None:
            self.fail(
                f"{value!r} is no age: write a number and s, m, h, d or w, as 2h.", param, ctx
            )
        return timedelta(**{_UNITS[found[2]]: float(found[1])})


AGE = Age()
