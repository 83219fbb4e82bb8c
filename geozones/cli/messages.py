"""What the command line says: errors on stderr in the chosen language, results on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from geozones.errors import GateError, GeozonesError, Message, UsageError
from geozones.i18n import LANGUAGES, N_, translate

if TYPE_CHECKING:
    from geozones.gate import Breach

FIRST_LANGUAGE = "en"
"""Language of messages until the command line or the settings choose one."""

_chosen = {"language": FIRST_LANGUAGE}


def speak(language: str | None) -> None:
    """Choose the language of all messages from now on; None keeps the present one.

    Raises
    ------
    UsageError
        The language is not one of kk, ru, en.
    """
    if language is None:
        return
    if language not in LANGUAGES:
        raise UsageError(
            N_("--lang: {value} is not a language here. Allowed: {allowed}."),
            value=language,
            allowed=", ".join(LANGUAGES),
        )
    _chosen["language"] = language


def spoken_language() -> str:
    """Return the language that messages are written in."""
    return _chosen["language"]


def say(text: str, /, **params: Any) -> None:
    """Print a translated line on stdout; a field that is a message is translated too."""
    print(render(Message(text, params)))


def render(message: Message) -> str:
    """Write a message in the chosen language; a field that is itself a message is translated too."""
    fields = {
        name: render(value) if isinstance(value, Message) else value for name, value in message.params.items()
    }
    return translate(message.template, spoken_language(), **fields)


def print_error(error: GeozonesError) -> None:
    """Print every problem that an error carries on stderr, a line each; figures of the gate as in its letter."""
    write = render
    if isinstance(error, GateError):
        from geozones.gate import write_message

        write = partial(write_message, language=spoken_language())
    for message in error.messages:
        print(write(message), file=sys.stderr)


def warn_of_breaches(breaches: Iterable[Breach]) -> None:
    """Print on stderr what the gate says of a build that is published all the same, a line each."""
    from geozones.gate import write_message

    for breach in breaches:
        reason = write_message(breach.message, spoken_language())
        said = Message(N_("The gate of `geozones nightly` would hold this back. {reason}"), {"reason": reason})
        print(render(said), file=sys.stderr)


def print_reasons(reasons: Iterable[tuple[str, Message]]) -> None:
    """Print on stderr why each stage of a build did what it did, a line each."""
    for stage, reason in reasons:
        print(f"{stage}: {render(reason)}", file=sys.stderr)


def print_json(value: Any) -> None:
    """Print a result as JSON on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))
