"""The commands, put together, and the way from an error to a message and an exit code."""

from __future__ import annotations

import os
import sys
import traceback

import typer
from typer.exceptions import TyperException

from geozones.cli import (
    build,
    check,
    demo,
    init,
    layers,
    ledger,
    letters,
    nearest,
    nightly,
    passport,
    proposals,
    publish,
    rules,
    runs,
    screen,
)
from geozones.cli.exit_codes import INTERNAL_ERROR, INTERRUPTED, USAGE, exit_code_of
from geozones.cli.messages import FIRST_LANGUAGE, print_error, render, speak
from geozones.errors import GeozonesError, Message
from geozones.i18n import N_

app = typer.Typer(
    name="geozones",
    help="Maps of free and allocated plots in a region's industrial zones.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(build.build)
app.command()(check.check)
app.command()(demo.demo)
app.command()(init.init)
app.command()(layers.layers)
app.command()(nearest.nearest)
app.command()(nightly.nightly)
app.command()(passport.passport)
app.command()(publish.publish)
app.command()(screen.rank)
app.command()(screen.screen)
app.add_typer(ledger.app, name="ledger")
app.add_typer(letters.app, name="letters")
app.add_typer(proposals.app, name="proposals")
app.add_typer(rules.app, name="rules")
app.add_typer(runs.app, name="runs")


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; nothing but messages is ever printed, no traceback."""
    speak(FIRST_LANGUAGE)
    try:
        result = app(arguments, prog_name="geozones", standalone_mode=False)
    except GeozonesError as error:
        print_error(error)
        return exit_code_of(error)
    except TyperException as error:
        if not error.format_message():  # no arguments: the help was printed
            return USAGE
        print(error.format_message(), file=sys.stderr)
        print(render(Message(N_("See: geozones --help"))), file=sys.stderr)
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        print(render(Message(N_("Interrupted; nothing was published."))), file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        _report_bug(error)
        return INTERNAL_ERROR
    return result if isinstance(result, int) else 0


def _report_bug(error: Exception) -> None:
    """Say that it is a bug and where it struck; the whole traceback only where GEOZONES_DEBUG is set."""
    if os.environ.get("GEOZONES_DEBUG"):
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{place.filename.replace(os.sep, '/').rsplit('/', 1)[-1]}:{place.lineno}"
    message = Message(
        N_("Internal error, a bug of GeoZones: {kind} at {where}: {text}. Set GEOZONES_DEBUG=1 to see all of it."),
        {"kind": type(error).__name__, "where": where, "text": str(error)},
    )
    print(render(message), file=sys.stderr)
