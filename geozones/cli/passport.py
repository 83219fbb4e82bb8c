"""`geozones passport`: passports of plots and zones as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geozones.cli.options import (
    DEFAULT_CONFIG,
    AsOfOption,
    ConfigOption,
    LanguageOption,
    QuietOption,
    open_config,
    read_date,
)

if TYPE_CHECKING:
    from geozones.maps import PageContent

SubjectArgument = Annotated[
    str | None, typer.Argument(metavar="[PLOT|ZONE]", help="Id of a plot (one page) or of a zone (two pages).")
]
AllOption = Annotated[bool, typer.Option("--all", help="All zones and all plots that are valid on the day.")]
PublicOption = Annotated[
    bool, typer.Option("--public", help="Without holder, contract, dates, capacities and strategic lines.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FILE|DIR", help="PDF to write; with --all a folder.")
]

DEFAULT_FOLDER = Path("passports")


def passport(
    subject: SubjectArgument = None,
    every: AllOption = False,
    public: PublicOption = False,
    out: OutOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write the passport of a plot or zone as PDF: map, state, networks, rules, history, sources, code to scan."""
    from geozones.cli.messages import say
    from geozones.errors import UsageError
    from geozones.i18n import N_

    settings = open_config(config, language=lang)
    day = read_date(as_of, option="--as-of")
    if (subject is None) != every:
        raise UsageError(N_("Name one plot or zone, or give --all."))
    from geozones import maps, pipeline, reports

    content = pipeline.read_content(settings, as_of=day)
    content = maps.public_content(content) if public else content
    if subject is not None:
        file = out or Path(f"{maps.file_stem(subject)}.pdf")
        reports.write_file(file, _set_one(content, subject))
        if not quiet:
            say(N_("{file}: written."), file=file)
        return
    from geozones.maps.passports import issue_all

    folder, count = out or DEFAULT_FOLDER, 0
    for name, made in issue_all(content, language=settings.language):
        reports.write_file(folder / name, made)
        count += 1
    if not quiet:
        say(N_("{n} passports are in {folder}."), n=count, folder=folder)


def _set_one(content: PageContent, subject: str) -> bytes:
    """Set the passport of a plot or zone; an id that is neither is refused with the nearest ones."""
    import difflib

    from geozones.errors import UsageError
    from geozones.i18n import N_, format_date
    from geozones.maps.passports import Passports

    passports = Passports(content)
    plots, zones = passports.plot_ids, passports.zone_ids
    if subject in plots:
        return passports.set_plot(subject, content.language)
    if subject in zones:
        return passports.set_zone(subject, content.language)
    near = difflib.get_close_matches(subject, [*zones, *plots], n=5, cutoff=0.5)
    raise UsageError(
        N_("There is no plot or zone {subject} on {day}. Similar: {similar}."),
        subject=subject,
        day=format_date(content.as_of, content.language),
        similar=", ".join(near) or "–",
    )
