"""Every text that a person reads is there in Russian and Kazakh, with the same fields."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import jinja2
import pytest
from babel.messages.pofile import read_po
from jinja2.ext import extract_from_ast

from geozones import errors
from geozones.rules import load_rules
from geozones.tables import ALLOCATIONS, CONTRACTS, DERIVED

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "geozones"
FORMS = {"ru": 3, "kk": 2}
MARKERS = {"N_": 1, "translate": 1, "t": 1, "translate_plural": 2, "plural_forms": 2, "tn": 2}
ERRORS = {name for name, found in vars(errors).items() if isinstance(found, type)} - {"InternalError"}
JS_CALL = re.compile(
    r'GZ\.(tn?)(?:\.bind\(null,|\()\s*("(?:[^"\\]|\\.)*")(?:\s*,\s*("(?:[^"\\]|\\.)*"))?\s*([,)+]?)'
)

Text = tuple[str, ...]
"""(singular,) or (singular, plural)."""


def texts_of_python(tree: ast.AST) -> Iterator[tuple[int, Text]]:
    """Yield every marked text, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (count := MARKERS.get(called_name(node))):
            words = [argument.value for argument in node.args[:count] if isinstance(argument, ast.Constant)]
            if len(words) == count and all(isinstance(word, str) for word in words):
                yield node.lineno, tuple(words)


def called_name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def texts_of_template(text: str) -> Iterator[tuple[int, Text]]:
    tree = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.do"]).parse(text)
    for line, name, found in extract_from_ast(tree, ("t", "tn", "N_")):
        words = found if isinstance(found, tuple) else (found,)
        count = 2 if name == "tn" else 1
        if all(isinstance(word, str) for word in words[:count]):
            yield line, tuple(str(word) for word in words[:count])


def texts_of_script(text: str) -> Iterator[tuple[int, Text]]:
    for call in JS_CALL.finditer(text):
        words = [ast.literal_eval(word) for word in call.group(2, 3)[: 2 if call[1] == "tn" else 1] if word]
        yield text.count("\n", 0, call.start()) + 1, tuple(words)


@cache
def used_texts() -> dict[Text, str]:
    """Collect every text of the package, with the place of its first use."""
    used: dict[Text, str] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if "vendor" in path.parts or path.suffix not in (".py", ".html", ".js"):
            continue
        content = path.read_text(encoding="utf-8")
        found = {
            ".py": lambda text: texts_of_python(ast.parse(text)),
            ".html": texts_of_template,
            ".js": texts_of_script,
        }
        for line, text in found[path.suffix](content):
            used.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    for place, text in (*texts_of_contracts(), *texts_of_rules()):
        used.setdefault(text, place)
    return used


def texts_of_contracts() -> Iterator[tuple[str, Text]]:
    """Yield meanings and units of the tables: the headings of the register workbook."""
    for contract in (*CONTRACTS.values(), ALLOCATIONS, *DERIVED.values()):
        texts = {contract.meaning} | {
            text for column in contract.columns for text in (column.meaning, column.unit)
        }
        for text in texts - {""}:
            yield f"contract {contract.name}", (text,)


def texts_of_rules() -> Iterator[tuple[str, Text]]:
    """Yield what rules are about and where they stand: words of tables, findings and `rules list`.

    Sectors carry their own words; the screening has sentences of its own for its rules.
    """
    for rule in load_rules().rows:
        if rule.file in ("screening.toml", "score.toml"):
            continue
        own = () if rule.kind == "sector" else (rule.object, rule.class_name)
        texts = (*own, rule.act, rule.article, rule.edition)
        yield from ((rule.file, (text,)) for text in texts if re.search("[a-z]", text))


@cache
def catalogue(language: str) -> dict[str, tuple[Path, Text, Text]]:
    """Read all translations of a language: msgid -> (file, source, translation)."""
    found: dict[str, tuple[Path, Text, Text]] = {}
    for file in sorted((PACKAGE / "translations" / language).glob("*.po")):
        for message in read_po(BytesIO(file.read_bytes()), locale=language, abort_invalid=True):
            if message.id:
                source = message.id if isinstance(message.id, tuple) else (message.id,)
                target = message.string if isinstance(message.string, tuple) else (message.string,)
                found[source[0]] = (file, tuple(source), tuple(str(text) for text in target))
    return found


def fields_of(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("language", FORMS)
def test_every_text_is_translated(language: str) -> None:
    known = catalogue(language)
    missing = {
        text[0]: place
        for text, place in used_texts().items()
        if text[0] not in known or not all(known[text[0]][2])
    }
    assert missing == {}


@pytest.mark.parametrize("language", FORMS)
def test_a_plural_is_translated_as_one(language: str) -> None:
    known = catalogue(language)
    wrong = [
        text
        for text in used_texts()
        if len(text) == 2
        and text[0] in known
        and (known[text[0]][1] != text or len(known[text[0]][2]) != FORMS[language])
    ]
    assert wrong == []


@pytest.mark.parametrize("language", FORMS)
def test_a_translation_has_the_fields_of_its_text(language: str) -> None:
    different = {
        source[0]: target
        for _, source, target in catalogue(language).values()
        for text in target
        if text
        and not (
            fields_of(text) == fields_of(source[-1])
            or (len(source) == 2 and fields_of(text) <= fields_of(source[-1]))
        )
    }
    assert different == {}


@pytest.mark.parametrize("language", FORMS)
def test_a_text_stands_in_one_file_only(language: str) -> None:
    places: dict[str, list[str]] = {}
    for file in sorted((PACKAGE / "translations" / language).glob("*.po")):
        for msgid in re.findall(r'^msgid (".*"(?:\n".*")*)', file.read_text(encoding="utf-8"), re.MULTILINE):
            places.setdefault("".join(ast.literal_eval(line) for line in msgid.splitlines()), []).append(file.name)
    assert {text: files for text, files in places.items() if text and len(files) > 1} == {}


@pytest.mark.parametrize("language", FORMS)
def test_no_translation_is_left_over(language: str) -> None:
    used = {text[0] for text in used_texts()}
    assert {text: file.name for text, (file, _, _) in catalogue(language).items() if text not in used} == {}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_raised_message_is_marked_for_translation(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unmarked = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and called_name(node) in ERRORS | {"N_"}
        and node.args
        and (
            isinstance(node.args[0], ast.JoinedStr)
            or (
                called_name(node) != "N_"
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            )
        )
    ]
    assert unmarked == []


def test_texts_of_scripts_are_whole() -> None:
    scripts = sorted((PACKAGE / "maps" / "static").glob("*.js"))
    joined = [
        f"{path.name}: {call[0]}"
        for path in scripts
        for call in JS_CALL.finditer(path.read_text())
        if call[4] == "+"
    ]
    assert joined == []
