"""Loading the layers of a run one by one; a failing one is replaced by its last good copy if it may be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geozones.checks import CheckedLayer, make_issues
from geozones.config import LayerSpec
from geozones.errors import ConfigError, GeozonesError, InputError, Message
from geozones.i18n import N_
from geozones.sources.copies import find_last_copy, keep_copy
from geozones.sources.parts import digest_source

_TRIES = 2

Load = Callable[[LayerSpec, str | None], CheckedLayer]
"""Reads and checks one layer, whose source has this hash; None for a database."""


@dataclass(frozen=True)
class Care:
    """How careful the loading of layers is.

    Parameters
    ----------
    state_dir
        Folder of the state, where the last good copies lie.
    use_last
        Replace a layer that fails by its last good copy, where its settings say `keep_last`.
    failed
        Layers that must not be opened at all, with the reason: opening them has ended a run before.
    on_source
        Called with the key of each layer before it is opened, and with "" when all are loaded.
    """

    state_dir: Path
    use_last: bool = False
    failed: Mapping[str, Message] = field(default_factory=dict)
    on_source: Callable[[str], None] = lambda key: None


@dataclass(frozen=True)
class KeptLayer:
    """A layer that failed and stands in the run as its last good copy."""

    key: str
    day: dt.date
    reason: Message


@dataclass(frozen=True)
class LoadedLayers:
    """The checked layers in the order of the settings, and which of them are last good copies.

    `left_out` holds the layers that failed and that the run can do without, with the reason. `digests` holds the
    hash of each source that was read itself, the same before and after it was read.
    """

    layers: tuple[CheckedLayer, ...] = ()
    kept: tuple[KeptLayer, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, Message] = field(default_factory=dict)


def load_layers(specs: Iterable[LayerSpec], load: Load, care: Care) -> LoadedLayers:
    """Load layers; one that fails is replaced by its last good copy, where the settings and `care` allow that.

    One that fails, has no such copy, and is not `required` is left out: no single file takes the run down that the
    run can do without.

    Parameters
    ----------
    specs
        The layers to load.
    load
        Reads and checks one layer.

    Raises
    ------
    GeozonesError
        A required layer failed that may not be replaced, or that has no good copy; or the settings are wrong.
    """
    layers: list[CheckedLayer] = []
    kept: list[KeptLayer] = []
    digests: dict[str, str] = {}
    left_out: dict[str, Message] = {}
    for spec in specs:
        care.on_source(spec.key)
        try:
            if spec.key in care.failed:
                raise InputError.from_messages([care.failed[spec.key]])
            layer, digest = _load_steadily(spec, load)
            layers.append(layer)
            if digest is not None:
                digests[spec.key] = digest
        except GeozonesError as error:
            copy = find_last_copy(care.state_dir, spec) if care.use_last and spec.keep_last else None
            if copy is None and (spec.required or type(error) is ConfigError):
                raise
            if copy is None:
                left_out[spec.key] = error.messages[0]
                continue
            layers.append(load(spec.model_copy(update={"source": str(copy.source)}), copy.digest))
            kept.append(KeptLayer(spec.key, copy.day, error.messages[0]))
    care.on_source("")
    return LoadedLayers(tuple(layers), tuple(kept), digests, left_out)


def _load_steadily(spec: LayerSpec, load: Load) -> tuple[CheckedLayer, str | None]:
    """Load a layer whose source stays as it is meanwhile; one that is being replaced is read once more.

    Raises
    ------
    InputError
        The source changed both times.
    """
    for _ in range(_TRIES):
        digest = digest_source(spec)
        layer = load(spec, digest)
        if digest_source(spec) == digest:
            return layer, digest
    raise InputError(
        N_("Layer {layer}: {file} is being changed while it is read. Run again when it is complete."),
        layer=spec.key,
        file=spec.display_name,
    )


def is_absent(spec: LayerSpec, care: Care) -> bool:
    """Say whether the file of a layer is missing, the run can do without it, and no good copy stands in for it."""
    if spec.required or spec.is_url or Path(spec.source).exists():
        return False
    return not (care.use_last and spec.keep_last and find_last_copy(care.state_dir, spec))


def report_failed(loaded: LoadedLayers, *, crs: str) -> list[Any]:
    """Make an issue of every layer that failed: those that are a last good copy, and those that were left out."""
    left_out = [
        make_issues("layer_unreadable", layer=key, crs=crs, params={"problem": problem})
        for key, problem in loaded.left_out.items()
    ]
    return left_out + [
        make_issues(
            "layer_kept_last",
            layer=kept.key,
            crs=crs,
            params={"problem": kept.reason, "day": kept.day.isoformat()},
        )
        for kept in loaded.kept
    ]


def keep_copies(state_dir: Path, specs: Mapping[str, LayerSpec], loaded: LoadedLayers, *, day: dt.date) -> None:
    """Keep the sources of a run that is published, for the night on which one of them fails."""
    for key, digest in loaded.digests.items():
        if specs[key].keep_last:
            keep_copy(state_dir, specs[key], day=day, digest=digest)
