"""`geozones build`: layers → maps."""

from __future__ import annotations

from typing import Annotated

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


def build(
    config: ConfigOption = DEFAULT_CONFIG,
    out: OutOption = None,
    single_file: Annotated[
        bool,
        typer.Option("--single-file", help="Also write each public page as one file to send by e-mail."),
    ] = False,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    full: FullOption = False,
    explain: ExplainOption = False,
) -> None:
    """Build the maps and registers of the region and publish them."""
    from geozones.cli.messages import print_json, print_reasons, say, warn_of_breaches
    from geozones.cli.progress import show_stages
    from geozones.errors import DataIssuesError
    from geozones.i18n import N_

    settings = open_config(config, language=lang)
    if single_file and "public" not in settings.maps.single_files:
        files = (*settings.maps.single_files, "public")
        settings = settings.model_copy(update={"maps": settings.maps.model_copy(update={"single_files": files})})
    day = read_date(as_of, option="--as-of")
    from geozones.layers import share_reader

    share_reader().start()
    from geozones import pipeline

    with show_stages(quiet=quiet or as_json) as on_stage:
        report = pipeline.build(settings, as_of=day, out=out, on_stage=on_stage, full=full)
    if explain:
        print_reasons(report.reasons)
    if not quiet:
        warn_of_breaches(report.verdict.breaches)
    if as_json:
        print_json(report.as_json())
    elif not quiet:
        say(
            N_("{pages} pages, {errors} errors and {warnings} warnings in the data. Open {door}"),
            pages=report.pages,
            errors=report.errors,
            warnings=report.warnings,
            door=report.out / "index.html",
        )
    if report.fatal_issues:
        raise DataIssuesError(
            N_("The maps are built, but the data has {n} issues that the settings call fatal; see {file}."),
            n=report.fatal_issues,
            file=f"runs/{report.run_id}/data/issues.csv",
        )
