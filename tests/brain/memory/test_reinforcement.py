"""S += step, t = 0 at each recall; another importance moves S as the first strengths differ."""

from datetime import timedelta

from msgspec.structs import replace

from brain.memory.record import FOREVER
from brain.memory.reinforcement import reinforce, with_importance
from brain.memory.retention import COMPANION, PAPER
from tests.factories import DAY, NOON, memory


def test_a_reply_adds_a_step_and_starts_the_time_anew() -> None:
    known = replace(memory(said_at=NOON), strength=2.0, recalls=4)
    later = NOON + 3 * DAY
    after = reinforce(known, now=later, curve=PAPER)
    assert (after.strength, after.recalls, after.last_recalled) == (3.0, 5, later)
    assert after.fades_at == later + timedelta(days=3.0 * PAPER.fade_span)
    assert after.forgotten_at == later + timedelta(days=3.0 * PAPER.forget_span)


def test_a_clock_that_was_set_back_never_ages_a_memory() -> None:
    known = memory(said_at=NOON)
    assert reinforce(known, now=NOON - DAY, curve=COMPANION).last_recalled == NOON


def test_what_is_pinned_grows_stronger_and_still_never_fades() -> None:
    known = replace(memory(), pinned=True)
    after = reinforce(known, now=NOON, curve=COMPANION)
    assert after.strength == known.strength + COMPANION.step
    assert after.fades_at == after.forgotten_at == FOREVER


def test_another_importance_moves_the_strength_and_keeps_what_recall_added() -> None:
    known = memory(said_at=NOON)
    recalled = reinforce(known, now=NOON, curve=COMPANION)
    after = with_importance(recalled, 1.0, curve=COMPANION)
    assert after.strength == COMPANION.strength_of(1.0) + COMPANION.step
    assert after.fades_at == NOON + timedelta(days=after.strength * COMPANION.fade_span)
    assert (after.recalls, after.last_recalled) == (1, NOON)


def test_a_memory_weaker_than_its_first_strength_keeps_its_strength() -> None:
    weak = replace(memory(), strength=0.5)
    assert with_importance(weak, 0.0, curve=COMPANION).strength == 0.5
