"""What the operator is written when a night did not go well: the layer, the figures, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from geozones.alerts import Letter
from geozones.config import Config
from geozones.errors import Message
from geozones.gate import write_message
from geozones.i18n import N_, translate

_HELD = N_("rebuild held back")
_FAILED = N_("rebuild failed")
_KEPT = N_("a layer failed")
_AFTER = N_("maps published, but not all is done")
_TEST = N_("a test")


def write_letter(
    config: Config,
    *,
    errors: Iterable[Message],
    breaches: Iterable[Message],
    kept: Iterable[Message],
    run_id: str | None,
    is_published: bool,
) -> Letter | None:
    """Write the letter of a night, in the language of the settings.

    Parameters
    ----------
    errors, breaches, kept
        What failed, what the gate held back, which layers were replaced by their last good copies.
    run_id
        The run that was built, where one was.
    is_published
        Whether the doors lead to it.

    Returns
    -------
    The letter; None where there is nothing to write.
    """
    language = config.language
    failures, reasons, layers = list(errors), list(breaches), list(kept)
    if not (failures or reasons or layers):
        return None
    what = (_AFTER if is_published else _FAILED) if failures else _HELD if reasons else _KEPT
    lines = [write_message(message, language) for message in (*failures, *reasons, *layers)]
    if not is_published:
        lines += ["", translate(N_("The published maps are unchanged."), language)]
    if reasons and not is_published:
        lines += ["", *_ways_on(run_id or "", language)]
    return Letter(_write_subject(config, what), "\n".join(lines) + "\n")


def write_test_letter(config: Config) -> Letter:
    """Write the letter that an operator sends to see that letters arrive."""
    text = translate(N_("Letters of the nightly rebuild arrive here. Nothing was built."), config.language)
    return Letter(_write_subject(config, _TEST), text + "\n")


def _write_subject(config: Config, what: str) -> str:
    language = config.language
    region = config.region.name.get(language) or next(iter(config.region.name.values()))
    return translate(N_("GeoZones, {region}: {what}"), language, region=region, what=translate(what, language))


def _ways_on(run_id: str, language: str) -> list[str]:
    return [
        translate(N_("If the change is right:"), language),
        '    geozones nightly --accept-change "…"',
        translate(
            N_("If it is not: mend the layer, then run `geozones nightly` again. To look at the run:"), language
        ),
        f"    geozones runs show {run_id}",
        f"    runs/{run_id}/internal/changes.html",
    ]
