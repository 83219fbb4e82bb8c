"""Findings of a site as lines of its page: against, to be checked, for; each with rule and act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geozones.i18n import N_
from geozones.maps.words import Words, each_language, t
from geozones.screening import BODIES, Wording, verdict_words

SIGNS = {"block": "✗", "warn": "!", "unknown": "?", "pass": "✓"}
ANSWER_WORDS = {
    "block": N_("blocks"),
    "warn": N_("condition"),
    "unknown": N_("to be checked"),
    "pass": N_("speaks for it"),
}
LIST_NAMES = {"against": N_("Against"), "check": N_("To be checked"), "for": N_("For")}
_LIST_OF = {"block": "against", "warn": "against", "unknown": "check", "pass": "for"}
IN_SIGHT = 7


@dataclass(frozen=True)
class SiteLine:
    """One finding in words."""

    answer: str
    sign: str
    answer_words: Words
    sentence: Words
    act: Words
    verified: bool


@dataclass(frozen=True)
class SiteList:
    """One of the three lists: what is in sight, and what unfolds."""

    key: str
    name: Words
    shown: tuple[SiteLine, ...]
    more: tuple[SiteLine, ...]

    @property
    def count(self) -> int:
        """How many findings the list has."""
        return len(self.shown) + len(self.more)


def verdict_line(record: dict[str, Any]) -> Words:
    """Write the verdict of a site in one line."""
    return each_language(lambda language: _capital(verdict_words(record, language)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def three_lists(record: dict[str, Any], wording: Wording) -> list[SiteList]:
    """Sort the findings of a site into three lists, the worst first; at most seven are in sight."""
    lines: dict[str, list[SiteLine]] = {key: [] for key in LIST_NAMES}
    for finding in record["findings"]:
        lines[_LIST_OF[finding["answer"]]].append(site_line(finding, wording))
    shares = share_out([len(lines[key]) for key in LIST_NAMES])
    return [
        SiteList(key, t(LIST_NAMES[key]), tuple(lines[key][:share]), tuple(lines[key][share:]))
        for key, share in zip(LIST_NAMES, shares, strict=True)
    ]


def share_out(counts: Sequence[int], most: int = IN_SIGHT) -> list[int]:
    """Share places in sight among lists, one each in turn but the first list two, until they are used up.

    >>> share_out([9, 1, 20])
    [4, 1, 2]
    """
    shares = [0] * len(counts)
    while sum(shares) < most and any(share < count for share, count in zip(shares, counts, strict=True)):
        for place, count in enumerate(counts):
            wanted = 2 if place == 0 else 1
            shares[place] += min(wanted, count - shares[place], most - sum(shares))
    return shares


def site_line(finding: dict[str, Any], wording: Wording) -> SiteLine:
    """Write one finding."""
    return SiteLine(
        finding["answer"],
        SIGNS[finding["answer"]],
        t(ANSWER_WORDS[finding["answer"]]),
        each_language(lambda language: wording.write(finding, language)),
        each_language(lambda language: wording.cite(finding, language)),
        bool(finding["verified"]),
    )


def unverified_rules(record: dict[str, Any], wording: Wording) -> list[Words]:
    """Name the acts of the findings whose text was not verified, each once."""
    acts = [
        each_language(lambda language, each=finding: wording.cite(each, language))  # type: ignore[misc]
        for finding in record["findings"]
        if not finding["verified"]
    ]
    return list(dict.fromkeys(acts))


def request_rows(record: dict[str, Any], stem: str) -> list[dict[str, Any]]:
    """Give what is asked of whom, with the letter for it."""
    return [
        {
            "body": t(BODIES[request["body"]]),
            "layers": request["layers"],
            "count": len(request["rules"]),
            "letter": f"letters/{stem}-{request['body']}.docx",
        }
        for request in record["requests"]
    ]
