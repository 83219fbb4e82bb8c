"""The shape of the repository: which module may import which, names, locks, and what no file may hold."""

from __future__ import annotations

import ast
import configparser
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "geozones"
MODULES = sorted(PACKAGE.rglob("*.py"))

TIERS = {
    0: ("errors", "i18n"),
    1: ("config", "rules", "tables", "crs"),
    2: ("checks", "coverage", "fingerprints"),
    3: (
        "demonstration",
        "drafting",
        "proximity",
        "restrictions",
        "lifecycle",
        "screening",
        "figures",
        "gate",
        "changes",
        "sheets",
    ),
    4: ("layers", "ledger", "maps", "reports", "publish", "sources", "alerts", "analysis", "cache"),
    5: ("pipeline",),
    6: ("cli", "nightly", "web"),
}
TIER_OF = {name: tier for tier, names in TIERS.items() for name in names}
SIDEWAYS = {("reports", "layers"), ("cli", "nightly")} | {("screening", name) for name in TIERS[3]}
SIDEWAYS |= {(name, "config") for name in ("tables", "rules", "crs")}  # decision 0001
PURE_TIERS = (0, 1, 2, 3)
IMPURE = {
    "socket",
    "subprocess",
    "urllib",
    "http",
    "requests",
    "sqlite3",
    "sqlalchemy",
    "tempfile",
    "random",
    "secrets",
}
EMPTY_NAMES = ("utils", "helpers", "common", "base", "misc", "util", "helper", "utilities")


def imports_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything that a module imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names if node.level == 0)


def unit_of(module: Path) -> str:
    """Name the file or folder of the package to which a module belongs."""
    return module.relative_to(PACKAGE).with_suffix("").parts[0]


def may_import(importer: str, imported: str) -> bool:
    if importer == imported or (importer, imported) in SIDEWAYS:
        return True
    return TIER_OF[importer] > TIER_OF[imported]


def wrong_imports(module: Path, text: str) -> list[str]:
    importer = unit_of(module)
    return [
        f"{module.relative_to(ROOT)}:{line}: {importer} must not import {name}"
        for line, name in imports_of(ast.parse(text))
        if name.startswith(".")
        or (
            name.startswith("geozones.")
            and name.split(".")[1] in TIER_OF
            and not may_import(importer, name.split(".")[1])
        )
    ]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(
    "module", [path for path in MODULES if path.parent != PACKAGE or path.stem != "__init__"], ids=shown
)
def test_imports_go_down(module: Path) -> None:
    assert unit_of(module) in TIER_OF, f"give {unit_of(module)} a tier here and in the design"
    assert wrong_imports(module, module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("importer", "line", "allowed"),
    [
        ("checks/layer.py", "from geozones import pipeline", False),
        ("crs.py", "def f():\n    from geozones.layers.read import read_layer", False),
        ("proximity/nearest.py", "import geozones.figures", False),
        ("layers/read.py", "from .formats import Format", False),
        ("maps/page.py", "from geozones.reports import register", False),
        ("maps/page.py", "from geozones.maps import words", True),
        ("reports/register.py", "from geozones.layers import write_layer", True),
        ("screening.py", "from geozones.proximity import nearest", True),
        ("pipeline/build.py", "from geozones import maps, publish", True),
    ],
)
def test_a_wrong_import_is_found(importer: str, line: str, allowed: bool) -> None:
    assert (wrong_imports(PACKAGE / importer, line) == []) is allowed


def test_the_package_itself_imports_nothing() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    assert [name for _, name in imports_of(tree) if name.startswith((".", "geozones"))] == []


@pytest.mark.parametrize(
    "module", [path for path in MODULES if TIER_OF.get(unit_of(path)) in PURE_TIERS], ids=shown
)
def test_the_core_reaches_neither_network_nor_clock(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    found = {name.split(".")[0] for _, name in imports_of(ast.parse(text))} & IMPURE
    clock = re.findall(r"\b(?:datetime|date|dt\.\w+)\.(?:now|today|utcnow)\(|\btime\.time\(|os\.environ", text)
    assert (sorted(found), clock) == ([], [])


@pytest.mark.parametrize("module", MODULES, ids=shown)
def test_no_assert_and_no_swallowed_error(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    asserts = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    swallowed = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert (asserts, swallowed) == ([], [])


@pytest.mark.parametrize("module", MODULES, ids=shown)
def test_modules_are_nouns_of_the_field_and_short(module: Path) -> None:
    assert module.stem.strip("_") not in EMPTY_NAMES
    lines = module.read_text(encoding="utf-8").count("\n")
    assert lines <= 400


# ---- locks ----


def pinned(lock: str) -> dict[tuple[str, str], set[str]]:
    """Read a lock: (name, version with marker) -> hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[tuple[str, str], set[str]] = {}
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            requirement, *hashes = line.split("--hash=")
            name, _, version = requirement.partition("==")
            found[name.split("[")[0], version.strip()] = {text.strip() for text in hashes}
    return found


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "tools/installer.lock", "tools/node.lock"]
)
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    assert all(hashes for hashes in pinned(lock).values())
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


def test_the_javascript_lock_has_hashes_and_no_addresses() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = {place: package for place, package in json.loads(text)["packages"].items() if place}
    assert "://" not in text
    assert [place for place, package in packages.items() if not package.get("integrity")] == []


def test_the_lock_of_the_maps_is_part_of_the_lock_of_the_tests() -> None:
    everything = {pin[0]: set() for pin in pinned("requirements-dev.lock")}
    for name, version in pinned("requirements-dev.lock"):
        everything[name].add(version.split(";")[0].strip())
    for name, version in pinned("requirements.lock"):
        assert version.split(";")[0].strip() in everything[name], name


def test_every_dependency_is_locked() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = settings["options.extras_require"]
    wanted = {
        "requirements.lock": settings["options"]["install_requires"] + extras["postgres"],
        "requirements-dev.lock": extras["dev"],
    }
    for lock, requirements in wanted.items():
        locked = {name for name, _ in pinned(lock)}
        assert {re.split(r"[\[<>=!~; ]", line)[0] for line in requirements.split()} - locked == set()


# ---- what no file may hold ----

HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "registry." + "yarnpkg",
    "pypi." + "python",
]
MACHINE_PATHS = ["/" + "root/", "/" + "work/", "C:" + r"\Users"]


def tracked_files() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    forbidden = re.compile("|".join(map(re.escape, HOSTS + MACHINE_PATHS)).encode())
    found = {
        str(path.relative_to(ROOT)): hit.group()
        for path in tracked_files()
        if (hit := forbidden.search(path.read_bytes()))
    }
    assert found == {}


def test_generated_files_are_not_tracked() -> None:
    generated = re.compile(
        r"^(maps_out/(?!\.gitkeep)|\.geozones/|\.venv/|node_modules/|geozones/maps/static/vendor/)"
    )
    assert [path for path in tracked_files() if generated.match(str(path.relative_to(ROOT)))] == []


def test_no_file_is_large() -> None:
    largest = {str(path.relative_to(ROOT)): path.stat().st_size for path in tracked_files()}
    assert [name for name, size in largest.items() if size > 1_500_000] == []


# ---- documentation ----


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=shown)
def test_links_of_the_documentation_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_every_make_target_is_documented() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    guide = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    assert [target for target in targets if target != "help" and f"`make {target}`" not in guide] == []
