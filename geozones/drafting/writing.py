"""The text of a drafted `geozones.toml`: one key a line, every guess with its reason and how sure it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from geozones.checks.issues import render_message
from geozones.drafting.draft import Draft, LayerDraft
from geozones.drafting.facts import TableFacts
from geozones.drafting.subjects import Subject
from geozones.errors import Message
from geozones.i18n import N_, translate

_CONFIDENCE = {"sure": N_("sure"), "likely": N_("likely"), "unsure": N_("not sure")}
_SHAPES = {
    "polygon": N_("areas"), "line": N_("lines"), "point": N_("single points"), "none": N_("rows without a place"),
}  # fmt: skip
_MARK = "(?)"
_WIDTH = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ANSWERING = ("gas", "power", "water", "connection_points")
_WORDS_NAMED = 12


def write_settings(draft: Draft, *, language: str, state_dir: str, out: str) -> str:
    """Write a draft as the text of a settings file.

    Parameters
    ----------
    draft
        The draft of a folder.
    language
        Language of the comments.
    state_dir, out
        Folders of the state and of the maps, relative to the settings.

    Returns
    -------
    str
        TOML. What has to be told or looked at is marked with `(?)`; layers left out stand there as comments.
    """
    return "\n".join(_Writer(language).write(draft, state_dir=state_dir, out=out)) + "\n"


def count_questions(text: str) -> int:
    """Count the places of a drafted text that ask for an answer; the one that explains the mark is none."""
    return sum(_MARK in line for line in text.splitlines()) - 1


class _Writer:
    """Writes the parts of a draft as lines, with comments in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def write(self, draft: Draft, *, state_dir: str, out: str) -> Iterator[str]:
        yield from self._head(draft, state_dir)
        yield from self._region(draft)
        if not any(layer.role == "zones" for layer in draft.used):
            yield ""
            yield from self._ask(
                N_("No file looks like the boundaries of zones. Name the one that holds them: without a layer of "
                   'role = "zones" nothing can be built.')
            )  # fmt: skip
        for layer in draft.layers:
            lines = list(self._layer(layer))
            yield ""
            if layer.is_used:
                yield from lines
            else:
                yield from self._say(N_("Left out: {reasons}"), reasons=self._join(layer.remarks))
                yield from (f"# {line.replace(f'{_MARK} ', '')}" for line in lines)
        yield from self._tail(draft, out)

    # ---- words ----

    def _text(self, template: str, **params: Any) -> str:
        return _one_line(render_message(Message(template, params), self.language))

    def _join(self, messages: Iterable[Message]) -> str:
        return " ".join(render_message(message, self.language) for message in messages)

    def _say(self, template: str, **params: Any) -> Iterator[str]:
        for line in wrap(self._text(template, **params), _WIDTH, break_long_words=False, break_on_hyphens=False):
            yield f"# {line}"

    def _ask(self, template: str, **params: Any) -> Iterator[str]:
        first, *rest = self._say(template, **params)
        yield f"# {_MARK} {first[2:]}"
        yield from rest

    def _sure(self, confidence: str, template: str = "", **params: Any) -> str:
        """Write the comment of a guess: how sure it is and, where that says something, why."""
        mark = f"{_MARK} " if confidence == "unsure" else ""
        reason = f": {self._text(template, **params)}" if template else ""
        return f"  # {mark}{translate(_CONFIDENCE[confidence], self.language)}{reason}"

    # ---- parts ----

    def _head(self, draft: Draft, state_dir: str) -> Iterator[str]:
        yield from self._say(
            N_("Drafted by `geozones init` from the files of this folder. Each guess says how sure it is: sure, "
               "likely, not sure. What to look at or to tell is marked with {mark}."),
            mark=_MARK,
        )  # fmt: skip
        yield from self._say(
            N_("Then: `geozones check --config {file}` says what is wrong with the data, `geozones build --config "
               "{file}` makes the maps."),
            file="geozones.toml",
        )  # fmt: skip
        yield f"language = {_quote(draft.language)}" + self._sure(
            "likely", N_("the language of most words in the files")
        )
        yield from self._say(N_("Day of the states, like 2026-11-23; without it, today: as_of = …"))
        yield f"state_dir = {_quote(state_dir)}"

    def _region(self, draft: Draft) -> Iterator[str]:
        region = draft.region
        yield ""
        yield "[region]"
        if region.name is not None:
            name = ", ".join(f"{language} = {_quote(text)}" for language, text in region.name.items())
            yield f"name = {{ {name} }}" + self._sure("likely", N_("the layers lie there"))
        else:
            yield from self._ask(N_("How is the region called in Russian, Kazakh and English?"))
            yield 'name = { ru = "…", kk = "…", en = "…" }'
        yield f"crs = {_quote(region.crs)}" + self._sure("sure", N_("the UTM zone of the middle of the region"))
        bounds = ", ".join(f"{value:g}" for value in region.bounds)
        if region.is_placed:
            yield f"bounds = [{bounds}]" + self._sure("likely", N_("half a degree around the layers"))
        else:
            yield f"bounds = [{bounds}]" + self._sure(
                "unsure", N_("no file says where it lies; west, south, east, north")
            )
        if region.is_invented:
            yield "demonstration = true" + self._sure("likely", N_("names say that the data are made up"))
        yield 'timezone = "Asia/Almaty"'

    def _layer(self, layer: LayerDraft) -> Iterator[str]:
        yield f"[layers.{layer.key}]"
        yield from self._about(layer.table)
        if layer.is_used:
            for remark in layer.remarks:
                yield from self._say("{remark}", remark=remark)
        yield f"role = {_quote(layer.role)}" + self._why(layer.subject)
        yield f"source = {_quote(layer.table.source)}"
        if layer.table.layer is not None:
            yield f"layer = {_quote(layer.table.layer)}"
        yield from self._crs(layer)
        yield from self._columns(layer)
        if layer.is_used:
            yield from self._provenance(layer)

    def _provenance(self, layer: LayerDraft) -> Iterator[str]:
        """Ask where a layer comes from: the keys stand there, to be filled in."""
        yield f"[layers.{layer.key}.provenance]"
        yield 'precision = "approximate"' + self._sure(
            "unsure", N_("exact, approximate or made_up? Fill in what follows and take the signs # away:")
        )
        yield f'# source = "…"  # {self._text(N_("who made it"))}'
        yield f"# date = 2026-11-23  # {self._text(N_('the day of the data'))}"
        yield f"# accuracy_m = 5  # {self._text(N_('how far a point may be off, in metres'))}"
        if layer.role in _ANSWERING:
            told = N_("only if it is complete there; until then no line near is never taken for an answer")
            yield f'# coverage = "region"  # {self._text(told)}'

    def _about(self, table: TableFacts) -> Iterator[str]:
        shapes = ", ".join(translate(_SHAPES[kind], self.language) for kind in table.shapes[:2])
        crs = table.crs if table.crs is not None and len(table.crs) < 20 else "–"
        yield from self._say(
            N_("Rows: {rows}, {shapes}; coordinates {crs}."), rows=table.rows, shapes=shapes, crs=crs
        )

    def _why(self, subject: Subject) -> str:
        parts = [
            self._text(template, words=", ".join(f'"{word}"' for word in words[:4]))
            for template, words in (
                (N_("{words} in the name"), subject.names),
                (N_("columns {words}"), subject.columns),
                (N_("values {words}"), subject.values),
            )
            if words
        ]
        return self._sure(subject.confidence, "{reasons}", reasons="; ".join(parts))

    def _crs(self, layer: LayerDraft) -> Iterator[str]:
        if layer.table.places and layer.crs is None and layer.table.crs is None:
            yield from self._ask(N_("In which coordinate system are the columns of the place? crs = …"))
        if layer.crs is None:
            if len(layer.table.points) and layer.table.crs is None and not layer.table.places:
                yield from self._ask(
                    N_("In which coordinate system is it? The file does not say, and no usual one puts it into "
                       "the region. Ask the sender; for a local system give control_points. crs = …")
                )  # fmt: skip
            return
        others = ", ".join(str(guess) for guess in layer.other_crs[:5])
        confidence = "unsure" if layer.other_crs else "likely"
        if others:
            yield f"crs = {_quote(layer.crs.crs)}" + self._sure(
                confidence, N_("it puts the layer into the region; so do {others}. Ask the sender"), others=others
            )
        else:
            yield f"crs = {_quote(layer.crs.crs)}" + self._sure(
                confidence, N_("of the usual ones only this puts the layer into the region")
            )
        if layer.is_crs_wrong:
            yield "crs_override = true" + self._sure(
                confidence, N_("the file says {crs}, which puts it elsewhere"), crs=layer.table.crs or "–"
            )
        if layer.crs.swapped:
            yield "swap_axes = true" + self._sure(confidence, N_("northing stands before easting"))

    def _columns(self, layer: LayerDraft) -> Iterator[str]:
        plan = layer.plan
        same = [guess.column for guess in plan.columns if guess.is_same]
        if same:
            yield from self._say(N_("Found under their own names: {columns}."), columns=", ".join(same))
        used = {guess.source for guess in plan.columns} | {source for _, source in layer.table.places}
        rest = [column.name for column in layer.table.columns if column.name not in used]
        if rest:
            shown = ", ".join(rest[:_WORDS_NAMED]) + (" …" if len(rest) > _WORDS_NAMED else "")
            yield from self._say(N_("Columns of the file that are not used: {columns}."), columns=shown)
        for note in plan.notes:
            yield from self._ask("{note}", note=note)
        for column in plan.asked:
            yield from self._ask(
                N_("Which column holds {column}? The layer needs it: {column} = … under columns, or one value for "
                   "all rows under defaults."),
                column=column,
            )  # fmt: skip
        yield from self._tables(layer)

    def _tables(self, layer: LayerDraft) -> Iterator[str]:
        plan = layer.plan
        renamed = [guess for guess in plan.columns if not guess.is_same]
        if renamed:
            yield f"[layers.{layer.key}.columns]"
        for guess in renamed:
            words = layer.table.column(guess.source).words[:3]
            shown = ", ".join(f'"{word[:24]}"' for word in words)
            yield f"{guess.column} = {_quote(guess.source)}" + self._sure(
                guess.confidence, N_("such as {words}"), words=shown
            )
        for column in sorted({*plan.values, *plan.strange}):
            yield f"[layers.{layer.key}.values.{column}]"
            for word, value in plan.values.get(column, {}).items():
                yield f"{_quote(word)} = {_quote(value)}" + self._sure("likely")
            strange = plan.strange.get(column, ())
            if strange:
                shown = ", ".join(f'"{word[:24]}"' for word in strange[:_WORDS_NAMED])
                yield from self._ask(N_("What do these mean: {words}?"), words=shown)
        if plan.defaults:
            yield f"[layers.{layer.key}.defaults]"
        for column, (value, confidence) in plan.defaults.items():
            reason = (
                N_("by the name of the file")
                if confidence != "unsure"
                else N_("no column tells; this one promises least")
            )
            yield f"{column} = {_quote(value)}" + self._sure(confidence, reason)

    def _tail(self, draft: Draft, out: str) -> Iterator[str]:
        yield ""
        yield "[ledger]"
        if draft.opening is None:
            yield from self._ask(
                N_("Who holds which plot? A table with plot_id, participant, contract_date: opening = …; without "
                   "it every plot is free.")
            )  # fmt: skip
        elif draft.opening_lacks:
            yield from self._ask(
                N_("{file} looks like the register of who holds which plot, but lacks the columns {columns}. Name "
                   "its columns so, then take the sign # away."),
                file=draft.opening.source, columns=", ".join(draft.opening_lacks),
            )  # fmt: skip
            yield f"# opening = {_quote(draft.opening.source)}"
        else:
            yield f"opening = {_quote(draft.opening.source)}" + self._sure("sure", N_("columns of the register"))
        yield ""
        yield "[maps]"
        yield f"out = {_quote(out)}"
        if draft.unused:
            yield ""
            yield from self._say(N_("Looked at and not used:"))
        for source, reason in draft.unused:
            said, file = render_message(reason, self.language), source.rpartition("/")[2]
            written = _one_line(f"{source}: {said.removeprefix(f'{file}: ')}")
            first, *rest = wrap(written, _WIDTH - 2, break_long_words=False, break_on_hyphens=False)
            yield f"# - {first}"
            yield from (f"#   {line}" for line in rest)


def _one_line(text: str) -> str:
    """Take out what would end a comment: names in files may hold anything."""
    return _CONTROL.sub(" ", text)


def _quote(text: str) -> str:
    """Write a TOML string (or a key that needs quotes); JSON escapes are TOML's too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
