"""Writing results: each script owns a section of a Markdown file and a quote in another, and replaces these."""

from __future__ import annotations

from pathlib import Path


def write_section(file: Path, title: str, heading: str, lines: list[str]) -> None:
    """Put a section into a Markdown file, in place of the one of the same heading.

    `title` heads a file that is not there yet.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else f"# {title}\n"
    start = f"\n## {heading}\n"
    before, found, after = text.partition(start)
    rest = after[after.index("\n## ") :] if found and "\n## " in after else ""
    section = start + "\n" + "\n".join(lines) + "\n"
    file.write_text((before if found else text.rstrip("\n") + "\n") + section + rest, encoding="utf-8")


def write_quote(file: Path, key: str, text: str) -> None:
    """Put a sentence between the marks `<!-- bench:KEY -->` and `<!-- /bench:KEY -->` of a Markdown file.

    Raises
    ------
    ValueError
        The file has no such marks.
    """
    start, end = f"<!-- bench:{key} -->", f"<!-- /bench:{key} -->"
    before, found, after = file.read_text(encoding="utf-8").partition(start)
    _, closed, rest = after.partition(end)
    if not found or not closed:
        raise ValueError(f"{file.name} has no marks {start} … {end}")
    file.write_text(f"{before}{start}{text}{end}{rest}", encoding="utf-8")
