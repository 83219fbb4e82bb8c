"""Pages are checked for what Chromium 109 and Firefox ESR 115 lack, and the check finds what it has to find."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import DemoRun
from missing_parts import require_system_part

ROOT = Path(__file__).resolve().parent.parent

TOO_NEW = {
    "fromAsync.js": "Array.fromAsync([]);",
    "toSorted.js": "[2, 1].map(Number).toSorted();",
    "groupBy.js": "Object.groupBy([], String);",
    "union.js": "new Set().union(new Set());",
    "flag.js": "/[a--b]/v.test('a');",
    "aria.js": "document.body.ariaLabel = 'x';",
    "transition.js": "document.startViewTransition();",
    "fetch.js": "fetch('plots.json');",
    "markup.js": "document.body.innerHTML = location.hash;",
    "has.css": "a:has(b) { color: red; }",
    "nesting.css": "a { & b { color: red; } }",
    "mix.css": "a { color: color-mix(in srgb, red, blue); }",
    "relative.css": "a { color: rgb(from red r g b); }",
    "balance.css": "a { text-wrap: balance; }",
    "unclosed.css": "@media print { a { color: red; }\n",
    "nth.css": "a:nth-child(2 of b) { color: red; }",
    "remote.css": 'a { background: url("https://example.org/a.png"); }',
    "script.html": "<p>{{ t('Free') }}</p>\n<script>\n[{{ first }}].toReversed();\n</script>",
    "style.html": "<style>@scope (a) { b { color: red; } }</style>",
}
FINE = {
    "fine.js": "structuredClone([1, 2].at(-1)); [1].findLast(Boolean); document.title ?? 'b';",
    "fine.css": "a:is(b, c) { inset: 0; } @page { size: A4; } @container (width > 9px) { a { gap: 0; } }",
    "fine.html": "<script>\nconst x = {{ data }};\nx.forEach(String);\n</script>",
}


def check_pages(*files: Path) -> subprocess.CompletedProcess[str]:
    """Check files as `make check` does."""
    command = [sys.executable, ROOT / "tools" / "check_pages.py", *files]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def eslint() -> Path:
    """Find the tool; `make test` installs it."""
    folder = ROOT / "node_modules" / "eslint"
    return require_system_part(folder if folder.exists() else None, "ESLint", "make, then run make check")


def write_files(folder: Path, texts: dict[str, str]) -> list[Path]:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def test_what_is_too_new_is_found(eslint: Path, tmp_path: Path) -> None:
    done = check_pages(*write_files(tmp_path, TOO_NEW))
    assert done.returncode == 1
    assert [name for name in TOO_NEW if name not in done.stdout] == []


def test_what_old_browsers_know_passes(eslint: Path, tmp_path: Path) -> None:
    done = check_pages(*write_files(tmp_path, FINE))
    assert (done.returncode, done.stderr) == (0, "")


def test_generated_pages_pass(eslint: Path, demo_run: DemoRun) -> None:
    zones = sorted((demo_run.run / "internal" / "zones").glob("*.html"))
    doors = [demo_run.out / "index.html", demo_run.out / "public.html"]
    indexes = [demo_run.run / audience / "index.html" for audience in ("internal", "public")]
    done = check_pages(*doors, *indexes, zones[0])
    assert done.returncode == 0, done.stdout
