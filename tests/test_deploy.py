"""The units and lines of `deploy/` say what the program understands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from missing_parts import require_system_part

from geozones.cli.exit_codes import EXIT_CODES

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
UNITS = ("geozones-nightly.service", "geozones-nightly.timer")


def settings_of(unit: str) -> dict[str, str]:
    lines = (DEPLOY / unit).read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    program = require_system_part(shutil.which("systemd-analyze"), "systemd-analyze", "systemd")
    for unit in UNITS:
        text = (DEPLOY / unit).read_text("utf-8").replace("/srv/geozones/.venv/bin/geozones", "/bin/true")
        (tmp_path / unit).write_text(text.replace("User=geozones\n", ""), "utf-8")
    done = subprocess.run(
        [program, "verify", *(str(tmp_path / unit) for unit in UNITS)], capture_output=True, text=True
    )
    said = [line for line in done.stderr.splitlines() if "geozones" in line]
    assert (done.returncode, said) == (0, [])


def test_the_timer_starts_the_service_and_the_service_the_command() -> None:
    assert settings_of("geozones-nightly.timer")["Unit"] == "geozones-nightly.service"
    command = shlex.split(settings_of("geozones-nightly.service")["ExecStart"])
    assert command[1] == "nightly"
    from geozones.config.model import LimitsConfig

    hours = int(settings_of("geozones-nightly.service")["TimeoutStartSec"].rstrip("h"))
    assert hours * 3600 > LimitsConfig().run_seconds


def test_exit_codes_that_are_no_crash_are_known() -> None:
    listed = settings_of("geozones-nightly.service")["SuccessExitStatus"].split()
    assert {int(code) for code in listed} == {3, 7} <= set(EXIT_CODES.values())


def test_the_line_of_cron_has_five_fields_and_the_command() -> None:
    (line,) = [
        line for line in (DEPLOY / "crontab.example").read_text("utf-8").splitlines() if line and line[0] != "#"
    ]
    fields = line.split(None, 5)
    assert all(re.fullmatch(r"[\d*/,-]+", field) for field in fields[:5])
    assert ".venv/bin/geozones nightly" in fields[5]


@pytest.mark.parametrize("name", [*UNITS, "crontab.example", "windows.md"])
def test_no_password_stands_there(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    assert re.findall(r"PASSWORD\s*=\s*[A-Za-z0-9]", text) == []
