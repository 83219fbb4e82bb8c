"""ZIP archives: unpacked into a folder of their own, within limits, never outside it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from geozones.errors import InputError
from geozones.i18n import N_
from geozones.layers.limits import Limits

_DATA_SUFFIXES = (
    ".gpkg", ".geojson", ".json", ".shp", ".kml", ".fgb", ".gml", ".tab", ".mif", ".dxf", ".gpx", ".parquet",
    ".csv", ".txt", ".xlsx",
)  # fmt: skip
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_CHUNK = 1 << 20


def unpack(path: Path, folder: Path, *, wanted: str | None, limits: Limits, shown: str) -> Path:
    """Unpack an archive and choose the data in it.

    Parameters
    ----------
    path
        A ZIP (also KMZ). Names of files in it may be in cp866, as Windows packs them.
    folder
        Empty folder to unpack into.
    wanted
        Name of the file in the archive where it holds several, from the settings.

    Returns
    -------
    Path
        The one vector file or File Geodatabase in it, or the one `wanted`.

    Raises
    ------
    InputError
        The archive is damaged, locked by a password, reaches outside its folder, unpacks beyond the limits, or
        holds no vector file, or several.
    """
    found = unpack_all(path, folder, limits=limits, shown=shown)
    return _choose(found, folder, wanted, shown)


def unpack_all(path: Path, folder: Path, *, limits: Limits, shown: str) -> list[Path]:
    """Unpack an archive; return the vector files, tables and File Geodatabases in it, in order.

    Raises
    ------
    InputError
        As `unpack`, but for the choice.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _unpack_entries(archive, folder, limits, shown)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise InputError(
            N_("{file}: the archive cannot be unpacked; it is damaged or locked ({reason}). Ask the sender for it "
               "again."),
            file=shown, reason=type(error).__name__,
        ) from error  # fmt: skip
    found = _find_data(folder)
    if not found:
        raise InputError(N_("{file}: the archive holds no file that is read."), file=shown)
    return found


def _unpack_entries(archive: zipfile.ZipFile, folder: Path, limits: Limits, shown: str) -> None:
    left = limits.unpacked_bytes
    for entry in archive.infolist():
        name = _name_of(entry)
        if entry.is_dir():
            continue
        if entry.flag_bits & _ENCRYPTED:
            raise RuntimeError("password")
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if any(part in ("..", "/") or ":" in part for part in parts) or (entry.external_attr >> 28) == 0xA:
            raise InputError(
                N_("{file}: the archive has a name that leads out of it ({name}); it is not unpacked."),
                file=shown,
                name=name[:60],
            )
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as packed, target.open("wb") as unpacked:
            while chunk := packed.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise InputError(
                        N_("{file}: the archive unpacks to more than {limit} bytes; it is not read."),
                        file=shown,
                        limit=limits.unpacked_bytes,
                    )
                unpacked.write(chunk)


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Give the name of an entry; old Windows tools write Cyrillic ones in cp866 without saying so."""
    if entry.flag_bits & _UTF8_NAME or entry.filename.isascii():
        return entry.filename
    content = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "cp866"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _find_data(folder: Path) -> list[Path]:
    found = {entry for entry in folder.rglob("*") if entry.suffix.lower() in _DATA_SUFFIXES and entry.is_file()}
    found = {entry for entry in found if not entry.name.startswith(".") and "__MACOSX" not in entry.parts}
    models = {entry for entry in found if entry.suffix.lower() == ".kml"}
    if len(models) > 1:  # the main document of a KMZ may only point to the others
        found -= {entry for entry in models if b"<Placemark" not in entry.read_bytes()}
    found |= {entry.parent for entry in folder.rglob("*.gdbtable")}
    if any(entry.suffix.lower() == ".shp" for entry in found):  # notes beside it are no layers
        found = {entry for entry in found if entry.suffix.lower() not in (".txt", ".json")}
    if any(entry.suffix.lower() == ".tab" for entry in found):
        found = {entry for entry in found if entry.suffix.lower() != ".json"}
    return sorted(found)


def _choose(found: list[Path], folder: Path, wanted: str | None, shown: str) -> Path:
    if wanted is not None:
        fitting = [entry for entry in found if wanted in (entry.name, entry.stem, str(entry.relative_to(folder)))]
        found = fitting or found
    if len(found) == 1:
        return found[0]
    raise InputError(
        N_("{file}: the archive holds several files; name one of them by layer = … in the settings: {names}."),
        file=shown,
        names=", ".join(entry.stem for entry in found),
    )
