"""Measures what forgetting costs and saves, by replaying the same months with several curves.

Every turn of the data is replayed at its own time, as in a chat: it is stored, recall is asked for
it, the memories are reinforced that recall finds and that the reply of the data or the next message
uses, and each day what is due is forgotten. How much stronger turns grew that questions need is
compared with the others (`brain.evaluation.growth`). Then the clock moves on without further turns,
and after each of `SILENCES` three things are measured: how many memories are left, how long a
recall takes, and whether it still finds the answers to the questions.
"""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from msgspec import structs

from brain.companion import Companion
from brain.evaluation.growth import Growth, LifeGains, TurnGain, growth
from brain.evaluation.retrieval import Progress
from brain.evaluation.sandbox import Sandbox
from brain.evaluation.scores import DEPTH, Case, Outcome
from brain.memory.record import Memory, Vector
from brain.memory.reinforcement import Exchange, gains
from brain.memory.retention import COMPANION, PAPER, Curve
from brain.messages import Scope

CURVES: Mapping[str, Curve] = {
    "off": replace(COMPANION, initial_strength=1e9),
    "paper": PAPER,
    "companion": COMPANION,
}
"""The curves that are compared; `off` is so slow that nothing is ever forgotten."""
RULES: Mapping[str, Curve] = {
    "given": replace(COMPANION, reinforced="given"),
    "used": COMPANION,
}
"""The rules by which memories grow stronger that are compared, both with the default curve."""
ALL_PEOPLE = "all"
"""Stands for all people together in the measurements of growth."""
SILENCES = (0, 7, 30, 90, 180, 365, 730)
"""Days after the last turn at which is measured."""


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """The turns of one person, with the questions about them."""

    case: Case
    turns: Sequence[Memory]
    """Oldest first."""
    vectors: Sequence[Vector | None]
    """As long as `turns`: the vector of each."""


@dataclass(frozen=True, slots=True)
class ForgettingMeasurement:
    """The results of one curve after one time of silence, over all people together."""

    curve: str
    """A name in `CURVES`."""
    days: int
    """Days since the last turn."""
    kept: int
    """Turns that recall still searches."""
    said: int
    """All turns."""
    recall_ms: float
    """Median milliseconds of a recall, without the embedding of the question."""
    any_at_5: float
    """Share of questions with an answer among the first 5 memories, from 0 to 1."""
    any_at_10: float
    """Share of questions with an answer among the first 10 memories, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class GrowthMeasurement:
    """How strength grew by one rule."""

    rule: str
    """A name in `RULES`."""
    person: str
    """The person, or `ALL_PEOPLE`."""
    growth: Growth


async def replay(
    sandbox: Sandbox, histories: Sequence[PersonHistory], *, progress: Progress
) -> tuple[list[ForgettingMeasurement], list[GrowthMeasurement]]:
    """Replays the histories with each of `CURVES` and `RULES`, each person in a store of their own.

    Args:
        sandbox: opens the stores, and holds the clock that is moved.
        histories: the people, with at least one turn each.
        progress: called after each person with the turns replayed and their number.

    Raises:
        EmbedderError: the embedder failed.
        StoreError: the store failed.
    """
    measurements: list[ForgettingMeasurement] = []
    grown: list[GrowthMeasurement] = []
    # The default curve is replayed once, for both comparisons.
    replays = [(name, curve) for name, curve in CURVES.items() if curve not in RULES.values()]
    total = (len(replays) + len(RULES)) * sum(len(history.turns) for history in histories)
    done = 0
    for name, curve in (*replays, *RULES.items()):
        measured: dict[int, list[_PersonMeasurement]] = {days: [] for days in SILENCES}
        lives: dict[str, LifeGains] = {}
        for history in histories:
            async with sandbox.open(curve) as companion:
                gained = await _replay_turns(sandbox, companion, history)
                case = history.case
                lives[case.person.id] = (history.turns, case.questions, gained)
                last = max(turn.said_at for turn in history.turns)
                for days in SILENCES if curve in CURVES.values() else ():
                    sandbox.set_clock(last + timedelta(days=days, seconds=1))
                    measured[days].append(await _measure(companion, history))
            done += len(history.turns)
            progress(done, total)
        for of_curve in [key for key, one in CURVES.items() if one == curve]:
            measurements += [_combined(of_curve, *pair) for pair in measured.items()]
        if name in RULES:
            of_people = {ALL_PEOPLE: [*lives.values()]}
            of_people |= {person: [life] for person, life in lives.items()}
            for person, some in of_people.items():
                if (of_person := await asyncio.to_thread(growth, some)) is not None:
                    grown.append(GrowthMeasurement(name, person, of_person))
    return measurements, grown


@dataclass(frozen=True, slots=True)
class _PersonMeasurement:
    kept: int
    said: int
    outcomes: tuple[Outcome, ...]
    seconds: tuple[float, ...]


async def _replay_turns(
    sandbox: Sandbox, companion: Companion, history: PersonHistory
) -> list[TurnGain]:
    scope, options = Scope.everything_of(history.case.person.id), companion.options
    today, previous = None, None
    recent: list[Memory] = []
    gained: list[TurnGain] = []
    for turn, vector in zip(history.turns, history.vectors, strict=True):
        sandbox.set_clock(turn.said_at)
        if today not in {None, turn.day}:
            await companion.upkeep()
        today = turn.day
        new = _as_new(turn, companion.curve)
        await companion.store.begin(scope, structs.replace(new, reply=None))
        since = turn.said_at - timedelta(hours=options.recent_hours)
        recent = [one for one in recent if one.said_at >= since][-options.recent_turns :]
        recalled = await companion.recall(
            scope,
            turn.text,
            limit=options.recall_count,
            without={turn.id, *(one.id for one in recent)},
            only_relevant=True,
        )
        exchange = Exchange(
            message=turn.text,
            reply=turn.reply or "",
            answered_at=turn.said_at,
            given=[one.memory for one in recalled],
            recent=recent,
        )
        reinforced = await asyncio.to_thread(
            gains, exchange, previous if recent else None, curve=companion.curve
        )
        before = await companion.store.get(scope, list(reinforced))
        await companion.store.finish(
            scope,
            turn.id,
            reply=turn.reply or "",
            vector=vector,
            recalled=[one.memory.id for one in recalled],
            reinforced=reinforced,
            now=turn.said_at,
            curve=companion.curve,
        )
        after = await companion.store.get(scope, list(reinforced))
        gained += [
            TurnGain(one.id, turn.said_at, then.strength - one.strength)
            for one, then in zip(before, after, strict=True)
        ]
        recent, previous = [*recent, turn], exchange
    return gained


def _as_new(turn: Memory, curve: Curve) -> Memory:
    """Return the turn as it was when it was said, with the strength and times of that curve."""
    strength, since = curve.strength_of(turn.importance), turn.said_at
    return structs.replace(
        turn,
        strength=strength,
        last_recalled=since,
        recalls=0,
        fades_at=curve.fades_at(since, strength, pinned=False),
        forgotten_at=curve.forgotten_at(since, strength, pinned=False),
    )


async def _measure(companion: Companion, history: PersonHistory) -> _PersonMeasurement:
    await companion.upkeep()
    scope = Scope.everything_of(history.case.person.id)
    outcomes, seconds = [], []
    for question in history.case.questions:
        # Embedding the question first puts it into the cache, so that its time is not measured.
        await companion.embedder.query(question.text)
        start = time.perf_counter()
        recalled = await companion.recall(
            scope, question.text, limit=DEPTH, zone=history.case.person.zone
        )
        seconds.append(time.perf_counter() - start)
        outcomes.append(Outcome(question, tuple(one.memory.id for one in recalled)))
    now = companion.clock.now()
    turns = await companion.store.get(scope, [turn.id for turn in history.turns])
    kept = sum(turn.archived_at is None and turn.fades_at > now for turn in turns)
    return _PersonMeasurement(kept, len(history.turns), tuple(outcomes), tuple(seconds))


def _combined(curve: str, days: int, people: Sequence[_PersonMeasurement]) -> ForgettingMeasurement:
    outcomes = [outcome for person in people for outcome in person.outcomes]
    seconds = [second for person in people for second in person.seconds]
    asked = max(len(outcomes), 1)
    return ForgettingMeasurement(
        curve=curve,
        days=days,
        kept=sum(person.kept for person in people),
        said=sum(person.said for person in people),
        recall_ms=statistics.median(seconds or [0.0]) * 1_000,
        any_at_5=sum(outcome.any_at(5) for outcome in outcomes) / asked,
        any_at_10=sum(outcome.any_at(10) for outcome in outcomes) / asked,
    )
