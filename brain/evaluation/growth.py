"""Compares how much stronger the turns grew that later questions need, and the other turns. Pure.

A turn is needed if it holds the answer to a question. What it gained before a question is asked
tells whether strength grows where it will be needed: neither the question itself nor the reply to
it counts. Turns gain with time, so that turns of one time are compared: other turns are those that
no question needs. The gains of the whole replay, which do contain the replies to the questions, are
given beside it.
"""

import statistics
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from brain.evaluation.lives import Question
from brain.ids import MemoryId
from brain.memory.record import Memory

SAME_TIME = timedelta(days=3)
"""Turns that were said so shortly before or after one another are compared."""


@dataclass(frozen=True, slots=True)
class TurnGain:
    """What a turn gained by a later turn."""

    turn: MemoryId
    at: datetime
    days: float


LifeGains = tuple[Sequence[Memory], Sequence[Question], Sequence[TurnGain]]
"""The turns of a person, the questions about them, and what turns gained, in the order of time."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Mean days of strength that turns gained."""

    needed_until_asked: float
    """Over questions and the turns that hold their answer: gained before the question."""
    others_until_asked: float
    """Gained until the same moments by the other turns of the same days."""
    needed: float
    """Gained in the whole replay by the turns that a question needs."""
    others: float
    """Gained in the whole replay by the other turns."""

    @property
    def ratio_until_asked(self) -> float:
        """How many times as much the needed turns gained before they were asked for."""
        return _ratio(self.needed_until_asked, self.others_until_asked)

    @property
    def ratio(self) -> float:
        """How many times as much the needed turns gained in the whole replay."""
        return _ratio(self.needed, self.others)


class Gains:
    """The gains of one person's turns."""

    def __init__(self, gains: Iterable[TurnGain]) -> None:
        """Create it of the gains in the order of time."""
        by_turn: dict[MemoryId, list[TurnGain]] = defaultdict(list)
        for gain in gains:
            by_turn[gain.turn].append(gain)
        self._times = {turn: [gain.at for gain in of_turn] for turn, of_turn in by_turn.items()}
        self._sums = {
            turn: list(accumulate((gain.days for gain in of_turn), initial=0.0))
            for turn, of_turn in by_turn.items()
        }

    def before(self, turn: MemoryId, moment: datetime) -> float:
        """Return the days that a turn gained before a moment."""
        times = self._times.get(turn, [])
        return self._sums[turn][bisect_left(times, moment)] if times else 0.0

    def of(self, turn: MemoryId) -> float:
        """Return all days that a turn gained."""
        return self._sums[turn][-1] if turn in self._sums else 0.0


def growth(people: Sequence[LifeGains]) -> Growth | None:
    """Return the means over some people together; None where there is nothing to compare."""
    until_asked: list[tuple[float, float]] = []
    needed: list[float] = []
    others: list[float] = []
    for turns, questions, gained in people:
        gains, by_id = Gains(gained), {turn.id: turn for turn in turns}
        wanted = {turn for question in questions for turn in question.evidence}
        rest = [turn for turn in turns if turn.id not in wanted]
        needed += [gains.of(turn.id) for turn in turns if turn.id in wanted]
        others += [gains.of(turn.id) for turn in rest]
        for question in questions:
            asked_at = question.asked_at
            for turn in sorted(question.evidence):
                said_at = by_id[turn].said_at
                of_the_time = [
                    gains.before(other.id, asked_at)
                    for other in rest
                    if abs(other.said_at - said_at) <= SAME_TIME and other.said_at < asked_at
                ]
                if of_the_time:
                    mean = statistics.fmean(of_the_time)
                    until_asked.append((gains.before(turn, asked_at), mean))
    if not until_asked:
        return None
    return Growth(
        needed_until_asked=statistics.fmean(one for one, _ in until_asked),
        others_until_asked=statistics.fmean(other for _, other in until_asked),
        needed=statistics.fmean(needed),
        others=statistics.fmean(others),
    )


def _ratio(one: float, other: float) -> float:
    return one / other if other else float("inf") if one else 1.0
