"""Of two turns that say nearly the same, the newer comes first."""

from datetime import timedelta

import numpy as np
import pytest

from brain.memory.alike import alike_candidates, newer_of_alike_first
from brain.memory.nearness import Band, Nearness, Sample
from brain.memory.ranking import Scored
from brain.memory.record import Memory, Vector
from tests.factories import DAY, MINUTE, NOON, memory

OLDER = memory("my stage name is DJ Plum", id="older")
NEWER = memory(
    "I ditched DJ Plum, performing as Velvet Otter these days", id="newer", said_at=NOON + DAY
)


ZEROS = np.zeros((2, 2), np.float16)
NOTHING_IN_COMMON = Sample(ZEROS, ZEROS, Band(ZEROS, 0.0, 0.1), Band(ZEROS, 0.0, 0.1))


def found(*memories: Memory) -> Scored:
    """Memories with falling scores."""
    scores = {one.id: 1.0 - 0.1 * number for number, one in enumerate(memories)}
    return Scored({one.id: one for one in memories}, scores)


def at_degrees(degrees: float) -> Vector:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], np.float32)


def first(scored: Scored, *, older: float = 0, newer: float = 20, question: float = 10) -> str:
    """The best memory, where the vectors point to these degrees."""
    vectors = {OLDER.id: at_degrees(older), NEWER.id: at_degrees(newer)}
    asked = at_degrees(question)
    nearness = Nearness({"en": NOTHING_IN_COMMON}, asked, "en")
    candidates = alike_candidates(scored)
    changed = newer_of_alike_first(scored, candidates, vectors, asked, nearness)
    return changed.best(1)[0]


def test_the_newer_of_two_that_are_alike_comes_first() -> None:
    assert first(found(OLDER, NEWER)) == NEWER.id
    assert first(found(NEWER, OLDER)) == NEWER.id


def test_two_that_are_less_alike_keep_their_order() -> None:
    assert first(found(OLDER, NEWER), newer=80, question=40) == OLDER.id


def test_a_question_about_the_older_one_alone_finds_it_first() -> None:
    assert first(found(OLDER, NEWER), question=-20) == OLDER.id


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("is Velvet Otter better these days?", DAY),
        ("my sister ditched DJ Plum, she performs as Velvet Otter now", DAY),
        (NEWER.text + " and" * 60, DAY),
        (NEWER.text, MINUTE),
    ],
)
def test_only_a_short_later_statement_of_the_same_people_comes_first(
    text: str, after: timedelta
) -> None:
    other = memory(text, id="newer", said_at=NOON + after)
    assert alike_candidates(found(OLDER, NEWER)) == [(OLDER.id, NEWER.id)]
    assert alike_candidates(found(OLDER, other)) == []
