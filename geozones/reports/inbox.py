"""The inbox: files that districts sent in, kept as they came, with a journal of what was added and withdrawn.

A file is known by the first 12 hex digits of its hash, so the same file twice changes nothing. Files that someone
puts into the folder by hand count too. Nothing is ever removed: a withdrawn file stays, with the reason.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geozones.config import Config
from geozones.errors import DiskFullError, InputError, UsageError
from geozones.i18n import N_

JOURNAL = "journal.jsonl"
RETURNED = "returned"
"""The folder in the inbox from which a sender takes what was refused, with the reasons."""
ID_DIGITS = 12
_CHUNK = 1 << 20
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Entry:
    """One file of the inbox: its id, where it lies, the name it came under, and why it was withdrawn ("" if not).

    `taken` is the number of the last event of the ledger when it had taken the file in; None where it has not.
    """

    id: str
    path: Path
    name: str
    withdrawn: str = ""
    taken: int | None = None


def hash_file(path: Path) -> str:
    """Return the id of a file: the first 12 hex digits of the SHA-256 of its content.

    Raises
    ------
    InputError
        It is missing, a folder, or cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise InputError(
            N_("{file}: cannot be read ({reason})."), file=path.name, reason=error.strerror or type(error).__name__
        ) from error
    return digest.hexdigest()[:ID_DIGITS]


@dataclass(frozen=True)
class Inbox:
    """The folder of files that came in."""

    folder: Path

    def entries(self) -> list[Entry]:
        """List the files, withdrawn ones too, in the order of their ids; the same content counts once."""
        names, withdrawn, taken = self._read_journal()
        found: dict[str, Entry] = {}
        for path in self._files():
            file_id = hash_file(path)
            entry = Entry(
                file_id, path, names.get(file_id, path.name), withdrawn.get(file_id, ""), taken.get(file_id)
            )
            found.setdefault(file_id, entry)
        return [found[file_id] for file_id in sorted(found)]

    def waiting(self) -> list[Entry]:
        """List the files that were neither withdrawn nor taken into the ledger."""
        return [entry for entry in self.entries() if not entry.withdrawn and entry.taken is None]

    def digest(self, entries: Iterable[Entry]) -> str:
        """Hash what the inbox holds and what its journal says, for comparing it with another night."""
        journal = self.folder / JOURNAL
        parts = [
            *(entry.id for entry in entries),
            journal.read_text("utf-8", "replace") if journal.is_file() else "",
        ]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()

    def note_taken(self, entry: Entry, *, seq: int, at: dt.datetime) -> None:
        """Write down that the ledger has taken a file in; it is not read again while the ledger holds `seq`."""
        self._write_journal({"event": "taken", "id": entry.id, "seq": str(seq), "at": at.isoformat()})

    def add(self, path: Path, *, at: dt.datetime) -> tuple[Entry, bool]:
        """Take a file in.

        Parameters
        ----------
        path
            The file; it is copied as it is.
        at
            The moment, for the journal.

        Returns
        -------
        tuple
            The entry, and whether it is new. A file that was withdrawn comes back when it is added again.

        Raises
        ------
        InputError
            The file is missing or cannot be read.
        DiskFullError
            The inbox cannot be written.
        """
        file_id = hash_file(path)
        known = next((entry for entry in self.entries() if entry.id == file_id), None)
        if known is not None and not known.withdrawn:
            return known, False
        if known is None:
            target = self.folder / f"{file_id}{_suffix(path.name)}"
            self._copy(path, target)
        else:
            target = known.path
        self._write_journal({"event": "added", "id": file_id, "name": path.name[:200], "at": at.isoformat()})
        return Entry(file_id, target, path.name), True

    def withdraw(self, file_id: str, *, reason: str, at: dt.datetime) -> Entry:
        """Withdraw a file; it stays in the folder with the reason.

        Raises
        ------
        UsageError
            No file has this id, or there is no reason.
        """
        if not reason.strip():
            raise UsageError(N_("Say why the proposal is withdrawn: --reason TEXT."))
        entry = next((entry for entry in self.entries() if entry.id == file_id), None)
        if entry is None:
            raise UsageError(
                N_("The inbox has no file {id}. `geozones proposals list` shows the ids."), id=file_id[:40]
            )
        event = {
            "event": "withdrawn",
            "id": file_id,
            "reason": reason.strip()[:_LONGEST_REASON],
            "at": at.isoformat(),
        }
        if not entry.withdrawn:
            self._write_journal(event)
        return Entry(entry.id, entry.path, entry.name, entry.withdrawn or event["reason"])

    def _files(self) -> Iterator[Path]:
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.iterdir(), key=lambda entry: entry.name):
            if (
                path.is_file()
                and not path.is_symlink()
                and path.name != JOURNAL
                and not path.name.startswith((".", "~"))
            ):
                yield path

    def _read_journal(self) -> tuple[dict[str, str], dict[str, str], dict[str, int]]:
        """Read names, reasons and numbers of events by id; a line that a kill cut short is passed over."""
        names: dict[str, str] = {}
        withdrawn: dict[str, str] = {}
        taken: dict[str, int] = {}
        path = self.folder / JOURNAL
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        for line in lines:
            event = _parse(line)
            if event.get("event") == "added":
                names[event["id"]] = event.get("name", "")
                withdrawn.pop(event["id"], None)
            elif event.get("event") == "withdrawn":
                withdrawn[event["id"]] = event.get("reason", "?")
            elif event.get("event") == "taken" and event.get("seq", "").isdecimal():
                taken[event["id"]] = int(event["seq"])
        return names, withdrawn, taken

    def _write_journal(self, event: dict[str, str]) -> None:
        line = json.dumps(event, ensure_ascii=False) + "\n"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / JOURNAL).open("a", encoding="utf-8") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise DiskFullError(N_("The inbox cannot be written: {reason}."), reason=error.strerror) from error

    def _copy(self, path: Path, target: Path) -> None:
        part = target.with_name(f".{target.name}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(path.read_bytes())
            part.replace(target)
        except OSError as error:
            raise DiskFullError(N_("The inbox cannot be written: {reason}."), reason=error.strerror) from error


def _suffix(name: str) -> str:
    """Keep an ending that readers know files by; anything odd is left out."""
    ending = Path(name).suffix.lower()
    return ending if ending[1:].isascii() and ending[1:].isalnum() and len(ending) < 10 else ""


def _parse(line: str) -> dict[str, str]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    is_event = isinstance(event, dict) and isinstance(event.get("id"), str)
    return {str(key): str(value) for key, value in event.items()} if is_event else {}


def open_inbox(config: Config) -> Inbox:
    """Open the inbox that the settings name."""
    return Inbox(Path(config.proposals.inbox))
