"""What a run is made from, as hashes: where all are those of the served run, nothing has to be done again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

from geozones import cache, ledger, reports
from geozones.config import Config, LayerSpec
from geozones.errors import InputError
from geozones.sources import digest_files, digest_source, list_parts

Inputs = dict[str, str | None]
"""A hash by the name of what it stands for; None is never the same as before."""

LAYER = "layer {key}"
_ABSENT = "absent"


def find_inputs(config: Config, *, as_of: dt.date) -> Inputs:
    """Hash everything that a run is made from: code, settings, day, rules, ledger, inbox, layers."""
    inputs: Inputs = {
        "code": cache.code_version(),
        "settings": cache.hash_settings(config),
        "day": as_of.isoformat(),
        "rules": _digest(config.rules.files),
        "opening": _digest([] if config.ledger.opening is None else [config.ledger.opening]),
        "ledger": read_head(config),
        "inbox": _digest_inbox(config),
        "templates": _digest([] if config.letters.templates is None else [config.letters.templates]),
        "elevation": _digest([] if config.screening.elevation is None else [config.screening.elevation]),
    }
    return inputs | {LAYER.format(key=key): _digest_layer(spec) for key, spec in config.layers.items()}


def _digest_inbox(config: Config) -> str | None:
    inbox = reports.open_inbox(config)
    try:
        return inbox.digest(inbox.entries())
    except (OSError, InputError):
        return None


def settle_inputs(inputs: Inputs, config: Config, digests: Mapping[str, str], *, inbox: str) -> Inputs:
    """Put what was really read in place of what was found before: the ledger's head, the inbox, the layers."""
    read = {
        LAYER.format(key=key): _with_coverage(digests.get(key), spec)
        for key, spec in config.layers.items()
        if inputs[LAYER.format(key=key)] != _ABSENT
    }
    return {**inputs, "ledger": read_head(config), "inbox": inbox, **read}


def read_head(config: Config) -> str:
    """Return number and hash of the last event of the region's ledger."""
    with ledger.open_region_ledger(config) as opened:
        seq, head = opened.head()
    return f"{seq} {head}"


def find_differences(before: Mapping[str, object], after: Inputs) -> list[str]:
    """Name what is not as it was."""
    return [name for name, value in after.items() if value is None or before.get(name) != value]


def _digest_layer(spec: LayerSpec) -> str | None:
    digest = digest_source(spec)
    if digest is None and not spec.is_url and not Path(spec.source).exists():
        return _ABSENT
    return _with_coverage(digest, spec)


def _with_coverage(digest: str | None, spec: LayerSpec) -> str | None:
    """Add the hash of the file that says what a layer covers, where one does."""
    coverage = spec.provenance.coverage
    if digest is None or not isinstance(coverage, str) or coverage == "region":
        return digest
    return f"{digest} {_digest([Path(coverage)])}"


def _digest(files: Iterable[Path]) -> str | None:
    """Hash files, and all files of folders; None where one cannot be read just now."""
    try:
        return digest_files(part for file in files for part in list_parts(file))
    except OSError:
        return None
