"""Files as `inspect.html` saves them, for tests: photos in them, one thing wrong at a time."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image


def jpeg(width: int = 64, height: int = 48, *, exif: bytes = b"") -> bytes:
    """Make a photo: red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=exif, quality=95)
    return written.getvalue()


def jpeg_with_metadata() -> bytes:
    """Make a photo lying on its side that says where and when it was taken, and by which camera."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Hostile <b>camera</b>"
    exif.get_ifd(0x8769)[0x9003] = "2025:02:03 10:20:30"
    exif.get_ifd(0x8825)[2] = (42.0, 20.0, 30.0)
    return jpeg(2400, 1200, exif=exif.tobytes())


def picture_bomb(side: int = 40_000) -> bytes:
    """Make a PNG of a few bytes that says it has more than a thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


def as_photo(content: bytes, name: str = "IMG_1.jpg", **changes: Any) -> dict[str, Any]:
    """Write a photo as the form does."""
    return {
        "name": name,
        "type": "image/jpeg",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "taken": "2025-02-01T14:28",
        "data": base64.b64encode(content).decode(),
    } | changes


def field_file(file: Path, plot_id: str, *, photos: list[dict[str, Any]] | None = None, **changes: Any) -> Path:
    """Write a file with one inspection that saw no work."""
    seen = {
        "plot_id": plot_id,
        "date": "2025-02-01",
        "time": "14:30",
        "started": "no",
        "stage": "fenced",
        "tidiness": "fair",
        "greening_share": 0.12,
        "note": "fence, no machines",
        "lon": 69.5,
        "lat": 42.3,
        "accuracy_m": 8,
        "photos": photos or [],
    } | changes
    file.write_text(json.dumps({"inspections": [seen], "version": 1, "by": "A. Inspector"}), encoding="utf-8")
    return file
