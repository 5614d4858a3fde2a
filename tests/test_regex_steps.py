"""No pattern takes more than proportionally longer for a longer text, whatever the text is."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import regex

from tests.regex_steps import Stepper, TooManySteps, deep_recursion, sre

ROOMS = ("bots", "brain")
SHORT = 30
"""Characters of the shorter text, the other one has twice as many."""
SHORTER = 10
LARGE = 1_500
"""Characters of a pattern from which the shorter text has `SHORTER` characters."""
MOST_STEPS = 300_000
FACTOR = 2.8
"""Steps for twice the text are twice as many; four times as many if they grew with its square."""
PUMPS = 4
"""Most characters or words of a pattern that are repeated."""
ANCHORED = {"match", "fullmatch"}
Place = tuple[str, str]
"""A module and the name of an attribute of it."""


@cache
def patterns() -> dict[Place, list[re.Pattern[str]]]:
    """The patterns that are attributes of modules, or are within such."""
    found: dict[Place, list[re.Pattern[str]]] = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        names = [each.name for each in pkgutil.walk_packages(package.__path__, f"{room}.")]
        for name in [room, *names]:
            for attribute, value in vars(importlib.import_module(name)).items():
                if held := list(_held(value)):
                    found.setdefault((name, attribute), held)
    return found


def _held(value: Any, depth: int = 4) -> Iterator[Any]:  # noqa: ANN401 whatever a module holds
    if isinstance(value, (re.Pattern, regex.Pattern)):
        if isinstance(value.pattern, str):
            yield from _stepped(value)
    elif depth and not isinstance(value, type):
        inner: Iterable[Any] = value.values() if isinstance(value, dict) else ()
        if isinstance(value, (list, tuple, set, frozenset)):
            inner = value
        elif hasattr(value, "__dataclass_fields__"):
            inner = [getattr(value, field, None) for field in value.__dataclass_fields__]
        for each in inner:
            yield from _held(each, depth - 1)


def _stepped(pattern: Any) -> Iterator[re.Pattern[str]]:  # noqa: ANN401 of `re` or `regex`
    """Yields a pattern as `re` writes it, with letters for other classes; not one with sets."""
    if isinstance(pattern, re.Pattern):
        yield pattern
    elif "--" not in pattern.pattern and "&&" not in pattern.pattern:
        yield re.compile(re.sub(r"\\p\{[^}]*\}", r"\\w", pattern.pattern.replace(r"\X", ".")))


@cache
def _methods(place: Place) -> frozenset[str]:
    """Which methods of an attribute its own module calls; none if others may call them."""
    module, attribute = place
    if not attribute.startswith("_"):
        return frozenset()
    source = Path(importlib.import_module(module).__file__ or "").read_text(encoding="utf-8")
    return frozenset(
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == attribute
    ) - {"pattern", "flags"}


def _endless(items: Any) -> Iterator[Any]:  # noqa: ANN401 of the parser
    """Yields what a pattern repeats without end."""
    for kind, value in items:
        name = str(kind)
        if name.endswith("_REPEAT"):
            if value[1] is sre.MAXREPEAT:
                yield value[2]
            yield from _endless(value[2])
        elif name == "BRANCH":
            for branch in value[1]:
                yield from _endless(branch)
        elif name in {"SUBPATTERN", "ASSERT", "ASSERT_NOT"}:
            yield from _endless(value[-1])
        elif name == "ATOMIC_GROUP":
            yield from _endless(value)


def _example(items: Any) -> Iterator[str]:  # noqa: ANN401 of the parser
    """Yields texts that a part of a pattern may match."""
    whole = ""
    for kind, value in items:
        name = str(kind)
        if name in {"LITERAL", "RANGE"}:
            char = chr(value if name == "LITERAL" else value[0])
            whole += char
            yield char
        elif name == "CATEGORY":
            yield from {"DIGIT": "1", "SPACE": " \n"}.get(str(value).rpartition("_")[2], "a1")
        elif name == "IN":
            yield from ("a", " ") if str(value[0][0]) == "NEGATE" else _example(value)
        elif name in {"ANY", "NOT_LITERAL"}:
            yield from "a "
        elif name.endswith("_REPEAT"):
            yield from _example(value[2])
        elif name == "BRANCH":
            for branch in value[1]:
                yield from _example(branch)
        elif name in {"SUBPATTERN", "ASSERT"}:
            yield from _example(value[-1])
    yield whole


def texts_against(pattern: re.Pattern[str]) -> list[str]:
    """What may be repeated to make the pattern search for long."""
    tree = sre.parse(pattern.pattern, pattern.flags)
    found = [text for part in _endless(tree) for text in _example(part) if text]
    chosen = list(dict.fromkeys(found))
    if not chosen:
        return []
    step = max(1, len(chosen) // PUMPS)
    first = next(_example(tree), "")
    whole = max(_example(tree), key=len)
    joined = (f"{chosen[0]}{chosen[-1]}", first, whole, f"{whole}{chosen[0]}")
    return [*dict.fromkeys(text for text in (*chosen[::step], *joined) if text)]


def growth(stepper: Stepper, pump: str, *, short: int = SHORT, anchored: bool = False) -> float:
    """How many times as many steps the longer text takes."""
    steps = []
    for length in (short, 2 * short):
        text = f"{(pump * length)[:length]}\x00"
        try:
            steps.append(stepper.search_all(text, anchored=anchored))
        except TooManySteps:
            return float("inf")
    return steps[1] / steps[0]


def slow(room: str) -> Iterator[tuple[Place, str, str, float]]:
    known: set[tuple[str, int, bool]] = set()
    with deep_recursion():
        for place, held in patterns().items():
            methods = _methods(place)
            anchored = bool(methods) and methods <= ANCHORED
            for pattern in held:
                key = (pattern.pattern, pattern.flags, anchored)
                if key in known:
                    continue
                known.add(key)
                if not place[0].startswith(room):
                    continue
                stepper = Stepper(pattern, most=MOST_STEPS)
                short = SHORT if len(pattern.pattern) < LARGE else SHORTER
                for pump in texts_against(pattern):
                    times = growth(stepper, pump, short=short, anchored=anchored)
                    if times > FACTOR:
                        yield place, pattern.pattern[:90], pump, round(times, 1)
                        break


@pytest.mark.parametrize(
    ("pattern", "pump", "is_slow"),
    [
        (r"\s+$", " ", True),
        (r"(a+)+b", "a", True),
        (r"a.*b.*c", "ab", True),
        (r"(?<!\s)\s+$", " ", False),
        (r"[a-z]+", "a", False),
        (r"(?:ab)+", "ab", False),
        (r"\bx(?=y)", "x", False),
    ],
)
def test_the_steps_tell_slow_patterns_from_others(
    pattern: str, pump: str, *, is_slow: bool
) -> None:
    with deep_recursion():
        assert (growth(Stepper(re.compile(pattern), most=MOST_STEPS), pump) > FACTOR) == is_slow


@pytest.mark.parametrize("room", ["bots", "brain"])
def test_no_pattern_takes_more_steps_than_its_text_is_longer(room: str) -> None:
    assert len(patterns()) > 100
    assert list(slow(room)) == []
