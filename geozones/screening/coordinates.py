"""Coordinates as people paste them: degrees, degrees-minutes-seconds, metres; in either order, with any separator.

The notation, the order of the axes and the coordinate system are recognised for the text as a whole, never line by
line, so one mistyped number is an error with its line and not a corner in another place. `parse_lines` cuts lines
into cells, `recognise` says what the cells are, `read_coordinates` puts both together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from geozones.errors import InputError, Message
from geozones.i18n import N_

MOST_LINES = 100_000
_SHOWN = 60

_ALIKE = str.maketrans("º˚′’‘`″”“−–—\u00a0\u202f\u2009", "°°''''\"\"\"---   ")
_HARD_SPACE = re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d)")
_SIDE = r"с\.?\s*ш\.?|ю\.?\s*ш\.?|в\.?\s*д\.?|з\.?\s*д\.?|с\.?\s*е\.?|ш\.?\s*б\.?|[NSEWСЮВЗ]"
_ANGLE = re.compile(
    rf"(?P<before>[NSEWСЮВЗ])?\s*(?P<sign>-)?(?P<degrees>\d{{1,3}}(?:[.,]\d+)?)\s*°\s*"
    rf"(?:(?P<minutes>\d{{1,2}}(?:[.,]\d+)?)\s*'(?!')\s*)?"
    rf"(?:(?P<seconds>\d{{1,2}}(?:[.,]\d+)?)\s*(?:\"|'')\s*)?(?P<after>{_SIDE})?",
    re.IGNORECASE,
)
_TRIPLE = re.compile(r"^(\d{1,3})[- ](\d{1,2})[- ](\d{1,2}(?:[.,]\d+)?)\"?$")
_NUMBER = re.compile(r"^[-+]?\d+(?:[.,]\d+)?$")
_THOUSANDS = re.compile(r"^\d{1,3}(?: \d{3})+(?:[.,]\d+)?$")
_LABEL = re.compile(
    r"\b[XYNEхуΧ]\s*[=:]\s*|\b(?:lat|lon|широта|долгота|ендік|бойлық)\w*\s*[=:]?\s*", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_HEADS = (
    "шир", "долг", "lat", "lon", "точк", "нүкте", "point", "север", "восток", "north", "east", "коорд", "номер",
    "ендік", "бойлық", "coord", "wgs", "utm", "ск", "sk", "пулк", "pulk", "qaz", "қаз", "каз", "epsg", "систем",
    "зон", "zone",
)  # fmt: skip
_LATITUDE_SIDES = ("n", "s", "с", "ю")


@dataclass(frozen=True)
class Line:
    """One line of the text with numbers in it: cells as numbers (None: not a number), and which axis they name."""

    number: int
    text: str
    cells: tuple[float | None, ...]
    axes: tuple[str, ...] = ()


@dataclass
class Block:
    """The lines of one outline, with the title that stands over them."""

    title: str = ""
    lines: list[Line] = field(default_factory=list)


def parse_lines(text: str) -> list[Block]:
    """Cut pasted text into blocks of lines with numbers.

    Parameters
    ----------
    text
        A point a line. Blocks are parted by empty lines or by a title; `#` starts a remark.

    Returns
    -------
    list
        Blocks that have lines; heads of columns are passed over.

    Raises
    ------
    InputError
        The text has more lines than a site can have.
    """
    blocks = [Block()]
    lines = _HARD_SPACE.sub("", text).translate(_ALIKE).splitlines()
    if len(lines) > MOST_LINES:
        raise InputError(
            N_("The coordinates have {count} lines; at most {most} are read."), count=len(lines), most=MOST_LINES
        )
    for number, raw in enumerate(lines, start=1):
        line = raw.split("#", 1)[0].strip().strip(";|")
        if not line.strip("-=_ \t"):
            if blocks[-1].lines:
                blocks.append(Block())
        elif _is_title(line, starts_block=not blocks[-1].lines):
            if blocks[-1].lines:
                blocks.append(Block())
            blocks[-1].title = "" if _is_head(line) else line.strip(" :\t;")[:160]
        else:
            blocks[-1].lines.append(_cut(number, line))
    return [block for block in blocks if block.lines]


def _is_title(line: str, *, starts_block: bool) -> bool:
    """Say whether a line is words and not a point: letters, and no number that could be a coordinate.

    Where a block has begun, a title needs a whole word, so that a point that was mistyped does not part it.
    """
    rest = _LABEL.sub("", line) if re.search(r"\d", line) else line
    has_number = "°" in line or re.search(r"\d{3,}|\d[.,]\d{2,}", rest) or len(re.findall(r"\d+", rest)) > 3
    return not has_number and bool((re.compile(r"[^\W\d_]") if starts_block else _WORD).search(line))


def _is_head(line: str) -> bool:
    """Say whether a title is only the heads of columns, or names the coordinate system."""
    words = [word.casefold() for word in re.findall(r"[^\W\d_]{2,}", line)]
    return all(word.startswith(_HEADS) for word in words)


def _cut(number: int, line: str) -> Line:
    shown = line[:_SHOWN]
    if "°" in line:
        return _cut_angles(number, line, shown)
    clean = _LABEL.sub(" ", line).strip()
    if re.search(r"[;\t|]", clean):
        parts = [part.strip() for part in re.split(r"[;\t|]", clean)]
    elif "." in clean:
        parts = re.split(r"[,\s]+", clean)
    else:
        parts = [part for whole in re.split(r",\s+|\s+", clean) for part in _part_commas(whole)]
    return Line(number, shown, tuple(_read_cell(part) for part in parts if part != ""))


def _part_commas(text: str) -> list[str]:
    """Part `42,1795,69,985` and `4670123,12581234`, where commas stand for two things."""
    pieces = text.split(",")
    if len(pieces) == 4:
        return [",".join(pieces[:2]), ",".join(pieces[2:])]
    if len(pieces) == 2 and min(map(len, pieces)) >= 6:
        return pieces
    return [text]


def _read_cell(text: str) -> float | None:
    if triple := _TRIPLE.match(text):
        degrees, minutes, seconds = (float(part.replace(",", ".")) for part in triple.groups())
        return degrees + minutes / 60 + seconds / 3600 if minutes < 60 and seconds < 60 else None
    if _THOUSANDS.match(text):
        text = text.replace(" ", "")
    return float(text.replace(",", ".")) if _NUMBER.match(text) else None


def _cut_angles(number: int, line: str, shown: str) -> Line:
    cells: list[float | None] = []
    axes: list[str] = []
    for angle in _ANGLE.finditer(line):
        parts = [float((angle[name] or "0").replace(",", ".")) for name in ("degrees", "minutes", "seconds")]
        side = (angle["before"] or angle["after"] or "").casefold().replace(" ", "").replace(".", "")
        is_good = parts[1] < 60 and parts[2] < 60
        value = (parts[0] + parts[1] / 60 + parts[2] / 3600) * (
            -1 if angle["sign"] or side in ("s", "w", "ю", "з") else 1
        )
        cells.append(value if is_good else None)
        axes.append("" if not side else "lat" if side in (*_LATITUDE_SIDES, "сш", "юш", "се") else "lon")
    return Line(number, shown, tuple(cells), tuple(axes))


def find_bad(lines: Iterator[Line] | list[Line], reason: Message) -> list[Message]:
    """Say of each line what is wrong with it."""
    return [
        Message(N_("Line {line}: “{text}”: {reason}"), {"line": line.number, "text": line.text, "reason": reason})
        for line in lines
    ]
