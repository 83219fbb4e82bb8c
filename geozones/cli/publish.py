"""`geozones publish`: push the published run to another folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geozones.cli.options import DEFAULT_CONFIG, ConfigOption, LanguageOption, OutOption, QuietOption, open_config


def publish(
    copy_to: Annotated[Path, typer.Option("--copy-to", help="Folder to copy into: a share, a stick, a web root.")],
    config: ConfigOption = DEFAULT_CONFIG,
    out: OutOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Copy the published run as a plain tree, its doors last."""
    from geozones import publish as published
    from geozones.cli.messages import say
    from geozones.i18n import N_

    settings = open_config(config, language=lang)
    files = published.copy_to(out or settings.maps.out, copy_to)
    if not quiet:
        say(N_("{n} files are in {folder}."), n=files, folder=copy_to)
