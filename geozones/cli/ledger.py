"""`geozones ledger …`: record events, ask for states, verify, import, back up."""

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
    from geozones.cli.ledger_region import RegionLedger
    from geozones.pipeline import InspectionReport

app = typer.Typer(help="Who holds which plot, since when, under which clock.", no_args_is_help=True)

ActorOption = Annotated[str, typer.Option("--by", metavar="ACTOR", help="Who records it.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what it would do, and change nothing.")]
SomePlotArgument = Annotated[
    str | None, typer.Argument(metavar="[PLOT]", help="Id of the plot; may be left out with --file.")
]
PlotArgument = Annotated[str, typer.Argument(metavar="PLOT", help="Id of the plot.")]


def _open(config: Path, *, lang: str | None, as_of: str | None = None) -> RegionLedger:
    settings = open_config(config, language=lang)
    day = read_date(as_of, option="--as-of")
    from geozones.cli.ledger_region import open_region

    return open_region(settings, as_of=day)


@app.command()
def record(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="One of the events; see docs/ledger.md.")],
    by: ActorOption,
    plot: SomePlotArgument = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Day from which it counts.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="What inspect.html saved; for inspect alone.")
    ] = None,
    participant: Annotated[str | None, typer.Option(help="Name or id of the participant.")] = None,
    holder_id: Annotated[str | None, typer.Option(help="BIN, or IIN of a sole entrepreneur.")] = None,
    holder_kind: Annotated[str | None, typer.Option(metavar="company|individual")] = None,
    contract_no: Annotated[str | None, typer.Option(help="Number of the contract.")] = None,
    start_due: Annotated[str | None, typer.Option(metavar="DATE", help="Work must start by.")] = None,
    reserved_for: Annotated[str | None, typer.Option(help="Participant of the later stage.")] = None,
    document: Annotated[str | None, typer.Option(help='"kind no date" of the document.')] = None,
    delivered: Annotated[str | None, typer.Option(metavar="DATE", help="Day of recorded delivery.")] = None,
    struck_on: Annotated[str | None, typer.Option(metavar="DATE", help="Struck from the cadastre on.")] = None,
    ground: Annotated[str | None, typer.Option(metavar="breach|court|agreement|expiry")] = None,
    kind: Annotated[str | None, typer.Option(metavar="pledge|arrest|land_order|lease|other")] = None,
    started: Annotated[str | None, typer.Option(metavar="yes|no|unknown", help="What an inspection saw.")] = None,
    cure_days: Annotated[int | None, typer.Option(help="Days to cure, where fewer than the law's.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    note: Annotated[str | None, typer.Option(help="Anything else.")] = None,
    into: Annotated[Path | None, typer.Option(metavar="FILE", help="File of the new plots.")] = None,
    new_ids: Annotated[list[str] | None, typer.Option("--as", metavar="ID", help="Ids of the new plots.")] = None,
    merged: Annotated[list[str] | None, typer.Option("--with", metavar="ID", help="Plots merged in.")] = None,
    allocation_to: Annotated[str | None, typer.Option(metavar="ID", help="New plot that goes on.")] = None,
    corrects: Annotated[int | None, typer.Option(metavar="NO", help="Number of the event corrected.")] = None,
    void: Annotated[bool, typer.Option("--void", help="The corrected event never was.")] = False,
    more: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Any other field.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    """Record an event of a plot; a refusal names the rule and its article."""
    named = {
        name: value
        for name, value in locals().items()
        if name in _EVENT_OPTIONS and value is not None
    }  # fmt: skip
    if file is not None:
        _require_file_alone(event, mixed=bool(named or more or date))
        with _open(config, lang=lang, as_of=as_of) as region:
            report = region.take_field_file(file, actor=by, plot_id=plot, dry_run=dry_run)
        _tell_of_file(report, dry_run=dry_run, as_json=as_json)
        return
    if plot is None or date is None:
        from geozones.errors import UsageError
        from geozones.i18n import N_

        raise UsageError(N_("An event needs a plot and --date; only inspect may take both from --file."))
    with _open(config, lang=lang, as_of=as_of) as region:
        day = read_date(date, option="--date")
        from geozones.cli.ledger_region import in_words, make_recorded_event
        from geozones.cli.messages import print_json, say
        from geozones.i18n import N_

        made = make_recorded_event(
            region, event, plot, day or region.as_of, named,
            new_plots=into, new_ids=new_ids or [], merged=merged or [], void=void, more=more or [],
        )  # fmt: skip
        result = region.record(made, actor=by, dry_run=dry_run)
    if as_json:
        print_json(result)
    elif dry_run:
        say(N_("{event} of plot {plot_id} would be recorded; the state would be {state}."), **in_words(result))
    else:
        say(N_("No. {seq}: {event} of plot {plot_id} on {date}; the state is {state}."), **in_words(result))


def _require_file_alone(event: str, *, mixed: bool) -> None:
    """Refuse `--file` with anything that the file says itself."""
    from geozones.errors import UsageError
    from geozones.i18n import N_

    if event != "inspect" or mixed:
        raise UsageError(N_("--file goes with inspect alone, and holds the day and all else: leave them out."))


def _tell_of_file(report: InspectionReport, *, dry_run: bool, as_json: bool) -> None:
    from geozones.cli.messages import print_json, say
    from geozones.i18n import N_

    if as_json:
        print_json({**vars(report), "plots": list(report.plots), "dry_run": dry_run})
        return
    words = (
        N_("{file}: {rows} inspections; {recorded} would be recorded, {known} are known already.")
        if dry_run
        else N_("{file}: {rows} inspections; {recorded} recorded with {photos} photos, {known} known already.")
    )
    say(words, **vars(report))


_EVENT_OPTIONS = (
    "participant", "holder_id", "holder_kind", "contract_no", "start_due", "reserved_for", "document", "delivered",
    "struck_on", "ground", "kind", "started", "cure_days", "reason", "note", "allocation_to", "corrects",
)  # fmt: skip

KnownAtOption = Annotated[
    str | None, typer.Option("--known-at", metavar="TIME", help="What was believed then: a day or a moment.")
]


@app.command()
def state(
    config: ConfigOption = DEFAULT_CONFIG,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the state of every plot of the layer on a day, with its clock and next lawful step."""
    with _open(config, lang=lang, as_of=as_of) as region:
        from geozones.cli.ledger_region import print_states, read_moment

        print_states(region.states(known_at=read_moment(known_at, region.config)), as_json=as_json)


@app.command()
def due(
    config: ConfigOption = DEFAULT_CONFIG,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the plots where a clock runs or a step is due, the most urgent first."""
    with _open(config, lang=lang, as_of=as_of) as region:
        from geozones.cli.ledger_region import print_states

        print_states(region.due(), as_json=as_json)


@app.command()
def history(
    plot: PlotArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List all events of a plot, with those of the plots that it came out of."""
    with _open(config, lang=lang) as region:
        from geozones.cli.ledger_region import in_words
        from geozones.cli.messages import print_json, say
        from geozones.i18n import N_

        rows = region.ledger.history(plot)
        if not rows and plot not in region.register.plots:
            from geozones.errors import UsageError

            raise UsageError(N_("{plot}: no such plot in the layers or in the ledger."), plot=plot)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        papers = "".join(f" · {row[name]}" for name in ("document", "reason") if row.get(name))
        say(
            N_("No. {seq} · {date} · {event}{papers} · recorded {recorded_at} UTC by {by}"),
            **{**in_words(row), "papers": papers, "recorded_at": row["recorded_at"][:16].replace("T", " ")},
        )


@app.command()
def verify(
    head: Annotated[str | None, typer.Option("--head", metavar="HASH", help="A head known from before.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recompute all hashes, links and states of the ledger; exit 8 where they do not hold."""
    settings = open_config(config, language=lang)
    from geozones.cli.messages import print_json, render, say
    from geozones.errors import LedgerDamagedError
    from geozones.i18n import N_
    from geozones.ledger import open_region_ledger

    found = open_region_ledger(settings).verify(head=head)
    if as_json:
        result = {"ok": found.ok, "events": found.events, "first_bad": found.first_bad, "head": found.head}
        print_json({**result, "problems": [render(problem) for problem in found.problems]})
    if not found.ok:
        raise LedgerDamagedError.from_messages(found.problems)
    if not as_json:
        say(N_("The ledger holds {events} events, all sound. Head: {head}"), events=found.events, head=found.head)


@app.command(name="import")
def import_rows(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Register workbook (.xlsx) or text table (.csv).")],
    by: ActorOption = "import",
    config: ConfigOption = DEFAULT_CONFIG,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    """Import a register workbook or a text table: all rows or none; the same file twice changes nothing."""
    with _open(config, lang=lang, as_of=as_of) as region:
        from geozones.cli.ledger_region import print_preview
        from geozones.cli.messages import print_json, say
        from geozones.i18n import N_

        report = region.import_file(file, actor=by, dry_run=dry_run)
    if as_json:
        print_json(vars(report))
    elif dry_run:
        print_preview(report)
        say(N_("{file}: {rows} rows; {recorded} would be recorded, {known} are known already."), **vars(report))
    else:
        say(N_("{file}: {rows} rows; {recorded} recorded, {known} known already."), **vars(report))


@app.command()
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write.")],
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
) -> None:
    """Write an empty register workbook with headings, lists and checks of what is typed."""
    with _open(config, lang=lang) as region:
        from geozones.cli.messages import say
        from geozones.i18n import N_
        from geozones.ledger.workbook import write_workbook

        write_workbook(file, plot_ids=sorted(region.register.plots), language=region.config.language)
    say(N_("{file} is written."), file=file.name)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write.")],
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
) -> None:
    """Write all events into a register workbook; it holds personal data and is not for the public."""
    with _open(config, lang=lang) as region:
        from geozones.cli.messages import say
        from geozones.i18n import N_
        from geozones.ledger.exporting import export_workbook

        plots = sorted(region.register.plots)
        count = export_workbook(region.ledger, file, plot_ids=plots, language=region.config.language)
    say(N_("{file}: {n} events are written. It holds personal data; keep it inside."), file=file.name, n=count)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy to write; it must not exist yet.")],
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
) -> None:
    """Write a verified copy of the ledger as one SQLite file, while others may go on working."""
    settings = open_config(config, language=lang)
    from geozones.cli.messages import say
    from geozones.i18n import N_
    from geozones.ledger import open_region_ledger

    found = open_region_ledger(settings).back_up(file)
    say(N_("{file}: {n} events, verified."), file=file.name, n=found.events)


@app.command()
def rebuild(
    config: ConfigOption = DEFAULT_CONFIG, lang: LanguageOption = None, quiet: QuietOption = False
) -> None:
    """Make all states anew from the events, and put the guards of the database back."""
    settings = open_config(config, language=lang)
    from geozones.cli.messages import say
    from geozones.i18n import N_
    from geozones.ledger import open_region_ledger

    count = open_region_ledger(settings).rebuild()
    if not quiet:
        say(N_("The states of {n} plots are made anew from the events."), n=count)


@app.command()
def erase(
    person: Annotated[str, typer.Argument(metavar="IIN", help="Number of the sole entrepreneur, else the name.")],
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
) -> None:
    """Erase number and name of a sole entrepreneur; the events stay and point to nobody."""
    with _open(config, lang=lang) as region:
        from geozones.cli.messages import say
        from geozones.errors import UsageError
        from geozones.i18n import N_

        if not region.ledger.erase_person(person, date=region.today):
            raise UsageError(N_("The ledger holds no person with this number or name."))
    say(N_("Number and name are erased; old backups and exports still hold them."))


def rows_of(table: Any) -> list[dict[str, Any]]:
    """Turn a table into rows for JSON: dates as ISO text, whole numbers as such, nothing for what is missing."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict(orient="records")]


def _plain(value: Any) -> Any:
    if value is None or value != value or str(value) in ("NaT", "<NA>"):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value
