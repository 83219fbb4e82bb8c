"""The one table from error class to exit code of the command line (DESIGN: exit codes)."""

from __future__ import annotations

from geozones import errors

INTERNAL_ERROR = 1
USAGE = 2
DATA_ISSUES = 3
INTERRUPTED = 130

EXIT_CODES: dict[type[errors.GeozonesError], int] = {
    errors.InternalError: INTERNAL_ERROR,
    errors.UsageError: USAGE,
    errors.ConfigError: USAGE,
    errors.MeasureError: USAGE,
    errors.DataIssuesError: DATA_ISSUES,
    errors.ImportRefusedError: DATA_ISSUES,
    errors.RulesError: DATA_ISSUES,
    errors.InputError: 4,
    errors.LockHeldError: 5,
    errors.RefusedError: 6,
    errors.GateError: 7,
    errors.LedgerDamagedError: 8,
    errors.DiskFullError: 9,
    errors.LimitError: 9,
    errors.AlertError: DATA_ISSUES,
}


def exit_code_of(error: errors.GeozonesError) -> int:
    """Return the exit code of an error: that of its class, else of the nearest class above it."""
    for ancestor in type(error).__mro__:
        if ancestor in EXIT_CODES:
            return EXIT_CODES[ancestor]
    return INTERNAL_ERROR
