"""What a table is about: every topic collects clues, the one with the most weight wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geozones.drafting.facts import TableFacts
from geozones.drafting.spelling import find_stem, plain
from geozones.drafting.topics import TOPICS, Topic

Confidence = Literal["sure", "likely", "unsure"]

_NAME_WEIGHT, _MORE_NAME_WEIGHT = 3.0, 0.5
_COLUMN_WEIGHT, _MOST_COLUMNS = 1.5, 4
_VALUE_WEIGHT = 2.0
_SURE, _LIKELY, _ENOUGH = 5.0, 3.0, 2.0
_CLEAR_LEAD = 1.0


@dataclass(frozen=True)
class Subject:
    """A guess at what a table is about, with the clues: words of names, columns, values."""

    topic: Topic
    confidence: Confidence
    score: float
    names: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[str, ...]


def find_subject(table: TableFacts) -> Subject | None:
    """Find what a table is about; None where nothing speaks for any topic that its shapes allow."""
    found = sorted(
        (subject for topic in TOPICS if (subject := _weigh(table, topic)).score >= _ENOUGH),
        key=lambda subject: -subject.score,
    )
    if not found:
        return None
    best, lead = found[0], found[0].score - (found[1].score if len(found) > 1 else 0.0)
    confidence: Confidence = "unsure"
    if best.score >= _SURE and lead >= _CLEAR_LEAD:
        confidence = "sure"
    elif best.score >= _LIKELY and lead > 0:
        confidence = "likely"
    return Subject(best.topic, confidence, best.score, best.names, best.columns, best.values)


def _weigh(table: TableFacts, topic: Topic) -> Subject:
    if not set(topic.shapes) & set(table.shapes):
        return Subject(topic, "unsure", 0.0, (), (), ())
    name = plain(f"{table.source} {table.layer or ''}")
    names = tuple(stem.rstrip("$") for stem in topic.words if find_stem(name, (stem,)))
    plain_columns = {column.name: plain(column.name) for column in table.columns}
    columns = tuple(source for source, text in plain_columns.items() if find_stem(text, topic.columns))
    stems = {find_stem(text, topic.columns) for text in plain_columns.values()} - {None}
    words = {plain(word).strip() for column in table.columns if column.is_short for word in column.words}
    values = tuple(value for value in topic.values if value in words)
    score = 0.0
    if table.shapes == ("none",) and not columns:
        return Subject(topic, "unsure", 0.0, (), (), ())
    if names:
        length = max(len(stem) for stem in names)
        score += _NAME_WEIGHT + _MORE_NAME_WEIGHT * (len(names) - 1) + 0.05 * length
    score += _COLUMN_WEIGHT * min(len(stems), _MOST_COLUMNS) + (_VALUE_WEIGHT if values else 0.0)
    return Subject(topic, "unsure", score, names, columns, values)
