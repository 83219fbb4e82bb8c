"""The encoding of XML files: what they declare is checked, and GDAL, which knows few, is given UTF-8.

The same for GeoJSON in UTF-16.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geozones.layers.encodings import Decision, decide_claimed, decode
from geozones.layers.formats import GEOJSON, GML, GPX, KML, Format

_UTF8 = ("utf-8", "utf8", "utf-8-sig", "us-ascii")
XML_FORMATS = (KML, GML, GPX)

_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")


def _is_wide(path: Path) -> bool:
    """Tell whether a text is in letters of two bytes."""
    with path.open("rb") as file:
        head = file.read(64)
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head


@contextmanager
def as_utf8(
    path: Path, format: Format, *, stated: str | None, shown: str
) -> Iterator[tuple[Path, Decision | None]]:
    """Give an XML file as UTF-8: itself where it is, else a copy that lives as long as the context.

    Parameters
    ----------
    stated
        Encoding that the settings name; it wins over what the file declares.

    Returns
    -------
    tuple
        The file to read, and how its encoding was decided; None where it is UTF-8, or no XML.

    Raises
    ------
    EncodingError
        The encoding of the settings does not fit, or the text leaves several open.
    """
    if format not in XML_FORMATS and not (format is GEOJSON and _is_wide(path)):
        yield path, None
        return
    content = path.read_bytes()
    declared = _DECLARED.search(content[:1024].replace(b"\0", b""))
    claimed = declared[1].decode("ascii").lower() if declared else None
    decision = decide_claimed(content, claimed=claimed, stated=stated, shown=shown)
    if decision.encoding in _UTF8 and (claimed is None or claimed in _UTF8):
        yield path, None
        return
    text = decode(content, decision, shown=shown)
    text = _DECLARATION.sub('<?xml version="1.0" encoding="UTF-8"?>', text, 1)
    with tempfile.TemporaryDirectory(prefix="geozones-") as folder:
        copy = Path(folder) / path.name
        copy.write_text(text.removeprefix("\ufeff"), encoding="utf-8")
        schema = path.with_suffix(".xsd")
        if schema.exists():
            shutil.copyfile(schema, copy.with_suffix(".xsd"))
        yield copy, decision
