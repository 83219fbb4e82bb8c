"""Which encoding a text is in: decided with a stated reason, or refused with samples to choose from."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from geozones.errors import EncodingError
from geozones.i18n import N_

CANDIDATES = ("cp1251", "cp866", "kz1048", "ptcp154", "koi8-r")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_KAZAKH = "әғқңөұүһі"
_LETTERS = frozenset(_RUSSIAN + _RUSSIAN.upper() + "ёЁ" + _KAZAKH + _KAZAKH.upper() + "№«»—–…°’“”\u00a0²³")
_CASE_JUMP = re.compile(r"[а-яёәғқңөұүһі][А-ЯЁӘҒҚҢӨҰҮҺІ]")
_MIXED_START = re.compile(r"\b[А-ЯЁ][А-ЯЁ]+[а-яё]")
_COMMON = re.compile("[оеаинтсрвл]")
_WESTERN = {"iso-8859-1", "latin-1", "latin1", "cp1252", "windows-1252", "cp437", "cp850"}
_MARGIN = 0.12
_ENOUGH = 0.72
_PLAUSIBLE = 0.7


@dataclass(frozen=True)
class Decision:
    """An encoding and the reason why it was taken: `bom`, `stated`, `ascii`, `utf-8`, `utf-16` or `letters`."""

    encoding: str
    reason: str


def decide_encoding(content: bytes, *, stated: str | None, shown: str) -> Decision:
    """Decide the encoding of a text.

    Parameters
    ----------
    content
        The text, or a part of it that holds its words.
    stated
        Encoding that the settings or the file itself state; it must be able to read the text.
    shown
        Name of the file in messages.

    Raises
    ------
    EncodingError
        The stated encoding does not fit, or two encodings fit about as well; the message shows samples of each.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return Decision(encoding, "bom")
    if stated is not None:
        return _check_stated(content, stated, shown)
    if b"\0" in content[:4096]:
        return _decide_utf16(content, shown)
    if content.isascii():
        return Decision("utf-8", "ascii")
    if _decodes(content, "utf-8"):
        return Decision("utf-8", "utf-8")
    return _decide_by_letters(content, shown)


def decode(content: bytes, decision: Decision, *, shown: str) -> str:
    """Decode a text in the encoding that was decided.

    Raises
    ------
    EncodingError
        The text is cut in the middle of a letter, or damaged.
    """
    try:
        return content.decode(decision.encoding)
    except UnicodeDecodeError as error:
        raise EncodingError(
            N_("{file}: parts of the text are in different encodings, or damaged. Ask the sender for UTF-8."),
            file=shown,
        ) from error


def decide_claimed(text: bytes, *, claimed: str | None, stated: str | None, shown: str) -> Decision:
    """Decide the encoding of a text that a file makes a claim about.

    The settings win. The claim of the file is believed only where the text then reads as Russian, Kazakh or plain
    Latin; claims of a western code page over Cyrillic text, which old programs make, are overruled.

    Raises
    ------
    EncodingError
        The encoding of the settings does not fit, or the text leaves several open.
    """
    if stated is not None:
        return decide_encoding(text, stated=stated, shown=shown)
    if not text or text.isascii():
        return Decision("utf-8", "ascii")
    own = _try_decide(text, shown)
    if own is not None and own.reason == "utf-8":
        return Decision("utf-8", "stated" if claimed == "utf-8" else "utf-8")
    if claimed is not None and claimed not in _WESTERN:
        try:
            words = text.decode(claimed)
        except (UnicodeDecodeError, LookupError):
            words = ""
        if words and score_text(words) >= _PLAUSIBLE:
            return Decision(claimed, "stated")
    return own or decide_encoding(text, stated=None, shown=shown)


def _try_decide(text: bytes, shown: str) -> Decision | None:
    try:
        return decide_encoding(text, stated=None, shown=shown)
    except EncodingError:
        return None


def _check_stated(content: bytes, stated: str, shown: str) -> Decision:
    try:
        codecs.lookup(stated)
    except LookupError as error:
        raise EncodingError(
            N_("{file}: encoding {encoding} is not known. Write for example utf-8, cp1251 or cp866."),
            file=shown,
            encoding=stated,
        ) from error
    if not _decodes(content, stated):
        raise EncodingError(
            N_("{file}: the text is not {encoding}. Name the right one by encoding = … in the settings, for "
               "example "
               "cp1251 or cp866."),
            file=shown, encoding=stated,
        )  # fmt: skip
    return Decision(stated, "stated")


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        # A sample may end in the middle of a letter; anything before its last bytes is a real fault.
        return error.start >= len(content) - 3 and error.reason == "unexpected end of data"
    return True


def _decide_utf16(content: bytes, shown: str) -> Decision:
    head = content[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd != even and max(even, odd) > len(head) // 10:
        encoding = "utf-16-le" if odd > even else "utf-16-be"
        if _decodes(content, encoding):
            return Decision(encoding, "utf-16")
    raise EncodingError(
        N_("{file}: the file holds zero bytes, so it is no text, or it is damaged. Ask the sender for it again."),
        file=shown,
    )


def score_text(text: str) -> float:
    """Tell how much a text looks like Russian or Kazakh: 1 entirely, 0 not at all."""
    foreign = [letter for letter in text if letter > "\x7f"]
    if not foreign:
        return 1.0
    sample = "".join(foreign)
    share = sum(letter in _LETTERS for letter in foreign) / len(foreign)
    jumps = len(_CASE_JUMP.findall(text)) + len(_MIXED_START.findall(text))
    common = len(_COMMON.findall(sample.lower())) / len(foreign)
    return share - min(0.5, 2.0 * jumps / len(foreign)) + 0.1 * min(common, 0.6)


def _decide_by_letters(content: bytes, shown: str) -> Decision:
    scored = []
    for encoding in CANDIDATES:
        text = content.decode(encoding, "replace")
        scored.append((score_text(text) - (0.0 if "\ufffd" not in text else 0.5), encoding))
    scored.sort(key=lambda entry: -entry[0])
    best, second = scored[0], _next_different(content, scored)
    if best[0] >= _ENOUGH and (second is None or best[0] - second[0] >= _MARGIN):
        return Decision(best[1], "letters")
    samples = "; ".join(f"{encoding}: «{_sample(content, encoding)}»" for _, encoding in scored[:3])
    raise EncodingError(
        N_("{file}: the encoding of the text cannot be decided. Choose the one that reads well and name it by "
           "encoding = … in the settings: {samples}."),
        file=shown, samples=samples,
    )  # fmt: skip


def _next_different(content: bytes, scored: list[tuple[float, str]]) -> tuple[float, str] | None:
    """Find the best other candidate that gives another text; several encodings may agree on all bytes used."""
    best = content.decode(scored[0][1], "replace")
    for entry in scored[1:]:
        if content.decode(entry[1], "replace") != best:
            return entry
    return None


def _sample(content: bytes, encoding: str) -> str:
    """Cut out the first words that are not ASCII."""
    start = next((position for position, byte in enumerate(content) if byte > 0x7F), 0)
    start = max(0, content.rfind(b"\n", 0, start) + 1, start - 10)
    return content[start : start + 40].split(b"\n")[0].decode(encoding, "replace").strip()
