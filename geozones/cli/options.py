"""Options that several commands share, and what they turn into."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from geozones.config import Config

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="Settings file of the region.", show_default=True)
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Day of the states; else the settings, else today."),
]
LanguageOption = Annotated[
    str | None, typer.Option("--lang", metavar="kk|ru|en", help="Language of messages and of the first page.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder of the maps, in place of that of the settings.")
]
FullOption = Annotated[bool, typer.Option("--full", help="Do everything again, whatever earlier builds know.")]
ExplainOption = Annotated[bool, typer.Option("--explain", help="Say why each stage did what it did.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]

DEFAULT_CONFIG = Path("layers/geozones.toml")
MAIL_PASSWORD = "nightly.mail.password"


def open_config(path: Path, *, language: str | None, sends_mail: bool = False) -> Config:
    """Read the settings, with the variables of this process and the language of the command line.

    The password of the mail server need only be there where a letter may be sent.
    """
    from geozones.cli.messages import speak
    from geozones.config import load_config

    speak(language)
    config = load_config(path, environ=os.environ, unneeded=() if sends_mail else (MAIL_PASSWORD,))
    if language is None:
        speak(config.language)
        return config
    return config.model_copy(update={"language": language})


def read_date(text: str | None, *, option: str) -> dt.date | None:
    """Read a date given on the command line.

    Raises
    ------
    UsageError
        It is not a day written YYYY-MM-DD.
    """
    from geozones.errors import UsageError
    from geozones.i18n import N_

    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            N_("{option}: {value} is not a date. Write it as 2025-02-10."), option=option, value=text
        ) from None
