"""`geozones layers FILE…`: what is in a file, whatever it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geozones.cli.options import JsonOption, LanguageOption, QuietOption

if TYPE_CHECKING:
    from geozones.layers import FileDescription, IsolatedReader


def layers(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE…", help="Vector files, tables, folders, archives, postgresql:// addresses."),
    ],
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Describe files: layers, features, geometry, CRS, encoding, columns, and what is wrong."""
    from geozones.cli.messages import print_json, render, speak
    from geozones.errors import InputError
    from geozones.i18n import N_
    from geozones.layers import share_reader

    speak(lang)
    reader = share_reader()
    reader.start()
    descriptions = [_describe(name, reader) for name in files]
    if as_json:
        print_json(
            [
                {
                    "file": description.file,
                    "driver": description.driver,
                    "layers": [layer.as_json() for layer in description.layers],
                    "problems": [
                        {"rule": rule, "message": render(message)} for rule, message in description.problems
                    ],
                }
                for description in descriptions
            ]
        )
    elif not quiet:
        for description in descriptions:
            _print(description)
    bad = [description for description in descriptions if not description.is_readable]
    if bad:
        raise InputError(
            N_("{n} of {total} files cannot be read: {files}."),
            n=len(bad),
            total=len(descriptions),
            files=", ".join(Path(description.file).name for description in bad),
        )


def _describe(name: str, reader: IsolatedReader) -> FileDescription:
    from geozones.layers import describe_database

    return describe_database(name) if "://" in name else reader.describe_file(Path(name))


def _print(description: FileDescription) -> None:
    from geozones.cli.messages import render
    from geozones.errors import Message
    from geozones.i18n import N_

    print(f"{description.file}: {description.driver or '–'}")
    for layer in description.layers:
        facts = {name: value or "–" for name, value in vars(layer).items()} | {"features": layer.features}
        headline = N_("{name}: {features} features, {geometry}, {crs}, encoding {encoding}")
        print(" ", render(Message(headline, facts)))
        if layer.bounds:
            bounds = ", ".join(f"{value:.6g}" for value in layer.bounds)
            print("   ", render(Message(N_("bounds: {bounds}"), {"bounds": bounds})))
        print("   ", render(Message(N_("columns: {columns}"), {"columns": ", ".join(layer.columns)})))
    for rule, message in description.problems:
        print(f"  ! {rule}: {render(message)}")
