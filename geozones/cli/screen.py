"""`geozones screen` and `geozones rank`: may this site be proposed, and which of several first?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geozones.cli.options import (
    DEFAULT_CONFIG,
    AsOfOption,
    ConfigOption,
    JsonOption,
    LanguageOption,
    QuietOption,
    open_config,
    read_date,
)

if TYPE_CHECKING:
    from geozones.config import Config
    from geozones.reports import Proposals
    from geozones.screening import Screening

SitesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="SITE…", help=("A file, the id of a proposal, coordinates (a corner a line) or WKT; - reads "
"them from stdin.")
    ),
]  # fmt: skip
CrsOption = Annotated[
    str | None, typer.Option("--crs", help=("Coordinate system of the sites, such as EPSG:28412."))
]


def screen(
    sites: SitesArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    form: Annotated[
        Path | None,
        typer.Option("--form", help=("Form of the proposal (JSON or TOML): parts of the concept, needs.")),
    ] = None,
    kind: Annotated[str, typer.Option("--kind", metavar="regional|private", help="Kind of zone asked for.")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for report, letters and JSON.")] = None,
    crs: CrsOption = None,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Check proposed sites: what speaks for and against each, with the rule, and whom to ask."""
    from geozones.cli.messages import print_json
    from geozones.errors import Message, RefusedError
    from geozones.i18n import N_
    from geozones.screening import as_records

    settings = open_config(config, language=lang)
    day = read_date(as_of, option="--as-of")
    from geozones.cli.site_region import write_screening

    found, screening = _screen(settings, _arguments(sites), day=day, crs=crs, kind=kind, form=form, quiet=quiet)
    if out is not None:
        write_screening(out, found, screening)
    if as_json:
        print_json(as_records(screening))
    elif not quiet:
        _say_all(screening, settings)
    if screening.is_blocked:
        blocked = screening.sites.loc[screening.sites["verdict"] == "blocked", "site_id"]
        raise RefusedError.from_messages(
            Message(N_("Site {site} cannot be proposed as it is."), {"site": site}) for site in blocked
        )


def rank(
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="[SITE…]", help="As for screen; without any: the inbox.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    crs: CrsOption = None,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Rank proposed sites, with the share of varied weights in which each keeps its place."""
    from geozones.cli.messages import print_json, say
    from geozones.i18n import N_, format_number
    from geozones.reports import rank_proposals
    from geozones.screening import as_records

    settings = open_config(config, language=lang)
    day = read_date(as_of, option="--as-of")
    _, screening = _screen(settings, _arguments(sites or []), day=day, crs=crs, kind="", form=None, quiet=quiet)
    places = rank_proposals(screening).set_index("site_id")
    records = {record["site_id"]: record for record in as_records(screening)}
    if as_json:
        print_json(
            [
                records[site] | {"rank": int(row["rank"]), "stability": round(float(row["stability"]), 4)}
                for site, row in places.iterrows()
            ]
        )
    elif not quiet:
        for site, row in places.iterrows():
            record = records[str(site)]
            say(
                N_(
                    "{rank}. {site}: {verdict}, score {value} ({low}–{high}); keeps its place in {share} % of "
                    "the draws"
                ),
                rank=int(row["rank"]),
                site=site,
                verdict=_verdict(record, settings.language),
                share=round(100 * row["stability"]),
                **{
                    name: format_number(record["score"][name], settings.language, decimals=2)
                    for name in ("value", "low", "high")
                },
            )


def _arguments(sites: list[str]) -> list[str]:
    import sys

    return [sys.stdin.read() if site == "-" else site for site in sites]


def _screen(
    settings: Config, sites: list[str], *, day: Any, crs: str | None, kind: str, form: Path | None, quiet: bool
) -> tuple[Proposals, Screening]:
    """Read region and sites, and screen; what is worth saying about the reading goes to stderr."""
    import sys

    from geozones.cache import FOLDER
    from geozones.cli.messages import render
    from geozones.layers import share_reader

    if not (settings.state_dir / FOLDER).is_dir() or any(_is_file(site) for site in sites):
        share_reader().start()  # it loads what it needs while this process does
    from geozones.cli.site_region import screen_sites

    found, screening = screen_sites(settings, sites, as_of=day, crs=crs, kind=kind, form=form)
    for message in () if quiet else (*found.notes, *found.refused):
        print(render(message), file=sys.stderr)
    return found, screening


def _is_file(site: str) -> bool:
    return "\n" not in site and len(site) < _LONGEST_NAME and Path(site).is_file()


def _verdict(record: dict[str, Any], language: str) -> str:
    from geozones.screening import verdict_words

    return verdict_words(record, language)


def _say_all(screening: Screening, settings: Config) -> None:
    """Print the verdict of every site, and its findings, the worst first."""
    from geozones.cli.messages import say, spoken_language
    from geozones.i18n import N_, format_number
    from geozones.screening import Wording, as_records, feature_names

    language = spoken_language()
    wording = Wording(screening.case.rules, screening.case.as_of, feature_names(screening.case.tables))
    for record in as_records(screening):
        say(
            N_("{site}: {verdict}. {area} ha, usable {usable} ha."),
            site=record["site_id"],
            verdict=_verdict(record, language),
            area=format_number(record["area_ha"], language, decimals=1),
            usable=format_number(record["usable_ha"], language, decimals=1),
        )
        for finding in record["findings"]:
            if finding["answer"] != "pass":
                sentence, basis = wording.write(finding, language), wording.cite(finding, language)
                print(f"  {_SIGNS[finding['answer']]} {sentence} [{basis}]")


_LONGEST_NAME = 1024
_SIGNS = {"block": "✗", "warn": "!", "unknown": "?"}
