"""S += step, t = 0: what a reply does to the memories that it was given."""

from datetime import timedelta

from msgspec.structs import replace

from brain.memory.record import FOREVER
from brain.memory.reinforcement import reinforce
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
