"""Pin the newest versions allowed by setup.cfg, tools/*.in and package.json: with hashes, without addresses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from set_up import INSTALLER, PYTHON, ROOT, find_npm

COMPILE = "--quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -U"
PYTHON_LOCKS = {
    "requirements.lock": ["setup.cfg", "--extra", "postgres"],
    "requirements-dev.lock": ["setup.cfg", "--extra", "postgres", "--extra", "dev"],
    "tools/installer.lock": ["tools/installer.in"],
    "tools/node.lock": ["tools/node.in"],
}


def main() -> int:
    """Write every lock anew."""
    environment = {**os.environ, "PYTHONPATH": str(INSTALLER)}
    for lock, sources in PYTHON_LOCKS.items():
        command = [PYTHON, "-m", "uv", "pip", "compile", *COMPILE.split(), *sources, "--output-file", lock]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    npm = find_npm("check")
    if npm is None:
        print("no npm that is new enough; run make check first", file=sys.stderr)
        return 1
    subprocess.run([*npm, "update", "--package-lock-only", "--loglevel=error"], cwd=ROOT, check=True)
    drop_addresses(ROOT / "package-lock.json")
    return 0


def drop_addresses(lock: Path) -> None:
    """Remove the notes on funding: the only addresses that npm writes in spite of `.npmrc`."""
    content = json.loads(lock.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
