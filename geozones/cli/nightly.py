"""`geozones nightly`: the unattended rebuild."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from geozones.cli.options import (
    DEFAULT_CONFIG,
    AsOfOption,
    ConfigOption,
    ExplainOption,
    FullOption,
    JsonOption,
    LanguageOption,
    OutOption,
    QuietOption,
    open_config,
    read_date,
)

if TYPE_CHECKING:
    from geozones.config import Config
    from geozones.nightly import NightReport


def nightly(
    config: ConfigOption = DEFAULT_CONFIG,
    out: OutOption = None,
    as_of: AsOfOption = None,
    accept_change: Annotated[
        str | None, typer.Option(metavar="REASON", help="Publish whatever the gate says; the reason is recorded.")
    ] = None,
    test_letter: Annotated[
        bool, typer.Option("--test-letter", help="Only send a letter by [nightly.mail], to see that it arrives.")
    ] = False,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    full: FullOption = False,
    explain: ExplainOption = False,
) -> None:
    """Rebuild unattended: never replace good maps by worse ones, back the ledger up, write to the operator."""
    from geozones.cli.messages import print_error, print_json, print_reasons, say
    from geozones.errors import UsageError
    from geozones.i18n import N_

    settings = open_config(config, language=lang, sends_mail=True)
    if test_letter:
        _send_test_letter(settings)
        return
    day = read_date(as_of, option="--as-of")
    if accept_change is not None and not accept_change.strip():
        raise UsageError(N_("--accept-change: give the reason; it is recorded with the run."))
    from geozones.nightly import Night, run_night

    def write(line: str) -> None:
        if not quiet:
            print(line, file=sys.stderr, flush=True)

    report = run_night(
        Night(settings, as_of=day, out=out, accepted=accept_change, options={"full": full}, write=write)
    )
    if explain and report.build is not None:
        print_reasons(report.build.reasons)
    if as_json:
        print_json(report.as_json())
    elif report.build is not None and report.is_published and not quiet:
        say(N_("Published: {door}"), door=report.build.out / "index.html")
    if report.errors:
        for error in report.errors[1:]:
            print_error(error)
        raise report.errors[0]
    _raise_data_issues(report)


def _send_test_letter(config: Config) -> None:
    from geozones.alerts import send_letter
    from geozones.cli.messages import say
    from geozones.errors import UsageError
    from geozones.i18n import N_
    from geozones.nightly import write_test_letter

    mail = config.nightly.mail
    if mail is None:
        raise UsageError(N_("{file} has no [nightly.mail]: no letter is ever sent."), file=config.path.name)
    send_letter(mail, write_test_letter(config))
    say(N_("{host} took the letter to {to}. See that it arrives."), host=mail.host, to=", ".join(mail.to))


def _raise_data_issues(report: NightReport) -> None:
    from geozones.errors import DataIssuesError
    from geozones.i18n import N_

    if report.build is not None and report.build.kept:
        raise DataIssuesError(
            N_("The maps are published, but layers failed and stand as their last good copies: {layers}."),
            layers=", ".join(kept.key for kept in report.build.kept),
        )
    if report.build is not None and report.build.fatal_issues:
        raise DataIssuesError(
            N_("The maps are built, but the data has {n} issues that the settings call fatal; see {file}."),
            n=report.build.fatal_issues,
            file=f"runs/{report.build.run_id}/data/issues.csv",
        )
