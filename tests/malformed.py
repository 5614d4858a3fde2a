"""Malformed copies of what a platform sends."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any

DEEP: Any = "x"
for _ in range(200):
    DEEP = [DEEP]
WRONG: tuple[Any, ...] = ([], {}, None, True, -1, 10**60, "x", [1], DEEP)
"""What stands where something else is expected."""


def malformed(event: Any) -> Iterator[Any]:  # noqa: ANN401 any JSON
    """Yields copies of an event, each with one value replaced or one key removed."""
    for number, path in enumerate(_paths(event)):
        for wrong in (WRONG[number % len(WRONG)], [1]):
            broken = copy.deepcopy(event)
            _parent(broken, path)[path[-1]] = copy.deepcopy(wrong)
            yield broken
        broken = copy.deepcopy(event)
        del _parent(broken, path)[path[-1]]
        yield broken


def _paths(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 the same
    if path:
        yield path
    keys: Iterable[Any] = range(len(value)) if isinstance(value, list) else ()
    for key in value if isinstance(value, dict) else keys:
        yield from _paths(value[key], *path, key)


def _parent(value: Any, path: tuple[Any, ...]) -> Any:  # noqa: ANN401 the same
    for key in path[:-1]:
        value = value[key]
    return value
