"""`geozones demo`: write the demonstration region."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Annotated

import typer

from geozones.cli.options import LanguageOption, QuietOption

SETTINGS_NAME = "geozones.toml"


def demo(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to write into; made where it is missing.")
    ],
    zones: Annotated[
        int | None, typer.Option("--zones", metavar="N", help="Number of zones; 16 where not given.")
    ] = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write the demonstration region: settings, layers and register, all made up."""
    from geozones.cli.messages import say, speak
    from geozones.demonstration import make_demonstration
    from geozones.i18n import N_

    speak(lang)
    _refuse_other_region(directory)
    files = make_demonstration(zones=zones).as_files()
    _write(directory, files)
    if not quiet:
        say(N_("{n} files are in {folder}."), n=len(files), folder=directory)


def _refuse_other_region(directory: Path) -> None:
    """Refuse a folder that holds the settings of a real region, so that no real layers are overwritten."""
    import tomllib

    from geozones.errors import UsageError
    from geozones.i18n import N_

    settings = directory / SETTINGS_NAME
    try:
        region = tomllib.loads(settings.read_text(encoding="utf-8")).get("region", {})
        is_demonstration = isinstance(region, dict) and region.get("demonstration") is True
    except (FileNotFoundError, NotADirectoryError):
        return
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        is_demonstration = False
    if not is_demonstration:
        raise UsageError(
            N_("{folder} holds the settings of another region; give a new folder for the demonstration."),
            folder=directory,
        )


def _write(directory: Path, files: dict[str, str]) -> None:
    """Write all files, each complete or not at all, the settings last."""
    from geozones.errors import DiskFullError, UsageError
    from geozones.i18n import N_

    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in sorted(files, key=lambda name: (name == SETTINGS_NAME, name)):
            part = directory / f".{name}.part"
            part.write_bytes(files[name].encode())
            os.replace(part, directory / name)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFullError(
                N_("No space left for the demonstration in {folder}."), folder=directory
            ) from error
        raise UsageError(
            N_("{folder}: the demonstration cannot be written there ({reason}). Give another folder."),
            folder=directory,
            reason=error.strerror,
        ) from error
