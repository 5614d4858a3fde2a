"""The rules of forgetting that `brain.evaluation.forgetting` compares, and what they keep. Pure."""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from brain.evaluation.living import First, Grown, LivedLife, LivedTurn, grown_by_curve
from brain.memory.importance import USE_WEIGHTS, UseWeights, predict_use
from brain.memory.ranking import current_retention
from brain.memory.record import Memory
from brain.memory.retention import COMPANION, PAPER, SECONDS_PER_DAY, Curve

REFERENCE = "companion"
"""The rule that the others are compared with."""
UNIFORM = replace(COMPANION, importance_factor=1.0)
"""The curve `companion`, if all turns were equally strong at first."""

FSRS_FIRST, FSRS_GROWTH, FSRS_POWER, FSRS_SPACING = 3.7145, 1.6474, 0.1367, 1.0461
"""Default weights of FSRS-4.5 (github.com/open-spaced-repetition): the first strength in days of
what was graded "good", and how it grows."""
FSRS_DIFFICULTY = 5.0
"""The difficulty of all turns, from 1 to 10."""
FSRS_FACTOR = 19.0 / 81.0
"""R = (1 + FSRS_FACTOR t / S) ** -0.5, so that R is 0.9 at t = S."""

Value = Callable[[Memory, LivedLife, datetime], float]
"""Returns how much a turn is worth keeping at a time: the higher, the more."""


def by_use(turn: LivedTurn, weights: UseWeights = USE_WEIGHTS) -> float:
    """Return the first strength by the predicted use, in days."""
    memory = turn.memory
    return COMPANION.strength_of(
        predict_use(memory.text, importance=memory.importance, heard=turn.heard, weights=weights)
    )


def by_importance(turn: LivedTurn) -> float:
    """Return the first strength by the importance, in days."""
    return COMPANION.strength_of(turn.memory.importance)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of forgetting."""

    value: Value
    curve: Curve | None = None
    """The curve by which turns grow stronger; None where their strength plays no part."""
    first: First = by_use
    """Returns the first strength of a turn, in days."""
    grown: Grown = grown_by_curve
    """Returns the strength of a turn that was used (`Strengths`)."""

    @property
    def growing(self) -> tuple[Curve, First, Grown]:
        """What the strengths of turns depend on."""
        return self.curve or COMPANION, self.first, self.grown


def _lasting_until(span: float) -> Value:
    """Return the value by which a curve keeps: the day on which a turn would be forgotten.

    Args:
        span: days until a turn is forgotten, per day of strength.
    """
    return lambda memory, *_: (
        memory.last_recalled.timestamp() / SECONDS_PER_DAY + memory.strength * span
    )


def _at_random(memory: Memory, _: LivedLife, __: datetime) -> float:
    return float(int.from_bytes(hashlib.sha256(memory.id.encode()).digest()[:6]))


def _needed(memory: Memory, lived: LivedLife, now: datetime) -> float:
    return float(
        sum(one.asked_at >= now and memory.id in one.evidence for one in lived.life.questions)
    )


def _grown_by_fsrs(before: Memory, after: Memory) -> float:
    elapsed = (after.last_recalled - before.last_recalled).total_seconds() / SECONDS_PER_DAY
    left = (1.0 + FSRS_FACTOR * max(0.0, elapsed) / before.strength) ** -0.5
    rate = math.exp(FSRS_GROWTH) * (11.0 - FSRS_DIFFICULTY)
    rate /= math.pow(before.strength, FSRS_POWER)
    return before.strength * (1.0 + rate * math.expm1(FSRS_SPACING * (1.0 - left)))


_ENDS = COMPANION.forget_span
RULES: Mapping[str, Rule] = {
    "random": Rule(_at_random),
    "oldest first": Rule(lambda memory, *_: memory.said_at.timestamp()),
    "paper": Rule(_lasting_until(PAPER.forget_span), PAPER, lambda _: PAPER.initial_strength),
    "FSRS-like": Rule(
        _lasting_until(((1.0 / COMPANION.forget) ** 2 - 1.0) / FSRS_FACTOR),
        UNIFORM,
        lambda _: FSRS_FIRST,
        _grown_by_fsrs,
    ),
    "power law": Rule(_lasting_until(1.0 / COMPANION.forget - 1.0), COMPANION),
    "use alone": Rule(_lasting_until(_ENDS), UNIFORM, lambda _: UNIFORM.initial_strength),
    # What matters alike is kept by its time.
    "importance alone": Rule(
        lambda memory, *_: memory.importance + 1e-13 * memory.said_at.timestamp()
    ),
    "importance and use": Rule(_lasting_until(_ENDS), COMPANION, by_importance),
    "companion, by R now": Rule(lambda memory, _, now: current_retention(memory, now), COMPANION),
    REFERENCE: Rule(_lasting_until(_ENDS), COMPANION),
    "perfect": Rule(_needed),
}
"""The rules that are compared."""
