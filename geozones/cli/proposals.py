"""`geozones proposals`: the inbox of proposed sites."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from geozones.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, LanguageOption, QuietOption, open_config

app = typer.Typer(help="The inbox of proposed sites.", no_args_is_help=True)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A proposal saved by propose.html, or any file with a site.")],
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take a file into the inbox; the same file twice changes nothing."""
    import datetime as dt

    from geozones.cli.messages import print_json, say
    from geozones.i18n import N_
    from geozones.reports import kind_of, open_inbox, require_readable_proposal

    settings = open_config(config, language=lang)
    require_readable_proposal(settings, file)
    entry, is_new = open_inbox(settings).add(file, at=dt.datetime.now(dt.UTC))
    if as_json:
        print_json({"id": entry.id, "file": entry.name, "new": is_new})
    elif not quiet and not is_new:
        say(N_("{id}: is in the inbox already."), id=entry.id)
    elif not quiet:
        is_proposal = kind_of(entry.path) == "proposal"
        say(
            N_("{id}: taken in. The next build screens it.")
            if is_proposal
            else N_("{id}: taken in. The next build takes it into the ledger."),
            id=entry.id,
        )


@app.command("list")
def list_proposals(
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """List what lies in the inbox: sites, refused files with the reason, withdrawn ones."""
    from geozones.cli.messages import print_json, render, say
    from geozones.i18n import N_
    from geozones.reports import list_inbox

    settings = open_config(config, language=lang)
    rows: list[dict[str, Any]] = [
        {
            "id": row.entry.id,
            "file": row.entry.name,
            "state": row.state,
            "sites": list(row.sites),
            "reasons": [render(message) for message in row.refused],
            "withdrawn": row.entry.withdrawn or None,
        }
        for row in list_inbox(settings)
    ]
    if as_json:
        print_json(rows)
    elif not quiet:
        for row in rows:
            say(
                N_("{id} · {file} · {state} {more}"),
                id=row["id"],
                file=row["file"],
                state=row["state"],
                more="; ".join([*row["sites"], *row["reasons"], *filter(None, [row["withdrawn"]])]),
            )


@app.command()
def withdraw(
    proposal: Annotated[str, typer.Argument(metavar="ID", help="Id of the file, as list shows it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is withdrawn.")],
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Withdraw a file: it is kept, with the reason, and screened no more."""
    import datetime as dt

    from geozones.cli.messages import print_json, say
    from geozones.i18n import N_
    from geozones.reports import open_inbox

    settings = open_config(config, language=lang)
    entry = open_inbox(settings).withdraw(proposal, reason=reason, at=dt.datetime.now(dt.UTC))
    if as_json:
        print_json({"id": entry.id, "file": entry.name, "withdrawn": entry.withdrawn})
    elif not quiet:
        say(N_("{id}: withdrawn."), id=entry.id)
