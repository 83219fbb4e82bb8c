"""Which column of a source fills which column of a contract, and what its words mean there."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from geozones.drafting.column_words import COLUMN_WORDS, FOREIGN_UNITS, LATIN_NAMES
from geozones.drafting.facts import ColumnFacts, TableFacts
from geozones.drafting.spelling import find_stem, plain
from geozones.drafting.subjects import Confidence
from geozones.drafting.value_words import PLACES, SAFE_DEFAULTS, VALUE_WORDS, Place
from geozones.errors import Message
from geozones.i18n import N_
from geozones.tables import Column, TableContract

_CYRILLIC = re.compile("[а-яёА-ЯЁ]")
_NEAR_ENOUGH = 0.84
_ENDS = ("ский", "ский район", "ауданы", "қаласы", "район", "skiy", "skiy district", "district", "г а")


@dataclass(frozen=True)
class ColumnGuess:
    """A source column for a contract column; `is_same` tells that it bears the name of the contract's."""

    column: str
    source: str
    confidence: Confidence
    is_same: bool = False


@dataclass(frozen=True)
class ColumnPlan:
    """How the columns of a table fill a contract.

    `values` maps by contract column a source word to a contract value; `strange` holds the words without one.
    `defaults` holds values for required columns that no source column fills; `asked` what the user must tell.
    """

    columns: tuple[ColumnGuess, ...] = ()
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    strange: dict[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: dict[str, tuple[str, Confidence]] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    asked: tuple[str, ...] = ()

    def source_of(self, column: str) -> str | None:
        """Return the source column that fills a contract column, or None."""
        return next((guess.source for guess in self.columns if guess.column == column), None)


PLACE_WORDS = ("lon", "lat", "x", "y", "vertex")


def match_places(names: tuple[str, ...]) -> dict[str, str]:
    """Match the columns of a place by their names alone: `lon`, `lat`, `x`, `y`; `vertex` for lists of corners."""
    found: dict[str, str] = {}
    for place in PLACE_WORDS:
        fits = [(_fit_name(place, plain(name)), name) for name in names if name not in found.values()]
        best = max(fits, default=(0.0, ""), key=lambda fit: fit[0])
        if best[0] >= 0.6:
            found[place] = best[1]
    return found


def plan_columns(
    table: TableFacts, contract: TableContract, *, made_keys: frozenset[str], places: tuple[str, ...] = ()
) -> ColumnPlan:
    """Guess how the columns of a table fill a contract.

    Parameters
    ----------
    table
        The table.
    contract
        Contract of its role.
    made_keys
        Roles whose key may be made from the row numbers.
    places
        Further names that `columns` may hold: those of the coordinates of a table without shapes.

    Returns
    -------
    ColumnPlan
        At most one source column for a contract column, each used once, but for required names.
    """
    names = (*contract.column_names, *places)
    found = _match(table, contract, names)
    notes = _say_units(table, contract, found)
    if contract.key and contract.key not in found and contract.name not in made_keys:
        found |= _find_key(table, contract, found)
    for column in contract.required:
        if column not in found and column.startswith("name_"):
            found |= _find_name(table, column)
    ordered = tuple(found[name] for name in names if name in found)
    values, strange = _plan_values(table, contract, ordered)
    defaults = _plan_defaults(table, contract, found)
    asked = tuple(
        column
        for column in contract.required
        if column not in found and column not in defaults
        and not (column == contract.key and contract.name in made_keys)
    )  # fmt: skip
    return ColumnPlan(ordered, values, strange, defaults, notes, asked)


def _match(table: TableFacts, contract: TableContract, names: tuple[str, ...]) -> dict[str, ColumnGuess]:
    """Match columns by name, the best fit first; what is inside a column must not contradict."""
    fits = [
        (score, -position, name, source.name)
        for position, name in enumerate(names)
        for source in table.columns
        if (score := _fit(name, source, contract, has_corners=table.has_corners)) > 0
    ]
    found: dict[str, ColumnGuess] = {}
    used: set[str] = set()
    for score, _, name, source in sorted(fits, reverse=True):
        if name in found or source in used:
            continue
        confidence: Confidence = "sure" if score >= 0.9 else "likely" if score >= 0.6 else "unsure"
        is_same = plain(name) == plain(source) and name.casefold() == source.casefold()
        found[name] = ColumnGuess(name, source, confidence, is_same)
        used.add(source)
    return found


def _fit(name: str, source: ColumnFacts, contract: TableContract, *, has_corners: bool) -> float:
    """Tell how well a source column fits a contract column, 0..1."""
    if not source.words:
        return 0.0
    score = _fit_name(name, plain(source.name), role=contract.name)
    column = contract.column(name) if name in contract.column_names else None
    if score == 0 or column is None:
        return score
    if _contradicts(column, source, is_key=name == contract.key, may_repeat=has_corners):
        return 0.0
    return score


def _fit_name(name: str, text: str, *, role: str = "") -> float:
    if text == plain(name):
        return 1.0
    words = COLUMN_WORDS.get(f"{role}.{name}") or COLUMN_WORDS.get(name, ())
    for place, word in enumerate(words):
        if (word.endswith("*") and text.startswith(f" {word[:-1]}")) or text == f" {word} ":
            return max(0.6, 0.95 - 0.02 * place) - (0.1 if word.endswith("*") else 0.0)
    stems = [word.removesuffix("*") for word in words if len(word) > 4]
    return 0.5 if find_stem(text, stems) else 0.0


def _contradicts(column: Column, source: ColumnFacts, *, is_key: bool, may_repeat: bool) -> bool:
    if is_key and not (source.is_unique or may_repeat):
        return True
    if find_stem(plain(source.name), FOREIGN_UNITS.get(column.unit, ())):
        return True
    if column.name == "name_ru" and not column.required and plain(source.name) != " name ru ":
        return not any(_CYRILLIC.search(word) for word in source.words)
    if column.dtype == "number" and column.unit != "kV" and not source.is_number:
        return sum(any(letter.isdigit() for letter in word) for word in source.words) < len(source.words) / 2
    if column.dtype == "date":
        return not source.is_date
    if column.allowed and source.is_short:
        return not any(_meaning(word, _value_words(column)) or word in column.allowed for word in source.words)
    return bool(column.allowed) and not source.is_short


def _say_units(table: TableFacts, contract: TableContract, found: dict[str, ColumnGuess]) -> tuple[Message, ...]:
    """Name the columns that were passed over because their name tells of another unit."""
    said: dict[str, Message] = {}
    best: dict[str, float] = {}
    for column in contract.columns:
        stems = FOREIGN_UNITS.get(column.unit, ())
        for source in table.columns if stems and column.name not in found else ():
            text = plain(source.name)
            fit = _fit_name(column.name, text, role=contract.name)
            if fit > best.get(source.name, 0.0) and find_stem(text, stems):
                best[source.name] = fit
                template = N_('"{source}" looks like {column}, but in another unit; {column} is in {unit}.')
                params = {"source": source.name, "column": column.name, "unit": Message(column.unit)}
                said[source.name] = Message(template, params)
    return tuple(said.values())


def _find_key(table: TableFacts, contract: TableContract, found: dict[str, ColumnGuess]) -> dict[str, ColumnGuess]:
    """Take for the key another column whose values never repeat: the cadastral number, a name, the first such."""
    for column in ("cadastral_no", "name_ru"):
        taken = found.get(column)
        if taken is not None and table.column(taken.source).is_unique:
            return {contract.key: ColumnGuess(contract.key, taken.source, "likely")}
    unique = [column for column in table.columns if column.is_unique and not column.is_date]
    named = [column for column in unique if plain(column.name).strip() in LATIN_NAMES]
    chosen = (named or unique)[:1]
    return {contract.key: ColumnGuess(contract.key, chosen[0].name, "unsure")} if chosen else {}


def _find_name(table: TableFacts, column: str) -> dict[str, ColumnGuess]:
    named = [source for source in table.columns if plain(source.name).strip() in LATIN_NAMES and source.words]
    return {column: ColumnGuess(column, named[0].name, "unsure")} if named else {}


def _value_words(column: Column, role: str = "") -> dict[str, tuple[str, ...]]:
    own = VALUE_WORDS.get(f"{role}.{column.name}") or VALUE_WORDS.get(column.name)
    if own is None:
        own = {}
        for name, words in VALUE_WORDS.items():
            if name.endswith(f".{column.name}"):
                own = {**own, **words}
    return {value: stems for value, stems in own.items() if value in column.allowed}


def _meaning(word: str, meanings: dict[str, tuple[str, ...]]) -> str | None:
    text = plain(word)
    return next((value for value, stems in meanings.items() if find_stem(text, stems)), None)


def _plan_values(
    table: TableFacts, contract: TableContract, guesses: tuple[ColumnGuess, ...]
) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, ...]]]:
    values: dict[str, dict[str, str]] = {}
    strange: dict[str, tuple[str, ...]] = {}
    for guess in guesses:
        source = table.column(guess.source)
        if guess.column == "district_code" or (contract.name == "districts" and guess.column == "name_ru"):
            foreign = [
                word for word in source.words if guess.column == "district_code" or not _CYRILLIC.search(word)
            ]
            named = {word: place for word in foreign if (place := find_place(word))}
            if named and len(named) >= len(foreign) / 2:
                values[guess.column] = {word: _write_place(place, guess.column) for word, place in named.items()}
                if guess.column == "district_code":
                    strange[guess.column] = tuple(word for word in source.words if word not in named)
            continue
        column = contract.column(guess.column) if guess.column in contract.column_names else None
        if column is None or not column.allowed:
            continue
        meanings = _value_words(column, contract.name)
        known = {word.casefold() for word in column.allowed}
        foreign = [word for word in source.words if word.casefold() not in known]
        mapped = {word: value for word in foreign if (value := _meaning(word, meanings))}
        values[guess.column] = mapped
        strange[guess.column] = tuple(word for word in foreign if word not in mapped)
    return {name: words for name, words in values.items() if words}, {
        name: words for name, words in strange.items() if words
    }


def _write_place(place: Place, column: str) -> str:
    return place.code if column == "district_code" else place.ru


def find_place(word: str) -> Place | None:
    """Find the district or city that a word names, in whatever spelling; None for codes and other words.

    >>> find_place("Sayramskiy").code, find_place("Сайрамский район").code, find_place("6152"), find_place("Актау")
    ('6152', '6152', None, None)
    """
    bare = _bare(word)
    if not bare or bare.isdigit():
        return None
    best, best_ratio = None, _NEAR_ENOUGH
    for place in PLACES:
        for name in (place.ru, place.kk, *place.latin):
            ratio = difflib.SequenceMatcher(None, bare, _bare(name)).ratio()
            if ratio > best_ratio:
                best, best_ratio = place, ratio
    return best


def _bare(word: str) -> str:
    """Take off what stands around the name of a district in its adjective and its kind."""
    text = plain(word).strip().replace(" ", "")
    for end in sorted(_ENDS, key=len, reverse=True):
        text = text.removesuffix(end.replace(" ", ""))
    for end in ("in", "yn", "ин", "инс"):
        text = text.removesuffix(end) if len(text) > 6 else text
    return text.replace("y", "i").replace("zh", "j")


def _plan_defaults(
    table: TableFacts, contract: TableContract, found: dict[str, ColumnGuess]
) -> dict[str, tuple[str, Confidence]]:
    """Give required columns that nothing fills a value: by the name of the file, else what promises least."""
    defaults: dict[str, tuple[str, Confidence]] = {}
    name = f"{table.source} {table.layer or ''}"
    for column in contract.columns:
        is_wanted = column.required or (contract.name, column.name) in (
            ("restricted", "kind"),
            ("districts", "kind"),
        )
        has_gaps = column.name in found and table.column(found[column.name].source).filled < 1
        if (column.name in found and not has_gaps) or not column.allowed or not is_wanted:
            continue
        told = None if has_gaps else _meaning(name, _value_words(column, contract.name))
        safe = SAFE_DEFAULTS.get(f"{contract.name}.{column.name}")
        if told:
            defaults[column.name] = (told, "likely")
        elif safe:
            defaults[column.name] = (safe, "unsure")
    return defaults
