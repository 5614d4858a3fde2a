"""All languages say the same things: the same keys, filled with the same variables."""

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import BaseNode, Junk, Message, VariableReference
from fluent.syntax.visitor import Visitor

from brain.languages import DEFAULT_LANGUAGE, FOLDER, languages

FILES = sorted(path.name for path in (FOLDER / DEFAULT_LANGUAGE).glob("*.ftl"))


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 Fluent's name
        self.names.add(node.id.name)


def variables(node: BaseNode) -> set[str]:
    visitor = _Variables()
    visitor.visit(node)
    return visitor.names


def messages(language: str, file: str) -> dict[str, set[str]]:
    """The variables of each key."""
    entries = FluentParser().parse((FOLDER / language / file).read_text("utf-8")).body
    junk = [entry.content for entry in entries if isinstance(entry, Junk)]
    assert not junk
    found = [entry for entry in entries if isinstance(entry, Message)]
    assert len({entry.id.name for entry in found}) == len(found)
    return {entry.id.name: variables(entry) for entry in found}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", [name for name in languages() if name != DEFAULT_LANGUAGE])
def test_a_language_has_the_keys_and_variables_of_english(language: str, file: str) -> None:
    assert messages(language, file) == messages(DEFAULT_LANGUAGE, file)


def test_no_key_stands_in_two_files() -> None:
    keys = [key for file in FILES for key in messages(DEFAULT_LANGUAGE, file)]
    assert len(set(keys)) == len(keys)
