"""Photos from outside: decoded within limits, turned upright, scaled down, and written anew without metadata."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

from geozones.errors import InputError, Message
from geozones.i18n import N_

LARGEST_BYTES = 15_000_000
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 1600
"""A kept photo is no wider and no higher than this."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82
_NAME_DIGITS = 32
_TAKEN = (0x8769, 0x9003)
"""Where a camera writes the moment of the shot: the Exif part, DateTimeOriginal."""

_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, struct.error, zlib.error,
)  # fmt: skip
"""What a decoder raises on bytes that are no picture."""


@dataclass(frozen=True)
class Photo:
    """A photo as it is kept: its name (hash of the original bytes), its JPEG, and when it was taken, if known."""

    name: str
    content: bytes
    taken: str | None = None


def clean_photo(content: bytes, *, shown: str) -> Photo:
    """Turn a photo from outside into one that may be kept.

    Parameters
    ----------
    content
        The bytes as they came.
    shown
        What messages call it.

    Returns
    -------
    The photo as JPEG, its longest side at most `LONGEST_SIDE`, without any metadata of the original.

    Raises
    ------
    InputError
        It has more than `LARGEST_BYTES` or `MOST_PIXELS`, is of another format, or is damaged.
    """
    if len(content) > LARGEST_BYTES:
        raise InputError.from_messages([too_big(shown, len(content))])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged metadata: it is thrown away
            plain, taken = _decode(content, shown)
    except InputError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(shown) from error
    except _BROKEN as error:
        raise _no_photo(content, shown) from error
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=_QUALITY, optimize=True)
    name = hashlib.sha256(content).hexdigest()[:_NAME_DIGITS]
    return Photo(f"{name}.jpg", written.getvalue(), taken)


def too_big(shown: str, size: int) -> Message:
    """Make the message for a photo with too many bytes."""
    return Message(
        N_("{photo}: {size} MB; a photo may have {limit} MB at most. Take it with a lower resolution."),
        {"photo": shown, "size": round(size / 1e6, 1), "limit": round(LARGEST_BYTES / 1e6)},
    )


def _decode(content: bytes, shown: str) -> tuple[Image.Image, str | None]:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise _too_many_pixels(shown)
        taken = _taken(opened)
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        plain = Image.new("RGB", upright.size, "white")
        see_through = upright.convert("RGBA")
        plain.paste(see_through, mask=see_through.getchannel("A"))
    return plain, taken


def _taken(picture: Image.Image) -> str | None:
    """Read the moment of the shot that the camera wrote; anything odd counts as unknown."""
    part, tag = _TAKEN
    try:
        written = str(picture.getexif().get_ifd(part).get(tag, ""))
        return dt.datetime.strptime(written[:19], "%Y:%m:%d %H:%M:%S").isoformat()
    except _BROKEN:
        return None


def _too_many_pixels(shown: str) -> InputError:
    return InputError(
        N_("{photo}: more than {limit} million pixels. Take it with a lower resolution."),
        photo=shown,
        limit=MOST_PIXELS // 1_000_000,
    )


def _no_photo(content: bytes, shown: str) -> InputError:
    if content[4:8] == b"ftyp":
        return InputError(
            N_("{photo}: a HEIC photo or a film, which is not read. Set the camera to JPEG («most compatible»)."),
            photo=shown,
        )
    return InputError(N_("{photo}: no JPEG, PNG or WebP photo, or a damaged one."), photo=shown)
