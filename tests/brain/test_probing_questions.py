"""MemoryBank's probing questions: does recall bring the turn that holds the answer?

Of the first three people of the bank, 21 questions a language, by the benchmark's own code: real
embedder, real store, the very recall that a turn uses.
"""

import pytest

from benchmarks.probing import ask
from brain.habits import Habits
from tests.shared import shared


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_recall_brings_the_turn_that_holds_the_answer(language: str) -> None:
    asked = await ask(shared("data/memorybank"), language, people=3)
    missed = [question for question in asked if not question.found_by(Habits().recall_count)]
    assert len(asked) >= 20
    # Measured: 20 of 21 in English, all 21 in Chinese. Another machine may round otherwise.
    assert len(missed) <= 1, missed
