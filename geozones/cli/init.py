"""`geozones init DIR`: draft the settings of a folder of unknown files."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geozones.cli.options import DEFAULT_CONFIG, LanguageOption, QuietOption

if TYPE_CHECKING:
    from geozones.drafting import Draft

SETTINGS_NAME = "geozones.toml"
STATE_DIR, OUT = ".geozones", "maps_out"


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the layers of a region.")],
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Look at the files of a folder and draft geozones.toml there: roles, columns, values and CRS, as guesses."""
    from geozones.cli.messages import speak
    from geozones.drafting import count_questions, draft_settings, write_settings
    from geozones.errors import UsageError
    from geozones.i18n import N_
    from geozones.layers.inspection import inspect_folder

    speak(lang)
    target = directory / SETTINGS_NAME
    if target.exists():
        raise UsageError(
            N_("{file} is there already, and is never overwritten. Move it away to have a new one drafted."),
            file=target,
        )
    draft = draft_settings(inspect_folder(directory))
    if lang is None:
        speak(draft.language)
    language = lang or draft.language
    place = "../" if directory.resolve().name == DEFAULT_CONFIG.parent.name else ""
    text = write_settings(draft, language=language, state_dir=place + STATE_DIR, out=place + OUT)
    _write(target, text)
    if not quiet:
        _say(draft, target, questions=count_questions(text))


def _write(target: Path, text: str) -> None:
    from geozones.errors import DiskFullError, UsageError
    from geozones.i18n import N_

    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(
            N_("{file} is there already, and is never overwritten. Move it away to have a new one drafted."),
            file=target,
        ) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFullError(N_("No space left for {file}."), file=target) from error
        raise UsageError(
            N_("{file} cannot be written ({reason})."), file=target, reason=error.strerror or type(error).__name__
        ) from error


def _say(draft: Draft, target: Path, *, questions: int) -> None:
    from geozones.cli.messages import render, say
    from geozones.errors import Message
    from geozones.i18n import N_

    for layer in draft.used:
        sure = Message(
            {"sure": N_("sure"), "likely": N_("likely"), "unsure": N_("not sure")}[layer.subject.confidence]
        )
        place = f"{layer.table.source} · {layer.table.layer}" if layer.table.layer else layer.table.source
        print(render(Message(N_("{role}: {file} ({sure})"), {"role": layer.role, "file": place, "sure": sure})))
    left = [layer for layer in draft.layers if not layer.is_used]
    if left or draft.unused:
        say(N_("Left out: {n} tables or files; the settings say why."), n=len(left) + len(draft.unused))
    if not any(layer.role == "zones" for layer in draft.used):
        say(N_("No file looks like the boundaries of zones; the settings ask for it."))
    say(
        N_("{file} is drafted. {questions} places in it ask something, marked (?). Look at them, then: geozones "
           "build --config {file}"),
        file=target, questions=questions,
    )  # fmt: skip
