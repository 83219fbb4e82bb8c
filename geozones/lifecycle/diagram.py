"""The diagram and the table of events for the documentation, drawn from the table of events itself."""

from __future__ import annotations

from collections.abc import Iterator

from geozones.lifecycle.events import EVENTS, LIVE_STATES, EventRule

_BEFORE_BREACH = ("contracted", "building", "operating")


def draw_states() -> str:
    """Draw the states and the events between them as a Mermaid state diagram.

    Returns
    -------
    The text of the diagram; events that leave the state as it is are left out.
    """
    lines = ["stateDiagram-v2", "    direction LR", "    [*] --> free"]
    moves: dict[tuple[str, str], list[str]] = {}
    for rule in EVENTS.values():
        for before, after in _moves(rule):
            moves.setdefault((before, after), []).append(rule.name)
    lines += [f"    {before} --> {after}: {', '.join(names)}" for (before, after), names in moves.items()]
    lines.append("    ended --> [*]")
    return "\n".join(lines) + "\n"


def _moves(rule: EventRule) -> Iterator[tuple[str, str]]:
    for before in sorted(rule.allowed_from):
        if rule.name == "opening":
            for after in ("reserved", "approved", "contracted", "building", "operating"):
                yield before, after
        elif rule.name == "cure":
            for after in _BEFORE_BREACH:
                yield before, after
        elif rule.allowed_from == LIVE_STATES and rule.result == "ended":
            if before == "free":
                yield before, "ended"
        elif rule.result_from(before) != before:
            yield before, rule.result_from(before)


def tabulate_events() -> str:
    """Write the table of events as a Markdown table.

    Returns
    -------
    A row an event: name, from which states, to which state, what it needs and may carry, the rule.
    """
    lines = [
        "| event | meaning | allowed from | leads to | needs | may carry | rule |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for rule in EVENTS.values():
        cells = (
            f"`{rule.name}`",
            rule.label,
            _list_states(rule.allowed_from) + (" (private zone: also free)" if rule.private_from else ""),
            _result(rule),
            ", ".join(f"`{name}`" for name in rule.required) or "–",
            ", ".join(f"`{name}`" for name in rule.optional) or "–",
            f"{rule.act}, {rule.article}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _list_states(states: frozenset[str]) -> str:
    if states == LIVE_STATES:
        return "any but ended"
    if states == LIVE_STATES | {"ended"}:
        return "any"
    return ", ".join(sorted(states))


def _result(rule: EventRule) -> str:
    if isinstance(rule.result, str):
        return rule.result
    if not rule.result:
        return "stays"
    return "; ".join(f"{before} → {after}" for before, after in rule.result.items()) + "; else stays"
