"""Check our scripts, styles and templates for what old browsers lack: `check_pages.mjs` with a fitting Node."""

from __future__ import annotations

import subprocess
import sys

from set_up import ROOT, find_node


def main(arguments: list[str]) -> int:
    """Run the check with a Node.js that is new enough."""
    node = find_node("check")
    if node is None or not (ROOT / "node_modules" / "eslint").exists():
        print("The tools that check pages are not set up; run: make check", file=sys.stderr)
        return 1
    return subprocess.run([node, ROOT / "tools" / "check_pages.mjs", *arguments]).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
