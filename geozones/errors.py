"""Every error that GeoZones raises on purpose: one tree under :class:`GeozonesError`.

An error carries one or more messages. A message is an English template with named fields, so that a shell can
translate it (`geozones.i18n.translate`) before it fills the fields in. The exit code of each class stands in one
table of the command line (`geozones.cli.exit_codes`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Message:
    """A translatable sentence: an English `template` with `{named}` fields, and their values in `params`.

    A value may itself be a message.
    """

    template: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.params)


class GeozonesError(Exception):
    """Root of all errors of GeoZones.

    `messages` holds every problem found, in the order found; `str(error)` is their English text, a line each.
    """

    def __init__(self, template: str, /, **params: Any) -> None:
        self.messages: tuple[Message, ...] = (Message(template, params),)
        super().__init__(template)

    @classmethod
    def from_messages(cls, messages: Iterable[Message]) -> Self:
        """Make one error that reports several problems at once."""
        collected = tuple(messages)
        error = cls(collected[0].template, **collected[0].params)
        error.messages = collected
        return error

    def __str__(self) -> str:
        return "\n".join(str(message) for message in self.messages)


class UsageError(GeozonesError, ValueError):
    """Wrong usage: an argument or option that cannot be taken (exit 2)."""


class ConfigError(GeozonesError, ValueError):
    """Wrong settings: unknown keys, wrong values, a literal password (exit 2)."""


class ColumnError(ConfigError):
    """The settings name a column that the file lacks, or a required column is not there (exit 2)."""


class MeasureError(GeozonesError, ValueError):
    """A measurement was asked for in a CRS that cannot give true metres (exit 2)."""


class DataIssuesError(GeozonesError):
    """The work is done, but the data has issues of a severity that the settings call fatal (exit 3)."""


class ImportRefusedError(GeozonesError):
    """An import has bad rows; nothing of it was taken (exit 3)."""


class RulesError(GeozonesError, ValueError):
    """A rules file is not a valid rules table (exit 3)."""


class InputError(GeozonesError):
    """An input is missing, corrupt, truncated or of a kind that is not read (exit 4)."""


class CrsError(InputError):
    """The coordinate reference system of an input is missing or contradicts its coordinates (exit 4)."""


class EncodingError(InputError):
    """The text encoding of an input cannot be decided (exit 4)."""


class LockHeldError(GeozonesError):
    """Another run holds the lock (exit 5)."""


class RefusedError(GeozonesError):
    """A rule refuses the event or the site (exit 6)."""


class GateError(GeozonesError):
    """The new build failed the gate; the published maps are kept (exit 7)."""


class LedgerDamagedError(GeozonesError):
    """The ledger does not verify (exit 8)."""


class DiskFullError(GeozonesError, OSError):
    """The disk cannot hold the output (exit 9)."""


class LimitError(GeozonesError):
    """The run needs more time or memory than the settings or the machine allow (exit 9)."""


class AlertError(GeozonesError):
    """The letter to the operator could not be sent; the run itself is not touched by it."""


class InternalError(GeozonesError, RuntimeError):
    """An invariant of the program does not hold: a bug (exit 1)."""
