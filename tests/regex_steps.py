"""Counts the steps in which a backtracking matcher, such as that of `re`, searches a text.

It walks the tree that `re` itself parses a pattern to, and takes a step for each character that is
compared and each way that is tried. `re` takes fewer, for it skips some, but not of another order.
"""

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

sre: Any = importlib.import_module("re._parser")
DEEPEST = 20_000
Then = Callable[[int], bool]
Matcher = Callable[[int, Then], bool]
_CLASSES: dict[str, Callable[[str], bool]] = {
    "DIGIT": str.isdecimal,
    "SPACE": str.isspace,
    "WORD": lambda char: char.isalnum() or char == "_",
}


class TooManySteps(Exception):
    """There were more steps than allowed."""


class Stepper:
    """One pattern."""

    def __init__(self, pattern: re.Pattern[str], *, most: int) -> None:
        """Prepares to search; `most` are the steps after which a search is given up."""
        self.steps = 0
        """Steps of the present search."""
        self._most = most
        self._text = ""
        self._groups: dict[int, str] = {}
        self._fold = bool(pattern.flags & re.IGNORECASE)
        self._all_lines = bool(pattern.flags & re.MULTILINE)
        self._any = bool(pattern.flags & re.DOTALL)
        self._match = self._sequence(list(sre.parse(pattern.pattern, pattern.flags)))

    def search_all(self, text: str, *, anchored: bool = False) -> int:
        """Searches a text as `finditer` does, or from its beginning alone; returns the steps.

        Raises TooManySteps.
        """
        self.steps = 0
        self._text = text.lower() if self._fold else text
        at = 0
        while at <= len(text):
            ends: list[int] = []

            def note(end: int, ends: list[int] = ends) -> bool:
                ends.append(end)
                return not anchored or end == len(text)

            found = self._match(at, note)
            if anchored:
                break
            at = max(ends[-1], at + 1) if found else at + 1
        return self.steps

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self._most:
            raise TooManySteps

    def _sequence(self, items: list[Any]) -> Matcher:
        matchers = [self._node(str(kind), value) for kind, value in items]

        def match(at: int, then: Then, number: int = 0) -> bool:
            if number == len(matchers):
                return then(at)
            return matchers[number](at, lambda end: match(end, then, number + 1))

        return match

    def _node(self, kind: str, value: Any) -> Matcher:  # noqa: ANN401 of the parser
        if (test := self._single(kind, value)) is not None:
            is_one = test

            def one(at: int, then: Then) -> bool:
                self._step()
                return at < len(self._text) and is_one(self._text[at]) and then(at + 1)

            return one
        builders: dict[str, Callable[[Any], Matcher]] = {
            "AT": self._position,
            "BRANCH": self._branch,
            "SUBPATTERN": self._group,
            "ATOMIC_GROUP": self._atomic,
            "MAX_REPEAT": lambda found: self._repeat(*found, greedy=True),
            "MIN_REPEAT": lambda found: self._repeat(*found, greedy=False),
            "POSSESSIVE_REPEAT": lambda found: self._only_first(self._repeat(*found, greedy=True)),
            "ASSERT": lambda found: self._look(*found, wanted=True),
            "ASSERT_NOT": lambda found: self._look(*found, wanted=False),
            "GROUPREF": self._reference,
        }
        return builders[kind](value)

    def _single(self, kind: str, value: Any) -> Callable[[str], bool] | None:  # noqa: ANN401
        if kind in {"LITERAL", "NOT_LITERAL"}:
            char = chr(value).lower() if self._fold else chr(value)
            return (lambda it: it == char) if kind == "LITERAL" else (lambda it: it != char)
        if kind == "ANY":
            return lambda it: self._any or it != "\n"
        if kind == "CATEGORY":
            name = str(value).removeprefix("CATEGORY_")
            test = _CLASSES[name.removeprefix("NOT_")]
            return (lambda it: not test(it)) if name.startswith("NOT_") else test
        if kind == "RANGE":
            first, last = value
            upper = self._fold
            return lambda it: (
                first <= ord(it) <= last
                or (upper and len(it.upper()) == 1 and first <= ord(it.upper()) <= last)
            )
        if kind == "IN":
            negated = str(value[0][0]) == "NEGATE"
            tests = [self._single(str(k), v) for k, v in value[negated:]]
            return lambda it: any(test(it) for test in tests if test) != negated
        return None

    def _position(self, where: Any) -> Matcher:  # noqa: ANN401
        def holds(at: int) -> bool:
            text, name = self._text, str(where)
            word = _CLASSES["WORD"]
            edge = (at > 0 and word(text[at - 1])) != (at < len(text) and word(text[at]))
            first = at == 0 or (self._all_lines and text[at - 1] == "\n")
            last = at == len(text) or (
                text[at] == "\n" and (self._all_lines or at + 1 == len(text))
            )
            return {
                "AT_BEGINNING": first,
                "AT_BEGINNING_STRING": at == 0,
                "AT_BOUNDARY": edge,
                "AT_NON_BOUNDARY": not edge,
                "AT_END": last,
                "AT_END_STRING": at == len(text),
            }[name]

        def match(at: int, then: Then) -> bool:
            self._step()
            return holds(at) and then(at)

        return match

    def _branch(self, value: Any) -> Matcher:  # noqa: ANN401
        ways = []
        for items in value[1]:
            first = self._single(str(items[0][0]), items[0][1]) if items else None
            ways.append((first, self._sequence(list(items))))
        known: dict[str, list[Matcher]] = {}

        def match(at: int, then: Then) -> bool:
            # `re` tries no way that begins with another character, either.
            self._step()
            char = self._text[at : at + 1]
            if char not in known:
                known[char] = [
                    way for first, way in ways if first is None or (char and first(char))
                ]
            return any(way(at, then) for way in known[char])

        return match

    def _group(self, value: Any) -> Matcher:  # noqa: ANN401
        number, _, _, items = value
        inner = self._sequence(list(items))
        if number is None:
            return inner

        def match(at: int, then: Then) -> bool:
            def close(end: int) -> bool:
                self._groups[number] = self._text[at:end]
                return then(end)

            return inner(at, close)

        return match

    def _reference(self, number: int) -> Matcher:
        def match(at: int, then: Then) -> bool:
            self._step()
            said = self._groups.get(number, "\0\0")
            return self._text.startswith(said, at) and then(at + len(said))

        return match

    def _only_first(self, inner: Matcher) -> Matcher:
        def match(at: int, then: Then) -> bool:
            ends: list[int] = []

            def note(end: int) -> bool:
                ends.append(end)
                return True

            return inner(at, note) and then(ends[0])

        return match

    def _atomic(self, items: Any) -> Matcher:  # noqa: ANN401
        return self._only_first(self._sequence(list(items)))

    def _look(self, direction: int, items: Any, *, wanted: bool) -> Matcher:  # noqa: ANN401
        inner = self._sequence(list(items))
        back = items.getwidth()[0] if direction < 0 else 0

        def match(at: int, then: Then) -> bool:
            begin = at - back
            found = begin >= 0 and inner(begin, lambda end: direction > 0 or end == at)
            return found == wanted and then(at)

        return match

    def _repeat(self, least: Any, most: Any, items: Any, *, greedy: bool) -> Matcher:  # noqa: ANN401
        least, most = int(least), min(int(most), sys.maxsize)
        [*nodes] = items
        test = self._single(str(nodes[0][0]), nodes[0][1]) if len(nodes) == 1 else None
        if test is not None:
            return self._run(test, least, most, greedy=greedy)
        inner = self._sequence(nodes)

        def match(at: int, then: Then, count: int = 0) -> bool:
            def again() -> bool:
                return count < most and inner(
                    at, lambda end: (end > at or count < least) and match(end, then, count + 1)
                )

            if greedy:
                return again() or (count >= least and then(at))
            return (count >= least and then(at)) or again()

        return match

    def _run(self, test: Callable[[str], bool], least: int, most: int, *, greedy: bool) -> Matcher:
        """A repeated character, which takes no recursion."""

        def match(at: int, then: Then) -> bool:
            count = 0
            ends: list[int] = []
            while True:
                self._step()
                if count >= least:
                    if not greedy and then(at + count):
                        return True
                    ends.append(at + count)
                here = at + count
                if count >= most or here >= len(self._text) or not test(self._text[here]):
                    break
                count += 1
            return greedy and any(then(end) for end in reversed(ends))

        return match


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Lets Python recurse as deep as a repeated group does."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
