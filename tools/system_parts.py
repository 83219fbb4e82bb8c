"""The parts of the operating system that tests use: a browser, a database server, fonts with Kazakh letters.

They are installed with apt where that is allowed without asking; elsewhere the exact command is printed, and
the tests that need a missing part are skipped with the reason.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from shutil import which

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def install_system_parts() -> None:
    """Install what is missing, or say how."""
    packages = missing_packages()
    if not packages:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if which("apt-get") is None:
        print(f"The tests also use (Debian's names): {', '.join(packages)}. Without them some tests are skipped.")
        return
    prefix = privileges()
    if prefix is None:
        say_how(command)
        return
    print(f"Installing with apt: {' '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-qq"], [*command, "-qq"]):
        code = subprocess.run(
            [*prefix, *step], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ).returncode
        if code and "install" in step:
            say_how(command)


def missing_packages() -> list[str]:
    """Name the packages of the parts that this machine lacks."""
    packages: list[str] = []
    if find_browser() is None:
        packages.append("chromium-browser" if "ubuntu" in system_name() else "chromium")
    if find_postgres_programs() is None:
        packages.append("postgresql")
    if not has_postgis():
        packages.append("postgresql-postgis")
    if not has_kazakh_letters():
        packages += ["fontconfig", "fonts-dejavu-core"]
    return packages


def find_browser() -> str | None:
    """Find a browser of the Chromium family."""
    return next((path for name in BROWSERS if (path := which(name))), None)


def find_postgres_programs() -> Path | None:
    """Find the folder of initdb and pg_ctl; Debian keeps it out of PATH. The newest wins."""
    on_path = which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest else None


def has_postgis() -> bool:
    """Tell whether PostGIS is installed for the database server."""
    return any(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))


def has_kazakh_letters() -> bool:
    """Tell whether an installed font has the letters of Kazakh."""
    if which("fc-list") is None:
        return False
    answer = subprocess.run(["fc-list", ":lang=kk", "family"], capture_output=True, text=True)
    return bool(answer.stdout.strip())


def system_name() -> str:
    """Read the name of the distribution, in lower case."""
    try:
        return Path("/etc/os-release").read_text(encoding="utf-8").lower()
    except OSError:
        return ""


def privileges() -> list[str] | None:
    """Say what has to stand before a command that installs; None where installing would need a password."""
    if os.geteuid() == 0:
        return []
    if which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def say_how(command: list[str]) -> None:
    """Print the command that a person with the right to install has to run."""
    print("Some tests need more of the system and are skipped until this was run:")
    print(f"    sudo {' '.join(command)}", flush=True)
