"""What the database itself refuses: changed, removed or replaced events, a broken chain, overlapping allocations.

SQLite: `INSERT OR REPLACE` slips past triggers on UPDATE and DELETE, so the insert trigger refuses any row whose
key is taken. PostgreSQL: `TRUNCATE` slips past row triggers, so it has its own; there the hash is checked too.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

_SQLITE = {
    "events_no_update": """
        CREATE TRIGGER events_no_update BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'ledger: events are never changed'); END""",
    "events_no_delete": """
        CREATE TRIGGER events_no_delete BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'ledger: events are never removed'); END""",
    "events_chain": """
        CREATE TRIGGER events_chain BEFORE INSERT ON events
        BEGIN
            SELECT RAISE(ABORT, 'ledger: events are never replaced')
            WHERE EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq OR hash = NEW.hash);
            SELECT RAISE(ABORT, 'ledger: seq must follow the last event')
            WHERE NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM events);
            SELECT RAISE(ABORT, 'ledger: prev_hash must be the hash of the last event')
            WHERE NEW.prev_hash IS NOT coalesce(
                (SELECT hash FROM events ORDER BY seq DESC LIMIT 1),
                '0000000000000000000000000000000000000000000000000000000000000000');
            SELECT RAISE(ABORT, 'ledger: hash must be 64 hexadecimal digits')
            WHERE length(NEW.hash) <> 64 OR NEW.hash GLOB '*[^0-9a-f]*';
        END""",
    "allocations_no_overlap": """
        CREATE TRIGGER allocations_no_overlap BEFORE INSERT ON allocations
        BEGIN
            SELECT RAISE(ABORT, 'ledger: the plot is allocated in that time already')
            WHERE EXISTS (
                SELECT 1 FROM allocations AS other WHERE other.plot_id = NEW.plot_id
                AND other.effective_from < coalesce(NEW.effective_to, '9999-12-31')
                AND NEW.effective_from < coalesce(other.effective_to, '9999-12-31'));
            SELECT RAISE(ABORT, 'ledger: an allocation cannot end before it begins')
            WHERE NEW.effective_to < NEW.effective_from;
        END""",
    "allocations_no_overlap_update": """
        CREATE TRIGGER allocations_no_overlap_update BEFORE UPDATE ON allocations
        BEGIN
            SELECT RAISE(ABORT, 'ledger: the plot is allocated in that time already')
            WHERE EXISTS (
                SELECT 1 FROM allocations AS other WHERE other.plot_id = NEW.plot_id
                AND other.allocation_no <> OLD.allocation_no
                AND other.effective_from < coalesce(NEW.effective_to, '9999-12-31')
                AND NEW.effective_from < coalesce(other.effective_to, '9999-12-31'));
        END""",
}

_POSTGRES_FUNCTIONS = {
    "ledger_refuse_change": """
        CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'ledger: events are never changed, removed or truncated'; END $$""",
    "ledger_check_chain": """
        CREATE OR REPLACE FUNCTION ledger_check_chain() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE last_seq bigint; last_hash text;
        BEGIN
            PERFORM pg_advisory_xact_lock(7305871);
            SELECT seq, hash INTO last_seq, last_hash FROM events ORDER BY seq DESC LIMIT 1;
            IF NEW.seq IS DISTINCT FROM coalesce(last_seq, 0) + 1 THEN
                RAISE EXCEPTION 'ledger: seq must follow the last event'; END IF;
            IF NEW.prev_hash IS DISTINCT FROM coalesce(last_hash, repeat('0', 64)) THEN
                RAISE EXCEPTION 'ledger: prev_hash must be the hash of the last event'; END IF;
            IF NEW.hash IS DISTINCT FROM
                encode(sha256(convert_to(NEW.prev_hash || chr(10) || NEW.body, 'UTF8')), 'hex') THEN
                RAISE EXCEPTION 'ledger: hash must be that of prev_hash and body'; END IF;
            RETURN NEW;
        END $$""",
    "ledger_check_allocation": """
        CREATE OR REPLACE FUNCTION ledger_check_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(7305871);
            IF NEW.effective_to < NEW.effective_from THEN
                RAISE EXCEPTION 'ledger: an allocation cannot end before it begins'; END IF;
            IF EXISTS (SELECT 1 FROM allocations AS other WHERE other.plot_id = NEW.plot_id
                AND (TG_OP = 'INSERT' OR other.allocation_no <> OLD.allocation_no)
                AND other.effective_from < coalesce(NEW.effective_to, 'infinity'::date)
                AND NEW.effective_from < coalesce(other.effective_to, 'infinity'::date)) THEN
                RAISE EXCEPTION 'ledger: the plot is allocated in that time already'; END IF;
            RETURN NEW;
        END $$""",
}

_POSTGRES = {
    "events_no_change": ("events", "BEFORE UPDATE OR DELETE ON events FOR EACH ROW", "ledger_refuse_change"),
    "events_no_truncate": ("events", "BEFORE TRUNCATE ON events FOR EACH STATEMENT", "ledger_refuse_change"),
    "events_chain": ("events", "BEFORE INSERT ON events FOR EACH ROW", "ledger_check_chain"),
    "allocations_no_overlap": (
        "allocations",
        "BEFORE INSERT OR UPDATE ON allocations FOR EACH ROW",
        "ledger_check_allocation",
    ),
}


def install_guards(connection: Connection) -> None:
    """Put all guards of the database in place anew, for the tables that are there."""
    tables = set(inspect(connection).get_table_names())
    if connection.dialect.name == "sqlite":
        for name, statement in _SQLITE.items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            if name.split("_")[0] in tables:
                connection.exec_driver_sql(statement)
        return
    for statement in _POSTGRES_FUNCTIONS.values():
        connection.exec_driver_sql(statement)
    for name, (table, when, function) in _POSTGRES.items():
        if table in tables:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")


def find_missing_guards(connection: Connection) -> list[str]:
    """Return the names of the guards that are not in place."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        wanted = set(_SQLITE)
    else:
        rows = connection.execute(
            text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        )
        wanted = set(_POSTGRES)
    return sorted(wanted - {row[0] for row in rows})
