"""`geozones runs …`: the runs of an output folder, and the way back to an earlier one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geozones.cli.options import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    LanguageOption,
    OutOption,
    QuietOption,
    open_config,
)

if TYPE_CHECKING:
    from geozones.config import Config
    from geozones.publish import RunInfo

app = typer.Typer(help="The runs that are kept, and the way back to an earlier one.", no_args_is_help=True)


def _open(config: Path, out: Path | None, lang: str | None) -> tuple[Config, Path]:
    settings = open_config(config, language=lang)
    return settings, out or settings.maps.out


@app.command(name="list")
def list_runs(
    config: ConfigOption = DEFAULT_CONFIG,
    out: OutOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the runs, the newest first."""
    from geozones import publish
    from geozones.cli.messages import print_json, say
    from geozones.i18n import N_

    _, folder = _open(config, out, lang)
    rows = [_describe(run, folder) for run in publish.list_runs(folder)]
    if as_json:
        print_json(rows)
        return
    words = _status_words()
    for row in rows:
        say(
            N_("{run} · state on {day} · {status} · {files} files"),
            run=row["run_id"],
            day=row["as_of"] or "?",
            status=words[row["status"]],
            files=row["files"],
        )
    if not rows:
        say(N_("No runs yet. `geozones build` makes the first."))


@app.command()
def show(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="Id, or its beginning; else the served run.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    out: OutOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a run is made of, and whether its files are those of its manifest."""
    from geozones import publish
    from geozones.cli.messages import print_json, say
    from geozones.i18n import N_

    _, folder = _open(config, out, lang)
    found = publish.find_run(folder, run or publish.current_run(folder).name)
    damaged = publish.verify_run(found)
    described = {**_describe(found, folder), "sound": not damaged, "damaged": damaged, **found.facts}
    if as_json:
        print_json(described)
        return
    say(N_("{run} · state on {day} · {status} · {files} files"), run=found.run_id, day=described["as_of"] or "?",
        status=_status_words()[described["status"]], files=len(found.files))  # fmt: skip
    for key, layer in found.facts.get("facts", {}).get("layers", {}).items():
        say(N_("{layer}: {read} read, {quarantined} set aside"), layer=key, **layer)
    _say_gate(found.facts.get("gate", {}))
    if damaged:
        say(N_("Damaged: {files}"), files=", ".join(damaged[:10]))
    else:
        say(N_("All files are those of the manifest."))


def _say_gate(gate: Mapping[str, Any]) -> None:
    """Say which figures moved too far, and why the run was published all the same."""
    from geozones.cli.messages import say, spoken_language
    from geozones.i18n import N_, format_number

    for breach in gate.get("breaches", ()):
        moved = {name: format_number(breach[name], spoken_language()) for name in ("before", "after")}
        say(N_("The gate: {limit}, {subject}: {before} became {after}"), **{**breach, **moved})
    if gate.get("accepted"):
        say(N_("Accepted: {reason}"), reason=gate["accepted"])


@app.command()
def rollback(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="Id, or its beginning; else the last good run.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    out: OutOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Let the doors lead to an earlier run; a damaged one is refused."""
    from geozones import maps, publish
    from geozones.cli.messages import say
    from geozones.errors import InputError
    from geozones.i18n import N_

    settings, folder = _open(config, out, lang)
    with publish.hold_lock(settings.state_dir, folder, command="runs rollback"):
        found = publish.last_good_run(folder) if run is None else publish.find_run(folder, run)
        if found is None:
            raise InputError(
                N_("{out}: no earlier run to go back to. `geozones runs list` shows what is there."),
                out=folder.name,
            )
        publish.require_sound(found)
        publish.open_doors(folder, found.run_id, maps.draw_doors(found.run_id), now=dt.datetime.now(dt.UTC))
    if not quiet:
        say(N_("The doors lead to run {run} again."), run=found.run_id)
        copy = settings.nightly.copy_to
        if copy is not None:
            say(N_("The copy is as before. To renew it: geozones publish --copy-to {folder}"), folder=copy)


@app.command()
def prune(
    config: ConfigOption = DEFAULT_CONFIG,
    out: OutOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Remove the runs that are more or older than the settings keep."""
    from geozones import publish
    from geozones.cli.messages import print_json, say
    from geozones.i18n import N_

    settings, folder = _open(config, out, lang)
    with publish.hold_lock(settings.state_dir, folder, command="runs prune"):
        removed = publish.prune_runs(folder, settings.maps.keep, now=dt.datetime.now(dt.UTC))
    if as_json:
        print_json({"removed": removed})
    elif not quiet:
        say(N_("{n} runs are removed, {kept} stay."), n=len(removed), kept=len(publish.list_runs(folder)))


def _describe(run: RunInfo, out: Path) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "number": run.number,
        "started": None if run.started is None else run.started.isoformat(),
        "as_of": run.facts.get("as_of"),
        "status": _status(run, out),
        "files": len(run.files),
    }


def _status(run: RunInfo, out: Path) -> str:
    """Say whether the doors lead to a run, led to it once, or never did."""
    from geozones import publish
    from geozones.errors import InputError

    try:
        if publish.current_run(out).name == run.run_id:
            return "current"
    except InputError:
        return "unpublished"
    if run.run_id in {run_id for run_id, _ in publish.served_runs(out)}:
        return "served"
    return "held" if run.facts.get("gate", {}).get("breaches") else "unpublished"


def _status_words() -> dict[str, str]:
    from geozones.cli.messages import spoken_language
    from geozones.i18n import N_, translate

    words = {
        "current": N_("served now"),
        "served": N_("served earlier"),
        "held": N_("held back by the gate"),
        "unpublished": N_("never served"),
    }
    return {status: translate(word, spoken_language()) for status, word in words.items()}


@app.command()
def diff(
    earlier: Annotated[str, typer.Argument(metavar="EARLIER", help="Id of a run, or its beginning.")],
    later: Annotated[
        str | None, typer.Argument(metavar="[LATER]", help="Id, or its beginning; else the served run.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    out: OutOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what changed from an earlier run to a later one."""
    from geozones import publish, reports
    from geozones.changes import compare_runs
    from geozones.cli.messages import print_json, say, spoken_language
    from geozones.i18n import N_, format_number

    _, folder = _open(config, out, lang)
    runs = [publish.find_run(folder, earlier), publish.find_run(folder, later or publish.current_run(folder).name)]
    first, second = (str(run.facts.get("as_of", "")) for run in runs)
    changes = compare_runs(*reports.read_comparison(runs[0].path, runs[1].path, days=(first, second)))
    if as_json:
        print_json(reports.changes_as_json(changes, language=spoken_language()))
        return
    say(N_("From run {before} to run {after}:"), before=changes.before[0], after=changes.after[0])
    words = _change_words()
    for kind, count in changes.counts.items():
        if count:
            print(f"  {words[kind]}: {format_number(count, spoken_language())}")
    if not any(changes.counts.values()):
        say(N_("Nothing changed."))


def _change_words() -> dict[str, str]:
    """Name the kinds of changes as the page of changes does."""
    from geozones.cli.messages import spoken_language
    from geozones.i18n import N_, translate

    words = {
        "freed": N_("Plots that became free"),
        "taken": N_("Plots that were taken"),
        "states": N_("Plots whose state moved otherwise"),
        "starts_passed": N_("Start dates that passed"),
        "starts_cleared": N_("No longer past the start date"),
        "plots_new": N_("New plots"),
        "plots_gone": N_("Plots that are no more"),
        "zones_new": N_("New zones"),
        "zones_gone": N_("Zones that are no more"),
        "zones_changed": N_("Zones that changed"),
        "answers": N_("Answers that moved"),
        "distances": N_("Distances that moved"),
        "usable": N_("Usable area that moved"),
        "issues_new": N_("New data issues"),
        "issues_solved": N_("Data issues solved"),
    }
    return {kind: translate(word, spoken_language()) for kind, word in words.items()}
