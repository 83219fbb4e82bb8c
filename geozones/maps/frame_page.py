"""What every page has: titles, languages, provenance, the watermark, links to the data files."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from geozones.i18n import LANGUAGES
from geozones.maps.assets import patterns
from geozones.maps.content import PageContent
from geozones.maps.provenance import LayerLine, provenance_words, source_words
from geozones.maps.words import Words, attribute, t
from geozones.maps.zone_lines import plain_number


def page_context(
    content: PageContent, layers: list[LayerLine], *, title: Words, home: str, single: str | None = None
) -> dict[str, Any]:
    """Give the names that the template of every page uses.

    Parameters
    ----------
    title
        Title of the page.
    home
        Path from the page to the folder of its audience: empty for the index, `../` for a zone.
    single
        Name, without ending, under which the page is also written as one file.
    """
    return {
        "content": content,
        "is_public": content.is_public,
        "language": content.language,
        "title": title,
        "titles": json.dumps([title.of(language) for language in LANGUAGES], ensure_ascii=False),
        "home": home,
        "zones_path": f"{home}zones/",
        "data_path": f"{home}../data/",
        "single_path": _single_path(content, home, single),
        "layers": layers,
        "sources": source_words(layers),
        "state_line": provenance_words(content, layers),
        "watermark": watermark() if content.region.demonstration else None,
        "patterns": Markup(patterns()),
        "plain": plain_number,
        "attr": lambda name, words: attribute(name, words, content.language),
    }


def _single_path(content: PageContent, home: str, single: str | None) -> str | None:
    """Give the path to the public page in one file, from a page of either audience."""
    if single is None or "public" not in content.single_files:
        return None
    return f"{home}{'' if content.is_public else '../public/'}single/{single}.html"


def watermark() -> Words:
    """Return the words that stand over everything drawn of a demonstration."""
    return t("DEMO: boundaries, plots, participants, dates and networks are made up")
