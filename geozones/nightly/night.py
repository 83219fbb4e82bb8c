"""One night: build, back the ledger up, copy the maps, remove old runs, and write to the operator if need be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geozones.alerts import send_letter
from geozones.config import Config
from geozones.errors import GateError, GeozonesError, LedgerDamagedError, Message
from geozones.gate import Policy
from geozones.i18n import N_
from geozones.nightly.alarm import write_letter
from geozones.nightly.log import write_line
from geozones.nightly.mishaps import as_error
from geozones.nightly.supervision import Task, build_supervised

if TYPE_CHECKING:
    from geozones.pipeline import BuildReport

Work = Callable[..., dict[str, Any]]
_BACKUP = "ledger-{moment:%Y%m%dT%H%M%SZ}.sqlite"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Night:
    """What a night is asked to do.

    Parameters
    ----------
    config
        Settings of the region.
    as_of, out
        As of `pipeline.build`.
    accepted
        The reason for publishing whatever the gate says.
    options
        More arguments of `pipeline.build`.
    write
        Takes each line of the log.
    now
        The clock.
    backed_up
        Heads of the ledger of which a copy is written.
    """

    config: Config
    as_of: dt.date | None = None
    out: Path | None = None
    accepted: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    write: Callable[[str], None] = print
    now: Callable[[], dt.datetime] = _now
    backed_up: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """The folder of the maps."""
        return self.out or self.config.maps.out

    def log(self, **values: object) -> None:
        """Write a line of the log."""
        self.write(write_line(self.now().astimezone(), **values))


@dataclass(frozen=True)
class NightReport:
    """How a night went: the report of the build where there is one, and every error in the order it came."""

    build: BuildReport | None = None
    errors: tuple[GeozonesError, ...] = ()

    @property
    def is_published(self) -> bool:
        """Whether the doors lead to the run of this night."""
        return self.build is not None and self.build.is_published

    def and_errors(self, errors: Iterable[GeozonesError]) -> NightReport:
        """Add errors, those apart that say the same as one before them."""
        known = [str(error) for error in self.errors]
        return replace(self, errors=(*self.errors, *(error for error in errors if str(error) not in known)))

    def as_json(self) -> dict[str, Any]:
        """Give the report as `geozones nightly --json` prints it."""
        if self.build is None:
            return {}
        verdict = self.build.verdict
        return {
            **self.build.as_json(),
            "published": self.is_published,
            "kept": [
                {"layer": kept.key, "day": kept.day.isoformat(), "reason": str(kept.reason)}
                for kept in self.build.kept
            ],
            "reasons": [str(breach.message) for breach in verdict.breaches],
            "changed": dict(self.build.changed),
            "accepted": verdict.accepted,
        }


def run_night(night: Night) -> NightReport:
    """Do all the work of a night; what fails does not stop the rest.

    Returns
    -------
    The report. An error of the build comes first in it, then that of the ledger's backup, of the removal of old
    runs, of the copy, of the letter; a build that the gate held back is a `GateError`. Nothing is built from a
    ledger that does not verify.
    """
    night.log(night="begins")
    backup = _then(NightReport(), night, back_up_ledger, night, stage="backup")
    if any(isinstance(error, LedgerDamagedError) for error in backup.errors):
        report = backup
    else:
        report = _build(night).and_errors(backup.errors)
        report = _then(report, night, back_up_ledger, night, stage="backup")
    if report.build is not None:
        report = _then(report, night, prune, night, stage="prune")
        report = _then(report, night, copy_maps, night, stage="copy")
    report = _hold(report)
    report = _then(report, night, alarm, night, report, stage="alert")
    night.log(night="ends", published="yes" if report.is_published else "no", errors=len(report.errors))
    return report


def _build(night: Night) -> NightReport:
    policy = Policy(obey_gate=True, accepted=night.accepted, command="nightly")
    task = Task(night.config, policy, night.as_of, night.out, night.options)
    try:
        return NightReport(build_supervised(task, log=night.log))
    except GeozonesError as error:
        night.log(stage="build", failed=str(error))
        return NightReport(errors=(error,))


def _then(report: NightReport, night: Night, work: Work, *of: Any, stage: str) -> NightReport:
    """Do one more piece of work, log it, and keep its error beside those before it."""
    started = night.now()
    try:
        counts = work(*of)
    except Exception as raised:  # one piece of work must never keep the others from being done
        error = as_error(raised)
        night.log(stage=stage, failed=str(error))
        return report.and_errors([error])
    if counts:
        night.log(stage=stage, seconds=(night.now() - started).total_seconds(), **counts)
    return report


def back_up_ledger(night: Night) -> dict[str, Any]:
    """Write a verified copy of the ledger and remove the oldest beyond the number that the settings keep.

    Nothing is written where the ledger is empty, or is as in the copy that this night wrote before. Photos of
    inspections are copied beside it once: their names are hashes of what they show.
    """
    from geozones import publish
    from geozones.ledger import open_region_ledger
    from geozones.pipeline.inspections import photos_folder

    folder, keep = night.config.nightly.backups, night.config.nightly.keep_backups
    with publish.plain_disk_errors(folder):
        with open_region_ledger(night.config) as ledger:
            events, head = ledger.head()
            if not events or head in night.backed_up:
                return {}
            verification = ledger.back_up(_name_backup(folder, night.now()))
        night.backed_up.add(head)
        copies = sorted(folder.glob("ledger-*Z.sqlite"))
        for copy in (*copies[:-keep], *_find_abandoned(folder, night.now())):
            copy.unlink(missing_ok=True)
        photos = _copy_new(photos_folder(night.config), folder / "photos")
    return {"events": verification.events, "copies": min(len(copies), keep), "photos": photos}


def _name_backup(folder: Path, moment: dt.datetime) -> Path:
    """Name a copy by its moment, or by the first second after it that no other copy has."""
    while (file := folder / _BACKUP.format(moment=moment)).exists():
        moment += dt.timedelta(seconds=1)
    return file


def _find_abandoned(folder: Path, moment: dt.datetime) -> list[Path]:
    """Find the copies that a night which was killed left unfinished."""
    since = (moment - dt.timedelta(days=1)).timestamp()
    return [path for path in folder.glob("ledger-*.partial") if path.stat().st_mtime < since]


def _copy_new(source: Path, target: Path) -> int:
    """Copy the photos that are not there yet, each whole or not at all; returns how many are there now."""
    from geozones import publish

    names = [path.name for path in sorted(source.glob("*.jpg"))]
    for name in names:
        if not (target / name).exists():
            publish.replace_file(target / name, (source / name).read_bytes())
    return len(names)


def copy_maps(night: Night) -> dict[str, Any]:
    """Bring the folder that the settings name to what the doors lead to, the notice of a held rebuild included."""
    from geozones import publish

    target = night.config.nightly.copy_to
    if target is None:
        return {}
    removed = publish.prune_copies(night.folder, target)
    return {"files": publish.copy_to(night.folder, target), "removed": len(removed)}


def prune(night: Night) -> dict[str, Any]:
    """Remove the runs that are more or older than the settings keep."""
    from geozones import publish

    with publish.hold_lock(night.config.state_dir, night.folder, command="nightly"):
        removed = publish.prune_runs(night.folder, night.config.maps.keep, now=night.now())
    return {"removed": len(removed)}


def _hold(report: NightReport) -> NightReport:
    """Make an error of a build that the gate held back."""
    if report.build is None or report.build.is_published:
        return report
    messages = [
        Message(
            N_("The rebuild {run} is held back; the published maps are unchanged. To publish it all the same: "
               "geozones nightly --accept-change REASON"),
            {"run": report.build.run_id},
        ),
        *report.build.verdict.messages,
    ]  # fmt: skip
    return replace(report, errors=(*report.errors, GateError.from_messages(messages)))


def alarm(night: Night, report: NightReport) -> dict[str, Any]:
    """Write to the operator what went wrong, where the settings say how."""
    build = report.build
    letter = write_letter(
        night.config,
        errors=[m for error in report.errors if not isinstance(error, GateError) for m in error.messages],
        breaches=() if build is None or build.is_published else build.verdict.messages,
        kept=[] if build is None else [_kept_message(kept) for kept in build.kept],
        run_id=None if build is None else build.run_id,
        is_published=report.is_published,
    )
    mail = night.config.nightly.mail
    if letter is None or mail is None:
        return {}
    send_letter(mail, letter)
    return {"receivers": len(mail.to)}


def _kept_message(kept: Any) -> Message:
    return Message(N_("{problem} Its copy of {day} stands in for it."), {"problem": kept.reason, "day": kept.day})
