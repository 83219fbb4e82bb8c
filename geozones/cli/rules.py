"""`geozones rules …`: the legal numbers, where each was read, and whether a file of them is right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geozones.cli.options import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    LanguageOption,
    open_config,
    read_date,
)

if TYPE_CHECKING:
    from geozones.rules import Rule

app = typer.Typer(help="The legal numbers, and where each was read.", no_args_is_help=True)


def _own_files(config: Path, lang: str | None) -> tuple[Path, ...]:
    """Return the rules files of the settings; none where there are no settings at the usual place."""
    from geozones.cli.messages import speak

    if config == DEFAULT_CONFIG and not config.exists():
        speak(lang)
        return ()
    return open_config(config, language=lang).rules.files


@app.command(name="list")
def list_rules(
    config: ConfigOption = DEFAULT_CONFIG,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Only the rules in force on this day.")
    ] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List all rules: the number, the act and its edition, and whether its text was read."""
    from geozones.cli.messages import print_json, say, spoken_language
    from geozones.i18n import N_
    from geozones.rules import cite, edition, label, load_rules, number, status

    rules = load_rules(_own_files(config, lang))
    day = read_date(as_of, option="--as-of")
    rows = rules.rows if day is None else rules.on(day).rows
    if as_json:
        print_json([_describe(rule) for rule in rows])
        return
    language = spoken_language()
    for rule in rows:
        say(
            N_("{id} · {label} · {number} · {basis} · edition {edition} · {status}")
            if rule.verified
            else N_("{id} · {label} · {number} · {basis} · edition {edition} · {status} · NOT VERIFIED"),
            id=rule.id,
            label=label(rule, language),
            number=number(rule, language),
            basis=cite(rule, language),
            edition=edition(rule, language),
            status=status(rule, language),
        )


@app.command(name="check")
def check_rules(
    files: Annotated[list[Path] | None, typer.Argument(help="Rules files; else those of the settings.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check rules files; every row that is wrong is named."""
    from geozones.cli.messages import print_json, render, say
    from geozones.errors import RulesError
    from geozones.i18n import N_
    from geozones.rules import check_rules_file, load_rules

    own = _own_files(config, lang)
    checked = {file: check_rules_file(file) for file in files or own}
    problems = [problem for _, found in checked.values() for problem in found]
    if as_json:
        print_json(
            [
                {"file": file.name, "rules": len(rules.rows), "problems": [render(problem) for problem in found]}
                for file, (rules, found) in checked.items()
            ]
        )
    if problems:
        raise RulesError.from_messages(problems)
    rows = load_rules(files or own).rows
    if as_json:
        return
    for file, (rules, _) in checked.items():
        say(N_("{file}: {n} rules, all with a source."), file=file.name, n=len(rules.rows))
    unread = sum(not rule.verified for rule in rows)
    say(
        N_("{n} rules together with the built-in ones; the text of {unread} was not read."),
        n=len(rows),
        unread=unread,
    )


def _describe(rule: Rule) -> dict[str, Any]:
    """Give a rule as JSON shows it: the columns of its table."""
    return {
        "id": rule.id,
        "check": rule.check,
        "kind": rule.kind,
        "object": rule.object,
        "class": rule.class_name,
        "value": rule.value,
        "unit": rule.unit,
        "layer": rule.layer,
        "land_category": rule.details.get("land_category", "any" if rule.check else ""),
        "measured_from": rule.measured_from,
        "effect": rule.effect,
        "basis": {"act": rule.act, "article": rule.article},
        "edition": rule.edition,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": None if rule.valid_to is None else rule.valid_to.isoformat(),
        "status": rule.status,
        "verified": rule.verified,
        "applied": rule.is_applied,
        "note": rule.note,
        "file": rule.file,
    }
