"""Drafting the settings of a folder of unknown files: guesses from names and content, each with its confidence.

Open `topics.py`, `column_words.py` and `value_words.py` for the words, `subjects.py` and `columns.py` for how they
are held against a table, `draft.py` for what becomes of all tables, `writing.py` for the text of `geozones.toml`.
"""

from geozones.drafting.columns import match_places
from geozones.drafting.draft import Draft, LayerDraft, draft_settings
from geozones.drafting.facts import ColumnFacts, FileFacts, TableFacts, look_at_table
from geozones.drafting.writing import count_questions, write_settings

__all__ = [
    "ColumnFacts",
    "Draft",
    "FileFacts",
    "LayerDraft",
    "TableFacts",
    "count_questions",
    "draft_settings",
    "look_at_table",
    "match_places",
    "write_settings",
]
