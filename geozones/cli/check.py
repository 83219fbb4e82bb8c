"""`geozones check`: what is wrong with the layers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from geozones.cli.options import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    LanguageOption,
    QuietOption,
    open_config,
)


def check(
    config: ConfigOption = DEFAULT_CONFIG,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the issues and the features set aside.")
    ] = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read and check the layers, alone and against each other."""
    from geozones.cli.messages import print_json, say
    from geozones.errors import DataIssuesError
    from geozones.i18n import N_

    settings = open_config(config, language=lang)
    from geozones.layers import share_reader

    share_reader().start()
    from geozones import pipeline
    from geozones.checks import render_messages

    region = pipeline.check_region(settings)
    issues = render_messages(region.issues, settings.language)
    if out is not None:
        from geozones.reports import Edition, write_check

        edition = Edition(settings.language, pipeline.choose_day(settings, None), settings.region.demonstration)
        write_check(out, issues, region.quarantine, edition=edition)
    fatal = int(issues["severity"].isin(settings.fatal).sum())
    rows = [
        {
            "layer": layer.key,
            "role": layer.role,
            "read": layer.read,
            "checked": layer.checked,
            "quarantined": len(layer.quarantine),
            "errors": layer.count_severity("error"),
            "warnings": layer.count_severity("warning"),
        }
        for layer in region.layers
    ]
    if as_json:
        print_json({"layers": rows, "ok": fatal == 0})
    elif not quiet:
        for row in rows:
            say(
                N_(
                    "{layer}: {read} read, {checked} checked, {quarantined} set aside; {errors} errors, "
                    "{warnings} warnings"
                ),
                **row,
            )
        _say_issues(issues[issues["severity"] != "info"], settings.language)
    if fatal:
        raise DataIssuesError(N_("The data has {n} issues that the settings call fatal ({severities})."), n=fatal,
                              severities=", ".join(settings.fatal))  # fmt: skip


def _say_issues(issues: Any, language: str) -> None:
    """Print the first issues, the errors before the warnings, and how many more there are."""
    from geozones.cli.messages import say
    from geozones.i18n import N_, translate

    words = {"error": N_("error"), "warning": N_("warning")}
    for issue in issues.sort_values("severity", kind="stable").head(_SHOWN).itertuples():
        where = " ".join(str(part) for part in (issue.layer, issue.feature_key) if isinstance(part, str))
        severity = translate(words[str(issue.severity)], language)
        say(N_("{severity} {rule} · {where}: {message}"), where=where, severity=severity,
            rule=issue.rule, message=issue.message)  # fmt: skip
    if len(issues) > _SHOWN:
        say(N_("{n} more; -o DIR writes all of them into files."), n=len(issues) - _SHOWN)


_SHOWN = 50
