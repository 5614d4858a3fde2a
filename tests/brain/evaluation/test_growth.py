"""How much stronger the turns grew that questions need, and the others."""

import pytest

from brain.evaluation.growth import TurnGain, growth
from brain.evaluation.lives import Question
from brain.ids import MemoryId
from tests.factories import ANNA, DAY, NOON, memory

NEEDED, BESIDE, LATE = (
    memory(id=name, said_at=NOON + days * DAY)
    for name, days in (("needed", 0), ("beside", 1), ("late", 20))
)
TURNS = (NEEDED, BESIDE, LATE)


def question(days: float, *evidence: str) -> Question:
    return Question(
        person=ANNA.id,
        text="?",
        asked_at=NOON + days * DAY,
        evidence=frozenset(map(MemoryId, evidence)),
    )


def gain(turn: str, at: float, days: float) -> TurnGain:
    return TurnGain(MemoryId(turn), NOON + at * DAY, days)


def test_only_what_was_gained_before_a_question_counts_for_it() -> None:
    gained = [gain("needed", 5, 8.0), gain("beside", 6, 2.0), gain("needed", 10, 50.0)]
    measured = growth([(TURNS, [question(10, "needed")], gained)])
    assert measured is not None
    assert (measured.needed_until_asked, measured.others_until_asked) == (8.0, 2.0)
    assert measured.ratio_until_asked == 4.0
    assert (measured.needed, measured.others) == (58.0, 1.0)
    assert measured.ratio == 58.0


def test_turns_are_compared_with_others_of_the_same_days() -> None:
    gained = [gain("beside", 6, 2.0), gain("late", 21, 40.0), gain("needed", 22, 6.0)]
    measured = growth([(TURNS, [question(30, "needed")], gained)])
    assert measured is not None
    assert measured.others_until_asked == 2.0
    assert measured.others == 21.0


def test_each_question_counts_once_more() -> None:
    gained = [gain("needed", 5, 8.0), gain("beside", 6, 2.0), gain("needed", 12, 4.0)]
    questions = [question(10, "needed"), question(15, "needed")]
    measured = growth([(TURNS, questions, gained)])
    assert measured is not None
    assert measured.needed_until_asked == pytest.approx((8.0 + 12.0) / 2)


def test_without_questions_there_is_nothing_to_compare() -> None:
    assert growth([(TURNS, [], [])]) is None
    assert growth([([NEEDED], [question(10, "needed")], [])]) is None
