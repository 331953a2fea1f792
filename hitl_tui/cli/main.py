"""The command `hitl-tui`: its commands, and what becomes of a failure."""

from __future__ import annotations

import sys

import click
from click_default_group import DefaultGroup

from hitl_tui import __version__
from hitl_tui.cli.acting import abandon, audit, continue_, reopen, retry, start
from hitl_tui.cli.answering import answer
from hitl_tui.cli.looking import doctor, list_, open_, show
from hitl_tui.errors import HitlError
from hitl_tui.text import clean


@click.group(
    cls=DefaultGroup,
    default="open",
    default_if_no_args=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="hitl-tui")
def cli() -> None:
    """The operator's inbox for LangGraph threads that wait for a person.

    `hitl-tui SOURCE` opens the inbox on a LangGraph SQLite checkpoint file.
    """


for _command in (
    open_, list_, show, answer, start, continue_, retry, reopen, abandon, audit, doctor,
):  # fmt: skip
    cli.add_command(_command)


def main() -> None:
    """Run the command line and exit: expected failures in words, a fault of ours in full."""
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        click.echo(clean(error.format_message()), err=True)
        _hint(error)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(7)
    except HitlError as error:
        click.echo(f"{error.title}: {clean(str(error))}", err=True)
        sys.exit(error.exit_code)
    except Exception:  # noqa: BLE001 - a traceback may hold untrusted text: told, and cleaned
        import traceback

        click.echo(clean(traceback.format_exc()), err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _hint(error: click.ClickException) -> None:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(f"Try '{error.ctx.command_path} --help'.", err=True)
