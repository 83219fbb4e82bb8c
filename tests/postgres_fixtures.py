"""A real PostgreSQL in a temporary folder, reached by a socket; every test has an empty database of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from missing_parts import require_system_part

_numbers = count(1)


def find_programs() -> Path | None:
    """Find the folder of initdb and pg_ctl, which Debian keeps out of PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in found), key=lambda folder: float(folder.parts[-2]), default=None)


def run_program(program: Path, *arguments: str, folder: Path) -> None:
    """Run a program of PostgreSQL, as the user postgres where we are root, which PostgreSQL refuses."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, str(program), *arguments], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        pytest.fail(f"{program.name} failed: {done.stdout}{done.stderr}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """Start a server for the tests of one worker; gives the folder of its socket."""
    programs = require_system_part(find_programs(), "PostgreSQL", "postgresql")
    folder = Path(tempfile.mkdtemp(prefix="gz-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    made = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    try:
        run_program(programs / "initdb", "-D", data, *made, folder=folder)
        log = str(folder / "log")
        run_program(programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start", folder=folder)
        yield folder
        run_program(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop", folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: Path) -> Iterator[str]:
    """Give the address of an empty database: `postgresql+psycopg://…`."""
    import psycopg

    name = f"test_{next(_numbers)}"
    with psycopg.connect(host=str(postgres_server), user="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"postgresql+psycopg://postgres@/{name}?host={postgres_server}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgis_template(postgres_server: Path) -> str:
    """Make a database with PostGIS once, to be copied."""
    import psycopg

    with psycopg.connect(host=str(postgres_server), user="postgres", autocommit=True) as connection:
        found = connection.execute("SELECT name FROM pg_available_extensions WHERE name = 'postgis'").fetchone()
        require_system_part(found, "PostGIS", "postgresql-postgis")
        connection.execute("CREATE DATABASE with_postgis")
    with psycopg.connect(host=str(postgres_server), user="postgres", dbname="with_postgis") as connection:
        connection.execute("CREATE EXTENSION postgis")
    return "with_postgis"


@pytest.fixture
def postgis_url(postgres_server: Path, postgis_template: str) -> Iterator[str]:
    """Give the address of a database with PostGIS and without tables: `postgresql://…`."""
    import psycopg

    name = f"gis_{next(_numbers)}"
    with psycopg.connect(host=str(postgres_server), user="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgis_template}")
        yield f"postgresql://postgres@/{name}?host={postgres_server}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an empty ledger, on each of the two databases."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/ledger.sqlite"
