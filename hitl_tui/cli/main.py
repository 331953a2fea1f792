"""The command `hitl-tui`: its commands, and what becomes of a failure."""

from __future__ import annotations

import atexit
import gc
import sys
from importlib import import_module
from typing import Any

import click
from click_default_group import DefaultGroup

from hitl_tui import __version__
from hitl_tui.cli.failing import tell
from hitl_tui.cli.reader import end_with_reader, is_about_output, print_no_more
from hitl_tui.errors import HitlError
from hitl_tui.text import clean

_ROOMS = {
    "open": "opening:open_",
    "list": "listing:list_",
    "show": "looking:show",
    "answer": "answering:answer",
    "batch": "batching:batch",
    "start": "acting:start",
    "continue": "acting:continue_",
    "retry": "acting:retry",
    "reopen": "acting:reopen",
    "abandon": "acting:abandon",
    "watch": "joining:watch",
    "cancel": "joining:cancel",
    "claim": "noting:claim",
    "release": "noting:release",
    "snooze": "noting:snooze",
    "audit": "auditing:audit",
    "index": "indexing:index",
    "doctor": "looking:doctor",
}
"""Where each command stands: the screen does not wait for what the other commands import."""

_SELDOM = (20_000, 10, 10)
"""How many new objects bring on a collection: most commands are done before the first one. At the
end there is none either (see `main`): the system takes back what is left, all at once."""


class _Commands(DefaultGroup):  # type: ignore[misc]  # click-default-group has no types
    """The commands, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of `--help`; none is imported."""
        return list(_ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The command of that name, imported now; `open` for what is none, which is its source."""
        if cmd_name not in _ROOMS:
            ctx.arg0 = cmd_name  # type: ignore[attr-defined]  # how the default command gets it
            cmd_name = "open"
        room, _, name = _ROOMS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"hitl_tui.cli.{room}"), name)
        summary, _, _ = (command.help or "").partition("\n\n")
        command.short_help = " ".join(summary.split())  # else click cuts it to fit in a line
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; one that only prints ends with its reader."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            end_with_reader()
            raise


@click.group(
    cls=_Commands,
    default="open",
    default_if_no_args=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="hitl-tui")
def cli() -> None:
    """The operator's inbox for LangGraph threads that wait for a person.

    `hitl-tui SOURCE` opens the inbox on a LangGraph SQLite checkpoint file, or on the address of a
    Postgres database (postgresql://…) or an Agent Server (http://…).

    To start: `hitl-tui checkpoints.sqlite --config langgraph.json`; `hitl-tui doctor SOURCE` says
    what can be read and run. Each command has its own --help.
    """


def main() -> None:
    """Run the command line and exit: expected failures in words, a fault of ours in full."""
    gc.set_threshold(*_SELDOM)
    atexit.register(gc.freeze)
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        click.echo(clean(error.format_message()), err=True)
        _hint(error)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(7)
    except HitlError as error:
        tell(error)
        sys.exit(error.exit_code)
    except OSError as error:
        if not is_about_output(error):
            _tell_fault()
        else:
            print_no_more()
            click.echo(f"The output cannot be written: {error.strerror}.", err=True)
        sys.exit(1)
    except Exception:  # noqa: BLE001 - a traceback may hold untrusted text: told, and cleaned
        _tell_fault()
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _tell_fault() -> None:
    import traceback

    click.echo(clean(traceback.format_exc()), err=True)


def _hint(error: click.ClickException) -> None:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(f"Try '{error.ctx.command_path} --help'.", err=True)
