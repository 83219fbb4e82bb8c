"""`geozones letters`: papers of the return queue as DOCX."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geozones.cli.options import DEFAULT_CONFIG, AsOfOption, ConfigOption, LanguageOption, open_config, read_date

app = typer.Typer(help="Letters of the return queue, Kazakh first with Russian beside it.", no_args_is_help=True)

LetterArgument = Annotated[
    str, typer.Argument(metavar="LETTER", help="explanation, breach, notice, termination_notice or return.")
]
OutOption = Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="DOCX file to write.")]


@app.command()
def write(
    letter: LetterArgument,
    plot: Annotated[str, typer.Argument(metavar="PLOT", help="Id of the plot.")],
    out: OutOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_of: AsOfOption = None,
    lang: LanguageOption = None,
) -> None:
    """Write a letter about a plot, where the ledger allows the step; a refusal says from when it does."""
    settings = open_config(config, language=lang)
    day = read_date(as_of, option="--as-of")
    from geozones.cli.ledger_region import open_region
    from geozones.cli.messages import say
    from geozones.i18n import N_
    from geozones.reports.letters import Correspondence, write_letter

    with open_region(settings, as_of=day) as region:
        content = write_letter(
            letter,
            plot,
            Correspondence(
                settings, region.plots, region.read("zones"), region.read("districts"),
                region.ledger.states(as_of=region.as_of), region.register.plots, region.as_of, region.ledger.rules,
                region.ledger.calendar,
            ),
        )  # fmt: skip
    file = out or Path(f"{plot}-{letter}.docx")
    _save(file, content)
    say(N_("{file}: written. Fill in number, date and signatory before it goes out."), file=file)


@app.command()
def template(letter: LetterArgument, out: OutOption = None, lang: LanguageOption = None) -> None:
    """Write the built-in template of a letter, to be edited and put into the folder `[letters] templates`."""
    from geozones.cli.messages import say, speak
    from geozones.errors import UsageError
    from geozones.i18n import N_
    from geozones.lifecycle import LETTERS
    from geozones.reports.letters import make_template, to_bytes

    speak(lang)
    if letter not in LETTERS:
        raise UsageError(
            N_("Unknown letter {letter}. Letters: {allowed}."), letter=letter, allowed=", ".join(LETTERS)
        )
    file = out or Path(f"{letter}.docx")
    _save(file, to_bytes(make_template(letter)))
    say(N_("{file}: written. Edit it and put it into the folder that [letters] templates names."), file=file)


def _save(file: Path, content: bytes) -> None:
    from geozones.errors import UsageError
    from geozones.i18n import N_

    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(
            N_("{file} cannot be written: {reason}."), file=file, reason=error.strerror or error
        ) from error
