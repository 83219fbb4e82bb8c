"""The attribute file of a Shapefile: its counts, and the encoding of its text."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from geozones.errors import InputError
from geozones.i18n import N_
from geozones.layers.encodings import Decision, decide_claimed

_LANGUAGES = {0xC9: "cp1251", 0x26: "cp866", 0x65: "cp866", 0x66: "cp866", 0x7D: "cp1255", 0x01: "cp437"}
_CODE_PAGES = {
    "1251": "cp1251", "ansi 1251": "cp1251", "866": "cp866", "oem 866": "cp866", "65001": "utf-8", "utf8": "utf-8",
    "88595": "iso-8859-5", "88591": "iso-8859-1", "1252": "cp1252", "ansi 1252": "cp1252",
}  # fmt: skip
_SAMPLE_RECORDS = 4_000


@dataclass(frozen=True)
class DbfFacts:
    """What the header and a sample of a `.dbf` say."""

    records: int
    deleted: int
    text: bytes
    language: str | None


def read_dbf(path: Path, *, shown: str) -> DbfFacts:
    """Read the header of a `.dbf` and a sample of its text.

    Raises
    ------
    InputError
        The file is shorter than its header says, or has no header.
    """
    content = path.read_bytes()
    if len(content) < 32:
        raise _cut(shown)
    records, header_length, record_length = struct.unpack("<IHH", content[4:12])
    if header_length < 33 or record_length < 1 or len(content) < header_length + records * record_length:
        raise _cut(shown)
    fields = _read_fields(content, header_length)
    body = memoryview(content)[header_length : header_length + records * record_length]
    flags = bytes(body[::record_length])
    step = max(1, records // _SAMPLE_RECORDS)
    pieces = [name for name, _, _ in fields]
    for record in range(0, records, step):
        start = record * record_length + 1
        for _, offset, length in fields:
            pieces.append(_trim(bytes(body[start + offset : start + offset + length])))
    text = b"\n".join(piece for piece in pieces if not piece.isascii())
    return DbfFacts(records, flags.count(b"*"), text, _LANGUAGES.get(content[29]))


def _cut(shown: str) -> InputError:
    return InputError(
        N_(
            "{file}: the .dbf file is shorter than its header says, so rows are lost. Ask the sender for it again."
        ),
        file=shown,
    )


def _read_fields(content: bytes, header_length: int) -> list[tuple[bytes, int, int]]:
    """List the text fields: name, offset in the record, length."""
    fields = []
    offset = 0
    for start in range(32, header_length - 1, 32):
        if content[start] == 0x0D:
            break
        length = content[start + 16]
        if content[start + 11 : start + 12] in (b"C", b"M"):
            name = content[start : start + 11].split(b"\0")[0]
            fields.append((name, offset, length))
        offset += length
    return fields


def _trim(value: bytes) -> bytes:
    """Cut the padding off, and a letter of UTF-8 that the width of the field cut in two."""
    value = value.rstrip(b" \0")
    for size in (1, 2, 3):
        tail = value[-size:]
        if len(tail) == size and tail[0] >= 0xC0 and all(0x80 <= byte < 0xC0 for byte in tail[1:]):
            needed = 2 if tail[0] < 0xE0 else 3 if tail[0] < 0xF0 else 4
            return value[:-size] if needed > size else value
    return value


def decide_dbf_encoding(path: Path, facts: DbfFacts, *, stated: str | None, shown: str) -> Decision:
    """Decide the encoding of a Shapefile's text: the settings, the `.cpg` file, the language byte, the text
    itself.

    What the file says is believed only where the text then reads as Russian, Kazakh or plain Latin; a `.cpg` that
    says otherwise than the text is overruled (reason `letters` or `utf-8`).

    Raises
    ------
    EncodingError
        The encoding of the settings does not fit, or the text leaves several open.
    """
    claimed = _read_cpg(path) or facts.language
    return decide_claimed(facts.text, claimed=claimed, stated=stated, shown=shown)


def _read_cpg(path: Path) -> str | None:
    for suffix in (".cpg", ".CPG"):
        file = path.with_suffix(suffix)
        if file.exists():
            name = file.read_bytes()[:64].decode("ascii", "ignore").strip().lower()
            return _CODE_PAGES.get(name, name) or None
    return None
