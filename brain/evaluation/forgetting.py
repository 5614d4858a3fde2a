"""Compares rules of forgetting at equal shares kept: which questions can still be answered?

At each question the turns with the highest value by a rule are kept, a share in `SHARES` of all
that were said, and the companion's recall is asked over these alone. What a rule has let go stays
gone. Use during life counts, because the lives are lived through before
(`brain.evaluation.living`); where all questions come at the end, as in LoCoMo and MemoryBank,
nothing says that what was used before is asked for.

A curve keeps what it would forget last: the turns with the latest `Curve.forgotten_at`. In that
order it forgets as time passes, and a budget archives (`Curve.memories_per_person`).
"""

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from brain.evaluation.growth import Growth, LifeGains, growth
from brain.evaluation.lives import Question
from brain.evaluation.living import LivedLife, LivedTurn, Strengths, grown_by_curve, lasting
from brain.evaluation.rules import REFERENCE, RULES, Rule, by_use
from brain.evaluation.sandbox import Sandbox
from brain.evaluation.scores import DEPTH, Mean, Outcome
from brain.ids import MemoryId
from brain.memory.importance import UseWeights
from brain.memory.retention import COMPANION, Curve
from brain.messages import Scope

if TYPE_CHECKING:
    from brain.memory.record import Memory

SHARES = (0.75, 0.5, 0.25)
"""The shares of all turns that are kept."""
FITTED_ELSEWHERE = "companion, weights of the other sets"
"""The same with the weights that are fitted on the other data."""
SIGNIFICANT = 1.96
"""How many standard errors a difference has at least that is no chance (95 %)."""


@dataclass(frozen=True, slots=True)
class ForgettingMeasurement:
    """What can still be answered by one rule."""

    data: str
    """The name of the data."""
    rule: str
    """A name in `RULES`, `none`, or `FITTED_ELSEWHERE`."""
    share: float
    """The share of the turns that is kept."""
    any_at_10: Mean
    """The share of questions with an answer among the first 10 memories, from 0 to 1."""
    difference: Mean
    """From the rule `REFERENCE` at the same share, over the same questions."""

    @property
    def is_significant(self) -> bool:
        """Whether the difference is no chance."""
        error = self.difference.error
        return error is not None and abs(self.difference.value) >= SIGNIFICANT * error > 0.0


Kept = list[tuple[Question, Mapping[float, frozenset[MemoryId]]]]
"""For each question, the turns that are kept, by share."""


def keep(lived: LivedLife, rules: Mapping[str, Rule], shares: Sequence[float]) -> dict[str, Kept]:
    """Return what each rule keeps of a life at each of its questions."""
    growing = {rule.growing: Strengths(*rule.growing) for rule in rules.values() if rule.curve}
    said: dict[MemoryId, Memory] = {}
    kept = {(name, share): frozenset[MemoryId]() for name in rules for share in shares}
    found: dict[str, Kept] = {name: [] for name in rules}
    new: set[MemoryId] = set()
    for event in lived.events:
        if isinstance(event, LivedTurn):
            said[event.memory.id] = event.memory
            new.add(event.memory.id)
            for strengths in growing.values():
                strengths.add(event)
            continue
        for name, rule in rules.items():
            if new:
                now = growing[rule.growing].memories if rule.curve else said
                values = {
                    one: rule.value(memory, lived, event.asked_at) for one, memory in now.items()
                }
                for share in shares:
                    # The id makes the order of equal values the same in each run.
                    among = sorted(kept[name, share] | new, key=lambda one: (-values[one], one))
                    kept[name, share] = frozenset(among[: math.ceil(share * len(said))])
            found[name].append((event, {share: kept[name, share] for share in shares}))
        new.clear()
    return found


async def measure(
    sandbox: Sandbox,
    data: str,
    lives: Sequence[LivedLife],
    *,
    weights: UseWeights | None,
    progress: Callable[[int], None],
) -> list[ForgettingMeasurement]:
    """Ask the questions of one set of data over what each rule keeps.

    Args:
        sandbox: opens the stores, and holds the clock.
        data: the name of the data.
        lives: the people.
        weights: the weights that were fitted on other data; None to leave that rule out.
        progress: called with the number of questions each time that some were asked.

    Raises:
        EmbedderError: the embedder failed.
        StoreError: the store failed.
    """
    rules = dict(RULES)
    if weights is not None:
        rules[FITTED_ELSEWHERE] = replace(RULES[REFERENCE], first=partial(by_use, weights=weights))
    shares = (1.0, *SHARES)
    kept = await asyncio.to_thread(lambda: [keep(lived, rules, shares) for lived in lives])
    outcomes: dict[tuple[str, float], list[bool]] = {}
    runs = [("none", 1.0), *((name, share) for name in rules for share in SHARES)]
    for name, share in runs:
        # Where all is kept, all rules keep the same.
        of_rule = [of_life[REFERENCE if name == "none" else name] for of_life in kept]
        outcomes[name, share] = await _ask(sandbox, lives, of_rule, share)
        progress(len(outcomes[name, share]))
    found = []
    for (name, share), answered in outcomes.items():
        reference = outcomes.get((REFERENCE, share), answered)
        difference = Mean.of([a - b for a, b in zip(answered, reference, strict=True)])
        found.append(
            ForgettingMeasurement(
                data, name, share, Mean.of(list(map(float, answered))), difference
            )
        )
    return found


async def _ask(
    sandbox: Sandbox, lives: Sequence[LivedLife], kept: Sequence[Kept], share: float
) -> list[bool]:
    """Return for each question whether one of the first memories holds the answer."""
    answered: list[bool] = []
    async with sandbox.open(COMPANION) as companion:
        for lived, at_questions in zip(lives, kept, strict=True):
            turns = {turn.memory.id: turn for turn in lived.turns}
            scope = Scope.everything_of(lived.life.person)
            stored: frozenset[MemoryId] = frozenset()
            for question, by_share in at_questions:
                wanted = by_share[share]
                if gone := stored - wanted:
                    await companion.store.erase(scope, sorted(gone))
                if new := sorted(wanted - stored):
                    await companion.store.add(
                        [lasting(turns[one].memory) for one in new],
                        [turns[one].vector for one in new],
                    )
                stored = wanted
                sandbox.set_clock(question.asked_at)
                recalled = await companion.recall(
                    scope,
                    question.text,
                    limit=DEPTH,
                    without=question.without,
                    language=question.language,
                    only_relevant=True,
                )
                found = tuple(one.memory.id for one in recalled)
                answered.append(Outcome(question, found).any_at(DEPTH))
    return answered


GROWTH_RULES: Mapping[str, Curve] = {
    "given": replace(COMPANION, reinforced="given"),
    "used": COMPANION,
}
"""The rules by which memories grow stronger that are compared, both with the default curve."""
ALL_PEOPLE = "all"
"""Stands for all people together in the measurements of growth."""


@dataclass(frozen=True, slots=True)
class GrowthMeasurement:
    """How strength grew by one rule."""

    rule: str
    """A name in `GROWTH_RULES`."""
    person: str
    """The person, or `ALL_PEOPLE`."""
    growth: Growth


def measure_growth(lives: Sequence[LivedLife]) -> Iterator[GrowthMeasurement]:
    """Yield how much stronger the turns grew that questions need than the others."""
    for name, curve in GROWTH_RULES.items():
        of_people: dict[str, list[LifeGains]] = {ALL_PEOPLE: []}
        for lived in lives:
            strengths = Strengths(curve, by_use, grown_by_curve)
            for turn in lived.turns:
                strengths.add(turn)
            gained = ([turn.memory for turn in lived.turns], lived.life.questions, strengths.gained)
            of_people[ALL_PEOPLE].append(gained)
            of_people[lived.life.person] = [gained]
        for person, some in of_people.items():
            if (of_person := growth(some)) is not None:
                yield GrowthMeasurement(name, person, of_person)
