"""What forgetting costs and saves: the same months lived with it, without it, and as in the paper.

Every turn of the data happens again at its own time: it is kept, recall is asked for it, and what
it brings is reinforced, as in a real turn; each day what is due is forgotten. Then nobody speaks
any more, and the clock goes on: how much is left, what does a recall cost, and does it still find
what the questions ask for?
"""

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from msgspec import structs

from brain.companion import Companion
from brain.evaluation.cases import DEPTH, Case, Outcome
from brain.evaluation.questions import Progress
from brain.evaluation.sandbox import Bench
from brain.memory.record import Memory, Vector
from brain.memory.retention import COMPANION, PAPER, Curve
from brain.messages import Scope

CURVES: Mapping[str, Curve] = {
    "off": replace(COMPANION, initial_strength=1e9),
    "paper": PAPER,
    "companion": COMPANION,
}
SILENCES = (0, 7, 30, 90, 180, 365, 730)
"""Days after the last turn at which it is looked again."""
GIVEN = 6
"""Memories that a turn is given, and that are reinforced by it."""


@dataclass(frozen=True, slots=True)
class Life:
    """One person's turns, oldest first, with their vectors, and what is asked of them."""

    case: Case
    turns: Sequence[Memory]
    vectors: Sequence[Vector | None]


@dataclass(frozen=True, slots=True)
class Moment:
    """How it stands with all of them together after a time of silence."""

    curve: str
    days: int
    """Of silence."""
    kept: int
    """Memories that recall still searches."""
    said: int
    recall_ms: float
    """Median milliseconds of a recall, without the embedding of the question."""
    any_at_5: float
    any_at_10: float


async def replay(bench: Bench, lives: Sequence[Life], *, progress: Progress) -> list[Moment]:
    """Each curve in a store of its own. Raises EmbedderError, StoreError."""
    moments: list[Moment] = []
    total = len(CURVES) * sum(len(life.turns) for life in lives)
    done = 0
    for name, curve in CURVES.items():
        seen: dict[int, list[_Look]] = {days: [] for days in SILENCES}
        for life in lives:
            async with bench.open(curve) as companion:
                await _live(bench, companion, life)
                last = max(turn.said_at for turn in life.turns)
                for days in SILENCES:
                    bench.stand_at(last + timedelta(days=days, seconds=1))
                    seen[days].append(await _look(companion, life))
            done += len(life.turns)
            progress(done, total)
        moments += [_moment(name, days, looks) for days, looks in seen.items()]
    return moments


@dataclass(frozen=True, slots=True)
class _Look:
    kept: int
    said: int
    outcomes: tuple[Outcome, ...]
    seconds: tuple[float, ...]


async def _live(bench: Bench, companion: Companion, life: Life) -> None:
    scope = Scope.everything_of(life.case.person.id)
    today = None
    for turn, vector in zip(life.turns, life.vectors, strict=True):
        bench.stand_at(turn.said_at)
        if today not in {None, turn.day}:
            await companion.upkeep()
        today = turn.day
        new = _anew(turn, companion.curve)
        await companion.store.begin(scope, structs.replace(new, reply=None))
        recalled = await companion.recall(scope, turn.text, limit=GIVEN, without={turn.id})
        await companion.store.finish(
            scope,
            turn.id,
            reply=turn.reply or "",
            vector=vector,
            recalled=[one.memory.id for one in recalled],
            now=turn.said_at,
            curve=companion.curve,
        )


def _anew(turn: Memory, curve: Curve) -> Memory:
    """As it was when it was said, on that curve."""
    strength, since = curve.strength_of(turn.importance), turn.said_at
    return structs.replace(
        turn,
        strength=strength,
        last_recalled=since,
        recalls=0,
        fades_at=curve.fades_at(since, strength, pinned=False),
        forgotten_at=curve.forgotten_at(since, strength, pinned=False),
    )


async def _look(companion: Companion, life: Life) -> _Look:
    await companion.upkeep()
    scope = Scope.everything_of(life.case.person.id)
    outcomes, seconds = [], []
    for question in life.case.questions:
        # Asked once before, so that the embedding is no part of the time.
        await companion.embedder.query(question.text)
        start = time.perf_counter()
        recalled = await companion.recall(
            scope, question.text, limit=DEPTH, zone=life.case.person.zone
        )
        seconds.append(time.perf_counter() - start)
        outcomes.append(Outcome(question, tuple(one.memory.id for one in recalled)))
    now = companion.clock.now()
    turns = await companion.store.get(scope, [turn.id for turn in life.turns])
    kept = sum(turn.archived_at is None and turn.fades_at > now for turn in turns)
    return _Look(kept, len(life.turns), tuple(outcomes), tuple(seconds))


def _moment(curve: str, days: int, looks: Sequence[_Look]) -> Moment:
    outcomes = [outcome for look in looks for outcome in look.outcomes]
    seconds = [second for look in looks for second in look.seconds]
    asked = max(len(outcomes), 1)
    return Moment(
        curve=curve,
        days=days,
        kept=sum(look.kept for look in looks),
        said=sum(look.said for look in looks),
        recall_ms=statistics.median(seconds or [0.0]) * 1_000,
        any_at_5=sum(outcome.any_at(5) for outcome in outcomes) / asked,
        any_at_10=sum(outcome.any_at(10) for outcome in outcomes) / asked,
    )
